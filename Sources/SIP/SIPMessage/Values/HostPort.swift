/// `hostport` of a URI and `sent-by` of a Via (RFC 3261 section 25.1).
struct HostPort {
    /// An IPv6 reference keeps its brackets.
    let host: ByteRange
    let port: UInt16?
    /// The offset behind it.
    let end: Int

    /// `spaces` says whether the colon may stand free, as it may in a Via.
    init?(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int, spaces: Bool) {
        guard start < limit else { return nil }
        var at = start
        if bytes.byte(start) == UInt8(ascii: "[") {
            while at < limit, bytes.byte(at) != UInt8(ascii: "]") { at &+= 1 }
            guard at < limit, isIPv6(bytes, ByteRange(proven: start &+ 1, at)) else { return nil }
            at &+= 1
        } else {
            at = bytes.skip(.host, start, limit)
            guard at > start, bytes.byte(start) != UInt8(ascii: "."), bytes.byte(start) != UInt8(ascii: "-") else {
                return nil
            }
        }
        host = ByteRange(proven: start, at)
        let colon = spaces ? bytes.skipSpace(at, limit) : at
        guard colon < limit, bytes.byte(colon) == .colon else {
            port = nil
            end = at
            return
        }
        let digits = spaces ? bytes.skipSpace(colon &+ 1, limit) : colon &+ 1
        let digitsEnd = bytes.skip(.digit, digits, limit)
        guard let number = decimal(bytes, ByteRange(proven: digits, digitsEnd)), number > 0, number <= 65_535 else {
            return nil
        }
        port = UInt16(truncatingIfNeeded: number)
        end = digitsEnd
    }
}

/// Whether the range is an IPv6 address as text (RFC 4291 section 2.2), without brackets or zone. Three colons before
/// an embedded IPv4 address are taken as two, as RFC 5118 section 4.10 demands.
package func isIPv6(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
    guard bytes.contains(range), range.count >= 2 else { return false }
    let end = range.end
    var at = Int(range.start)
    var groups = 0
    var hasGap = false
    if bytes.byte(at) == .colon {
        guard bytes.byte(at &+ 1) == .colon else { return false }
        hasGap = true
        at &+= 2
    }
    while at < end {
        if bytes.byte(at) == .colon, hasGap, bytes.byte(at &- 1) == .colon {
            return groups < 6 && isIPv4(bytes, ByteRange(proven: at &+ 1, end))
        }
        let groupEnd = bytes.skip(.hex, at, end)
        if groupEnd < end, bytes.byte(groupEnd) == UInt8(ascii: ".") {
            guard isIPv4(bytes, ByteRange(proven: at, end)) else { return false }
            groups += 2
            break
        }
        guard groupEnd > at, groupEnd &- at <= 4 else { return false }
        groups += 1
        at = groupEnd
        guard at < end else { break }
        guard bytes.byte(at) == .colon, at &+ 1 < end else { return false }
        at &+= 1
        if bytes.byte(at) == .colon {
            guard !hasGap else { return false }
            hasGap = true
            at &+= 1
        }
    }
    return hasGap ? groups < 8 : groups == 8
}

/// Whether the range is an IPv4 address in dotted decimal.
package func isIPv4(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
    guard bytes.contains(range) else { return false }
    var at = Int(range.start)
    for part in 0..<4 {
        let partEnd = bytes.skip(.digit, at, range.end)
        guard partEnd &- at <= 3, let number = decimal(bytes, ByteRange(proven: at, partEnd)), number < 256 else {
            return false
        }
        if part == 3 { return partEnd == range.end }
        guard partEnd < range.end, bytes.byte(partEnd) == UInt8(ascii: ".") else { return false }
        at = partEnd &+ 1
    }
    return false
}

extension Span<UInt8> {
    /// The range without the brackets of an IPv6 reference, where it has them.
    package func withoutBrackets(_ range: ByteRange) -> ByteRange {
        guard range.count >= 2, contains(range), byte(Int(range.start)) == UInt8(ascii: "["),
            byte(range.end &- 1) == UInt8(ascii: "]")
        else { return range }
        return ByteRange(proven: Int(range.start) &+ 1, range.end &- 1)
    }
}
