package import Provisioning
import Synchronization

/// How often one caller may ask: a token bucket that holds `burst` requests and regains `count` of them in `period`.
package struct RequestRate: Sendable, Equatable {
    package var count: Int
    package var period: Duration
    package var burst: Int

    /// - Parameter burst: as many as the count where it is not given.
    package init(_ count: Int, per period: Duration, burst: Int? = nil) {
        self.count = count
        self.period = period
        self.burst = burst ?? count
    }

    /// What a caller of any dialect may do unless the operator says otherwise: more than one client does with all it has.
    package static let standard = RequestRate(20_000, per: .seconds(1), burst: 40_000)
}

/// How often each caller asked of late, so that one client takes the server from no other.
///
/// A bucket is one number, the moment at which it is full again (the generic cell rate algorithm): who has a full one is
/// not remembered, and what is remembered is bounded.
package final class RequestLimits: Sendable {
    /// Who asks.
    package enum Subject: Hashable, Sendable {
        case account(AccountID)
        case caller(CallerID)
        /// A program, by the id of its key or token.
        case program(String)
        case `operator`
    }

    /// Most subjects that are remembered.
    static let capacity = 16_384

    /// All in nanoseconds: what a request takes, and what a bucket holds.
    private let cost: Int64
    private let depth: Int64
    private let uptime: @Sendable () -> Duration
    private let now: @Sendable () -> Timestamp
    /// When each bucket is full again.
    private let full = Mutex<[Subject: Int64]>([:])

    /// - Parameters:
    ///   - uptime: the time since some fixed moment; never goes back.
    ///   - now: the time of day, for saying when to come back.
    package init(
        _ rate: RequestRate = .standard, uptime: @escaping @Sendable () -> Duration = UseCases.makeUptime(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        cost = rate.period.nanoseconds / Int64(max(rate.count, 1))
        depth = cost * Int64(rate.burst)
        self.uptime = uptime
        self.now = now
    }

    /// Counts a request. Throws `requestRateExceeded`, which costs the subject nothing more.
    package func admit(_ subject: Subject) throws(ProvisioningError) {
        let moment = uptime().nanoseconds
        let wait: Int64 = full.withLock { full in
            if full.count >= Self.capacity { Self.makeRoom(in: &full, at: moment) }
            let next = max(full[subject] ?? moment, moment) + cost
            guard next - moment <= depth else { return next - moment - depth }
            full[subject] = next
            return 0
        }
        guard wait > 0 else { return }
        let end = now().milliseconds + (wait + 999_999) / 1_000_000
        throw ProvisioningError(
            .requestRateExceeded, "\((wait + 999_999_999) / 1_000_000_000)", "\((end + 999) / 1000)")
    }

    /// How many are remembered.
    var count: Int { full.withLock { $0.count } }

    /// Forgets those whose buckets are full, and where that is not enough the half that asked least.
    private static func makeRoom(in full: inout [Subject: Int64], at moment: Int64) {
        full = full.filter { $0.value > moment }
        guard full.count > capacity / 2 else { return }
        let middle = full.values.sorted()[full.count / 2]
        full = full.filter { $0.value > middle }
    }
}

extension Duration {
    /// Whole nanoseconds.
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
