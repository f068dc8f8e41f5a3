import SIPEngine
import SIPMessage
import SIPTransport

extension RequestFlow {
    static let allowed: StaticString =
        "REGISTER, OPTIONS, INVITE, ACK, CANCEL, BYE, UPDATE, PRACK, INFO, REFER, MESSAGE"

    /// OPTIONS to us is answered (RFC 3261 section 11.2); to a domain that is not ours it gets silence.
    func options(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        guard isForUs(message, exchange) else { return drop(.unknownDomain) }
        if exchange.index.first(.require) != nil, let refusal = refuseExtensions(message, &exchange) { return refusal }
        exchange.begin(200, message)
        exchange.reply.header(.allow, Self.allowed)
        exchange.reply.header(.accept, "application/sdp")
        exchange.reply.header(.supported, "path, outbound")
        exchange.reply.finish()
        return .reply
    }

    /// A method that is not carried out: 481 inside a dialog that is not there, 405 for a method we know, else 501.
    func refuseMethod(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        guard isForUs(message, exchange) else { return drop(.unknownDomain) }
        if exchange.index.method == .cancel || hasToTag(message, exchange) {
            return refuse(message, &exchange, 481, "no such dialog or transaction")
        }
        guard exchange.index.method != .other else {
            return refuse(message, &exchange, 501, "method not known")
        }
        exchange.begin(405, message)
        exchange.reply.header(.allow, Self.allowed)
        exchange.reply.finish()
        note(message, exchange, 405, "method not carried out")
        return .reply
    }

    /// 420 with the option tags of Require that we do not support (RFC 3261 section 8.2.2.3), or `nil` when there are none.
    func refuseExtensions(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition? {
        var unsupported: [ByteRange] = []
        var values = HeaderValues(.require)
        while let tag = values.next(exchange.index, message) {
            if !message.folds(tag, "path"), !message.folds(tag, "outbound") { unsupported.append(tag) }
        }
        guard !unsupported.isEmpty else { return nil }
        exchange.begin(420, message)
        for tag in unsupported {
            exchange.reply.header(.unsupported, message, tag)
        }
        exchange.reply.finish()
        note(message, exchange, 420, "Require names an unknown extension")
        return .reply
    }

    private func isForUs(_ message: Span<UInt8>, _ exchange: borrowing Exchange) -> Bool {
        guard let target = SIPURI(message, exchange.index.requestURI) else { return false }
        return directory.isOurs(host: target.host, message)
    }

    func hasToTag(_ message: Span<UInt8>, _ exchange: borrowing Exchange) -> Bool {
        guard let range = exchange.index.first(.to), let to = NameAddress(message, range) else { return false }
        return to.tag(message) != nil
    }
}
