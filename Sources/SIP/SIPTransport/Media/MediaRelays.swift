package import NIOCore
package import SIPEngine
import Synchronization

/// The media relays that there are: what begins gets one that answers, and stays with it.
package final class MediaRelays: Sendable {
    private let relays: [(address: SourceAddress, relay: MediaRelay)]
    private let state: Mutex<State>
    /// Told when a relay begins or ceases to answer.
    private let changed: @Sendable (SourceAddress, MediaRelay.Fault?) -> Void

    private struct State {
        /// Nobody is silent before it was asked.
        var isSilent: [Bool]
        var next = 0
        var checks = 0
    }

    /// A relay that answers is looked after every so many checks, one that does not each time.
    private static let calm = 5

    /// `patience` is milliseconds until a request is repeated.
    package init(
        _ addresses: [SourceAddress], group: any EventLoopGroup, patience: Int64 = 500,
        changed: @escaping @Sendable (SourceAddress, MediaRelay.Fault?) -> Void
    ) {
        relays = addresses.map { ($0, MediaRelay(MediaRelay.Settings(address: $0, patience: patience), group: group)) }
        state = Mutex(State(isSilent: addresses.map { _ in false }))
        self.changed = changed
    }

    package var isEmpty: Bool { relays.isEmpty }

    package var count: Int { relays.count }

    /// Whether there is one that answers.
    package var isAnyAlive: Bool { state.withLock { $0.isSilent.contains(false) } }

    /// Whether each answers.
    package var standings: [(address: SourceAddress, isAlive: Bool)] {
        let isSilent = state.withLock { $0.isSilent }
        return zip(relays, isSilent).map { ($0.address, !$1) }
    }

    /// The next one that answers, in turn; nil where none does.
    package func choose() -> Int? {
        state.withLock { state in
            for step in relays.indices {
                let place = (state.next + step) % relays.count
                guard !state.isSilent[place] else { continue }
                state.next = place + 1
                return place
            }
            return nil
        }
    }

    /// Calls back on the relay's event loop.
    package func ask(
        _ request: MediaRelayRequest, of place: Int, whenDone: @escaping @Sendable (MediaRelay.Outcome) -> Void
    ) {
        relays[place].relay.ask(request) { [self] outcome in
            note(outcome, of: place)
            whenDone(outcome)
        }
    }

    /// Once a second: who is silent is asked whether it is there again, and the others now and then whether they still are.
    package func check() {
        let isDue = state.withLock { state in
            state.checks += 1
            return state.isSilent.map { $0 || state.checks % Self.calm == 1 }
        }
        for place in relays.indices where isDue[place] { ask(MediaRelayRequest(.ping), of: place) { _ in } }
    }

    private func note(_ outcome: MediaRelay.Outcome, of place: Int) {
        let fault: MediaRelay.Fault?
        switch outcome {
        // What it refuses, it refuses alive.
        case .success, .failure(.refused): fault = nil
        case .failure(.overloaded): return
        case .failure(let reason): fault = reason
        }
        let isNew = state.withLock { state in
            defer { state.isSilent[place] = fault != nil }
            return state.isSilent[place] != (fault != nil)
        }
        if isNew { changed(relays[place].address, fault) }
    }

    package func stop() { for relay in relays { relay.relay.stop() } }
}
