/// Texts of URIs.
enum SIPURIText {
    /// As the user part of a URI has it (RFC 3261 section 25.1).
    static func escaped(_ user: String) -> String {
        var text = ""
        for byte in user.utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-_.!~*'()&=+$,;?/".contains(character) {
                text.append(character)
            } else {
                text += byte < 16 ? "%0\(String(byte, radix: 16))" : "%\(String(byte, radix: 16))"
            }
        }
        return text
    }
}
