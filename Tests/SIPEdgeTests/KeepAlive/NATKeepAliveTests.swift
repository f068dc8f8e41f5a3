import Provisioning
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge
@testable import SIPEngine

@Suite(.timeLimit(.minutes(2))) struct NATKeepAliveTests {
    private static func table(of count: Int64, _ contact: String = "sip:a@10.0.0.7:5060") throws -> LocationTable {
        let table = LocationTable(journal: nil)
        let made = try BindingSet.one(contact, until: 4600)
        for id in 1...count {
            var set = BindingSet()
            made.forEach { set.append($0) }
            table.restore(id: id, created: id, set: set, now: 1000)
        }
        return table
    }

    /// Whatever the steps are, one way around passes everybody once, and a half of it about half of them.
    @Test(arguments: [1, 7, 64, 500, 3000]) func aWalkPassesEverybodyOnce(steps: Int) throws {
        let count: Int64 = 10_000
        let table = try Self.table(of: count)
        var walk = BindingWalk()
        var seen = 0
        for _ in 0..<steps { walk.advance(by: 0.5 / Double(steps), over: table) { _ in seen += 1 } }
        #expect(abs(seen - Int(count) / 2) <= 200, "\(seen)")
        for _ in 0..<steps { walk.advance(by: 0.5 / Double(steps), over: table) { _ in seen += 1 } }
        #expect(abs(seen - Int(count)) <= 200, "\(seen)")
        seen = 0
        for _ in 0..<10 * steps { walk.advance(by: 1 / Double(steps), over: table) { _ in seen += 1 } }
        #expect(abs(seen - 10 * Int(count)) <= 200, "\(seen)")
    }

    @Test func aWalkFollowsWhatComesAndGoes() throws {
        let table = LocationTable(journal: nil)
        var walk = BindingWalk()
        var seen = 0
        walk.advance(by: 3, over: table) { _ in seen += 1 }
        #expect(seen == 0)
        let set = try BindingSet.one("sip:a@10.0.0.7", until: 4600)
        table.restore(id: 1, created: 1, set: set, now: 1000)
        walk.advance(by: 1, over: table) { _ in seen += 1 }
        #expect(seen == 1)
        _ = table.remove(id: 1)
        walk.advance(by: 2, over: table) { _ in seen += 1 }
        #expect(seen == 1)
    }

    @Test(arguments: [
        ("sip:a@10.0.0.7:5060", true), ("sip:a@192.0.2.7:40000", false), ("sip:a@192.0.2.77", true),
        ("sip:a@phone.example", true), ("sip:192.0.2.7", false), ("sip:a@[2001:db8::1]", true),
    ])
    func whoIsBehindANAT(contact: String, isBehind: Bool) throws {
        var found: [Bool] = []
        try BindingSet.one(contact, until: 4600).forEach { found.append($0.isBehindNAT) }
        #expect(found == [isBehind])
        try BindingSet.one(contact, until: 4600, path: "sip:proxy.example;lr").forEach { #expect(!$0.isBehindNAT) }
    }

    /// A phone that registered from another host than its contact names hears four bytes within each interval.
    @Test func phonesHearFromUs() async throws {
        let clock = ManualClock()
        let rig = try await RegistrationRig(clock: EdgeClock { clock.now.milliseconds }) { $0.natKeepAlive = 10 }
        let phone = try LoopbackClient(stream: false, port: 0)
        let other = try LoopbackClient(stream: false, port: 0)
        for (id, contact, port) in [(1, "sip:a@10.0.0.7", phone.port), (2, "sip:b@127.0.0.1", other.port)] {
            let made = try BindingSet.one(
                contact, until: UInt32(clock.now.milliseconds / 1000) + 600,
                from: SourceAddress(ipv4: 0x7F00_0001, port: port, transport: .udp))
            rig.edge.location.restore(id: Int64(id), created: 1, set: made, now: 1000)
        }
        for _ in 0..<400 {
            clock.advance(by: .milliseconds(100))
            rig.edge.keepAlive.tick()
        }
        // Forty seconds, and each time between eight and ten.
        #expect((4...6).contains(rig.edge.keepAlive.sent), "\(rig.edge.keepAlive.sent)")
        #expect(rig.edge.counters().keepAlives == rig.edge.keepAlive.sent)
        #expect(phone.receiveBytes() == [0x0D, 0x0A, 0x0D, 0x0A])
        // After a pause nothing is made up for.
        let before = rig.edge.keepAlive.sent
        clock.advance(by: .seconds(100))
        rig.edge.keepAlive.tick()
        #expect(rig.edge.keepAlive.sent <= before + 1)
        clock.advance(by: .seconds(600))
        for _ in 0..<200 {
            clock.advance(by: .milliseconds(100))
            rig.edge.keepAlive.tick()
        }
        #expect(rig.edge.keepAlive.sent <= before + 1, "expired by now")
        await rig.stop()
    }

    /// Not an assertion of time: what a walk costs, for whoever reads the log.
    @Test func whatAWalkCosts() throws {
        let count: Int64 = 200_000
        let table = try Self.table(of: count)
        var walk = BindingWalk()
        var behind = 0
        var longest = Duration.zero
        let clock = ContinuousClock()
        let total = clock.measure {
            for _ in 0..<500 {
                let step = clock.measure {
                    walk.advance(by: 1.0 / 500, over: table) { if $0.isBehindNAT { behind += 1 } }
                }
                longest = max(longest, step)
            }
        }
        #expect(abs(behind - Int(count)) <= 4000)
        print("NAT walk: \(count) bindings in \(total), the longest of 500 steps \(longest)")
    }
}
