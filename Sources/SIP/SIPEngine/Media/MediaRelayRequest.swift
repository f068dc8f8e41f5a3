/// What a media relay is asked to do for a call, in rtpengine's "ng" protocol: a cookie, a space and one dictionary.
package struct MediaRelayRequest: Equatable, Sendable {
    /// How the side that a description goes to wants its media.
    package enum Side: Equatable, Sendable, CaseIterable {
        /// RTP that anybody could read.
        case plain
        /// SRTP with keys in the description (RFC 4568).
        case sdes
        /// SRTP keyed by DTLS (RFC 5764).
        case dtls
        /// A browser's: SRTP keyed by DTLS, ICE, one port for RTP and RTCP (RFC 8827).
        case web
    }

    package enum Command: Equatable, Sendable {
        case ping
        /// The tag of the side that will answer is said once the relay knows it.
        case offer(description: [UInt8], for: [UInt8]? = nil, to: Side)
        case answer(description: [UInt8], from: [UInt8], to: Side)
        /// The call is over: all of it is forgotten, at once.
        case delete
    }

    package let command: Command
    package let callID: [UInt8]
    /// The tag of the side that made the offer.
    package let offerer: [UInt8]

    package init(_ command: Command, callID: [UInt8] = [], offerer: [UInt8] = []) {
        self.command = command
        self.callID = callID
        self.offerer = offerer
    }

    /// The datagram. A cookie is a token that no other request of these minutes has: the relay answers a repeated one as before.
    package func datagram(cookie: String) -> [UInt8] {
        var output = Array("\(cookie) ".utf8)
        Bencoded.entries(entries.map { Bencoded.Entry(key: Array($0.utf8), value: $1) }).write(to: &output)
        return output
    }

    private var entries: [(String, Bencoded)] {
        switch command {
        case .ping: [("command", .text("ping"))]
        case .offer(let description, let tag, let side):
            [("command", .text("offer")), ("sdp", .bytes(description))]
                + (tag.map { [("to-tag", .bytes($0))] } ?? []) + call + side.entries(isOffer: true)
        case .answer(let description, let tag, let side):
            [("command", .text("answer")), ("sdp", .bytes(description)), ("to-tag", .bytes(tag))] + call
                + side.entries(isOffer: false)
        case .delete: [("command", .text("delete")), ("call-id", .bytes(callID)), ("delete-delay", .integer(0))]
        }
    }

    private var call: [(String, Bencoded)] { [("call-id", .bytes(callID)), ("from-tag", .bytes(offerer))] }
}

extension MediaRelayRequest.Side {
    /// Addresses of the relay stand for those of the other side in all of the description.
    fileprivate func entries(isOffer: Bool) -> [(String, Bencoded)] {
        let replaced = list("replace", "origin", "session-connection")
        let common = [replaced, ("transport-protocol", .text(profile))]
        switch self {
        case .plain: return common + [("ICE", .text("remove")), list("rtcp-mux", "demux")]
        case .sdes:
            return common + [
                ("ICE", .text("remove")), list("rtcp-mux", "demux"), ("DTLS", .text("off")),
                // The relay knows suites that encrypt nothing.
                list("SDES", "no-NULL_HMAC_SHA1_80", "no-NULL_HMAC_SHA1_32"),
            ]
        case .dtls: return common + [("ICE", .text("remove")), list("rtcp-mux", "demux"), list("SDES", "off")]
        case .web:
            return common + [("ICE", .text("force")), list("SDES", "off"), list("flags", "generate-mid")]
                + (isOffer ? [list("rtcp-mux", "require")] : [])
        }
    }

    private func list(_ key: String, _ words: String...) -> (String, Bencoded) {
        (key, .list(words.map(Bencoded.text)))
    }

    private var profile: String {
        switch self {
        case .plain: "RTP/AVP"
        case .sdes: "RTP/SAVP"
        case .dtls: "UDP/TLS/RTP/SAVP"
        case .web: "UDP/TLS/RTP/SAVPF"
        }
    }
}

/// What a media relay answered.
package enum MediaRelayAnswer: Equatable, Sendable {
    case pong
    /// With the description to send on, where one was asked for.
    case done(description: [UInt8]?)
    /// The relay's words.
    case refused(reason: String)

    /// The cookie of an answer, and the answer; `nil` for what is none.
    package static func read(_ datagram: Span<UInt8>) -> (cookie: String, answer: MediaRelayAnswer)? {
        guard let space = datagram.indices.first(where: { datagram[$0] == UInt8(ascii: " ") }), space <= cookieLimit,
            let value = Bencoded(datagram.extracting(droppingFirst: space + 1)), let result = value["result"]?.text
        else { return nil }
        var cookie = ""
        for index in 0..<space { cookie.unicodeScalars.append(Unicode.Scalar(datagram[index])) }
        switch result {
        case "pong": return (cookie, .pong)
        case "ok": return (cookie, .done(description: value["sdp"]?.bytes))
        default: return (cookie, .refused(reason: String((value["error-reason"]?.text ?? result).prefix(200))))
        }
    }

    private static let cookieLimit = 64
}
