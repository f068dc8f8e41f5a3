import SIPEngine
import SIPMessage
import SIPTransport

extension Exchange {
    /// Starts the answer: status line, Via, From, To with our tag, Call-ID, CSeq (RFC 3261 section 8.2.6).
    mutating func begin(_ status: UInt16, _ message: Span<UInt8>) {
        self.status = status
        reply.reset()
        let (address, port, tag) = (source.hostText, source.port, tag(message))
        address.withSpan { address in
            tag.withSpan { tag in
                reply.startResponse(status, to: index, message, address: address, port: port, toTag: tag)
            }
        }
    }

    /// Sets where the answer goes.
    mutating func routeReply(_ message: Span<UInt8>) { replyPort = source.forReplies(to: index, message).port }

    /// A To tag that is the same for every copy of a request, so that stateless answers agree (section 8.2.7).
    private func tag(_ message: Span<UInt8>) -> ShortText {
        var hasher = Hasher()
        let names: InlineArray<3, HeaderName> = [.callID, .from, .via]
        for position in names.indices {
            guard let range = index.first(names[position]) else { continue }
            unsafe message.extracting(range.range).withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
        }
        var text = ShortText()
        text.append(hexWord: UInt64(bitPattern: Int64(hasher.finalize())))
        return text
    }

    /// The To as `user@host`, for lists, no part longer than 128 bytes; empty when it cannot be read.
    func addressedUser(_ message: Span<UInt8>) -> String {
        user(in: .to, message)
    }

    /// The From in the same way.
    func sender(_ message: Span<UInt8>) -> String { user(in: .from, message) }

    private func user(in header: HeaderName, _ message: Span<UInt8>) -> String {
        guard let range = index.first(header), let address = NameAddress(message, range),
            let uri = SIPURI(message, address.uri)
        else { return "" }
        let (user, host) = (shortened(uri.user, message), shortened(uri.host, message))
        return user.isEmpty ? host : "\(user)@\(host)"
    }

    private func shortened(_ range: ByteRange, _ message: Span<UInt8>) -> String {
        var range = range
        range.count = min(range.count, 128)
        return String(decoding: message.array(range), as: UTF8.self)
    }
}
