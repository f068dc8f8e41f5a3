package import SIPMessage

/// The dialog that a referrer wants somebody's call to take the place of (RFC 3891), as it is seen from the referrer's end.
package struct ReplacedDialog: Sendable, Equatable {
    let callID: [UInt8]
    /// Ours.
    let localTag: [UInt8]
    let remoteTag: [UInt8]

    /// From the headers of a Refer-To URI, escaped as they stand there; nil where none of them is a Replaces that can be read.
    package init?(headers: ByteRange, _ bytes: Span<UInt8>) {
        let name = Array("replaces=".utf8)
        let fields = bytes.array(headers).split(separator: UInt8(ascii: "&"))
        guard let field = fields.first(where: { $0.prefix(name.count).map(folded) == name }) else { return nil }
        let escaped = Array(field.dropFirst(name.count))
        let value = escaped.span.unescaped(ByteRange(0, escaped.count))
        let span = value.span
        guard let end = value.firstIndex(of: UInt8(ascii: ";")), end > 0 else { return nil }
        let parameters = ByteRange(end + 1, value.count)
        guard let to = parameter("to-tag", in: parameters, span), let from = parameter("from-tag", in: parameters, span)
        else { return nil }
        callID = Array(value[..<end])
        localTag = span.array(to)
        remoteTag = span.array(from)
    }

    /// The call that has it; only the call itself can tell whether it does.
    package var call: UInt64? { CallName.call(ofTag: ByteRange(0, localTag.count), localTag.span) }
}

extension Call {
    /// Who is at the other end of that dialog, called in the place of this call; nil where it is not up.
    package func counterpart(of replaced: ReplacedDialog) -> (leg: UInt8, called: OutgoingLeg)? {
        guard phase == .answered, transfer == nil, let confirmed else { return nil }
        for side in Side.allCases {
            let own = pairs[confirmed][side].dialog
            guard own.callID == replaced.callID, own.localTag == replaced.localTag,
                own.remoteTag == replaced.remoteTag
            else { continue }
            let other = pairs[confirmed][side.other]
            guard !other.isOver else { return nil }
            let dialog = other.dialog
            var leg = OutgoingLeg(
                requestURI: dialog.remoteTarget, from: dialog.localAddress, to: dialog.remoteAddress,
                targets: [dialog.peer], media: other.media)
            leg.routes = dialog.routes
            leg.replaces =
                dialog.callID + Array(";to-tag=".utf8) + dialog.remoteTag + Array(";from-tag=".utf8) + dialog.localTag
            return (other.id, leg)
        }
        return nil
    }
}
