extension MessageWriter {
    /// Starts a response (RFC 3261 section 8.2.6): status line, every Via, From, To, Call-ID and CSeq as received. The
    /// first Via gets `received` and `rport` where they are due (section 18.2.1, RFC 3581 section 4).
    ///
    /// - Parameters:
    ///   - address: the source of the request as text, an IPv6 address without brackets.
    ///   - port: the source port.
    ///   - toTag: what becomes the tag of a To without one; nothing is added when it is empty, as in a 100.
    package mutating func startResponse(
        _ status: UInt16, to index: borrowing MessageIndex, _ bytes: Span<UInt8>, address: Span<UInt8>, port: UInt16,
        toTag: Span<UInt8>
    ) {
        append("SIP/2.0 ")
        append(decimal: Int(status))
        append(byte: .space)
        append(StatusText.phrase(status))
        endLine()
        appendVias(index, bytes, address, port)
        if let from = index.first(.from) { header(.from, bytes, from) }
        if let to = index.first(.to) {
            beginHeader(.to)
            append(bytes, to)
            if !toTag.isEmpty, let parsed = NameAddress(bytes, to), parsed.tag(bytes) == nil {
                append(";tag=")
                append(toTag)
            }
            endLine()
        }
        if let callID = index.first(.callID) { header(.callID, bytes, callID) }
        if let cSeq = index.first(.cSeq) { header(.cSeq, bytes, cSeq) }
    }

    private mutating func appendVias(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ address: Span<UInt8>, _ port: UInt16
    ) {
        guard let first = index.line(.via, from: 0) else { return }
        var values = HeaderValues(.via)
        let line = index.header(first).value
        beginHeader(.via)
        if let value = values.next(index, bytes), let via = ViaValue(bytes, value) {
            append(via, in: value, bytes, address, port)
            append(bytes, ByteRange(proven: value.end, line.end))
        } else {
            append(bytes, line)
        }
        endLine()
        var next = first + 1
        while let found = index.line(.via, from: next) {
            header(.via, bytes, index.header(found).value)
            next = found + 1
        }
    }

    /// The value as received, but that `received` and the value of `rport` are what we saw.
    private mutating func append(
        _ via: ViaValue, in value: ByteRange, _ bytes: Span<UInt8>, _ address: Span<UInt8>, _ port: UInt16
    ) {
        if via.received == nil, via.rport.isEmpty {
            let split = via.hasRport ? Int(via.rportEnd) : value.end
            append(bytes, ByteRange(proven: Int(value.start), split))
            if via.hasRport { append(rport: port) }
            append(bytes, ByteRange(proven: split, value.end))
        } else {
            appendCleaned(via, in: value, bytes)
            if via.hasRport {
                append(";rport")
                append(rport: port)
            }
        }
        let host = bytes.withoutBrackets(via.host)
        if via.hasRport || !bytes.folds(host, address, ByteRange(0, address.count)) {
            append(";received=")
            append(address)
        }
    }

    private mutating func append(rport port: UInt16) {
        append(byte: UInt8(ascii: "="))
        append(decimal: Int(port))
    }

    /// Without the `received` and `rport` that the sender claims.
    private mutating func appendCleaned(_ via: ViaValue, in value: ByteRange, _ bytes: Span<UInt8>) {
        append(bytes, ByteRange(proven: Int(value.start), Int(via.sentByEnd)))
        var parameters = Parameters(via.parameters)
        while let parameter = parameters.next(bytes) {
            if bytes.folds(parameter.name, "received") || bytes.folds(parameter.name, "rport") { continue }
            append(byte: UInt8(ascii: ";"))
            append(bytes, ByteRange(proven: Int(parameter.name.start), Int(parameter.end)))
        }
    }
}
