extension MessageWriter {
    /// `Name: `, for a value that is appended next and ended with `endLine`.
    package mutating func beginHeader(_ name: HeaderName) {
        append(name.text)
        append(.colon, .space)
    }

    package mutating func endLine() { append(.cr, .lf) }

    package mutating func header(_ name: HeaderName, _ text: StaticString) {
        beginHeader(name)
        append(text)
        endLine()
    }

    package mutating func header(_ name: HeaderName, decimal value: Int) {
        beginHeader(name)
        append(decimal: value)
        endLine()
    }

    package mutating func header(_ name: HeaderName, _ bytes: Span<UInt8>, _ range: ByteRange) {
        beginHeader(name)
        append(bytes, range)
        endLine()
    }

    package mutating func header(_ name: HeaderName, _ array: [UInt8]) {
        beginHeader(name)
        append(array)
        endLine()
    }

    /// Not for the hot path.
    @_disfavoredOverload
    package mutating func header(_ name: HeaderName, _ text: String) {
        beginHeader(name)
        append(text)
        endLine()
    }

    /// Copies every line with that name as it was received.
    package mutating func copy(_ name: HeaderName, from index: borrowing MessageIndex, _ bytes: Span<UInt8>) {
        var line = 0
        while let found = index.line(name, from: line) {
            header(name, bytes, index.header(found).value)
            line = found + 1
        }
    }

    /// Content-Length 0 and the blank line.
    package mutating func finish() { append("Content-Length: 0\r\n\r\n") }

    /// Content-Length, the blank line and the body; Content-Type is the caller's.
    package mutating func finish(body: Span<UInt8>) {
        header(.contentLength, decimal: body.count)
        endLine()
        append(body)
    }
}
