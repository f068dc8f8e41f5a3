extension SIPURI {
    /// Parameters, or headers, of a URI that are compared with others in any order: the work grows with the square.
    private static let mostCompared = 32

    /// Whether two URIs, each with its own bytes, are equivalent: RFC 3261 section 19.1.4 for SIP and SIPS, digits
    /// without visual separators for `tel` (RFC 3966 section 4), the same bytes for any other scheme. Not transitive. One with
    /// more than 32 parameters or headers is equivalent to itself alone.
    package func isEquivalent(_ bytes: Span<UInt8>, to other: SIPURI, _ otherBytes: Span<UInt8>) -> Bool {
        guard scheme == other.scheme, bytes.contains(whole), otherBytes.contains(other.whole) else { return false }
        if bytes.holds(whole, otherBytes, other.whole) { return true }
        switch scheme {
        case .other: return false
        case .tel:
            return Self.isSameNumber(bytes, user, otherBytes, other.user)
                && Self.haveSameParameters(bytes, parameters, otherBytes, other.parameters)
        case .sip, .sips:
            return port == other.port && bytes.folds(host, otherBytes, other.host)
                && Self.isSameText(bytes, user, otherBytes, other.user, folding: false)
                && Self.isSameText(bytes, password, otherBytes, other.password, folding: false)
                && Self.haveSameParameters(bytes, parameters, otherBytes, other.parameters)
                && Self.haveSameHeaders(bytes, headers, otherBytes, other.headers)
        }
    }

    private static func areFew(_ bytes: Span<UInt8>, _ range: ByteRange, _ separator: Unicode.Scalar) -> Bool {
        var count = 1
        for offset in range.range where bytes.byte(offset) == UInt8(ascii: separator) { count &+= 1 }
        return count <= mostCompared
    }

    /// Every parameter that both have is the same, and those that count are in both or in neither.
    private static func haveSameParameters(
        _ bytes: Span<UInt8>, _ range: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange
    ) -> Bool {
        areFew(bytes, range, ";") && areFew(otherBytes, otherRange, ";")
            && agree(bytes, range, otherBytes, otherRange) && agree(otherBytes, otherRange, bytes, range)
    }

    private static func agree(
        _ bytes: Span<UInt8>, _ range: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange
    ) -> Bool {
        var walk = Parameters(range)
        while let parameter = walk.next(bytes) {
            if let match = find(bytes, parameter.name, otherBytes, otherRange) {
                guard isSameText(bytes, parameter.value, otherBytes, match, folding: true) else { return false }
            } else if countsAlone(bytes, parameter.name) {
                return false
            }
        }
        return true
    }

    private static func find(
        _ bytes: Span<UInt8>, _ name: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange
    ) -> ByteRange? {
        var walk = Parameters(otherRange)
        while let parameter = walk.next(otherBytes) {
            if isSameText(bytes, name, otherBytes, parameter.name, folding: true) { return parameter.value }
        }
        return nil
    }

    /// The parameters that make a URI another one by being there; `transport` is one by the section's examples.
    private static func countsAlone(_ bytes: Span<UInt8>, _ name: ByteRange) -> Bool {
        for counted: StaticString in ["user", "ttl", "method", "maddr", "transport"]
        where bytes.folds(name, counted) { return true }
        return false
    }

    /// The same headers with the same values, in any order.
    private static func haveSameHeaders(
        _ bytes: Span<UInt8>, _ range: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange
    ) -> Bool {
        areFew(bytes, range, "&") && areFew(otherBytes, otherRange, "&")
            && holds(bytes, range, otherBytes, otherRange) && holds(otherBytes, otherRange, bytes, range)
    }

    private static func holds(
        _ bytes: Span<UInt8>, _ range: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange
    ) -> Bool {
        var walk = URIHeaders(range)
        while let header = walk.next(bytes) {
            var others = URIHeaders(otherRange)
            var isFound = false
            while !isFound, let other = others.next(otherBytes) {
                isFound =
                    isSameText(bytes, header.name, otherBytes, other.name, folding: true)
                    && isSameText(bytes, header.value, otherBytes, other.value, folding: false)
            }
            guard isFound else { return false }
        }
        return true
    }

    /// Equal after unescaping, but that a reserved character is not the same as its escaped form.
    private static func isSameText(
        _ bytes: Span<UInt8>, _ range: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange, folding: Bool
    ) -> Bool {
        var text = EscapedText(range)
        var other = EscapedText(otherRange)
        while true {
            let left = text.next(bytes)
            let right = other.next(otherBytes)
            guard let left, let right else { return left == nil && right == nil }
            let isSame = folding ? folded(left.byte) == folded(right.byte) : left.byte == right.byte
            guard isSame, left.isEscaped == right.isEscaped || !isReserved(left.byte) else { return false }
        }
    }

    private static func isReserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"),
            UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","):
            true
        default: false
        }
    }

    private static func isSameNumber(
        _ bytes: Span<UInt8>, _ range: ByteRange, _ otherBytes: Span<UInt8>, _ otherRange: ByteRange
    ) -> Bool {
        var left = Int(range.start)
        var right = Int(otherRange.start)
        while true {
            while left < range.end, isSeparator(bytes.byte(left)) { left &+= 1 }
            while right < otherRange.end, isSeparator(otherBytes.byte(right)) { right &+= 1 }
            guard left < range.end, right < otherRange.end else { return left == range.end && right == otherRange.end }
            guard folded(bytes.byte(left)) == folded(otherBytes.byte(right)) else { return false }
            left &+= 1
            right &+= 1
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"): true
        default: false
        }
    }
}

/// Walks the `name=value` of a URI's headers, which `&` separates.
private struct URIHeaders {
    private var at: Int
    private let end: Int

    init(_ range: ByteRange) {
        at = Int(range.start)
        end = range.end
    }

    mutating func next(_ bytes: Span<UInt8>) -> (name: ByteRange, value: ByteRange)? {
        guard at < end else { return nil }
        let start = at
        while at < end, bytes.byte(at) != UInt8(ascii: "&") { at &+= 1 }
        var equals = start
        while equals < at, bytes.byte(equals) != UInt8(ascii: "=") { equals &+= 1 }
        let header = (ByteRange(proven: start, equals), ByteRange(proven: min(equals &+ 1, at), at))
        at &+= 1
        return header
    }
}
