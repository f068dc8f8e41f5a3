package import SIPMessage

/// The value of Session-Expires (RFC 4028 section 4).
package struct SessionExpires: Sendable, Hashable {
    package enum Refresher: UInt8, Sendable { case uac, uas }

    /// Seconds.
    package let interval: UInt32
    package let refresher: Refresher?

    package init(interval: UInt32, refresher: Refresher?) {
        self.interval = interval
        self.refresher = refresher
    }

    /// Nil where the message has none that can be read.
    package init?(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) {
        guard let value = index.first(.sessionExpires), let interval = bytes.leadingSeconds(value), interval > 0 else {
            return nil
        }
        self.interval = interval
        var refresher: Refresher?
        var start = Int(value.start)
        while start < value.end, bytes[start] != UInt8(ascii: ";") { start += 1 }
        if start < value.end, let role = parameter("refresher", in: ByteRange(start + 1, value.end), bytes) {
            if bytes.folds(role, "uac") { refresher = .uac }
            if bytes.folds(role, "uas") { refresher = .uas }
        }
        self.refresher = refresher
    }
}

/// The session timer of one dialog (RFC 4028): who refreshes, when, and when the session is over. Times in milliseconds.
package struct SessionTimer: Sendable, Hashable {
    /// Seconds; 0 without a timer.
    package private(set) var interval: UInt32 = 0
    package private(set) var isOurs = false
    private var refreshAt = Int64.max
    private var endAt = Int64.max

    package init() {}

    /// What is to be done when `deadline` is reached.
    package enum Step: Sendable, Hashable { case nothing, refresh, end }

    /// A refresh succeeded, or the session began: all of it runs anew. `isOurs` says whether we refresh it.
    package mutating func restart(interval: UInt32, isOurs: Bool, at now: Int64) {
        self.interval = interval
        self.isOurs = isOurs
        guard interval > 0 else {
            (refreshAt, endAt) = (.max, .max)
            return
        }
        let whole = Int64(interval) * 1000
        refreshAt = isOurs ? now + whole / 2 : .max
        // Section 10: a third before the end, but no more than 32 seconds; the one who refreshes has all of it.
        endAt = now + (isOurs ? whole : whole - min(32_000, whole / 3))
    }

    package mutating func receiveDeadline(at now: Int64) -> Step {
        if now >= endAt { return .end }
        guard now >= refreshAt else { return .nothing }
        refreshAt = .max
        return .refresh
    }

    /// A refresh that failed for a passing reason is tried again then.
    package mutating func refreshAgain(at time: Int64) { if isOurs { refreshAt = time } }

    package var deadline: Int64? {
        let earliest = min(refreshAt, endAt)
        return earliest == .max ? nil : earliest
    }
}

/// What the two roles say about a session timer (RFC 4028 sections 7 to 9).
package struct SessionTimerTerms: Sendable, Hashable {
    /// Seconds; 0 asks for no timer, and takes what the other side asks for.
    package var wish: UInt32
    /// Seconds, at least 90 (section 4).
    package var minimum: UInt32

    package init(wish: UInt32 = 1800, minimum: UInt32 = 90) {
        self.wish = wish
        self.minimum = max(90, minimum)
    }

    /// What a server makes of a request (section 9 and table 2).
    package enum Answer: Sendable, Hashable {
        case none
        /// 422 with our Min-SE.
        case tooSmall
        /// Session-Expires of the 2xx; `isRequired` puts `timer` into Require.
        case timer(SessionExpires, isRequired: Bool)
    }

    package func answer(
        _ asked: SessionExpires?, minimum requestMinimum: UInt32, supportsTimer: Bool
    ) -> Answer {
        guard let asked else {
            // Who does not know the extension is not bothered with refreshes that it did not ask for.
            guard wish > 0, supportsTimer else { return .none }
            let interval = max(wish, minimum, requestMinimum)
            return .timer(SessionExpires(interval: interval, refresher: .uac), isRequired: true)
        }
        // A client without the extension cannot understand a 422 (section 9).
        if asked.interval < minimum, supportsTimer { return .tooSmall }
        let floor = max(minimum, requestMinimum)
        let interval = max(floor, wish > 0 ? min(asked.interval, max(wish, floor)) : asked.interval)
        guard supportsTimer else {
            return .timer(SessionExpires(interval: interval, refresher: .uas), isRequired: false)
        }
        let refresher = asked.refresher ?? .uac
        return .timer(SessionExpires(interval: interval, refresher: refresher), isRequired: refresher == .uac)
    }

    /// What a client makes of a 2xx (section 7.2): the interval and whether we refresh; 0 where there is no timer. A session
    /// that has one already, of `present` seconds, goes on with it whatever a 2xx leaves out.
    package func outcome(_ granted: SessionExpires?, present: UInt32) -> (interval: UInt32, isOurs: Bool) {
        guard let granted else { return present > 0 ? (present, true) : (0, false) }
        return (max(granted.interval, 90), granted.refresher != .uas)
    }
}
