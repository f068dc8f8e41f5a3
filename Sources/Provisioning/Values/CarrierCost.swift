/// What calls to numbers of one prefix cost at a carrier that has costs of its own.
package struct CarrierCost: Sendable, Equatable {
    package let id: CarrierCostID
    package let account: AccountID
    package var details: CarrierCostDetails

    package init(id: CarrierCostID, account: AccountID, details: CarrierCostDetails) {
        self.id = id
        self.account = account
        self.details = details
    }
}

package typealias CarrierCostID = Identifier<CarrierCost>

/// What a caller says about a cost; the values here are those of one that says no more than its carrier.
package struct CarrierCostDetails: Sendable, Equatable {
    package var carrier: CarrierID
    package var description = ""

    // Which calls it is for.
    package var called = CalledNumbers()
    package var callerMatch = CallerMatch.prefix
    /// Empty is any caller.
    package var callerPrefix = ""
    package var media = CallMedia.voiceAndFax
    package var hours = CostHours()
    package var priority = 1
    /// Whether routing by least cost looks at it.
    package var isLeastCost = true

    // What they cost.
    /// Once, on answer.
    package var connectFee = CostAmount.zero
    /// For each minute after the included seconds.
    package var perMinute = CostAmount.zero
    /// For each message.
    package var perMessage = CostAmount.zero
    package var minimum = CostAmount.zero
    /// Seconds that the connect fee pays for.
    package var includedSeconds = 0
    /// Seconds that are billed at a time.
    package var increment = 1

    package init(carrier: CarrierID) { self.carrier = carrier }

    /// Whether `callerPrefix` is a prefix of numbers or the name of a group of them.
    package enum CallerMatch: String, CaseIterable, Sendable {
        case prefix, group
    }
}

/// Called numbers of one prefix and of certain lengths.
package struct CalledNumbers: Sendable, Equatable {
    /// Empty is any number.
    package var prefix = ""
    package var minimumLength = 1
    package var maximumLength = 100

    package init() {}

    /// How much of a number the prefix says.
    var digitCount: Int { prefix.count - (prefix.hasPrefix("+") ? 1 : 0) }

    /// Whether it is for a number; the `+` of one in E.164 form may be left out of the prefix.
    package func holds(_ number: String) -> Bool {
        let begins = number.hasPrefix(prefix) || number.hasPrefix("+") && number.dropFirst().hasPrefix(prefix)
        return begins && number.count >= minimumLength && number.count <= maximumLength
    }
}

/// What a call carries.
package enum CallMedia: String, CaseIterable, Sendable {
    case voiceAndFax = "voice_fax"
    case voice, fax, message

    package func holds(_ other: CallMedia) -> Bool {
        self == other || self == .voiceAndFax && (other == .voice || other == .fax)
    }
}

/// When a cost applies.
package struct CostHours: Sendable, Equatable {
    /// 1 is Monday.
    package var days = "1234567"
    /// Minutes of the day, both included.
    package var firstMinute = 0
    package var lastMinute = 24 * 60 - 1
    /// Seconds since 1970; `nil` is always.
    package var from: Int64?
    package var until: Int64?

    package init() {}

    /// Whether it applies at a moment, in UTC.
    package func hold(_ moment: Timestamp) -> Bool {
        let seconds = moment.milliseconds / 1000
        guard from.map({ $0 <= seconds }) ?? true, until.map({ seconds <= $0 }) ?? true else { return false }
        // 1970-01-01 was a Thursday.
        let day = (seconds / 86_400 + 3) % 7 + 1
        let minute = Int(seconds % 86_400 / 60)
        return days.contains(String(day)) && firstMinute <= minute && minute <= lastMinute
    }
}

/// An amount of some currency, exact to its millionth part; never negative.
package struct CostAmount: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let millionths: Int64

    package static let zero = Self(millionths: 0)
    private static let unit: Int64 = 1_000_000

    package init(millionths: Int64) { self.millionths = millionths }

    /// An amount from at most nine digits and six behind a point; else `nil`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...9).contains(parts[0].count), (1...6).contains(fraction.count),
            parts[0].utf8.allSatisfy(\.isASCIIDigit), fraction.utf8.allSatisfy(\.isASCIIDigit),
            let whole = Int64(parts[0]), let part = Int64(fraction + String(repeating: "0", count: 6 - fraction.count))
        else { return nil }
        millionths = whole * Self.unit + part
    }

    /// With two digits behind the point, or as many more as it has.
    package var description: String {
        let fraction = String(millionths % Self.unit)
        let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
        let behind = padded.dropFirst(2).reversed().drop { $0 == "0" }.reversed()
        return "\(millionths / Self.unit).\(padded.prefix(2))\(String(behind))"
    }

    package static func < (left: Self, right: Self) -> Bool { left.millionths < right.millionths }
}
