/// A URI where one may stand in SIP (RFC 3261 section 19.1, RFC 3966), as places in the message.
package struct SIPURI: Sendable, Hashable {
    package enum Scheme: UInt8, Sendable { case sip, sips, tel, other }

    package private(set) var scheme = Scheme.other
    /// All of it.
    package private(set) var whole: ByteRange
    /// Still escaped. For `tel` the number; for another scheme everything behind the colon.
    package private(set) var user = ByteRange.empty
    /// Whether `user` holds a `%`.
    package private(set) var userIsEscaped = false
    package private(set) var password = ByteRange.empty
    /// A host name or address; an IPv6 reference keeps its brackets.
    package private(set) var host = ByteRange.empty
    /// Nil where none is written: not the same as the scheme's default port (section 19.1.4).
    package private(set) var port: UInt16?
    /// Behind the first semicolon after the host.
    package private(set) var parameters = ByteRange.empty
    /// Behind the `?`.
    package private(set) var headers = ByteRange.empty

    /// The host without the brackets of an IPv6 reference.
    package func bareHost(_ bytes: Span<UInt8>) -> ByteRange { bytes.withoutBrackets(host) }

    /// Nil where the grammar is broken; `%` must be followed by two hexadecimal digits.
    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard bytes.contains(range) else { return nil }
        whole = range
        let end = range.end
        var colon = Int(range.start)
        while colon < end, bytes.byte(colon) != .colon, bytes.byte(colon, is: .token) { colon &+= 1 }
        let name = ByteRange(proven: Int(range.start), colon)
        guard colon < end, bytes.byte(colon) == .colon, !name.isEmpty, Self.isLetter(bytes.byte(Int(name.start)))
        else { return nil }
        let start = colon &+ 1
        switch name.count {
        case 3 where bytes.folds(name, "sip"): scheme = .sip
        case 4 where bytes.folds(name, "sips"): scheme = .sips
        case 3 where bytes.folds(name, "tel"): scheme = .tel
        default: break
        }
        var at = start
        var userEnd: Int?
        while at < end {
            let byte = bytes.byte(at)
            if byte == UInt8(ascii: "@"), userEnd == nil { userEnd = at }
            if byte == UInt8(ascii: "%") {
                guard at &+ 2 < end, bytes.byte(at &+ 1, is: .hex), bytes.byte(at &+ 2, is: .hex) else { return nil }
            }
            guard bytes.byte(at, is: .uri) else { return nil }
            at &+= 1
        }
        switch scheme {
        case .sip, .sips:
            if let userEnd { guard readUser(bytes, start, userEnd) else { return nil } }
            guard readHost(bytes, userEnd.map { $0 &+ 1 } ?? start, end) else { return nil }
        case .tel:
            guard readTelephone(bytes, start, end) else { return nil }
        case .other:
            guard start < end else { return nil }
            user = ByteRange(proven: start, end)
        }
    }

    private mutating func readUser(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var at = start
        while at < end, bytes.byte(at, is: .user) {
            if bytes.byte(at) == UInt8(ascii: "%") { userIsEscaped = true }
            at &+= 1
        }
        guard at > start else { return false }
        user = ByteRange(proven: start, at)
        guard at < end else { return true }
        guard bytes.byte(at) == .colon, bytes.skip(.user, at &+ 1, end) == end else { return false }
        password = ByteRange(proven: at &+ 1, end)
        return true
    }

    /// `hostport`, parameters and headers.
    private mutating func readHost(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard let sentBy = HostPort(bytes, start, end, spaces: false) else { return false }
        host = sentBy.host
        port = sentBy.port
        var at = sentBy.end
        if at < end, bytes.byte(at) == UInt8(ascii: ";") {
            let first = at &+ 1
            while at < end, bytes.byte(at) != UInt8(ascii: "?") { at &+= 1 }
            guard at > first else { return false }
            parameters = ByteRange(proven: first, at)
        }
        if at < end, bytes.byte(at) == UInt8(ascii: "?") {
            guard at &+ 1 < end else { return false }
            headers = ByteRange(proven: at &+ 1, end)
            at = end
        }
        return at == end
    }

    private mutating func readTelephone(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var at = start
        while at < end, bytes.byte(at) != UInt8(ascii: ";") { at &+= 1 }
        guard at > start else { return false }
        user = ByteRange(proven: start, at)
        guard at < end else { return true }
        guard at &+ 1 < end else { return false }
        parameters = ByteRange(proven: at &+ 1, end)
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
}
