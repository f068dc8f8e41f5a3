/// One value of Via (RFC 3261 section 20.42, RFC 3581).
package struct ViaValue: Sendable, Hashable {
    package let transport: ByteRange
    /// The sent-by host; an IPv6 reference keeps its brackets.
    package let host: ByteRange
    package let port: UInt16?
    /// The offset behind sent-by, where the parameters start with their semicolon.
    let sentByEnd: UInt16
    /// The offset behind rport, where its value can be put in.
    private(set) var rportEnd: UInt16 = 0
    package let parameters: ByteRange
    package private(set) var branch = ByteRange.empty
    package private(set) var hasRport = false
    /// The value of rport; empty where it is the flag of a request.
    package private(set) var rport = ByteRange.empty
    package private(set) var received: ByteRange?
    package private(set) var maddr: ByteRange?

    /// Whether the branch names the transaction for itself: the magic cookie and something behind it (section 8.1.1.7).
    package func hasMagicBranch(_ bytes: Span<UInt8>) -> Bool {
        branch.count > 7 && bytes.folds(ByteRange(proven: Int(branch.start), Int(branch.start) &+ 7), "z9hg4bk")
    }

    /// Nil where the grammar is broken, the protocol is not SIP, or the version not 2.0.
    package init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard bytes.contains(range) else { return nil }
        let end = range.end
        guard let version = Self.slashed(bytes, Int(range.start), end), bytes.folds(version.word, "sip"),
            let protocolEnd = Self.slashed(bytes, version.next, end), bytes.holds(protocolEnd.word, "2.0")
        else { return nil }
        let transportStart = bytes.skipSpace(protocolEnd.next, end)
        let transportEnd = bytes.skip(.token, transportStart, end)
        let hostStart = bytes.skipSpace(transportEnd, end)
        guard transportEnd > transportStart, hostStart > transportEnd,
            let sentBy = HostPort(bytes, hostStart, end, spaces: true)
        else { return nil }
        transport = ByteRange(proven: transportStart, transportEnd)
        host = sentBy.host
        port = sentBy.port
        sentByEnd = UInt16(truncatingIfNeeded: sentBy.end)
        let semicolon = bytes.skipSpace(sentBy.end, end)
        guard semicolon < end else {
            parameters = .empty
            return
        }
        guard bytes.byte(semicolon) == UInt8(ascii: ";"), semicolon &+ 1 < end else { return nil }
        parameters = ByteRange(proven: semicolon &+ 1, end)
        guard readParameters(bytes) else { return nil }
    }

    private mutating func readParameters(_ bytes: Span<UInt8>) -> Bool {
        var walk = Parameters(parameters)
        while let parameter = walk.next(bytes) {
            switch parameter.name.count {
            case 6 where bytes.folds(parameter.name, "branch"): branch = parameter.value
            case 5 where bytes.folds(parameter.name, "rport"):
                hasRport = true
                rport = parameter.value
                rportEnd = parameter.end
            case 8 where bytes.folds(parameter.name, "received"): received = parameter.value
            case 5 where bytes.folds(parameter.name, "maddr"): maddr = parameter.value
            default: break
            }
        }
        return !walk.isMalformed
    }

    /// A word and the slash behind it, with space around either.
    private static func slashed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (word: ByteRange, next: Int)? {
        let wordStart = bytes.skipSpace(start, end)
        let wordEnd = bytes.skip(.token, wordStart, end)
        let slash = bytes.skipSpace(wordEnd, end)
        guard slash < end, bytes.byte(slash) == UInt8(ascii: "/") else { return nil }
        return (ByteRange(proven: wordStart, wordEnd), slash &+ 1)
    }
}
