extension MessageIndex {
    /// Request-Line or Status-Line (RFC 3261 sections 7.1 and 7.2), exactly one space between the parts.
    mutating func readStartLine(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> MessageFault? {
        if end &- start >= 4, folded(bytes.byte(start)) == UInt8(ascii: "s"),
            bytes.folds(ByteRange(proven: start, start &+ 4), "sip/")
        {
            return readStatusLine(bytes, start, end)
        }
        let methodEnd = bytes.skip(.token, start, end)
        guard methodEnd > start, methodEnd < end, bytes.byte(methodEnd) == .space else { return .notSIP }
        isRequest = true
        methodRange = ByteRange(proven: start, methodEnd)
        method = Method(bytes, methodRange)

        var uriEnd = methodEnd &+ 1
        while uriEnd < end, bytes.byte(uriEnd) > .space { uriEnd &+= 1 }
        requestURI = ByteRange(proven: methodEnd &+ 1, uriEnd)
        if !requestURI.isEmpty, uriEnd < end, bytes.byte(uriEnd) == .space {
            guard let fault = Self.versionFault(bytes, uriEnd &+ 1, end) else { return nil }
            if fault == .unsupportedVersion { return fault }
        }
        return Self.namesSIP(bytes, methodEnd, end) ? .badStartLine : .notSIP
    }

    private mutating func readStatusLine(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> MessageFault? {
        var versionEnd = start
        while versionEnd < end, bytes.byte(versionEnd) != .space { versionEnd &+= 1 }
        if let fault = Self.versionFault(bytes, start, versionEnd) { return fault }
        let codeStart = versionEnd &+ 1
        let codeEnd = bytes.skip(.digit, min(codeStart, end), end)
        guard codeEnd &- codeStart == 3, codeEnd == end || bytes.byte(codeEnd) == .space,
            let code = decimal(bytes, ByteRange(proven: codeStart, codeEnd)), code >= 100, code < 700
        else { return .badStartLine }
        status = Int(code)
        reasonPhrase = ByteRange(proven: min(codeEnd &+ 1, end), end)
        return nil
    }

    /// Whether the last word of the line names some version of SIP: then it was meant for us, however broken.
    private static func namesSIP(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let wordEnd = bytes.trimEnd(start, end)
        var word = wordEnd
        while word > start, !bytes.byte(word &- 1, is: .space) { word &-= 1 }
        return wordEnd &- word >= 4 && bytes.folds(ByteRange(proven: word, word &+ 4), "sip/")
    }

    private static func versionFault(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> MessageFault? {
        if bytes.folds(ByteRange(proven: start, end), "sip/2.0") { return nil }
        let major = bytes.skip(.digit, min(start &+ 4, end), end)
        guard end &- start > 4, bytes.folds(ByteRange(proven: start, start &+ 4), "sip/"), major > start &+ 4,
            major < end, bytes.byte(major) == UInt8(ascii: "."), major &+ 1 < end,
            bytes.skip(.digit, major &+ 1, end) == end
        else { return .badStartLine }
        return .unsupportedVersion
    }
}
