import SIPMessage

/// One or two URIs, a line each: what is read does not depend on where it stands, and writing its parts changes nothing.
enum URITarget {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        guard bytes.count <= 8192 else { return }
        let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let first = lines.first ?? []
        guard let uri = read(first) else { return }
        try checkParts(uri, first)
        try checkMoved(uri, first)
        try checkWritten(uri, first)
        let second = lines.count > 1 ? lines[1] : []
        guard let other = read(second) else { return }
        let forth = uri.isEquivalent(first.span, to: other, second.span)
        let back = other.isEquivalent(second.span, to: uri, first.span)
        try hold(forth == back, "equivalence goes both ways")
    }

    private static func read(_ bytes: [UInt8]) -> SIPURI? { SIPURI(bytes.span, ByteRange(0, bytes.count)) }

    private static func parts(_ uri: SIPURI) -> [ByteRange] {
        [uri.user, uri.password, uri.host, uri.parameters, uri.headers]
    }

    private static func checkParts(_ uri: SIPURI, _ bytes: [UInt8]) throws(Violation) {
        var last = 0
        for part in parts(uri) where !part.isEmpty {
            try hold(Int(part.start) >= last && part.end <= bytes.count, "the parts stand in order")
            last = part.end
        }
        let bare = uri.bareHost(bytes.span)
        try hold(bare.start >= uri.host.start && bare.end <= uri.host.end, "the bare host stands in the host")
        try hold(bytes.span.unescaped(uri.user).count <= Int(uri.user.count), "unescaping does not add")
        let isPlain = !bytes[uri.user.range].contains(UInt8(ascii: "%"))
        try hold(uri.userIsEscaped != isPlain, "a user is escaped where it holds a %")
    }

    private static func checkMoved(_ uri: SIPURI, _ bytes: [UInt8]) throws(Violation) {
        let around = Array("<sip:x@".utf8) + bytes + Array("%41;x".utf8)
        guard let moved = SIPURI(around.span, ByteRange(7, 7 + bytes.count)) else {
            throw Violation(description: "a URI can be read wherever it stands")
        }
        try hold(moved.port == uri.port && moved.scheme == uri.scheme, "port and scheme are the same elsewhere")
        for (here, there) in zip(parts(uri), parts(moved)) {
            try hold(bytes.span.holds(here, around.span, there), "a part is the same elsewhere")
        }
        if !hasTwins(uri, bytes) {
            try hold(uri.isEquivalent(bytes.span, to: moved, around.span), "a URI is equivalent to itself")
        }
    }

    /// Section 19.1.4 says nothing of a parameter that is given twice or cannot be read.
    private static func hasTwins(_ uri: SIPURI, _ bytes: [UInt8]) -> Bool {
        var walk = Parameters(uri.parameters)
        var names: Set<[UInt8]> = []
        while let parameter = walk.next(bytes.span) {
            let name = bytes.span.unescaped(parameter.name).map(folded)
            guard names.insert(name).inserted else { return true }
        }
        return walk.isMalformed
    }

    private static func checkWritten(_ uri: SIPURI, _ bytes: [UInt8]) throws(Violation) {
        guard uri.scheme == .sip || uri.scheme == .sips else { return }
        var text = Array((uri.scheme == .sip ? "sip:" : "sips:").utf8)
        if !uri.user.isEmpty {
            text += bytes[uri.user.range]
            if !uri.password.isEmpty { text += [0x3A] + bytes[uri.password.range] }
            text.append(0x40)
        }
        text += bytes[uri.host.range]
        if let port = uri.port { text += Array(":\(port)".utf8) }
        if !uri.parameters.isEmpty { text += [0x3B] + bytes[uri.parameters.range] }
        if !uri.headers.isEmpty { text += [0x3F] + bytes[uri.headers.range] }
        guard let again = read(text) else {
            throw Violation(description: "what was written can be read: \(String(decoding: text, as: UTF8.self))")
        }
        try hold(again.port == uri.port && again.scheme == uri.scheme, "port and scheme are written")
        for (old, new) in zip(parts(uri), parts(again)) {
            try hold(bytes.span.holds(old, text.span, new), "a part is written as it was read")
        }
    }
}
