/// When a callback that could not be delivered is tried again, and when no more.
package struct CallbackRetries: Sendable {
    /// The wait behind the first failure; it doubles with each.
    package var first: Duration = .seconds(2)
    package var longest: Duration = .seconds(300)
    /// Older ones are given up when they fail.
    package var age: Duration = .seconds(3 * 86_400)
    /// How long what was given up is kept to be seen.
    package var keeps: Duration = .seconds(7 * 86_400)

    package init() {}

    /// The wait behind so many failures: between half of it and the whole, so that many do not come back at once.
    func wait(after failures: Int, using random: inout some RandomNumberGenerator) -> Duration {
        var wait = first
        for _ in 1..<max(1, min(failures, 63)) where wait < longest { wait += wait }
        let whole = Int64(min(wait, longest) / .milliseconds(1))
        return .milliseconds(Int64.random(in: whole / 2...whole, using: &random))
    }
}
