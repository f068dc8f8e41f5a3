import Provisioning
import SIPMessage
import SIPTransport
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge
@testable import SIPEngine

/// What grows by source, user, nonce or Call-ID stays bounded whoever sends.
@Suite struct BoundsTests {
    /// Every request from a source, for a user and with a Call-ID of its own.
    @Test func aFloodOfStrangers() async throws {
        let rig = try await Rig { $0.bans = BanPolicy(failures: 1, capacity: 500) }
        let tenant = try await rig.home.tenant(domain: "one.test")
        try await rig.credential("John", realm: "one.test", of: tenant)
        var challenged = 0
        for number in 0..<6000 {
            if number % 100 == 0 { rig.clock.advance(by: .seconds(1)) }
            var stranger = Phone(aor: "sip:user\(number)@one.test", username: "user\(number)", callID: "call-\(number)")
            stranger.source = SourceAddress(ipv4: 0x0A00_0000 + UInt32(number), port: 5060, transport: .udp)
            stranger.headers = ["X-Long: \(String(repeating: "x", count: 2000))"]
            guard let challenge = rig.ask(stranger.request(), from: stranger.source) else { continue }
            challenged += 1
            _ = rig.ask(stranger.request(authorization: stranger.authorization(challenge)), from: stranger.source)
        }
        #expect(challenged == 6000)
        let flow = rig.edge.flow
        #expect(flow.bans.withLock { $0.count } == 500, "as many as may be banned")
        #expect(flow.observation.refusals.latest(100_000).count == 1000)
        #expect(flow.observation.messages.held <= 4096 * 8192)
        #expect(rig.edge.location.count == 0 && rig.edge.location.listings == 0)
        var phone = Phone()
        #expect(phone.register(at: rig)?.status == 200, "and a phone registers")
    }

    /// Who refreshes, or comes and goes, as fast as he can leaves little behind.
    @Test(arguments: [[600], [600, 0], [60, 7200], [7200, 60, 0]] as [[UInt32]])
    func oneUserThatNeverRests(lifetimes: [UInt32]) throws {
        let table = LocationTable(journal: nil)
        for step in 0..<50_000 {
            let now = 1000 + UInt32(step / 1000)
            if step % 1000 == 0 { table.expire(to: now) { _, _ in } }
            let lifetime = lifetimes[step % lifetimes.count]
            _ = table.update(.numbered(7), isStillLive: { true }) { set in
                set = BindingSet()
                guard lifetime > 0, (try? set.register("sip:a@x", until: now + lifetime, at: now)) != nil else {
                    return .changed(Registrar.Summary(removed: 1))
                }
                return .changed(Registrar.Summary(added: 1))
            }
        }
        #expect(table.listings <= 2 * 50, "a line a second for each of two lifetimes at most")
        table.expire(to: 100_000) { _, _ in }
        #expect(table.count == 0 && table.listings == 0)
    }

    /// However late it is looked at, what expired is found, and what was refreshed is not lost from the lists.
    @Test func aRefreshedEntryIsListedAgain() throws {
        let table = LocationTable(journal: nil)
        var ended: [UInt32] = []
        for now in stride(from: UInt32(1000), to: 5000, by: 50) {
            _ = table.update(.numbered(7), isStillLive: { true }) { set in
                set = BindingSet()
                try? set.register("sip:a@x", until: now + 120, at: now)
                return .changed(Registrar.Summary(refreshed: 1))
            }
            table.expire(to: now) { _, _ in ended.append(now) }
            #expect(table.listings <= 2)
        }
        #expect(ended.isEmpty && table.count == 1)
        table.expire(to: 4950 + 119) { _, _ in ended.append(5069) }
        #expect(ended.isEmpty)
        table.expire(to: 4950 + 120) { _, _ in ended.append(5070) }
        #expect(ended == [5070] && table.count == 0 && table.listings == 0)
    }

    /// Long messages are kept in part.
    @Test func theTraceIsBounded() {
        let messages = RecentMessages(capacity: 4, perSecond: 100)
        let long = [UInt8](repeating: 0x61, count: 40_000)
        for _ in 0..<10 {
            let exchange = Exchange(source: .phone, now: 0)
            messages.keep(long.span, exchange)
        }
        #expect(messages.held <= 4 * 8192)
        #expect(messages.held > 8192)
    }
}
