import Testing

/// A SIP client that nobody here wrote, driven without a screen.
protocol Phone: Sendable {
    func register() async throws
    func refresh() async throws
    func unregister() async throws
}

/// A phone that calls, and that answers whoever calls it.
protocol CallingPhone: Phone {
    func call(_ uri: String) async throws
    func hangUp() async throws
    /// Whether the last of its calls is up.
    func isInCall() -> Bool
    /// The final status of the call that ended last.
    func lastStatus() -> Int?
    /// Returns once it sends and receives RTP, by its own counters.
    func hasMediaBothWays() async throws
}

/// How a phone treats media: SRTP with keys in the session description (RFC 4568).
enum MediaEncryption: String { case none, optional, required }

/// Who a phone registers as, and where.
struct Line: Sendable {
    let user: String
    let password: String
    let domain: String
    let port: UInt16

    var aor: String { "sip:\(user)@\(domain)" }
    var server: String { "127.0.0.1:\(port)" }
}

/// The clients at hand: packages of Debian, and PJSIP's own binding for Python.
enum PhoneModel: String, CaseIterable, CustomTestStringConvertible {
    case sipsak, sipp, baresip, linphonec
    case pjsua2
    case pjsua2TCP = "pjsua2 over TCP"

    var testDescription: String { rawValue }

    /// Whether it registers again by itself, before its binding expires.
    var refreshesByItself: Bool { self == .baresip || self == .linphonec }

    /// How the User-Agent of its bindings begins.
    var userAgent: String {
        switch self {
        case .sipsak: "sipsak"
        case .sipp: "SIPp"
        case .baresip: "baresip"
        case .linphonec: "Linphonec"
        case .pjsua2, .pjsua2TCP: "PJSUA2"
        }
    }

    /// As a phone that makes calls; nil for a client that only registers.
    func calling(on line: Line, _ encryption: MediaEncryption = .none) throws -> (any CallingPhone)? {
        switch self {
        case .sipsak, .sipp: nil
        case .baresip: try BaresipPhone(line, encryption: encryption)
        case .linphonec: try LinphonePhone(line, encryption: encryption)
        case .pjsua2: try PJSUA2Phone(line, transport: "udp", encryption: encryption)
        case .pjsua2TCP: try PJSUA2Phone(line, transport: "tcp", encryption: encryption)
        }
    }

    func phone(on line: Line) throws -> any Phone {
        switch self {
        case .sipsak: try SipsakPhone(line)
        case .sipp: try SippPhone(line)
        case .baresip: try BaresipPhone(line)
        case .linphonec: try LinphonePhone(line)
        case .pjsua2: try PJSUA2Phone(line, transport: "udp")
        case .pjsua2TCP: try PJSUA2Phone(line, transport: "tcp")
        }
    }
}

/// A client did not do as it was told.
struct PhoneFailure: Error, CustomStringConvertible {
    let description: String
}
