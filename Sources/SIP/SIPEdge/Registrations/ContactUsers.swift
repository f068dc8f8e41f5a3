import Crypto
import Provisioning

/// What a registration is called on the wire: a keyed hash of its id, the same after a restart.
///
/// Its 16 hexadecimal digits are the user of the contact, so that a call that arrives names its registration however many
/// share the registrar's address; nobody outside can make one or count them.
struct ContactUsers: Sendable {
    private let key: SymmetricKey

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    func number(of id: OutboundRegistrationID) -> UInt64 {
        let code = HMAC<SHA256>.authenticationCode(for: Array("contact user of registration \(id)".utf8), using: key)
        return code.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func number(_ user: Span<UInt8>) -> UInt64? {
        guard user.count == 16 else { return nil }
        var number: UInt64 = 0
        for index in 0..<16 {
            guard let digit = Character(Unicode.Scalar(user[index])).hexDigitValue else { return nil }
            number = number << 4 | UInt64(digit)
        }
        return number
    }
}
