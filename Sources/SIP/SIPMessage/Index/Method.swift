/// The request methods that SIP's RFCs define; every other one is `.other` and stays a range of the message.
package enum Method: UInt8, Sendable, CaseIterable {
    case register, invite, ack, bye, cancel, options, info, message, prack, update, subscribe, notify, refer, publish
    case other

    /// The method as it is written; empty for `.other`.
    package var text: StaticString {
        switch self {
        case .register: "REGISTER"
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .info: "INFO"
        case .message: "MESSAGE"
        case .prack: "PRACK"
        case .update: "UPDATE"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .refer: "REFER"
        case .publish: "PUBLISH"
        case .other: ""
        }
    }

    /// Methods are case-sensitive (RFC 3261 section 7.1).
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard !range.isEmpty, bytes.contains(range) else {
            self = .other
            return
        }
        let candidate: Method =
            switch (bytes.byte(Int(range.start)), range.count) {
            case (UInt8(ascii: "R"), 8): .register
            case (UInt8(ascii: "R"), _): .refer
            case (UInt8(ascii: "I"), 6): .invite
            case (UInt8(ascii: "I"), _): .info
            case (UInt8(ascii: "A"), _): .ack
            case (UInt8(ascii: "B"), _): .bye
            case (UInt8(ascii: "C"), _): .cancel
            case (UInt8(ascii: "O"), _): .options
            case (UInt8(ascii: "M"), _): .message
            case (UInt8(ascii: "P"), 5): .prack
            case (UInt8(ascii: "P"), _): .publish
            case (UInt8(ascii: "U"), _): .update
            case (UInt8(ascii: "S"), _): .subscribe
            case (UInt8(ascii: "N"), _): .notify
            default: .other
            }
        self = bytes.holds(range, candidate.text) ? candidate : .other
    }
}
