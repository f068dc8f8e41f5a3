/// The header fields that Demarc knows by name; every other one is `.other` and stays a range of the message.
///
/// At most 64 cases, since `MessageIndex` keeps sets of them in one word.
package enum HeaderName: UInt8, Sendable, CaseIterable {
    case via, from, to, callID, cSeq, contact, expires, maxForwards, contentLength, contentType, contentEncoding
    case contentDisposition, contentLanguage, authorization, proxyAuthorization, wwwAuthenticate, proxyAuthenticate
    case authenticationInfo, require, proxyRequire, supported, unsupported, path, route, recordRoute, serviceRoute
    case userAgent, server, minExpires, date, event, allow, allowEvents, accept, acceptEncoding, acceptLanguage
    case retryAfter, subject, referTo, referredBy, replaces, sessionExpires, minSE, rack, rseq, privacy
    case pAssertedIdentity, pPreferredIdentity, remotePartyID, diversion, historyInfo, identity, reason, warning
    case subscriptionState, sipETag, sipIfMatch, timestamp, mimeVersion, callInfo, alertInfo, flowTimer, errorInfo
    case other

    /// The name as it is written on the wire; empty for `.other`.
    package var text: StaticString {
        switch self {
        case .via: "Via"
        case .from: "From"
        case .to: "To"
        case .callID: "Call-ID"
        case .cSeq: "CSeq"
        case .contact: "Contact"
        case .expires: "Expires"
        case .maxForwards: "Max-Forwards"
        case .contentLength: "Content-Length"
        case .contentType: "Content-Type"
        case .contentEncoding: "Content-Encoding"
        case .contentDisposition: "Content-Disposition"
        case .contentLanguage: "Content-Language"
        case .authorization: "Authorization"
        case .proxyAuthorization: "Proxy-Authorization"
        case .wwwAuthenticate: "WWW-Authenticate"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .authenticationInfo: "Authentication-Info"
        case .require: "Require"
        case .proxyRequire: "Proxy-Require"
        case .supported: "Supported"
        case .unsupported: "Unsupported"
        case .path: "Path"
        case .route: "Route"
        case .recordRoute: "Record-Route"
        case .serviceRoute: "Service-Route"
        case .userAgent: "User-Agent"
        case .server: "Server"
        case .minExpires: "Min-Expires"
        case .date: "Date"
        case .event: "Event"
        case .allow: "Allow"
        case .allowEvents: "Allow-Events"
        case .accept: "Accept"
        case .acceptEncoding: "Accept-Encoding"
        case .acceptLanguage: "Accept-Language"
        case .retryAfter: "Retry-After"
        case .subject: "Subject"
        case .referTo: "Refer-To"
        case .referredBy: "Referred-By"
        case .replaces: "Replaces"
        case .sessionExpires: "Session-Expires"
        case .minSE: "Min-SE"
        case .rack: "RAck"
        case .rseq: "RSeq"
        case .privacy: "Privacy"
        case .pAssertedIdentity: "P-Asserted-Identity"
        case .pPreferredIdentity: "P-Preferred-Identity"
        case .remotePartyID: "Remote-Party-ID"
        case .diversion: "Diversion"
        case .historyInfo: "History-Info"
        case .identity: "Identity"
        case .reason: "Reason"
        case .warning: "Warning"
        case .subscriptionState: "Subscription-State"
        case .sipETag: "SIP-ETag"
        case .sipIfMatch: "SIP-If-Match"
        case .timestamp: "Timestamp"
        case .mimeVersion: "MIME-Version"
        case .callInfo: "Call-Info"
        case .alertInfo: "Alert-Info"
        case .flowTimer: "Flow-Timer"
        case .errorInfo: "Error-Info"
        case .other: ""
        }
    }

    /// The one-letter form, where the field has one (RFC 3261 section 7.3.3 and the fields' own RFCs).
    package var compact: UInt8? {
        switch self {
        case .via: UInt8(ascii: "v")
        case .from: UInt8(ascii: "f")
        case .to: UInt8(ascii: "t")
        case .callID: UInt8(ascii: "i")
        case .contact: UInt8(ascii: "m")
        case .contentLength: UInt8(ascii: "l")
        case .contentType: UInt8(ascii: "c")
        case .contentEncoding: UInt8(ascii: "e")
        case .supported: UInt8(ascii: "k")
        case .event: UInt8(ascii: "o")
        case .allowEvents: UInt8(ascii: "u")
        case .subject: UInt8(ascii: "s")
        case .referTo: UInt8(ascii: "r")
        case .referredBy: UInt8(ascii: "b")
        case .sessionExpires: UInt8(ascii: "x")
        case .identity: UInt8(ascii: "y")
        default: nil
        }
    }
}
