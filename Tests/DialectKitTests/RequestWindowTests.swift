import Provisioning
import Synchronization
import TestSupport
import Testing

@testable import DialectKit

@Suite struct RequestWindowTests {
    private let mine = AccountID(rawValue: 1)
    private let other = AccountID(rawValue: 2)

    /// Each account has its own count, and a new one with each minute of the clock.
    @Test func countsByAccountAndMinute() {
        let clock = ManualClock(start: Timestamp(milliseconds: 90_000))
        let window = RequestWindow(limit: 2) { clock.now }
        #expect([mine, mine, mine, other].map { window.refusal(of: $0) } == [nil, nil, 120, nil])
        clock.advance(by: .milliseconds(29_999))
        #expect(window.refusal(of: mine) == 120)
        clock.advance(by: .milliseconds(1))
        #expect([mine, mine, mine].map { window.refusal(of: $0) } == [nil, nil, 180])
    }

    /// A clock that was set back gives a new count, not a refusal until the old minute comes again.
    @Test func aClockThatGoesBack() {
        let times = [Timestamp(milliseconds: 600_000), Timestamp(milliseconds: 60_000)]
        let clock = SteppedClock(times)
        let window = RequestWindow(limit: 1) { clock.next() }
        #expect(window.refusal(of: mine) == nil)
        #expect(window.refusal(of: mine) == nil)
    }
}

/// Says one time after another, and the last one for ever.
private final class SteppedClock: Sendable {
    private let times: Mutex<[Timestamp]>

    init(_ times: [Timestamp]) { self.times = Mutex(times) }

    func next() -> Timestamp {
        times.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}
