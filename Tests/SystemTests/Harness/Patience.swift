import Foundation

/// How long the tests wait for what must come; generous, for machines that do much else.
enum Patience {
    static let limit: Duration = .seconds(60)

    /// Asks again and again until there is an answer; throws what was missing when there is none in time.
    static func until<Result>(
        _ what: @autoclosure () -> String, within limit: Duration = limit, _ attempt: () async throws -> Result?
    ) async throws -> Result {
        let deadline = ContinuousClock.now + limit
        while true {
            if let result = try await attempt() { return result }
            guard ContinuousClock.now < deadline else { throw Exhausted(what: what()) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    struct Exhausted: Error, CustomStringConvertible {
        let what: String

        var description: String { "never came: \(what)" }
    }
}

/// Runs blocking work on a thread of its own, so that it holds up no other test.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
    }
}
