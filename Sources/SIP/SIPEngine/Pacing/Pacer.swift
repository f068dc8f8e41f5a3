/// Decides who may send now: a bucket for each registrar address and one for all, the earliest due first in both.
///
/// A start of thousands, or a registrar that comes back to thousands, so becomes an even stream in which no lease ends
/// that could have been kept. At a registrar that answers nobody one at a time tries, and the others are turned away at
/// once, so that it takes nothing from those that answer. Times in milliseconds.
package struct Pacer: Sendable {
    package let limits: Limits
    private var overall: TokenBucket
    private var registrars: [SourceAddress: Registrar] = [:]
    /// Registrars with somebody waiting: those with a token by who is due first there, the others by when it comes.
    private var ready = DeadlineHeap<SourceAddress>()
    private var refilling = DeadlineHeap<SourceAddress>()
    private var places: [UInt64: SourceAddress] = [:]
    /// Registrars whose last request was not answered.
    private var doubtful: Set<SourceAddress> = []
    /// Registrars beyond which those without anybody waiting are looked through.
    private var sweepAbove = 1024

    /// Requests a second, and how many at once; a rate of 0 is no limit.
    package struct Limits: Sendable, Equatable {
        package var registrarRate: Double
        package var registrarBurst: Double
        package var overallRate: Double
        package var overallBurst: Double

        package init(registrarRate: Double, registrarBurst: Double, overallRate: Double, overallBurst: Double) {
            self.registrarRate = registrarRate
            self.registrarBurst = registrarBurst
            self.overallRate = overallRate
            self.overallBurst = overallBurst
        }
    }

    private struct Registrar: Sendable {
        var bucket: TokenBucket
        var waiting = DeadlineHeap<UInt64>()
        /// Requests in a row that were not answered.
        var misses = 0
        /// While it is silent: who was let through last, when, and from when on the next one may go.
        var silence: (probe: UInt64?, since: Int64, next: Int64)?
    }

    /// So many requests in a row without an answer make a registrar silent.
    private static let mostMisses = 3
    /// Between two that try a silent registrar: at least, and where nothing is heard of the first, as after a change of
    /// its settings.
    private static let shortestProbe: Int64 = 5000
    private static let longestProbe: Int64 = 40_000
    /// A silent registrar that nobody tried for so long may be forgotten.
    private static let longestSilence: Int64 = 3_600_000

    package init(limits: Limits) {
        self.limits = limits
        overall = TokenBucket(rate: limits.overallRate, burst: limits.overallBurst)
    }

    package var waitingCount: Int { places.count }

    /// Puts a registration in line for an address; one that waits already waits there instead. False, and it waits
    /// nowhere, where the registrar is silent and somebody else tries it.
    @discardableResult
    package mutating func queue(_ id: UInt64, for address: SourceAddress, due: Int64, at now: Int64) -> Bool {
        withdraw(id)
        if registrars.count >= sweepAbove { sweep(at: now) }
        if let known = registrars[address], let silence = known.silence,
            silence.next > now || !known.waiting.isEmpty
        {
            return false
        }
        let unknown = fresh
        registrars[address, default: unknown].waiting.set(id, at: due)
        places[id] = address
        place(address, at: now)
        return true
    }

    private var fresh: Registrar {
        Registrar(bucket: TokenBucket(rate: limits.registrarRate, burst: limits.registrarBurst))
    }

    // MARK: Silence

    /// Whether `answered` makes a difference to anybody.
    package var hasDoubts: Bool { !doubtful.isEmpty }

    /// Registrars that answer nobody.
    package var silentCount: Int { doubtful.count { registrars[$0]?.silence != nil } }

    /// Notes that a request there was not answered; who is turned away, where that makes the registrar silent.
    package mutating func unanswered(_ id: UInt64, by address: SourceAddress, at now: Int64) -> [UInt64] {
        var registrar = registrars[address] ?? fresh
        doubtful.insert(address)
        registrar.misses += 1
        defer {
            registrars[address] = registrar
            place(address, at: now)
        }
        if let silence = registrar.silence {
            // Others that were under way when it fell silent tell nothing new.
            guard silence.probe == id else { return [] }
            registrar.silence = (nil, silence.since, max(now, silence.since + Self.shortestProbe))
            return []
        }
        guard registrar.misses >= Self.mostMisses else { return [] }
        registrar.silence = (nil, now, now)
        var turnedAway: [UInt64] = []
        while let id = registrar.waiting.removeFirst(dueAt: .max) { turnedAway.append(id) }
        for id in turnedAway { places[id] = nil }
        return turnedAway
    }

    /// Notes that a request there was answered; whether the registrar was silent until now.
    package mutating func answered(by address: SourceAddress, at now: Int64) -> Bool {
        guard doubtful.remove(address) != nil, let registrar = registrars[address] else { return false }
        registrars[address]?.misses = 0
        registrars[address]?.silence = nil
        place(address, at: now)
        return registrar.silence != nil
    }

    package mutating func withdraw(_ id: UInt64) {
        guard let address = places.removeValue(forKey: id) else { return }
        registrars[address]?.waiting.remove(id)
        if ready[address] != nil { place(address, readyAt: registrars[address]?.waiting.first?.at) }
        if registrars[address]?.waiting.isEmpty ?? true { refilling.remove(address) }
    }

    /// Who may send now, most urgent first; at most `limit` of them.
    package mutating func grant(at now: Int64, limit: Int = .max) -> [UInt64] {
        while let address = refilling.removeFirst(dueAt: now) { place(address, at: now) }
        var granted: [UInt64] = []
        while granted.count < limit, let address = ready.first?.key, overall.take(at: now) {
            guard registrars[address]?.bucket.take(at: now) ?? false,
                let id = registrars[address]?.waiting.removeFirst(dueAt: .max)
            else {
                place(address, at: now)
                continue
            }
            places[id] = nil
            granted.append(id)
            if registrars[address]?.silence != nil {
                registrars[address]?.silence = (id, now, now + Self.longestProbe)
            }
            place(address, at: now)
        }
        return granted
    }

    /// When `grant` has something to give; nil while nobody waits.
    package func nextGrant(at now: Int64) -> Int64? {
        guard !places.isEmpty else { return nil }
        let registrar = ready.isEmpty ? refilling.first?.at ?? now : now
        return max(registrar, overall.available(at: now))
    }

    /// When each that waits may act if nobody else comes: the `next_action_at` of those who wait.
    package func schedule(at now: Int64) -> [UInt64: Int64] {
        var copy = self
        var times: [UInt64: Int64] = [:]
        var time = now
        while let next = copy.nextGrant(at: time) {
            time = max(next, time)
            for id in copy.grant(at: time) { times[id] = time }
        }
        return times
    }

    /// Puts a registrar where it belongs: among the ready, the refilling, or neither.
    private mutating func place(_ address: SourceAddress, at now: Int64) {
        guard let registrar = registrars[address], let first = registrar.waiting.first else {
            ready.remove(address)
            refilling.remove(address)
            return
        }
        let available = max(registrar.bucket.available(at: now), registrar.silence?.next ?? now)
        if available <= now {
            refilling.remove(address)
            ready.set(address, at: first.at)
        } else {
            ready.remove(address)
            refilling.set(address, at: available)
        }
    }

    private mutating func place(_ address: SourceAddress, readyAt due: Int64?) { ready.set(address, at: due) }

    /// Forgets registrars that nobody waits for and whose buckets are full: a new one is the same. One that is silent is
    /// known for a while, or everybody would try it again at once.
    private mutating func sweep(at now: Int64) {
        registrars = registrars.filter { _, registrar in
            !registrar.waiting.isEmpty || !registrar.bucket.isFull(at: now)
                || registrar.silence.map { now < $0.next + Self.longestSilence } ?? false
        }
        doubtful = doubtful.filter { registrars[$0] != nil }
        sweepAbove = max(1024, registrars.count * 2)
    }
}
