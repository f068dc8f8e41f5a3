import Datagrams

/// What the registrar needs to know of a REGISTER, found in one pass.
struct Request {
    /// The digits behind the `u` of the user in To.
    private(set) var user = 0
    private(set) var vias: [Range<Int>] = []
    private(set) var from = 0..<0
    private(set) var to = 0..<0
    private(set) var callID = 0..<0
    private(set) var cseq = 0..<0
    /// The URI between the angle brackets.
    private(set) var contact = 0..<0
    /// Seconds that are asked for.
    private(set) var expires: UInt32 = 3600
    private(set) var credentials: Credentials?
    private var contactExpires: UInt32?

    /// The answer to a challenge (RFC 7616 section 3.4).
    struct Credentials {
        var username = 0..<0
        var realm = 0..<0
        var nonce = 0..<0
        var uri = 0..<0
        var response = 0..<0
        var cnonce = 0..<0
        var nc = 0..<0
    }

    /// Nil when it is no REGISTER, has no user of ours, or lacks a header that an answer repeats.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.has("register ", at: 0) else { return nil }
        var isOurs = false
        var start = bytes.lineEnd(from: 0)
        while start < bytes.count {
            let end = bytes.lineEnd(from: start)
            let line = start..<max(start, end - 2)
            if line.isEmpty { break }
            switch bytes[start] | 0x20 {
            case UInt8(ascii: "v") where bytes.has("via:", at: start) || bytes.has("v:", at: start): vias.append(line)
            case UInt8(ascii: "f") where bytes.has("from:", at: start) || bytes.has("f:", at: start): from = line
            case UInt8(ascii: "t") where bytes.has("to:", at: start) || bytes.has("t:", at: start):
                to = line
                isOurs = readUser(bytes)
            case UInt8(ascii: "i") where bytes.has("i:", at: start): callID = line
            case UInt8(ascii: "m") where bytes.has("m:", at: start): readContact(bytes, in: line)
            case UInt8(ascii: "e") where bytes.has("expires:", at: start):
                expires = Self.decimal(bytes, from: start + 8, before: line.upperBound) ?? expires
            case UInt8(ascii: "a") where bytes.has("authorization:", at: start): readCredentials(bytes, in: line)
            case UInt8(ascii: "c"):
                if bytes.has("call-id:", at: start) { callID = line }
                if bytes.has("cseq:", at: start) { cseq = line }
                if bytes.has("contact:", at: start) { readContact(bytes, in: line) }
            default: break
            }
            start = end
        }
        guard isOurs, !vias.isEmpty, !from.isEmpty, !callID.isEmpty, !cseq.isEmpty, !contact.isEmpty else { return nil }
        expires = contactExpires ?? expires
    }

    private mutating func readUser(_ bytes: Span<UInt8>) -> Bool {
        guard let scheme = bytes.firstRange(of: "sip:u", in: to),
            let digits = Self.decimal(bytes, from: scheme.upperBound, before: to.upperBound)
        else { return false }
        user = Int(digits)
        return true
    }

    private mutating func readContact(_ bytes: Span<UInt8>, in line: Range<Int>) {
        guard let open = line.first(where: { bytes[$0] == UInt8(ascii: "<") }),
            let close = line.first(where: { bytes[$0] == UInt8(ascii: ">") }), open < close
        else { return }
        contact = open + 1..<close
        guard let name = bytes.firstRange(of: ";expires=", in: close..<line.upperBound) else { return }
        contactExpires = Self.decimal(bytes, from: name.upperBound, before: line.upperBound)
    }

    private mutating func readCredentials(_ bytes: Span<UInt8>, in line: Range<Int>) {
        guard let scheme = bytes.firstRange(of: "digest ", in: line) else { return }
        var found = Credentials()
        var parameters = Parameters(in: scheme.upperBound..<line.upperBound)
        while let (name, value) = parameters.next(bytes) {
            if bytes.has("username=", at: name) { found.username = value }
            if bytes.has("realm=", at: name) { found.realm = value }
            if bytes.has("nonce=", at: name) { found.nonce = value }
            if bytes.has("uri=", at: name) { found.uri = value }
            if bytes.has("response=", at: name) { found.response = value }
            if bytes.has("cnonce=", at: name) { found.cnonce = value }
            if bytes.has("nc=", at: name) { found.nc = value }
        }
        credentials = found
    }

    /// The number that begins there, behind blanks; nil without one, or beyond nine digits.
    private static func decimal(_ bytes: Span<UInt8>, from start: Int, before end: Int) -> UInt32? {
        var index = start
        while index < end, bytes[index] == UInt8(ascii: " ") { index += 1 }
        let first = index
        var value: UInt32 = 0
        while index < end, index < first + 9, bytes[index] >= 0x30, bytes[index] <= 0x39 {
            value = value * 10 + UInt32(bytes[index] - 0x30)
            index += 1
        }
        return index > first ? value : nil
    }
}
