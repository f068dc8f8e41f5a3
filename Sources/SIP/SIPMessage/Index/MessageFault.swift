/// What is wrong with a message.
package enum MessageFault: UInt8, Error, Sendable, CaseIterable {
    /// Nothing but line ends: a keep-alive.
    case empty
    /// Longer than 65,535 bytes.
    case tooLong
    /// No start line of any SIP version.
    case notSIP
    case badStartLine
    case unsupportedVersion
    case badHeaderLine
    case tooManyHeaders
    /// The blank line after the header fields is missing.
    case unfinishedHeaders
    case badContentLength
    /// Content-Length promises more bytes than came.
    case bodyCut
    case missingContentLength
    case bodyTooLong
    case headersTooLong

    case missingVia
    case missingHeader
    case repeatedHeader
    case badVia
    case badFrom
    case badTo
    case badCallID
    case badCSeq
    /// The method in CSeq is not the request's.
    case methodMismatch
    case badMaxForwards
    case badContact
    case badRoute
    case badRequestURI
    case headersInRequestURI
    case unsupportedScheme
    /// The To of a REGISTER, which names the address-of-record, is neither a SIP nor a SIPS URI.
    case addressOfRecordScheme
    case tooManyHops
    case unsupportedExtension
    case unsupportedContent
    case unacceptableAccept
    /// A response that is not ours: none, or more than one Via value (RFC 3261 section 8.1.3.3).
    case strayResponse

    /// The status that a request with this fault is answered with; nil where it is dropped.
    package var status: UInt16? {
        switch self {
        case .empty, .tooLong, .notSIP, .missingVia, .strayResponse: nil
        case .unsupportedVersion: 505
        case .tooManyHeaders, .headersTooLong, .bodyTooLong: 513
        case .unsupportedScheme: 416
        case .tooManyHops: 483
        case .unsupportedExtension: 420
        case .unsupportedContent: 415
        case .unacceptableAccept: 406
        default: 400
        }
    }

    /// One line for a log or a reason phrase; no part of any message is in it.
    package var text: StaticString {
        switch self {
        case .empty: "Nothing but line ends"
        case .tooLong: "Message longer than 65535 bytes"
        case .notSIP: "Not SIP"
        case .badStartLine: "Malformed Start Line"
        case .unsupportedVersion: "SIP Version Not Supported"
        case .badHeaderLine: "Malformed Header Line"
        case .tooManyHeaders: "Too Many Header Lines"
        case .unfinishedHeaders: "Header Section Without End"
        case .badContentLength: "Malformed Content-Length"
        case .bodyCut: "Content-Length Larger Than Message"
        case .missingContentLength: "Missing Content-Length"
        case .bodyTooLong: "Body Too Long"
        case .headersTooLong: "Header Section Too Long"
        case .missingVia: "Missing Via"
        case .missingHeader: "Missing Mandatory Header Field"
        case .repeatedHeader: "Repeated Header Field"
        case .badVia: "Malformed Via"
        case .badFrom: "Malformed From"
        case .badTo: "Malformed To"
        case .badCallID: "Malformed Call-ID"
        case .badCSeq: "Malformed CSeq"
        case .methodMismatch: "CSeq Method Mismatch"
        case .badMaxForwards: "Malformed Max-Forwards"
        case .badContact: "Malformed Contact"
        case .badRoute: "Malformed Route"
        case .badRequestURI: "Malformed Request-URI"
        case .headersInRequestURI: "Header Fields In Request-URI"
        case .unsupportedScheme: "Unsupported URI Scheme"
        case .addressOfRecordScheme: "To Is Not A SIP URI"
        case .tooManyHops: "Too Many Hops"
        case .unsupportedExtension: "Bad Extension"
        case .unsupportedContent: "Unsupported Media Type"
        case .unacceptableAccept: "Not Acceptable"
        case .strayResponse: "Response Not For This Element"
        }
    }
}

/// What becomes of a message after the sanity check.
package enum Verdict: Sendable, Equatable {
    case accept
    /// Answer with `status`; `reason` is for the log and the counters.
    case refuse(status: UInt16, reason: MessageFault)
    /// No answer: it is no request, an ACK, or there is no Via to answer along.
    case drop(MessageFault)
}
