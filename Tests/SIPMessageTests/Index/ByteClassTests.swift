import Testing

@testable import SIPMessage

@Suite("Byte classes")
struct ByteClassTests {
    @Test("the table agrees with the grammar for every byte", arguments: UInt8.min...UInt8.max)
    func table(byte: UInt8) {
        let found = ByteClass(of: byte)
        #expect(found.contains(.token) == Self.isToken(byte))
        #expect(found.contains(.user) == Self.isUser(byte))
        #expect(found.contains(.host) == Self.isHost(byte))
        #expect(found.contains(.digit) == Self.isDigit(byte))
        #expect(found.contains(.space) == [0x20, 0x09, 0x0D, 0x0A].contains(byte))
        #expect(found.contains(.uri) == Self.isURI(byte))
        #expect(found.contains(.hex) == Self.isHex(byte))
        #expect(found.contains(.listBreak) == Array("\",<".utf8).contains(byte))
    }

    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte }
    static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || 0x41...0x46 ~= byte || 0x61...0x66 ~= byte }

    static func isToken(_ byte: UInt8) -> Bool {
        switch Character(Unicode.Scalar(byte)) {
        case "-", ".", "!", "%", "*", "_", "+", "`", "'", "~": true
        default: isAlphanumeric(byte)
        }
    }

    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch Character(Unicode.Scalar(byte)) {
        case "-", "_", ".", "!", "~", "*", "'", "(", ")": true
        default: isAlphanumeric(byte)
        }
    }

    static func isUser(_ byte: UInt8) -> Bool {
        switch Character(Unicode.Scalar(byte)) {
        case "&", "=", "+", "$", ",", ";", "?", "/", "%", "#": true
        default: isUnreserved(byte)
        }
    }

    static func isHost(_ byte: UInt8) -> Bool {
        switch Character(Unicode.Scalar(byte)) {
        case "-", ".", "_": true
        default: isAlphanumeric(byte)
        }
    }

    static func isURI(_ byte: UInt8) -> Bool {
        switch Character(Unicode.Scalar(byte)) {
        case ";", "/", ":", "&", "=", "+", "$", ",", "%", "[", "]", "#": true
        default: isUnreserved(byte)
        }
    }
}
