import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// Leases outlive a stop and a crash.
@Suite(.timeLimit(.minutes(2))) struct RegistrationRestartTests {
    /// The port is another one after the start, as nobody said which: calls would not find us by the old contact.
    @Test func anotherContactIsToldAtOnceUnderTheSameCallID() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig()
        for number in 0..<20 { try await rig.create("u\(number)", at: registrar) }
        #expect(await rig.allStand(.registered, 20))
        let before = Dictionary(grouping: registrar.requests, by: \.user)
        await rig.stop()
        registrar.forgetRequests()
        let second = try await RegistrationRig(after: rig)
        #expect(
            await eventually { registrar.requests.filter { $0.authorization != nil && $0.expires > 0 }.count == 20 })
        for request in registrar.requests {
            let last = try #require(before[request.user]?.last)
            #expect(request.callID == last.callID)
            #expect(request.cseq > last.cseq)
        }
        await second.stop()
    }

    /// With the contact that others are told, which a restart does not change.
    private func advertised(after other: RegistrationRig? = nil, clock: EdgeClock = .system()) async throws
        -> RegistrationRig
    {
        try await RegistrationRig(after: other, clock: clock) { settings in
            settings.listeners = [
                ListenerAddress(
                    transport: .udp, host: "127.0.0.1", port: 0, advertisedHost: "edge.test", advertisedPort: 5060)
            ]
        }
    }

    @Test func nothingIsSentForALeaseThatHasTime() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await advertised()
        for number in 0..<50 { try await rig.create("u\(number)", at: registrar) }
        #expect(await rig.allStand(.registered, 50))
        let first = rig.live.registrations(matching: LiveRegistrationQuery())
        await rig.stop()
        registrar.forgetRequests()

        let second = try await advertised(after: rig)
        #expect(await second.allStand(.registered, 50))
        #expect(registrar.requestCount == 0)
        let resumed = second.live.registrations(matching: LiveRegistrationQuery())
        for (old, new) in zip(first, resumed) {
            #expect((new.id, new.granted, new.contact) == (old.id, old.granted, old.contact))
            // The machine's clocks are read anew at each start, to the second.
            #expect(abs((new.expiresAt ?? 0) - (old.expiresAt ?? 0)) <= 1000)
            #expect(abs((new.nextActionAt ?? 0) - (old.nextActionAt ?? 0)) <= 1000)
        }
        // One that is due is refreshed, and with a number that the registrar takes.
        let id = OutboundRegistrationID(rawValue: resumed[0].id)
        #expect(second.live.retry(id))
        #expect(await eventually { registrar.requestCount == 2 })
        await second.stop()
    }

    @Test func aLeaseThatRanOutIsRegisteredAgain() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await advertised()
        try await rig.create(at: registrar)
        #expect(await rig.allStand(.registered, 1))
        await rig.stop()
        registrar.forgetRequests()
        let second = try await advertised(after: rig, clock: EdgeClock { EdgeClock.system().now() + 3_600_000 })
        #expect(await eventually { registrar.bindings.count == 1 && registrar.requestCount == 2 })
        await second.stop()
    }

    @Test(arguments: [
        nil, Target(address: SourceAddress(ipv4: 0xC000_0201, port: 5060, transport: .tls), serverName: "a.test"),
    ])
    func aRecordComesBackAsItWas(_ target: Target?) throws {
        let lease = RegistrationLease(
            callIDHigh: .max, callIDLow: 1, sequenceCeiling: 1 << 30, identity: 7, granted: 3600, expiresAt: -1,
            refreshAt: .max, registeredAt: 0, contact: Array("sip:a@b".utf8), serviceRoute: [], target: target)
        let record = LeaseRecord(lease)
        #expect(record.lease == lease)
        #expect(LeaseRecord(checking: record.bytes) == record)
        for count in record.bytes.indices.dropFirst() {
            #expect(LeaseRecord(checking: record.bytes.prefix(count)) == nil, "\(count) bytes")
        }
        #expect(LeaseRecord(checking: record.bytes + [0]) == nil)
        #expect(LeaseRecord().lease == nil && LeaseRecord(checking: [])?.bytes.isEmpty == true)
        var moved = LeaseRecord(
            RegistrationLease(
                callIDHigh: 0, callIDLow: 0, sequenceCeiling: 0, identity: 0, granted: 1, expiresAt: 5000,
                refreshAt: 4000, registeredAt: 3000, contact: [], serviceRoute: [], target: nil))
        moved.move(by: 2)
        #expect(moved.lease?.expiresAt == 7000 && moved.lease?.refreshAt == 6000 && moved.lease?.registeredAt == 5000)
    }
}
