/// The bytes of a document before its elements are read.
enum XMLText {
    /// The document in UTF-8, without byte order mark and XML declaration (XML 1.0 appendix F).
    ///
    /// Throws `encoding`.
    static func utf8(_ bytes: [UInt8]) throws(XMLFault) -> ArraySlice<UInt8> {
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xFE, 0xFF): return withoutDeclaration(try utf16(bytes.dropFirst(2), isBigEndian: true)).body
        case (0xFF, 0xFE): return withoutDeclaration(try utf16(bytes.dropFirst(2), isBigEndian: false)).body
        case (0x00, 0x3C): return withoutDeclaration(try utf16(bytes[...], isBigEndian: true)).body
        case (0x3C, 0x00): return withoutDeclaration(try utf16(bytes[...], isBigEndian: false)).body
        default: break
        }
        let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        let (encoding, body) = withoutDeclaration(marked ? bytes.dropFirst(3) : bytes[...])
        switch marked ? "UTF-8" : encoding?.uppercased() ?? "UTF-8" {
        case "UTF-8", "UTF8", "US-ASCII", "ASCII": return body
        case "ISO-8859-1", "ISO8859-1", "LATIN1":
            return ArraySlice(body.flatMap { $0 < 0x80 ? [$0] : [0xC0 | $0 >> 6, 0x80 | $0 & 0x3F] })
        default: throw .encoding
        }
    }

    /// The text without XML's white space at either end.
    static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        if first == bytes.startIndex, bytes.index(after: last) == bytes.endIndex { return text }
        return String(text[first...last])
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) throws(XMLFault) -> ArraySlice<UInt8> {
        guard bytes.count.isMultiple(of: 2) else { throw .encoding }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map { index in
            let pair = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw .encoding }
        return ArraySlice(text.utf8)
    }

    /// What stands behind the XML declaration, and the encoding that it names.
    private static func withoutDeclaration(_ bytes: ArraySlice<UInt8>) -> (encoding: String?, body: ArraySlice<UInt8>) {
        let text = bytes.drop(while: isSpace)
        guard text.starts(with: "<?xml ".utf8), let end = text.prefix(256).firstIndex(of: UInt8(ascii: ">")) else {
            return (nil, text)
        }
        return (encoding(text[..<end]), text[(end + 1)...])
    }

    private static func encoding(_ declaration: ArraySlice<UInt8>) -> String? {
        let name = Array("encoding".utf8)
        guard let start = declaration.indices.first(where: { declaration[$0...].starts(with: name) }) else {
            return nil
        }
        let isMark = { (byte: UInt8) in byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
        let value = declaration[start...].drop { !isMark($0) }.dropFirst()
        return String(decoding: value.prefix { !isMark($0) }, as: UTF8.self)
    }
}
