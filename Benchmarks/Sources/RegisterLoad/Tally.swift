import Datagrams

/// What was counted over a stretch of time.
struct Tally {
    /// Answers that ended a request, the wrong ones too.
    private(set) var answered = 0
    /// REGISTERs answered 200 with the phone's own Contact.
    var registrations = 0
    /// Answers that are not what the protocol says should come.
    var unexpected = 0
    /// Challenges that only say that the nonce is too old; the phone starts again with the new one.
    var stale = 0
    var retransmissions = 0
    /// Requests given up after all retransmissions.
    var lost = 0
    /// Datagrams that answer nothing that still waits.
    var late = 0
    private(set) var statuses: [Int: Int] = [:]
    private(set) var latency = Histogram()
    private var ok = 0
    private var challenged = 0

    /// Notes an answer and how many nanoseconds it took, from the request's first transmission.
    mutating func note(status: Int, after nanoseconds: UInt64) {
        answered += 1
        latency.add(nanoseconds)
        switch status {
        case 200: ok += 1
        case 401: challenged += 1
        default: statuses[status, default: 0] += 1
        }
    }

    /// How often each status came, in the order of the statuses.
    var counts: [(status: Int, count: Int)] {
        let all = statuses.merging([200: ok, 401: challenged], uniquingKeysWith: +)
        return all.sorted { $0.key < $1.key }.map { (status: $0.key, count: $0.value) }
    }

    /// Whether there was success and nothing else.
    var isClean: Bool { registrations > 0 && unexpected == 0 && lost == 0 }
}
