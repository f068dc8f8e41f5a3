package import Provisioning

/// Passwords and tokens that nobody chose.
package enum GeneratedSecret {
    /// Letters and digits that cannot be mistaken for one another.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")

    /// About 5.8 bits a character, from the system's random generator.
    package static func make(length: Int = 24) -> Secret<String> {
        var generator = SystemRandomNumberGenerator()
        return Secret(
            String((0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }))
    }
}
