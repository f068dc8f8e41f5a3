/// What the registrar remembers of each user, and what it has counted; times are nanoseconds of the monotonic clock.
struct Bindings {
    private(set) var users: [User] = []
    private(set) var totals = Totals()
    /// Since the last `mark`.
    private(set) var recent = Recent()

    /// More would be no number of ours.
    static let limit = 1 << 22

    struct User {
        /// The one given last; 0 before the first challenge.
        var nonce: UInt64 = 0
        /// The last use of it that was right.
        var nonceCount: UInt32 = 0
        /// The requests that were challenged and granted last: what comes again is told from what is new.
        var challenged: UInt64 = 0
        var granted: UInt64 = 0
        /// When its binding ends; 0 without one.
        var boundUntil: UInt64 = 0
        var requests: UInt32 = 0
        var grants: UInt32 = 0
        var releases: UInt32 = 0
        var answeredAt: UInt64 = 0
        var mark: UInt32 = 0
    }

    struct Totals {
        var requests = 0
        /// Requests that came again with the same branch.
        var repeated = 0
        var challenges = 0
        /// Challenges that say the nonce is too old.
        var stale = 0
        /// Wrong answers to a challenge.
        var refused = 0
        var grants = 0
        var releases = 0
        /// Grants to a binding that had run out, though it was never released.
        var lapsed = 0
        /// What is no REGISTER of a user.
        var unwanted = 0
        var firstAt: UInt64 = 0
        /// When a user was bound who was not.
        var grownAt: UInt64 = 0
    }

    struct Recent {
        var number: UInt32 = 0
        var since: UInt64 = 0
        var requests = 0
        var users = 0
        /// Grants to users who were bound, by second.
        var refreshes: [Int] = []
    }

    mutating func mark(at now: UInt64) { recent = Recent(number: recent.number + 1, since: now) }

    /// Notes a request; false for a user that there cannot be.
    mutating func note(_ user: Int, branch: UInt64, at now: UInt64) -> Bool {
        guard user < Self.limit else { return false }
        if user >= users.count {
            users += Array(repeating: User(), count: max(user + 1, users.count * 3 / 2) - users.count)
        }
        totals.requests += 1
        recent.requests += 1
        if totals.firstAt == 0 { totals.firstAt = now }
        if branch == users[user].challenged || branch == users[user].granted { totals.repeated += 1 }
        if users[user].mark != recent.number || users[user].requests == 0 { recent.users += 1 }
        users[user].mark = recent.number
        users[user].requests += 1
        return true
    }

    /// Notes a challenge; the nonce to give. A request that came again gets the same one.
    mutating func challenge(
        _ user: Int, branch: UInt64, isStale: Bool, using random: inout some RandomNumberGenerator
    ) -> UInt64 {
        totals.challenges += 1
        if isStale { totals.stale += 1 }
        if users[user].challenged != branch {
            users[user].nonce = random.next()
            users[user].nonceCount = 0
        }
        users[user].challenged = branch
        return users[user].nonce
    }

    mutating func noteRefusal() { totals.refused += 1 }
    mutating func noteUnwanted() { totals.unwanted += 1 }

    /// Whether a nonce of this count may be used: each is good once, and again for what came again.
    func accepts(_ user: Int, nonce: UInt64, count: UInt32, branch: UInt64) -> Bool {
        let known = users[user]
        return nonce != 0 && nonce == known.nonce
            && (count > known.nonceCount || count == known.nonceCount && branch == known.granted)
    }

    /// Binds for so many seconds, or with 0 no longer.
    mutating func bind(_ user: Int, for seconds: UInt32, count: UInt32, branch: UInt64, at now: UInt64) {
        let wasLive = users[user].boundUntil > now
        users[user].nonceCount = count
        users[user].granted = branch
        users[user].answeredAt = now
        guard seconds > 0 else {
            totals.releases += 1
            users[user].releases += 1
            users[user].boundUntil = 0
            return
        }
        totals.grants += 1
        if !wasLive {
            if users[user].boundUntil > 0 { totals.lapsed += 1 }
            totals.grownAt = now
        } else {
            noteRefresh(at: now)
        }
        users[user].grants += 1
        users[user].boundUntil = now + UInt64(seconds) * 1_000_000_000
    }

    private mutating func noteRefresh(at now: UInt64) {
        let second = Int((now - recent.since) / 1_000_000_000)
        guard recent.since > 0, second < 86_400 else { return }
        if second >= recent.refreshes.count {
            recent.refreshes += Array(repeating: 0, count: second + 1 - recent.refreshes.count)
        }
        recent.refreshes[second] += 1
    }

    func live(at now: UInt64) -> Int { users.reduce(0) { $0 + ($1.boundUntil > now ? 1 : 0) } }
}
