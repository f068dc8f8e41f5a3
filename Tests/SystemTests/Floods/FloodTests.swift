import Foundation
import Synchronization
import TestSupport
import Testing

/// Floods of the built program from the many addresses that 127.0.0.0/8 is: memory stays within bounds, and a phone that
/// knows its password registers all the while.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct FloodTests {
    /// Bytes that the program may have grown by: the trace's 32 MiB, and as much again for everything else.
    private static let allowance = 64 << 20

    private func server() async throws -> (ServerProcess, BandwidthAccount) {
        let server = try await Installation(["--ban-after", "5"]).start()
        let account = try #require(BandwidthAccount(of: server))
        #expect(try await account.createCredential("alice", password: "wonderland").status == 201)
        return (server, account)
    }

    private func residentBytes(_ server: ServerProcess) async throws -> Int {
        let metrics = try await server.metrics()
        let line = try #require(metrics.firstMatch(of: /process_resident_memory_bytes ([0-9]+)/))
        return try #require(Int(line.1))
    }

    /// Registers again and again while `flood` goes on; how often, and what was answered else than 200.
    private func register(
        _ account: BandwidthAccount, at port: UInt16, while flood: @escaping @Sendable () -> Void
    ) async throws -> (count: Int, others: [Int]) {
        let domain = account.domain
        async let flooding: Void = onThread(flood)
        let isDone = Mark()
        let phone = Task {
            try await onThread { () throws -> (Int, [Int]) in
                var phone = try TestPhone("alice", domain: domain, password: "wonderland", to: port)
                var (count, others): (Int, [Int]) = (0, [])
                repeat {
                    let status = try phone.register("<sip:alice@127.0.0.1:5999>", expires: 600)?.status ?? 0
                    count += 1
                    if status != 200 { others.append(status) }
                } while !isDone.isSet
                return (count, others)
            }
        }
        await flooding
        isDone.set()
        return try await phone.value
    }

    @Test func datagramsFromManySources() async throws {
        let (server, account) = try await server()
        let port = server.installation.sipPort
        _ = try await register(account, at: port) {}
        let before = try await residentBytes(server)
        let domain = account.domain
        let (count, others) = try await register(account, at: port) {
            for number in 0..<4000 { Self.flood(from: number, domain: domain, port: port) }
        }
        #expect(count > 10)
        #expect(others.isEmpty)
        let grown = try await residentBytes(server) - before
        print("flood of datagrams: \(grown >> 10) KiB more, \(count) registrations meanwhile")
        #expect(grown < Self.allowance)
        let metrics = try await server.metrics()
        let bans = metrics.firstMatch(of: /demarc_sip_bans ([0-9]+)/).flatMap { Int($0.1) } ?? 0
        #expect(bans > 100, "who guessed is banned")
        #expect(try await server.bindings().map(\.aor) == ["alice@\(domain)"])
        try await server.stop()
    }

    /// Ten requests of users and calls that nobody else names, and garbage; one source in twenty answers challenges wrongly.
    private static func flood(from number: Int, domain: String, port: UInt16) {
        let source = "127.\(1 + number / 40_000).\(number / 200 % 200).\(1 + number % 200)"
        guard let client = try? LoopbackClient(stream: false, port: port, from: source, room: 1 << 16) else { return }
        for part in 0..<10 {
            client.send(register("user\(number)-\(part)", domain, "call-\(number)-\(part)", source))
        }
        client.send(String(repeating: "\0garbage", count: 500))
        guard number % 20 == 0, let answer = client.receive(),
            let nonce = answer.firstMatch(of: /nonce="([^"]+)"/)?.1
        else { return }
        for part in 0..<6 {
            let digest =
                "Authorization: Digest username=\"guess\(part)\", realm=\"\(domain)\", nonce=\"\(nonce)\", "
                + "uri=\"sip:\(domain)\", response=\"\(String(repeating: "0", count: 32))\", algorithm=MD5, "
                + "cnonce=\"a\", qop=auth, nc=0000000\(part + 1)\r\n"
            client.send(register("guess\(part)", domain, "guess-\(number)-\(part)", source, digest))
        }
    }

    private static func register(
        _ user: String, _ domain: String, _ callID: String, _ source: String, _ more: String = ""
    ) -> String {
        "REGISTER sip:\(domain) SIP/2.0\r\nVia: SIP/2.0/UDP \(source):5060;branch=z9hG4bK\(callID);rport\r\n"
            + "From: <sip:\(user)@\(domain)>;tag=a\r\nTo: <sip:\(user)@\(domain)>\r\nCall-ID: \(callID)\r\n"
            + "CSeq: 1 REGISTER\r\nContact: <sip:\(user)@\(source)>\r\n\(more)X-Pad: \(String(repeating: "x", count: 1000))\r\n"
            + "Content-Length: 0\r\n\r\n"
    }

    @Test func connectionsFromManySources() async throws {
        let (server, account) = try await server()
        let (sip, vendor) = (server.installation.sipPort, server.installation.vendorPort)
        _ = try await register(account, at: sip) {}
        let before = try await residentBytes(server)
        let (count, others) = try await register(account, at: sip) {
            var open: [LoopbackClient] = []
            for number in 0..<400 {
                let source = "127.0.\(number / 200).\(1 + number % 200)"
                for (port, start) in [
                    (sip, "REGISTER sip:a SIP/2.0\r\nContent-Length: 30000\r\n\r\n"),
                    (vendor, "POST /accounts/1/sites HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n"),
                ] {
                    guard let client = try? LoopbackClient(stream: true, port: port, from: source, room: 4096) else {
                        continue
                    }
                    client.send(start + String(repeating: "x", count: 15_000))
                    open.append(client)
                }
            }
            withExtendedLifetime(open) {}
        }
        #expect(count > 1)
        #expect(others.isEmpty)
        let grown = try await residentBytes(server) - before
        print("flood of connections: \(grown >> 10) KiB more, \(count) registrations meanwhile")
        #expect(grown < Self.allowance)
        #expect(try await account.send("GET", "sites").status == 200)
        try await server.stop()
    }
}

/// Says from one thread to another that something is over.
private final class Mark: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() { state.withLock { $0 = true } }
}
