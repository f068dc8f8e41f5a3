package import Crypto

/// Seals what must be presented to others in the clear, such as the password that a carrier asks us for: AES-GCM
/// (NIST SP 800-38D) with a nonce of its own for every value.
///
/// A sealed value is bound to its place, so that one that is copied to another row opens nowhere. It begins with the id
/// of its key, by which a change of keys finds what it has to seal anew.
package struct Seal: Sendable {
    /// Where a sealed value lies; it opens nowhere else.
    package struct Context: Sendable, Equatable {
        /// What the value is for, such as `carrier password`; each kind has a text of its own.
        package let purpose: String
        package let account: AccountID
        /// The number of the row that holds the value.
        package let row: Int64

        package init(_ purpose: String, account: AccountID, row: Int64) {
            self.purpose = purpose
            self.account = account
            self.row = row
        }
    }

    /// The layout of a sealed value: this byte, four of key id, twelve of nonce, the ciphertext, sixteen of tag.
    private static let version: UInt8 = 1
    private static let keyIDLength = 4
    private static let headLength = 1 + keyIDLength

    private let key: SymmetricKey
    /// Names the key and says nothing of it.
    private let keyID: [UInt8]

    /// - Parameter key: of 256 bits, used for nothing else.
    package init(key: SymmetricKey) {
        self.key = key
        keyID = Array(
            HMAC<SHA256>.authenticationCode(for: Array("id of the sealing key".utf8), using: key)
                .prefix(Self.keyIDLength))
    }

    package func seal(_ secret: Secret<String>, bound to: Context) -> [UInt8] {
        let head = [Self.version] + keyID
        guard
            let box = try? AES.GCM.seal(
                Array(secret.reveal().utf8), using: key, authenticating: head + to.authenticated),
            let combined = box.combined
        else { preconditionFailure("AES-GCM seals any text of less than 64 GiB under a key of 256 bits") }
        return head + combined
    }

    /// The secret, or `nil` where the value was sealed under another key, in another place, or was changed.
    package func open(_ sealed: [UInt8], bound to: Context) -> Secret<String>? {
        guard isCurrent(sealed), let box = try? AES.GCM.SealedBox(combined: sealed[Self.headLength...]),
            let bytes = try? AES.GCM.open(
                box, using: key, authenticating: sealed[..<Self.headLength] + to.authenticated),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        return Secret(text)
    }

    /// Whether the value names this key; one that does not has to be sealed anew.
    package func isCurrent(_ sealed: [UInt8]) -> Bool {
        sealed.count > Self.headLength && sealed[0] == Self.version && sealed[1..<Self.headLength].elementsEqual(keyID)
    }
}

extension Seal.Context {
    /// The place as bytes that no other place has: both numbers have a fixed length.
    fileprivate var authenticated: [UInt8] {
        func bytes(_ value: Int64) -> [UInt8] { stride(from: 56, through: 0, by: -8).map { UInt8(value >> $0 & 0xff) } }
        return bytes(account.rawValue) + bytes(row) + Array(purpose.utf8)
    }
}
