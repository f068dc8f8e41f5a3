package import SIPMessage

/// Why a leg did not come to be, or a call ended.
package enum CallCause: Sendable, Hashable {
    /// The far end's final answer.
    case answered(UInt16)
    /// No answer of any kind in time.
    case silent
    /// It rang too long.
    case unanswered
    /// The message could not be sent.
    case unreachable
    /// No common media: 488.
    case media(MediaRefusal)
    /// What was to be written cannot be.
    case unwritable
    /// The caller gave up.
    case cancelled
    /// Another leg was faster.
    case elsewhere
    /// A BYE: of the caller's or the callee's side.
    case hungUp(byCaller: Bool)
    /// The ACK to a 2xx did not come.
    case notAcknowledged
    /// The session timer ran out, or a refresh was not answered.
    case sessionOver
    /// The call was as long as calls may be.
    case tooLong
    /// The dialog was gone at the far end (RFC 5057).
    case lost(UInt16)
    /// The owner of the call wants it ended.
    case ordered(UInt16)
    /// The far end was handed over to another (RFC 3515).
    case transferred
    /// The process was killed while the call was up.
    case restarted

    /// What the caller of an unanswered call is told.
    package var status: UInt16 {
        switch self {
        case .answered(let status): Self.told[status] ?? (status < 400 ? 480 : status)
        case .silent: 408
        case .unanswered: 480
        case .unreachable: 503
        case .media(.relayFailed): 503
        case .media: 488
        case .unwritable, .restarted: 500
        case .cancelled, .elsewhere, .hungUp, .transferred, .notAcknowledged, .sessionOver, .tooLong: 487
        case .lost(let status), .ordered(let status): status
        }
    }

    /// The value of a Warning (RFC 3261 section 20.43) for who cannot know by itself what was wrong.
    var warning: String? {
        guard case .media(let refusal) = self else { return nil }
        return switch refusal {
        case .noCodec: "305 demarc \"No codec that both ends may use\""
        case .noSuite: "305 demarc \"No SRTP suite that both ends may use\""
        case .notEncrypted: "399 demarc \"Encryption is required at one end only, and no media relay is between\""
        case .webOnly: "399 demarc \"One end is a browser's, and no media relay is between\""
        case .behindNAT: "399 demarc \"One end is behind a NAT, and there is no media relay\""
        case .noRelay: "399 demarc \"A media relay is asked for, and there is none\""
        case .relayFailed: "399 demarc \"The media relay does not answer\""
        }
    }

    /// What is between us and the far end is not the caller's business: our credential there, our timer, our hops.
    private static let told: [UInt16: UInt16] = [
        401: 503, 407: 503, 402: 503, 403: 403, 420: 500, 421: 500, 422: 500, 430: 480, 494: 500,
    ]

    /// The text of a Reason header (RFC 3326), where the BYE or CANCEL has something to say.
    var reason: [UInt8] {
        let text: String =
            switch self {
            case .answered(let status), .lost(let status), .ordered(let status): "SIP;cause=\(status)"
            case .silent, .notAcknowledged: "SIP;cause=408"
            case .unanswered: "SIP;cause=480"
            case .unreachable: "SIP;cause=503"
            case .media: "SIP;cause=488"
            case .unwritable: "SIP;cause=500"
            case .cancelled: "SIP;cause=487"
            case .elsewhere: "SIP;cause=200;text=\"Call completed elsewhere\""
            case .hungUp, .transferred: "Q.850;cause=16"
            case .sessionOver: "SIP;cause=408;text=\"Session timer\""
            case .tooLong: "Q.850;cause=102;text=\"Call length\""
            case .restarted: "Q.850;cause=41"
            }
        return Array(text.utf8)
    }
}

/// How far a leg had come when it failed.
package enum LegPhase: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    /// Not even a 100.
    case silent
    case trying
    /// 180, 181, 182, or 183 without media.
    case ringing
    /// A provisional response with a session description: the caller may have heard something.
    case earlyMedia

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Whether the next target is tried: one table of cause by phase.
package enum Failover {
    /// Statuses that say something of the way, not of who was called.
    static let beforeRinging: Set<UInt16> = [
        401, 402, 403, 405, 406, 407, 408, 415, 420, 421, 422, 423, 430, 480, 482, 483, 488, 491, 493, 494, 500, 501,
        502,
        503, 504, 505, 513, 580, 606,
    ]
    static let whileRinging: Set<UInt16> = [430, 500, 502, 503, 504]

    package static func triesNext(after cause: CallCause, in phase: LegPhase) -> Bool {
        switch (cause, phase) {
        case (_, .earlyMedia): cause == .unanswered
        case (.answered(let status), .silent), (.answered(let status), .trying): beforeRinging.contains(status)
        case (.answered(let status), .ringing): whileRinging.contains(status)
        case (.silent, _), (.unreachable, _), (.unwritable, _), (.media, _), (.unanswered, _): true
        default: false
        }
    }

    /// Which of several failures the caller is told (RFC 3261 section 16.7 step 6): a 6xx, else one of the lowest class,
    /// and within the class what says most.
    static func isBetter(_ left: CallCause, than right: CallCause) -> Bool { rank(left) < rank(right) }

    private static func rank(_ cause: CallCause) -> Int {
        let status = Int(cause.status)
        if status >= 600 { return status }
        switch status {
        case 486, 484, 415, 420, 488: return 4000
        case 408, 480: return 4002
        case 400..<500: return beforeRinging.contains(UInt16(status)) ? 4003 : 4001
        case 503: return 5001
        default: return status * 10
        }
    }
}

/// What a failed request within a dialog means for the dialog (RFC 3261 section 12.2.1.2, RFC 5057 section 5.1).
enum DialogFate {
    static func isOver(_ status: Int, for method: Method) -> Bool {
        switch status {
        case 404, 410, 416, 481, 482, 483, 484, 485, 502, 604: true
        // For what concerns the session itself; a phone that ignores an INFO is still in its call.
        case 408, 480: method == .invite || method == .update
        default: false
        }
    }
}
