package import HTTPTypes
package import Hummingbird
package import Provisioning
import Synchronization

/// How many HTTP requests each listener answered, and how long that took; every label has few values.
package final class HTTPCounters: Sendable {
    /// Which of Demarc's HTTP listeners.
    package enum Listener: String, CaseIterable, Sendable {
        case vendor, `operator`
    }

    /// One row of the count.
    package struct Request: Hashable, Sendable {
        package let listener: Listener
        package let method: String
        package let status: Int
    }

    package struct Snapshot: Sendable {
        package var requests: [Request: UInt64] = [:]
        package var durations: [Listener: Durations] = [:]
    }

    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private let state = Mutex(Snapshot())

    package init() {}

    package func count(_ listener: Listener, method: HTTPRequest.Method, status: Int, seconds: Double) {
        let name = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        state.withLock { state in
            state.requests[Request(listener: listener, method: name, status: status), default: 0] += 1
            state.durations[listener, default: .http].observe(seconds)
        }
    }

    package func snapshot() -> Snapshot { state.withLock { $0 } }
}

/// Counts what another responder answers.
package struct CountedResponder<Inner: HTTPResponder>: HTTPResponder {
    package typealias Context = Inner.Context

    private let inner: Inner
    private let listener: HTTPCounters.Listener
    private let counters: HTTPCounters

    package init(_ inner: Inner, listener: HTTPCounters.Listener, counters: HTTPCounters) {
        self.inner = inner
        self.listener = listener
        self.counters = counters
    }

    @concurrent package func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await inner.respond(to: request, context: context)
            count(request, status: response.status.code, since: start)
            return response
        } catch {
            count(request, status: 500, since: start)
            throw error
        }
    }

    private func count(_ request: Request, status: Int, since start: ContinuousClock.Instant) {
        let seconds = start.duration(to: .now) / .seconds(1)
        counters.count(listener, method: request.method, status: status, seconds: seconds)
    }
}
