import SIPMessage

/// Where we register, as whom, and how calls are to find us: checked once, packed into one run of bytes.
package final class RegistrationSettings: Sendable {
    /// Seconds.
    package let expires: UInt32
    /// Changes with the password, so that a new one is told from the old without either.
    package let secretVersion: UInt64
    /// Whether the contact has a `line` parameter, for registrars that put another user into it.
    package let usesLine: Bool
    /// Asked for each answer to a challenge; what it reads stays sealed in between.
    let ha1: HA1Source
    private let ends: InlineArray<6, UInt16>
    private let texts: [UInt8]

    /// What a caller says; the texts as they stand in a message.
    package struct Draft: Sendable {
        /// The Request-URI: `sip:registrar.example[:port]`, without user.
        package var registrar: String
        /// The URI of From and To.
        package var addressOfRecord: String
        /// The user of the contact, which no other registration has: it names this one in calls that arrive.
        package var contactUser: String
        package var authenticationUser: String
        /// The URI of the outbound proxy; nil goes to the registrar.
        package var outboundProxy: String?
        /// `+sip.instance`, such as `urn:uuid:...`; nil sends none.
        package var instance: String?
        package var usesLine = false
        /// Seconds.
        package var expires: UInt32 = 3600
        package var secretVersion: UInt64 = 0

        package init(registrar: String, addressOfRecord: String, contactUser: String, authenticationUser: String) {
            self.registrar = registrar
            self.addressOfRecord = addressOfRecord
            self.contactUser = contactUser
            self.authenticationUser = authenticationUser
        }
    }

    /// Nil where a URI is none, or a text holds what would end its place in the message.
    package init?(_ draft: Draft, ha1: @escaping HA1Source) {
        guard Self.isURI(draft.registrar), !draft.registrar.contains("@"), Self.isURI(draft.addressOfRecord),
            draft.outboundProxy.map(Self.isURI) ?? true, Self.isUser(draft.contactUser),
            !draft.authenticationUser.isEmpty, draft.expires > 0,
            !draft.authenticationUser.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }),
            draft.instance.map({ !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Self.ends($0) } })
                ?? true
        else { return nil }
        var texts: [UInt8] = []
        var ends = InlineArray<6, UInt16>(repeating: 0)
        let all = [
            draft.registrar, draft.addressOfRecord, draft.contactUser, draft.authenticationUser,
            draft.outboundProxy ?? "", draft.instance ?? "",
        ]
        for (place, text) in all.enumerated() {
            texts.append(contentsOf: text.utf8)
            guard texts.count <= 8192 else { return nil }
            ends[place] = UInt16(texts.count)
        }
        self.texts = texts
        self.ends = ends
        self.ha1 = ha1
        expires = draft.expires
        secretVersion = draft.secretVersion
        usesLine = draft.usesLine
    }

    var registrar: [UInt8] { text(0) }
    package var addressOfRecord: [UInt8] { text(1) }
    package var contactUser: [UInt8] { text(2) }
    var authenticationUser: [UInt8] { text(3) }
    var outboundProxy: [UInt8] { text(4) }
    var instance: [UInt8] { text(5) }

    /// What names a binding at the registrar, as a fingerprint: a lease goes on only under the same.
    package var identity: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in texts[..<Int(ends[1])] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return (hash ^ UInt64(ends[0])) &* 0x100_0000_01B3
    }

    func hasSameBinding(as other: RegistrationSettings) -> Bool {
        registrar == other.registrar && addressOfRecord == other.addressOfRecord
    }

    func hasSameRoute(as other: RegistrationSettings) -> Bool {
        registrar == other.registrar && outboundProxy == other.outboundProxy
    }

    func isSame(as other: RegistrationSettings) -> Bool {
        let haveSameEnds = (0..<6).allSatisfy { ends[$0] == other.ends[$0] }
        return haveSameEnds && texts == other.texts && expires == other.expires
            && secretVersion == other.secretVersion && usesLine == other.usesLine
    }

    private func text(_ place: Int) -> [UInt8] {
        Array(texts[(place == 0 ? 0 : Int(ends[place - 1]))..<Int(ends[place])])
    }

    private static func isURI(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= 2048, let uri = SIPURI(bytes.span, ByteRange(0, bytes.count)) else { return false }
        return (uri.scheme == .sip || uri.scheme == .sips) && uri.headers.isEmpty
    }

    /// Letters, digits, `-`, `_`, `.`: what means the same in a user, in a parameter, and to every registrar.
    private static func isUser(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
            || byte == UInt8(ascii: "\\")
    }
}
