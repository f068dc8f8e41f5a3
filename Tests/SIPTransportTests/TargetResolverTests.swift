import NIOPosix
import SIPEngine
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct TargetResolverTests {
    private let clock = ManualEdgeClock()

    private static let hop = NextHop(host: .name(.example))

    /// From NAPTR to the addresses, by packets.
    @Test func findsTargets() async throws {
        let server = try await Nameserver.start([
            "NAPTR example.com": .records(["example.com 300 NAPTR 1 2 s SIP+D2T _sip._tcp.example.com"]),
            "SRV _sip._tcp.example.com": .records([
                "_sip._tcp.example.com 300 SRV 2 1 5070 b.example.com",
                "_sip._tcp.example.com 300 SRV 1 1 5060 a.example.com",
            ]),
            "A a.example.com": .records(["a.example.com 300 A 192.0.2.1"]),
            "A b.example.com": .records(["b.example.com 300 A 192.0.2.2"]),
        ])
        let dns = DNSClient(
            .init(servers: [.nameserver(server.port)]), group: MultiThreadedEventLoopGroup.singleton)
        let resolver = TargetResolver(dns: dns, reach: Reach(ipv6: false), clock: clock.clock)
        for _ in 0..<2 {
            let targets = try await resolver.resolve(Self.hop).get()
            #expect(targets.map(\.address.text) == ["tcp:192.0.2.1:5060", "tcp:192.0.2.2:5070"])
            #expect(targets.allSatisfy { $0.serverName == "example.com" })
        }
        #expect(server.asked.count == 4)
        clock.advance(seconds: 301)
        server.set("A a.example.com", .records(["a.example.com 300 A 192.0.2.9"]))
        #expect(try await resolver.resolve(Self.hop).get().first?.address.text == "tcp:192.0.2.9:5060")
        #expect(server.asked.count == 8)
        await server.stop()
    }

    @Test func manyWhoAskMakeOneSearch() async {
        let dns = ScriptedDNS()
        let resolver = TargetResolver(dns: dns, reach: Reach(ipv6: false), clock: clock.clock)
        let found = Mutex<[String: Int]>([:])
        for _ in 0..<50_000 {
            resolver.resolve(Self.hop) { outcome in
                let first = (try? outcome.get())?.first?.address.host ?? "nothing"
                found.withLock { $0[first, default: 0] += 1 }
            }
        }
        #expect(dns.open == ["NAPTR example.com"])
        dns.answer("NAPTR example.com", .none(ttl: 60))
        #expect(dns.open == ["SRV _sip._tcp.example.com", "SRV _sip._udp.example.com"])
        dns.answer("SRV _sip._tcp.example.com", .none(ttl: 60))
        #expect(found.withLock { $0.isEmpty })
        let hosts = ["a", "b"].compactMap { DNSName("\($0).example.com") }
        dns.answer(
            "SRV _sip._udp.example.com",
            .records(
                hosts.map { .srv(ServiceRecord(priority: 1, weight: 1, port: 5060, host: $0)) }, ttl: 60))
        #expect(dns.open == ["A a.example.com", "A b.example.com"])
        dns.answer("A a.example.com", .records([.address(high: 0, low: 0xFFFF_C000_0201)], ttl: 60))
        dns.answer("A b.example.com", .records([.address(high: 0, low: 0xFFFF_C000_0202)], ttl: 60))
        // Each drew for itself.
        let counts = found.withLock { $0 }
        #expect(Set(counts.keys) == ["192.0.2.1", "192.0.2.2"])
        #expect(counts.values.allSatisfy { $0 > 24_000 })
        #expect(counts.values.reduce(0, +) == 50_000)
        #expect(dns.total == 5)

        resolver.resolve(Self.hop) { outcome in found.withLock { $0["\(outcome)".isEmpty ? "" : "again"] = 1 } }
        #expect(found.withLock { $0["again"] } == 1)
        #expect(dns.total == 5)
    }

    @Test func hopsShareQuestions() {
        let dns = ScriptedDNS()
        let resolver = TargetResolver(dns: dns, reach: Reach(ipv6: false), clock: clock.clock)
        let found = Mutex<[UInt16]>([])
        for port: UInt16 in [5060, 5070, 5080] {
            resolver.resolve(NextHop(host: .name(.example), port: port)) { outcome in
                found.withLock { $0 += ((try? outcome.get()) ?? []).map(\.address.port) }
            }
        }
        #expect(dns.open == ["A example.com"])
        dns.answer("A example.com", .records([.address(high: 0, low: 0xFFFF_C000_0201)], ttl: 60))
        #expect(found.withLock { $0 }.sorted() == [5060, 5070, 5080])
        #expect(dns.total == 1)
    }

    @Test func everybodyLearnsOfAFailure() {
        let dns = ScriptedDNS()
        let resolver = TargetResolver(dns: dns, reach: Reach(ipv6: false), clock: clock.clock)
        let faults = Mutex<[TargetFault]>([])
        let hop = NextHop(host: .name(.example), port: 5060)
        let ask = {
            resolver.resolve(hop) { outcome in
                if case .failure(let fault) = outcome { faults.withLock { $0.append(fault) } }
            }
        }
        for _ in 0..<100 { ask() }
        dns.answer("A example.com", .failed)
        #expect(faults.withLock { $0 } == Array(repeating: .noAnswer, count: 100))
        ask()
        #expect(faults.withLock { $0.count } == 101 && dns.total == 1)
        clock.advance(seconds: 11)
        ask()
        #expect(dns.total == 2)
        dns.answer("A example.com", .none(ttl: 60))
        #expect(faults.withLock { $0.last } == .unknownHost)
    }

    @Test func searchesAreBounded() {
        let dns = ScriptedDNS()
        let resolver = TargetResolver(dns: dns, reach: Reach(), clock: clock.clock, searchLimit: 2)
        let faults = Mutex<[TargetFault]>([])
        for number in 0..<3 {
            guard let name = DNSName("h\(number).example.com") else { continue }
            resolver.resolve(NextHop(host: .name(name))) { outcome in
                if case .failure(let fault) = outcome { faults.withLock { $0.append(fault) } }
            }
        }
        #expect(faults.withLock { $0 } == [.busy])
        #expect(dns.total == 2)
    }

    @Test func numericHostsNeedNobody() async throws {
        let dns = ScriptedDNS()
        let resolver = TargetResolver(dns: dns, reach: Reach(), clock: clock.clock)
        let hop = NextHop(host: .address(high: 0, low: 0xFFFF_C000_0201), transport: .tls)
        #expect(try await resolver.resolve(hop).get().map(\.address.text) == ["tls:192.0.2.1:5061"])
        #expect(dns.total == 0)
    }
}

extension TargetResolver {
    fileprivate func resolve(_ hop: NextHop) async -> Outcome {
        await withCheckedContinuation { continuation in resolve(hop) { continuation.resume(returning: $0) } }
    }
}

/// Answers when it is told to.
private final class ScriptedDNS: DNSAsking {
    private let state = Mutex<(open: [String: (DNSQuestion, @Sendable (DNSAnswer) -> Void)], total: Int)>(([:], 0))

    /// Questions without an answer yet.
    var open: [String] { state.withLock { $0.open.keys.sorted() } }
    var total: Int { state.withLock { $0.total } }

    func ask(_ question: DNSQuestion, whenDone: @escaping @Sendable (DNSAnswer) -> Void) {
        state.withLock { state in
            state.open["\("\(question.type)".uppercased()) \(question.name.text)"] = (question, whenDone)
            state.total += 1
        }
    }

    func answer(_ question: String, _ answer: DNSAnswer) {
        let asked = state.withLock { $0.open.removeValue(forKey: question) }
        asked?.1(answer)
    }
}
