import Provisioning
import TestSupport
import Testing

@testable import SIPEdge
@testable import SIPEngine

/// Phones, a network that loses, doubles and reorders, and the real flow: which bindings there are follows from what was
/// sent and what was acknowledged.
@Suite struct LossTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func nothingIsLostAndNothingComesBack(seed: UInt64) async throws {
        let rig = try await Rig()
        let tenant = try await rig.home.tenant(domain: "one.test")
        try await rig.credential("John", realm: "one.test", of: tenant)
        var trial = await onThread {
            var trial = LossTrial(rig, seed: seed)
            trial.run(until: trial.now + 1200 * 1000)
            return trial
        }
        try #require(trial.violations.isEmpty)
        #expect(trial.repeated > 100, "copies of answered requests came")
        #expect(trial.channel.lost > 200 && trial.channel.doubled > 100)
        #expect(trial.phones.reduce(0) { $0 + $1.retransmissions } > 200)

        // Once the network is well, everybody gets what he asks for.
        (trial.channel.loss, trial.channel.doubling) = (0, 0)
        trial.settle(expires: 600)
        #expect(trial.phones.allSatisfy { $0.acknowledged?.expires == 600 })
        #expect(Set(rig.edge.bindings(matching: nil, limit: 99).map(\.contact)) == Set(trial.phones.map(\.contact)))
        trial.settle(expires: 0)
        #expect(rig.live.isEmpty)
        #expect(trial.violations.isEmpty)
    }

    /// The trial sees what it is there to see: without the count of nonces an old copy brings a binding back.
    @Test func aBindingThatComesBackIsSeen() async throws {
        let rig = try await Rig()
        let tenant = try await rig.home.tenant(domain: "one.test")
        let credential = try await rig.credential("John", realm: "one.test", of: tenant)
        var trial = LossTrial(rig, seed: 1)
        (trial.channel.loss, trial.channel.doubling) = (0, 0)
        trial.settle(expires: 600)
        trial.settle(expires: 0)
        trial.check()
        #expect(trial.violations.isEmpty)
        let identity = try #require(rig.edge.directory.identity(id: credential.id.rawValue))
        _ = rig.edge.location.update(identity, isStillLive: { true }) { set in
            try? set.register(trial.phones[0].contact, until: UInt32(trial.now / 1000) + 600, at: 0)
            return .changed(.init(added: 1))
        }
        trial.check()
        #expect(!trial.violations.isEmpty)
    }
}
