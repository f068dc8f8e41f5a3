/// Something that a call must have room in.
package struct CallLimit: Sendable, Hashable {
    package let scope: Scope
    package let caps: CallCaps

    /// Whose room it is.
    package enum Scope: Sendable, Hashable {
        case account(AccountID)
        case user(CredentialID)
        case trunk(TrunkID)
        case carrier(CarrierID)
    }

    /// `nil` where nothing is limited.
    package init?(_ scope: Scope, _ caps: CallCaps) {
        guard caps != CallCaps() else { return nil }
        self.scope = scope
        self.caps = caps
    }
}

/// The calls that are under way, by whose they are: exact however many are begun at once, as long as one owner holds it.
///
/// A call takes its plan's limits, each try of a target that target's; whatever was taken is given back once.
package struct CallSlots: Sendable {
    private var rooms: [CallLimit.Scope: Room] = [:]

    private struct Room {
        var calls = 0
        /// When the next call may come, in nanoseconds of the caller's clock, were calls evenly spread.
        var nextArrival: Int64 = 0
        /// The day that `spent` is about, in days since 1970.
        var day: Int64 = 0
        var spent = CostAmount.zero
    }

    package init() {}

    /// Takes room in all of the limits, or in none and says which was full.
    ///
    /// - Parameter now: of the wall clock; the day of spending is its day in UTC.
    package mutating func take(_ limits: [CallLimit], at now: Timestamp) -> CallRefusal? {
        for limit in limits {
            if let cause = cause(against: limit, at: now) { return CallRefusal(cause, limit.scope.description) }
        }
        for limit in limits {
            var room = rooms[limit.scope] ?? Room()
            room.calls += 1
            if let rate = limit.caps.perSecond {
                room.nextArrival = max(room.nextArrival, Self.nanoseconds(now)) + Self.second / Int64(max(rate, 1))
            }
            rooms[limit.scope] = room
        }
        return nil
    }

    /// Takes room for what a call goes on as that holds some already: each scope counts it once. What it holds then stands in
    /// `held`; where something was full, that is said and nothing has changed.
    package mutating func take(_ limits: [CallLimit], beside held: inout [CallLimit], at now: Timestamp) -> CallRefusal?
    {
        giveBack(held)
        let refusal = take(limits, at: now)
        let kept = refusal == nil ? held.filter { old in !limits.contains { $0.scope == old.scope } } : held
        for limit in kept { rooms[limit.scope, default: Room()].calls += 1 }
        if refusal == nil { held = kept + limits }
        return refusal
    }

    /// Gives back what was taken.
    package mutating func giveBack(_ limits: [CallLimit]) {
        for limit in limits {
            guard var room = rooms[limit.scope], room.calls > 0 else { continue }
            room.calls -= 1
            rooms[limit.scope] = room
        }
    }

    /// Counts what a call cost, and what a start reads back from the records.
    package mutating func spend(_ amount: CostAmount, in limits: [CallLimit], at now: Timestamp) {
        for limit in limits where limit.caps.dailySpend != nil {
            var room = rooms[limit.scope] ?? Room()
            if room.day != now.day { (room.day, room.spent) = (now.day, .zero) }
            let (sum, overflows) = room.spent.millionths.addingReportingOverflow(amount.millionths)
            room.spent = CostAmount(millionths: overflows ? .max : sum)
            rooms[limit.scope] = room
        }
    }

    /// Forgets whose calls are all over and who spent nothing today.
    package mutating func sweep(at now: Timestamp) {
        rooms = rooms.filter {
            $0.value.calls > 0 || $0.value.day == now.day && $0.value.spent > .zero
                || $0.value.nextArrival > Self.nanoseconds(now)
        }
    }

    package func calls(in scope: CallLimit.Scope) -> Int { rooms[scope]?.calls ?? 0 }

    /// How many calls hold something.
    package var held: Int { rooms.values.reduce(0) { $0 + $1.calls } }

    private func cause(against limit: CallLimit, at now: Timestamp) -> CallCause? {
        let room = rooms[limit.scope] ?? Room()
        if let most = limit.caps.calls, room.calls >= most { return .tooManyCalls }
        if let rate = limit.caps.perSecond {
            // As many as a second takes may come at once; from then on they are spread (GCRA with that tolerance).
            let step = Self.second / Int64(max(rate, 1))
            guard rate > 0, room.nextArrival - Self.nanoseconds(now) <= Self.second - step else {
                return .tooManyPerSecond
            }
        }
        if let most = limit.caps.dailySpend, room.day == now.day ? room.spent >= most : most == .zero {
            return .spent
        }
        return nil
    }

    private static let second: Int64 = 1_000_000_000

    private static func nanoseconds(_ now: Timestamp) -> Int64 { now.milliseconds &* 1_000_000 }
}

extension CallLimit.Scope: CustomStringConvertible {
    package var description: String {
        switch self {
        case .account(let id): "account \(id)"
        case .user(let id): "user \(id)"
        case .trunk(let id): "trunk \(id)"
        case .carrier(let id): "carrier \(id)"
        }
    }
}

extension Timestamp {
    /// Days since 1970 in UTC.
    package var day: Int64 { milliseconds / 86_400_000 }
}
