import Provisioning
import SIPEngine
import Store
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge

/// From what is provisioned to what a far end is asked, and what calls are told of it; over sockets.
@Suite(.timeLimit(.minutes(2))) struct HealthProbesTests {
    private static func end(_ answer: TestRegistrar.Answer = .status("200 OK")) async throws -> TestRegistrar {
        var manner = TestRegistrar.Manner()
        manner.others["OPTIONS"] = answer
        return try await TestRegistrar.start(manner)
    }

    private func rig(interval: Int64 = 200) async throws -> RegistrationRig {
        try await RegistrationRig { settings in
            settings.probes.interval = interval
            settings.probes.patience = 1000
        }
    }

    @Test(arguments: ["200 OK", "405 Method Not Allowed", "501 Not Implemented"])
    func aTrunkThatIsMadeIsAskedAtOnce(answer: String) async throws {
        let end = try await Self.end(.status(answer))
        let rig = try await rig(interval: 60_000)
        let trunk = try await rig.trunk("one", to: [end.port])
        #expect(await rig.stands(end.port, .up))
        #expect(end.count("OPTIONS") == 1)
        let live = try #require(rig.edge.destinations().first)
        #expect(live.destination == "127.0.0.1:\(end.port)" && live.users == ["trunk \(trunk.id)"])
        #expect(live.last == String(answer.prefix(3)) && live.probedAt != nil && live.since == nil)
        #expect(rig.edge.counters().destinations == ["up": 1] && rig.edge.counters().probes == 1)
        await rig.stop()
    }

    @Test func whoFallsSilentIsDownAndComesBack() async throws {
        let end = try await Self.end()
        let rig = try await rig()
        _ = try await rig.trunk("one", to: [end.port])
        #expect(await rig.stands(end.port, .up))
        end.change { $0.others = [:] }
        #expect(await rig.stands(end.port, .down))
        #expect(rig.edge.isDown(CarrierTarget(host: "127.0.0.1", port: end.port)))
        #expect(rig.edge.destinations().first?.last == "No Answer")
        end.change { $0.others["OPTIONS"] = .status("405 No") }
        #expect(await rig.stands(end.port, .up))
        #expect(!rig.edge.isDown(CarrierTarget(host: "127.0.0.1", port: end.port)))
        #expect(rig.edge.destinations().first?.since != nil)
        await rig.stop()
    }

    @Test func overTCPARefusedConnectionIsAFailure() async throws {
        let end = try await Self.end()
        let rig = try await RegistrationRig(transports: [.tcp]) { $0.probes.interval = 100 }
        _ = try await rig.trunk("one", to: [end.port])
        #expect(await rig.stands(end.port, .up))
        await end.stop()
        #expect(await rig.stands(end.port, .down))
        await rig.stop()
    }

    /// Many trunks that share a host cost it one OPTIONS each time; what is deleted or stopped costs none.
    @Test func eachDestinationIsAskedOnce() async throws {
        let end = try await Self.end()
        let rig = try await rig(interval: 60_000)
        var trunks: [Trunk] = []
        for number in 0..<20 { trunks.append(try await rig.trunk("t\(number)", to: [end.port])) }
        #expect(await rig.stands(end.port, .up))
        #expect(end.count("OPTIONS") == 1)
        #expect(await eventually { rig.edge.destinations().map(\.users.count) == [20] })
        for trunk in trunks.dropLast() { try await rig.delete(trunk) }
        #expect(await eventually { rig.edge.destinations().map(\.users.count) == [1] })
        try await rig.set(.suspended)
        #expect(await eventually { rig.edge.destinations().isEmpty })
        try await rig.set(.active)
        #expect(await rig.stands(end.port, .up))
        #expect(end.count("OPTIONS") == 2, "who comes back is asked anew")
        try await rig.delete(trunks[19])
        #expect(await eventually { rig.edge.destinations().isEmpty })
        await rig.stop()
        let second = try await RegistrationRig(after: rig)
        #expect(second.edge.destinations().isEmpty)
        await second.stop()
    }

    @Test func aStartAsksAllAtThePace() async throws {
        let end = try await Self.end()
        let first = try await rig(interval: 0)
        // One host under many ports: nobody is there but at the last.
        _ = try await first.trunk("many", to: (1...60).map { UInt16($0) } + [end.port])
        #expect(first.edge.destinations().isEmpty, "0 asks nobody")
        await first.stop()
        let begin = ContinuousClock.now
        let rig = try await RegistrationRig(after: first) { settings in
            settings.probes.rate = 30
            settings.probes.burst = 1
        }
        #expect(await eventually { rig.edge.destinations().count == 61 })
        #expect(await eventually { rig.edge.destinations().allSatisfy { $0.probedAt != nil } })
        #expect(ContinuousClock.now - begin >= .seconds(2), "61 at 30 a second")
        await rig.stop()
    }

    @Test func callsTellOfThoseThatDoNotKnowOptions() async throws {
        let end = try await Self.end(.silence)
        let rig = try await rig(interval: 60_000)
        _ = try await rig.trunk("one", to: [end.port])
        let target = CarrierTarget(host: "127.0.0.1", port: end.port)
        #expect(await eventually { rig.edge.destinations().first?.last == "No Answer" })
        #expect(rig.edge.destinations().first?.state == .unknown && !rig.edge.isDown(target))
        for _ in 0..<3 { rig.edge.health.noteCall(to: target, isAnswered: false) }
        #expect(await rig.stands(end.port, .down))
        // All were down, so it was tried all the same.
        for _ in 0..<2 { rig.edge.health.noteCall(to: target, isAnswered: true) }
        #expect(await rig.stands(end.port, .unknown))
        await rig.stop()
    }
}

extension RegistrationRig {
    /// A trunk whose calls go to these ports of the loopback interface.
    fileprivate func trunk(_ name: String, to ports: [UInt16]) async throws -> Trunk {
        let account = tenant.account.id
        let host = try #require(HostName("127.0.0.1"))
        let hosts = ports.map { HostAndPort(host: host, port: $0) }
        let site = try await site()
        return try await home.store.write { (store) throws(ProvisioningError) in
            try store.insertTrunk(
                TrunkDetails(name: name, isDefault: true, voiceHosts: hosts), site: site.id, account: account)
        }
    }

    private func site() async throws -> Site {
        let account = tenant.account.id
        let known = try await home.store.read { (store) throws(ProvisioningError) in try store.sites(of: account) }
        if let site = known.first { return site }
        return try await home.site(of: tenant)
    }

    fileprivate func delete(_ trunk: Trunk) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in try store.delete(trunk) }
    }

    fileprivate func set(_ status: AccountStatus) async throws {
        let account = tenant.account
        try await home.store.write { (store) throws(ProvisioningError) in
            var account = account
            account.status = status
            try store.update(account)
        }
    }

    fileprivate func stands(_ port: UInt16, _ state: LiveDestination.State) async -> Bool {
        await eventually {
            self.edge.destinations().first { $0.destination == "127.0.0.1:\(port)" }?.state == state
        }
    }
}
