import Provisioning
import SIPEngine
import TestSupport
import Testing

@testable import SIPEdge

@Suite struct BanTests {
    private func rig() async throws -> Rig {
        let rig = try await Rig { $0.bans = BanPolicy(failures: 3, window: 60, duration: 600) }
        let tenant = try await rig.home.tenant("one", domain: "one.test")
        try await rig.credential("John", realm: "one.test", of: tenant)
        return rig
    }

    private func fail(_ times: Int, at rig: Rig, from source: SourceAddress = .phone, as name: String = "John") {
        for attempt in 0..<times {
            var phone = Phone(
                aor: "sip:\(name)@one.test", username: name, password: "guess \(attempt)", callID: "f\(attempt)",
                source: source)
            _ = phone.register(at: rig)
        }
    }

    private func registers(at rig: Rig, from source: SourceAddress = .phone) -> Bool {
        var phone = Phone(callID: "\(source.low)-\(rig.clock.now.milliseconds)", source: source)
        return phone.register(at: rig)?.status == 200
    }

    @Test(arguments: ["John", "nobody"]) func tooManyFailures(name: String) async throws {
        let rig = try await rig()
        fail(2, at: rig, as: name)
        #expect(rig.edge.bans().isEmpty)
        fail(1, at: rig, as: name)
        let bans = rig.edge.bans()
        #expect(bans.map(\.source) == ["192.0.2.7"])
        #expect(bans.first?.reason == "too many failed authentications, the last as \(name)@one.test")
        #expect(bans.first?.failures == 3)
        #expect(bans.first.map { $0.until - $0.since } == 600_000)
        #expect(rig.edge.counters().bans == 1)

        #expect(!registers(at: rig), "silence, even with the right password")
        var phone = Phone()
        #expect(rig.ask(phone.request("OPTIONS")) == nil)
        #expect(rig.edge.counters().dropped == ["banned": 2])
        #expect(registers(at: rig, from: .other))
    }

    @Test func aLiftedBan() async throws {
        let rig = try await rig()
        fail(3, at: rig)
        #expect(!rig.edge.liftBan(of: "192.0.2.8"))
        #expect(rig.edge.liftBan(of: "192.0.2.7"))
        #expect(!rig.edge.liftBan(of: "192.0.2.7"))
        #expect(registers(at: rig))
        fail(2, at: rig)
        #expect(rig.edge.bans().isEmpty, "it starts anew")
    }

    @Test func anExpiredBan() async throws {
        let rig = try await rig()
        fail(3, at: rig)
        rig.clock.advance(by: .seconds(599))
        #expect(!registers(at: rig))
        rig.clock.advance(by: .seconds(1))
        #expect(registers(at: rig))
        rig.edge.sweep()
        #expect(rig.edge.counters().bans == 0)
    }

    @Test func failuresAreForgotten() async throws {
        let rig = try await rig()
        fail(2, at: rig)
        rig.clock.advance(by: .seconds(60))
        fail(2, at: rig)
        #expect(rig.edge.bans().isEmpty, "beyond the window")
        #expect(registers(at: rig))
        fail(2, at: rig)
        #expect(rig.edge.bans().isEmpty, "a right password between")
        fail(1, at: rig)
        #expect(rig.edge.bans().count == 1)
    }

    /// Who only pretends to be somebody's address, and cannot read our challenges there, gets nobody banned.
    @Test func forgedSourcesBanNobody() async throws {
        let rig = try await rig()
        var phone = Phone(password: "guess")
        let challenge = try #require(rig.ask(phone.request(), from: .other))
        for _ in 0..<10 { _ = rig.ask(phone.request(authorization: phone.authorization(challenge))) }
        #expect(rig.edge.bans().isEmpty)
        #expect(registers(at: rig))
    }

    @Test func requestsWithoutAnAnswerAreNoFailures() async throws {
        let rig = try await rig()
        var phone = Phone()
        for _ in 0..<10 { #expect(rig.ask(phone.request())?.status == 401) }
        #expect(rig.edge.bans().isEmpty)
    }
}
