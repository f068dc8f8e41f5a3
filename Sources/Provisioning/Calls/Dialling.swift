/// How an account's people dial: what makes a number of what they dialled.
package struct Dialling: Sendable, Equatable {
    /// Digits, such as `44`.
    package var countryCode: String
    /// Stands before numbers of the country; empty where nothing does.
    package var nationalPrefix: String
    /// Any of them stands before numbers of other countries.
    package var internationalPrefixes: [String]

    package init(countryCode: String, nationalPrefix: String, internationalPrefixes: [String]) {
        self.countryCode = countryCode
        self.nationalPrefix = nationalPrefix
        self.internationalPrefixes = internationalPrefixes
    }

    /// As it is done in a country (ISO 3166-1 alpha-2).
    package init(country: String) {
        let (national, international) = CallingCodes.prefixes(of: country)
        self.init(
            countryCode: CallingCodes.code(of: country) ?? "1", nationalPrefix: national,
            internationalPrefixes: international)
    }

    /// The number that was dialled, or `nil` for what is none, such as an extension or a name.
    ///
    /// What people write between digits is passed over, and so is `#` behind them, which many phones end dialling with.
    package func number(_ dialled: some StringProtocol) -> TelephoneNumber? {
        guard let digits = Self.digits(dialled) else { return nil }
        if digits.hasPrefix("+") { return TelephoneNumber(digits) }
        // The longest first: of two prefixes one may begin with the other.
        for prefix in internationalPrefixes.sorted(by: { $0.count > $1.count })
        where !prefix.isEmpty && digits.hasPrefix(prefix) {
            return TelephoneNumber("+\(digits.dropFirst(prefix.count))")
        }
        if countryCode == "1" { return northAmerican(digits) }
        if nationalPrefix.isEmpty { return digits.count >= 7 ? TelephoneNumber("+\(countryCode)\(digits)") : nil }
        if digits.hasPrefix(nationalPrefix) {
            return TelephoneNumber("+\(countryCode)\(digits.dropFirst(nationalPrefix.count))")
        }
        // Machines often leave the `+` away.
        let isWhole = digits.hasPrefix(countryCode) && digits.count >= countryCode.count + 7
        return isWhole ? TelephoneNumber("+\(digits)") : nil
    }

    /// Ten digits, or eleven that begin with 1; seven would need an area.
    private func northAmerican(_ digits: String) -> TelephoneNumber? {
        guard digits.count == 10 || digits.count == 11 && digits.hasPrefix("1") else { return nil }
        return TelephoneNumber(digits)
    }

    /// What can be a number: digits, with a `+` before them where it was written; at most 32 of them.
    private static func digits(_ dialled: some StringProtocol) -> String? {
        var digits = ""
        var text = Substring(dialled)
        while text.last == "#" { text.removeLast() }
        guard text.utf8.count <= 48 else { return nil }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(Character(Unicode.Scalar(byte)))
            case UInt8(ascii: "+") where digits.isEmpty: digits = "+"
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"): continue
            default: return nil
            }
        }
        return digits.count > 1 && digits.count <= 33 ? digits : nil
    }
}

extension TelephoneNumber {
    /// The countries whose code the number has, the largest first; none for one of no country, such as `+800`.
    package var countries: [String] { CallingCodes.countries(of: self) }
}

extension TrafficClass {
    /// Whether a call to the number is within the class, for an account of a country.
    package func holds(_ number: TelephoneNumber, country: String) -> Bool {
        if self == .all { return true }
        guard number.countries.contains(country) else { return false }
        guard self == .lite else { return true }
        let national = number.e164.dropFirst(1 + (CallingCodes.code(of: country)?.count ?? 0))
        return !SpecialNumbers.costly(in: country).contains { national.hasPrefix($0) }
    }
}
