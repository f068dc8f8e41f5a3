import NIOPosix
import SIPEngine
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct DNSClientTests {
    private static func client(
        _ servers: [Nameserver], patience: Int64 = 5000, rounds: Int = 1, concurrency: Int = 512
    ) -> DNSClient {
        DNSClient(
            DNSClient.Settings(
                servers: servers.map { .nameserver($0.port) }, patience: patience, rounds: rounds,
                concurrency: concurrency),
            group: MultiThreadedEventLoopGroup.singleton)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let question: DNSQuestion
        let reply: Nameserver.Reply
        let answer: DNSAnswer
        var isAskedTwice = false
    }

    private static let one = DNSRecord.address(high: 0, low: 0xFFFF_C000_0201)

    static let cases: [Case] = [
        Case(
            testDescription: "A", question: .a, reply: .records(["example.com 300 A 192.0.2.1"]),
            answer: .records([one], ttl: 300)),
        Case(
            testDescription: "AAAA", question: DNSQuestion(.example, .aaaa),
            reply: .records(["example.com 20 AAAA 2001:db8:0:0:0:0:0:1"]),
            answer: .records([.address(high: 0x2001_0db8_0000_0000, low: 1)], ttl: 20)),
        Case(
            testDescription: "SRV", question: DNSQuestion(.example, .srv),
            reply: .records(["example.com 300 SRV 10 20 5062 A.example.com", "example.com 60 SRV 11 0 0 ."]),
            answer: .records(
                [
                    .srv(ServiceRecord(priority: 10, weight: 20, port: 5062, host: DNSName("a.example.com"))),
                    .srv(ServiceRecord(priority: 11, weight: 0, port: 0, host: nil)),
                ], ttl: 60)),
        Case(
            testDescription: "NAPTR", question: DNSQuestion(.example, .naptr),
            reply: .records(["example.com 300 NAPTR 1 2 S SIP+D2U _sip._udp.example.com"]),
            answer: .records(
                [
                    .naptr(
                        NamingAuthorityRecord(
                            order: 1, preference: 2, flags: "s", service: "sip+d2u",
                            replacement: DNSName("_sip._udp.example.com")))
                ], ttl: 300)),
        Case(
            testDescription: "through aliases, whatever their order", question: .a,
            reply: .records([
                "c.example.com 300 A 192.0.2.1", "b.example.com 100 CNAME c.example.com",
                "example.com 200 CNAME b.example.com", "other.example.com 1 A 203.0.113.66",
            ]), answer: .records([one], ttl: 100)),
        Case(
            testDescription: "aliases in a circle", question: .a,
            reply: .records(["example.com 200 CNAME b.example.com", "b.example.com 200 CNAME example.com"]),
            answer: .none(ttl: 0)),
        Case(
            testDescription: "no such name", question: .a, reply: .code(3), answer: .none(ttl: 0)),
        Case(
            testDescription: "no such record", question: .a, reply: .records(["example.com 300 SOA 45"]),
            answer: .none(ttl: 45)),
        Case(
            testDescription: "records of others", question: .a, reply: .records(["evil.example 300 A 203.0.113.66"]),
            answer: .none(ttl: 0)),
        Case(
            testDescription: "cut over UDP, whole over TCP", question: .a,
            reply: .cut(["example.com 300 A 192.0.2.1"]), answer: .records([one], ttl: 300), isAskedTwice: true),
        Case(
            testDescription: "cut over TCP, too", question: .a,
            reply: .garbage(
                [0x83, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 7] + Array("example".utf8) + [3] + Array("com".utf8)
                    + [0, 0, 1, 0, 1]), answer: .failed, isAskedTwice: true),
        Case(
            testDescription: "forged answers are passed over", question: .a,
            reply: .forged(["example.com 300 A 192.0.2.1"]), answer: .records([one], ttl: 300)),
        Case(testDescription: "the server failed", question: .a, reply: .code(2), answer: .failed),
        Case(testDescription: "the server refuses", question: .a, reply: .code(5), answer: .failed),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: cases) func reads(_ row: Case) async throws {
        let text = "\("\(row.question.type)".uppercased()) example.com"
        let server = try await Nameserver.start([text: row.reply])
        #expect(await Self.client([server]).ask(row.question) == row.answer)
        #expect(server.asked == (row.isAskedTwice ? [text, "+\(text)"] : [text]))
        await server.stop()
    }

    @Test(
        arguments: [
            [], [0x81], [0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0], [UInt8](repeating: 0xFF, count: 500),
            [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0xC0, 0x0C, 0, 1, 0, 1],
        ] as [[UInt8]])
    func garbageIsNoAnswer(_ bytes: [UInt8]) async throws {
        let server = try await Nameserver.start(["A example.com": .garbage(bytes)])
        #expect(await Self.client([server], patience: 50).ask(.a) == .failed)
        await server.stop()
    }

    @Test func silentAndFailingServersArePassedOver() async throws {
        let silent = try await Nameserver.start(["A example.com": .silence])
        let failing = try await Nameserver.start(["A example.com": .code(2)])
        let gone = try await Nameserver.start()
        await gone.stop()
        let good = try await Nameserver.start(["A example.com": .records(["example.com 300 A 192.0.2.1"])])
        // On a busy machine the good one may be late, too; then it is asked again.
        let client = Self.client([silent, failing, gone, good], patience: 100, rounds: 50)
        #expect(await client.ask(.a) == .records([Self.one], ttl: 300))
        for server in [silent, failing, good] { #expect(!server.asked.isEmpty) }
        for server in [silent, failing, good] { await server.stop() }
    }

    @Test func asksAgainInRounds() async throws {
        let silent = try await Nameserver.start(["A example.com": .silence])
        #expect(await Self.client([silent], patience: 30, rounds: 3).ask(.a) == .failed)
        #expect(silent.asked.count == 3)
        await silent.stop()
    }

    @Test func manyAtATimeAndNoneLost() async throws {
        let zone = Dictionary(
            uniqueKeysWithValues: (0..<2000).map { number in
                ("A h\(number).example.com", Nameserver.Reply.records(["h\(number).example.com 9 A 192.0.2.1"]))
            })
        let server = try await Nameserver.start(zone)
        let client = Self.client([server], rounds: 3, concurrency: 64)
        let answers = await withTaskGroup(of: DNSAnswer.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    await client.ask(DNSQuestion(DNSName("h\(number).example.com") ?? .example, .a))
                }
            }
            return await group.reduce(into: [DNSAnswer]()) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .records([Self.one], ttl: 9), count: 2000))
        await server.stop()
    }

    @Test func tooManyFailAtOnce() async throws {
        let silent = try await Nameserver.start(["A example.com": .silence])
        let client = DNSClient(
            DNSClient.Settings(
                servers: [.nameserver(silent.port)], patience: 60_000, rounds: 1, concurrency: 1, waiting: 0),
            group: MultiThreadedEventLoopGroup.singleton)
        client.ask(.a) { _ in }
        #expect(await client.ask(.a) == .failed)
        await silent.stop()
    }

    /// resolv.conf of the machine that runs the tests may be anything; that it can be read is all.
    @Test func systemServersHavePorts() {
        #expect(DNSMessage.systemServers().allSatisfy { $0.port == 53 })
    }
}

extension DNSAsking {
    func ask(_ question: DNSQuestion) async -> DNSAnswer {
        await withCheckedContinuation { continuation in ask(question) { continuation.resume(returning: $0) } }
    }
}

extension DNSQuestion {
    static let a = DNSQuestion(.example, .a)
}

extension DNSName {
    static var example: DNSName {
        guard let name = DNSName("example.com") else { preconditionFailure("no name") }
        return name
    }
}

extension SourceAddress {
    static func nameserver(_ port: UInt16) -> SourceAddress {
        SourceAddress(ipv4: 0x7F00_0001, port: port, transport: .udp)
    }
}
