/// One door for whatever throws random bytes at this target: everything that reads a message is called on them.
package enum MessageFuzz {
    package static func run(_ bytes: Span<UInt8>) {
        var index = MessageIndex()
        _ = index.admit(bytes)
        _ = index.check(bytes)
        _ = index.checkForwarding(bytes)
        _ = index.checkExtensions([], bytes)
        _ = index.checkContent("application/sdp", bytes)
        _ = index.checkAcceptsSDP(bytes)
        for name in HeaderName.allCases {
            var values = HeaderValues(name)
            while let value = values.next(index, bytes) { read(bytes, value) }
        }
        if let uri = SIPURI(bytes, index.requestURI) { _ = uri.isEquivalent(bytes, to: uri, bytes) }
        answer(index, bytes)
        frame(bytes)
    }

    private static func read(_ bytes: Span<UInt8>, _ value: ByteRange) {
        _ = decimal(bytes, value)
        _ = CSeqValue(bytes, value)
        _ = ViaValue(bytes, value)?.hasMagicBranch(bytes)
        _ = ContactFields(bytes, value)
        _ = bytes.unquoted(value)
        if let digest = DigestFields(bytes, value), let nonce = digest.nonce { _ = bytes.array(nonce) }
        if let address = NameAddress(bytes, value) {
            _ = address.tag(bytes)
            if let uri = SIPURI(bytes, address.uri) {
                _ = bytes.unescaped(uri.user)
                _ = isIPv6(bytes, uri.bareHost(bytes))
                _ = uri.isEquivalent(bytes, to: uri, bytes)
            }
        }
    }

    private static func answer(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) {
        let text: InlineArray<4, UInt8> = [0x3A, 0x3A, 0x31, 0x30]
        var writer = MessageWriter()
        writer.startResponse(400, to: index, bytes, address: text.span, port: 5060, toTag: text.span)
        writer.unsupported([], in: index, bytes)
        writer.copy(.recordRoute, from: index, bytes)
        writer.finish()
    }

    private static func frame(_ bytes: Span<UInt8>) {
        var framer = StreamFramer()
        _ = framer.next(bytes)
    }
}
