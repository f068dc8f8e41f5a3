import SIPTransport
import Synchronization

/// A clock of the edge that moves only when it is told to.
final class ManualEdgeClock: Sendable {
    private let milliseconds = Atomic<Int64>(1_767_225_600_000)

    var clock: EdgeClock { EdgeClock { [self] in milliseconds.load(ordering: .relaxed) } }

    func advance(seconds: Int64) { milliseconds.wrappingAdd(seconds * 1000, ordering: .relaxed) }
}
