import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// A start, and a registrar that comes back, never make a burst; time moves only when it is told to.
@Suite(.timeLimit(.minutes(2))) struct RegistrationPaceTests {
    private static let rate = 40
    private static let burst = 5
    private let clock = ManualClock()

    private func paced(after other: RegistrationRig? = nil) async throws -> RegistrationRig {
        let clock = clock
        return try await RegistrationRig(after: other, clock: EdgeClock { clock.now.milliseconds }) {
            $0.registrations.limits = Pacer.Limits(
                registrarRate: Double(Self.rate), registrarBurst: Double(Self.burst), overallRate: 0, overallBurst: 1)
        }
    }

    /// Lets `count` through as the bucket gives, and sees that it gives no more.
    private func expectPace(_ rig: RegistrationRig, _ registrar: TestRegistrar, _ count: Int) async {
        var allowed = Self.burst
        while allowed < count {
            #expect(await eventually { registrar.requestCount == allowed * 2 })
            #expect(rig.live.registrationCounters().waiting == count - allowed)
            clock.advance(by: .milliseconds(4 * 1000 / Self.rate))
            allowed += 4
        }
        #expect(await rig.allStand(.registered, count))
        #expect(registrar.requestCount == count * 2)
        #expect(rig.live.registrationCounters().waiting == 0)
    }

    @Test func manyAtOnceBecomeAnEvenStream() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await paced()
        var all: [OutboundRegistration] = []
        for number in 0..<25 { all.append(try await rig.create("u\(number)", at: registrar)) }
        #expect(await rig.allStand(.registered, Self.burst))
        let now = clock.now.milliseconds
        let planned = all.compactMap { rig.live.registration($0.id) }.filter(\.isInProgress).compactMap(\.nextActionAt)
        #expect(
            planned.sorted() == (1...20).map { now + Int64($0 * 1000 / Self.rate) },
            "who waits for the pace says until when")
        await expectPace(rig, registrar, 25)
        await rig.stop()
    }

    @Test func aStartAfterALongTimeIsNoBurst() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await RegistrationRig(clock: EdgeClock { [clock] in clock.now.milliseconds })
        for number in 0..<21 { try await rig.create("u\(number)", at: registrar) }
        #expect(await rig.allStand(.registered, 21))
        await rig.stop()
        // All leases ran out.
        clock.advance(by: .seconds(3600))
        registrar.forgetRequests()
        let second = try await paced(after: rig)
        await expectPace(second, registrar, 21)
        await second.stop()
    }
}
