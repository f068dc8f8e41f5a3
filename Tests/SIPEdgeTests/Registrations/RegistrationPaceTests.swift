import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// A start, and a registrar that comes back, never make a burst.
@Suite(.timeLimit(.minutes(2))) struct RegistrationPaceTests {
    private static let rate = 40.0
    private static let burst = 5.0

    private func paced(after other: RegistrationRig? = nil) async throws -> RegistrationRig {
        try await RegistrationRig(after: other) {
            $0.registrations.limits = Pacer.Limits(
                registrarRate: Self.rate, registrarBurst: Self.burst, overallRate: 0, overallBurst: 1)
        }
    }

    /// In no stretch of time more first requests than the bucket lets through.
    private func expectPace(_ requests: [TestRegistrar.Request]) {
        let times = requests.filter { $0.authorization == nil }.map(\.at)
        for (start, first) in times.enumerated() {
            for (end, last) in times.enumerated() where end > start {
                let count = Double(end - start + 1)
                let seconds = (last - first) / .seconds(1)
                // A busy machine may hold up some and let them arrive with the next.
                #expect(count <= Self.burst + (seconds + 0.25) * Self.rate + 1)
            }
        }
    }

    @Test func manyAtOnceBecomeAnEvenStream() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await paced()
        let all = try await (0..<40).asyncMap { try await rig.create("u\($0)", at: registrar) }
        let waiting = all.compactMap { rig.live.registration($0.id) }.filter {
            $0.isInProgress && $0.nextActionAt != nil
        }
        #expect(!waiting.isEmpty, "who waits for the pace says until when")
        #expect(await rig.allStand(.registered, 40))
        #expect(registrar.requestCount == 80)
        expectPace(registrar.requests)
        #expect(rig.live.registrationCounters().waiting == 0)
        await rig.stop()
    }

    @Test func aRegistrarThatComesBackIsNotOverrun() async throws {
        let registrar = try await TestRegistrar.start()
        let rig = try await paced()
        for number in 0..<20 { try await rig.create("u\(number)", at: registrar) }
        #expect(await rig.allStand(.registered, 20))
        await rig.stop()
        // As long away as the leases lasted: all are due at once.
        let later = EdgeClock { EdgeClock.system().now() + 700_000 }
        registrar.forgetRequests()
        let second = try await RegistrationRig(after: rig, clock: later) {
            $0.registrations.limits = Pacer.Limits(
                registrarRate: Self.rate, registrarBurst: Self.burst, overallRate: 0, overallBurst: 1)
        }
        #expect(await second.allStand(.registered, 20))
        expectPace(registrar.requests)
        await second.stop()
    }
}

extension Range<Int> {
    fileprivate func asyncMap<Element>(_ body: (Int) async throws -> Element) async rethrows -> [Element] {
        var elements: [Element] = []
        for index in self { elements.append(try await body(index)) }
        return elements
    }
}
