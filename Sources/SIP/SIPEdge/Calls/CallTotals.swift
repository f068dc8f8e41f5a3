import SIPEngine

/// How many calls there are and were, for the metrics.
struct CallTotals {
    private(set) var open = 0
    private(set) var up = 0
    private(set) var outcomes: [String: UInt64] = [:]

    var states: [String: Int] { ["ringing": open - up, "up": up] }

    mutating func begin() { open += 1 }

    mutating func answer() { up += 1 }

    mutating func end(_ cause: CallCause, isAnswered: Bool) {
        open -= 1
        if isAnswered { up -= 1 }
        outcomes[isAnswered ? "answered" : cause.outcome, default: 0] += 1
    }
}

extension CallCause {
    /// What became of a call that nobody answered.
    fileprivate var outcome: String {
        switch self {
        case .cancelled, .hungUp: "cancelled"
        case .ordered: "refused"
        case .answered(486), .answered(600), .answered(603): "busy"
        case .unanswered, .answered(480): "unanswered"
        default: "failed"
        }
    }
}
