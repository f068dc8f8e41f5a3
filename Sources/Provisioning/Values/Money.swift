/// An exact amount of money in millionths of the currency's unit; never a floating-point number.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let micros: Int64

    package init(micros: Int64) { self.micros = micros }

    /// An amount as people write it, such as `12.5`: at most six digits behind the point, no sign, no exponent.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard (1...9).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy(\.isASCIIDigit),
            fraction.utf8.count <= 6, fraction.utf8.allSatisfy(\.isASCIIDigit), parts.count == 1 || !fraction.isEmpty,
            let whole = Int64(parts[0]),
            let rest = Int64(fraction + String(repeating: "0", count: 6 - fraction.utf8.count))
        else { return nil }
        micros = whole * Self.unit + rest
    }

    private static let unit: Int64 = 1_000_000

    package static let zero = Money(micros: 0)

    package static func + (left: Money, right: Money) -> Money { Money(micros: left.micros + right.micros) }
    package static func - (left: Money, right: Money) -> Money { Money(micros: left.micros - right.micros) }
    package static prefix func - (money: Money) -> Money { Money(micros: -money.micros) }
    package static func < (left: Money, right: Money) -> Bool { left.micros < right.micros }

    /// Decimal without trailing zeros, such as `1.5`, `0` or `-0.25`.
    package var description: String {
        let (whole, rest) = micros.magnitude.quotientAndRemainder(dividingBy: UInt64(Self.unit))
        let digits = String(rest)
        var fraction = String(repeating: "0", count: 6 - digits.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return (micros < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// Decimal with two digits behind the point, or as many more as it takes.
    package var price: String {
        let text = description
        guard let point = text.lastIndex(of: ".") else { return "\(text).00" }
        return text.distance(from: point, to: text.endIndex) == 2 ? "\(text)0" : text
    }

    /// The part of the amount that so many thousandths of a percent are, rounded half up to a millionth.
    package func share(thousandthsOfPercent share: Int64) -> Money {
        let product = micros.multipliedFullWidth(by: share)
        let (quotient, rest) = Int64(100_000).dividingFullWidth(product)
        return Money(micros: quotient + (rest * 2 >= 100_000 ? 1 : 0))
    }
}
