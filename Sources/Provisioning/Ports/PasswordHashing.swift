/// What is kept of a caller's password: a salted slow hash, as text with its parameters.
package struct PasswordHash: Sendable, Equatable {
    package let text: String

    package init(text: String) { self.text = text }
}

/// Makes and checks slow password hashes; the embedded implementation is scrypt.
package protocol PasswordHashing: Sendable {
    func hash(_ password: Secret<String>) -> PasswordHash
    /// Compares in constant time.
    func verify(_ password: Secret<String>, against hash: PasswordHash) -> Bool
}
