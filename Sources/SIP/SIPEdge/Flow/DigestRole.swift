import SIPMessage

/// As what we ask for a digest answer (RFC 3261 section 22): the end of a REGISTER, or on the way of anything else.
enum DigestRole: Sendable {
    case registrar
    case proxy

    var status: UInt16 { self == .registrar ? 401 : 407 }
    /// Where the answer stands.
    var answer: HeaderName { self == .registrar ? .authorization : .proxyAuthorization }
    /// Where the challenge stands.
    var challenge: StaticString { self == .registrar ? "WWW-Authenticate" : "Proxy-Authenticate" }
}
