/// What one request to the operator's listener may cost.
enum OperatorLimits {
    /// Bytes of a request's body.
    static let body = 256 * 1024
    static let numbersPerRequest = 10_000
    /// Rows that one request to delete an account deletes; more take more requests.
    static let rowsPerRequest = 5_000
    static let passwordBytes = 256
    /// Items of a list, when the caller names no count and at most.
    static let defaultCount = 500
    static let maximumCount = 1000
    /// Event streams at the same time.
    static let eventStreams = 64
    /// Seconds between comments on a quiet event stream, so that a reader that is gone is noticed.
    static let heartbeat: Duration = .seconds(15)
}
