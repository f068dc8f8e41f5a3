import SIPMessage

/// What a 2xx to REGISTER grants to our contact among all that it lists (RFC 3261 section 10.2.4).
struct GrantedLease {
    /// As granted; 0 where the registrar dropped the contact.
    let seconds: UInt32
    /// Our contact's URI as the registrar lists it; empty where it lists none that could be ours.
    let contact: [UInt8]

    /// How surely a listed contact is ours.
    private enum Likeness: Int {
        case none, line, instance, user, uri
    }

    /// `asked` in seconds.
    init(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, contact own: [UInt8], settings: RegistrationSettings,
        asked: UInt32
    ) {
        let header = index.first(.expires).flatMap { bytes.leadingSeconds($0) }
        var best: (likeness: Likeness, fields: ContactFields)?
        var listed = 0
        var shortest: UInt32?
        var single: ContactFields?
        var values = HeaderValues(.contact)
        while let value = values.next(index, bytes) {
            guard let fields = ContactFields(bytes, value), !fields.isStar else { continue }
            listed += 1
            single = fields
            if let expires = fields.expires, expires > 0 { shortest = min(shortest ?? .max, expires) }
            let likeness = Self.likeness(fields, bytes, own, settings)
            if likeness != .none, likeness.rawValue > best?.likeness.rawValue ?? 0 { best = (likeness, fields) }
        }
        if let fields = best?.fields {
            seconds = fields.expires ?? header ?? asked
            contact = bytes.array(fields.uri)
        } else if let header {
            seconds = header
            contact = []
        } else if listed == 1, let single {
            // One contact that is like nothing of ours: a registrar that rewrites all of it.
            seconds = single.expires ?? asked
            contact = bytes.array(single.uri)
        } else {
            seconds = min(shortest ?? asked, asked)
            contact = []
        }
    }

    private static func likeness(
        _ fields: ContactFields, _ bytes: Span<UInt8>, _ own: [UInt8], _ settings: RegistrationSettings
    ) -> Likeness {
        let mine = own.span
        if let listed = SIPURI(bytes, fields.uri) {
            if let ours = SIPURI(mine, ByteRange(0, own.count)), listed.isEquivalent(bytes, to: ours, mine) {
                return .uri
            }
            if bytes.unescaped(listed.user) == mine.ownUser { return .user }
        }
        let instance = settings.instance
        if !instance.isEmpty, bytes.array(fields.instance) == [UInt8(ascii: "<")] + instance + [UInt8(ascii: ">")] {
            return .instance
        }
        if settings.usesLine, let line = line(of: fields, bytes), bytes.array(line) == settings.contactUser {
            return .line
        }
        return .none
    }

    private static func line(of fields: ContactFields, _ bytes: Span<UInt8>) -> ByteRange? {
        if let uri = SIPURI(bytes, fields.uri), let line = parameter("line", in: uri.parameters, bytes) { return line }
        return parameter("line", in: fields.parameters, bytes)
    }
}

extension Span<UInt8> {
    /// The user of a URI that fills the span, unescaped.
    fileprivate var ownUser: [UInt8] {
        guard let uri = SIPURI(self, ByteRange(0, count)) else { return [] }
        return unescaped(uri.user)
    }
}
