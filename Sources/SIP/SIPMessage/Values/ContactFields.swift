/// One value of the Contact of a REGISTER (RFC 3261 section 10.2, RFC 5626 section 4.1).
package struct ContactFields: Sendable, Hashable {
    package let displayName: ByteRange
    package let uri: ByteRange
    /// The contact is `*`: all of them.
    package let isStar: Bool
    /// Seconds; what is no number counts as 3600 (section 20.10), what is beyond 2^32-1 stays there.
    package private(set) var expires: UInt32?
    /// Thousandths, 0...1000.
    package private(set) var q = 1000
    /// `+sip.instance` between its quotes, `<` and `>` included.
    package private(set) var instance = ByteRange.empty
    /// 1...2^31-1.
    package private(set) var regID: UInt32?
    package let parameters: ByteRange

    /// Nil where the grammar is broken, q or reg-id included.
    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        if bytes.holds(range, "*") {
            (displayName, uri, parameters, isStar) = (.empty, .empty, .empty, true)
            return
        }
        guard let address = NameAddress(bytes, range) else { return nil }
        displayName = address.displayName
        uri = address.uri
        parameters = address.parameters
        isStar = false
        var walk = Parameters(parameters)
        while let parameter = walk.next(bytes) {
            switch parameter.name.count {
            case 7 where bytes.folds(parameter.name, "expires"): expires = decimal(bytes, parameter.value) ?? 3600
            case 1 where bytes.folds(parameter.name, "q"):
                guard let thousandths = Self.thousandths(bytes, parameter.value) else { return nil }
                q = thousandths
            case 13 where bytes.folds(parameter.name, "+sip.instance"): instance = parameter.value
            case 6 where bytes.folds(parameter.name, "reg-id"):
                guard let number = decimal(bytes, parameter.value), number > 0, number < 1 << 31 else { return nil }
                regID = number
            default: break
            }
        }
        if walk.isMalformed { return nil }
    }

    /// `qvalue`: 0 to 1 with up to three decimals.
    private static func thousandths(_ bytes: Span<UInt8>, _ range: ByteRange) -> Int? {
        guard bytes.contains(range), 1...5 ~= range.count else { return nil }
        let whole = Int(bytes.byte(Int(range.start))) - Int(UInt8(ascii: "0"))
        guard 0...1 ~= whole else { return nil }
        guard range.count > 1 else { return whole * 1000 }
        guard bytes.byte(Int(range.start) &+ 1) == UInt8(ascii: ".") else { return nil }
        var value = whole * 1000
        var weight = 100
        for offset in (Int(range.start) &+ 2)..<range.end {
            let digit = Int(bytes.byte(offset)) - Int(UInt8(ascii: "0"))
            guard 0...9 ~= digit else { return nil }
            value += digit * weight
            weight /= 10
        }
        return value <= 1000 ? value : nil
    }
}
