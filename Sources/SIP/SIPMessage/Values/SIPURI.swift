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

    /// `urn:service:` and what it names, such as `sos` (RFC 5031).
    package func isService(_ bytes: Span<UInt8>) -> Bool {
        let start: StaticString = "urn:service:"
        return scheme == .other && whole.count > start.utf8CodeUnitCount
            && bytes.folds(ByteRange(Int(whole.start), Int(whole.start) + start.utf8CodeUnitCount), start)
    }

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
        let isRead =
            switch scheme {
            case .sip, .sips: readHost(bytes, readUser(bytes, start, end), end)
            case .tel: readTelephone(bytes, start, end)
            case .other: readOpaque(bytes, start, end)
            }
        guard isRead else { return nil }
    }

    /// `userinfo`, where there is one; answers where the host starts.
    private mutating func readUser(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var hasEscape = false
        let userEnd = Self.skip(bytes, start, end, &hasEscape) { ByteClass(of: $0).contains(.user) }
        var at = userEnd
        if at < end, bytes.byte(at) == .colon {
            var passwordHasEscape = false
            at = Self.skip(bytes, at &+ 1, end, &passwordHasEscape) { ByteClass(of: $0).contains(.user) }
        }
        guard at < end, bytes.byte(at) == UInt8(ascii: "@"), userEnd > start else { return start }
        user = ByteRange(proven: start, userEnd)
        userIsEscaped = hasEscape
        if at > userEnd { password = ByteRange(proven: userEnd &+ 1, at) }
        return at &+ 1
    }

    /// Skips wanted bytes and whole escapes; a `%` without two hexadecimal digits ends it.
    @inline(__always)
    private static func skip(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ hasEscape: inout Bool, _ isWanted: (UInt8) -> Bool
    ) -> Int {
        var at = start
        while at < end, isWanted(bytes.byte(at)) {
            if bytes.byte(at) == UInt8(ascii: "%") {
                guard at &+ 2 < end, bytes.byte(at &+ 1, is: .hex), bytes.byte(at &+ 2, is: .hex) else { return at }
                hasEscape = true
            }
            at &+= 1
        }
        return at
    }

    /// `hostport`, parameters and headers.
    private mutating func readHost(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard let sentBy = HostPort(bytes, start, end, spaces: false) else { return false }
        host = sentBy.host
        port = sentBy.port
        var at = sentBy.end
        guard at < end else { return true }
        var hasEscape = false
        if bytes.byte(at) == UInt8(ascii: ";") {
            let first = at &+ 1
            at = Self.skip(bytes, first, end, &hasEscape) { ByteClass(of: $0).contains(.uri) }
            parameters = ByteRange(proven: first, at)
            guard !parameters.isEmpty else { return false }
        }
        if at < end, bytes.byte(at) == UInt8(ascii: "?") {
            let first = at &+ 1
            at = Self.skip(bytes, first, end, &hasEscape) {
                ByteClass(of: $0).contains(.uri) || $0 == UInt8(ascii: "?")
            }
            headers = ByteRange(proven: first, at)
            guard !headers.isEmpty else { return false }
        }
        return at == end
    }

    private mutating func readTelephone(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard readOpaque(bytes, start, end) else { return false }
        var at = start
        while at < end, bytes.byte(at) != UInt8(ascii: ";") { at &+= 1 }
        user = ByteRange(proven: start, at)
        userIsEscaped = user.range.contains { bytes.byte($0) == UInt8(ascii: "%") }
        if at < end { parameters = ByteRange(proven: at &+ 1, end) }
        return !user.isEmpty && (at == end || !parameters.isEmpty)
    }

    private mutating func readOpaque(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        user = ByteRange(proven: start, end)
        let read = Self.skip(bytes, start, end, &userIsEscaped) {
            ByteClass(of: $0).contains(.uri) || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "@")
        }
        return start < end && read == end
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
}
