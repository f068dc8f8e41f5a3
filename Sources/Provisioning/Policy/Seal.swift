package import Crypto
import Synchronization

/// Seals what must be presented to others in the clear, such as the password that a carrier asks us for: AES-GCM
/// (NIST SP 800-38D) with a nonce of its own for every value.
///
/// A sealed value is bound to its place, so that one that is copied to another row opens nowhere. It begins with the id
/// of its key, by which a change of keys finds what it has to seal anew.
package struct Seal: Sendable {
    /// What a value is for; each kind has a text of its own, and a place in the store.
    package enum Purpose: String, CaseIterable, Sendable {
        case carrierPassword = "carrier password"
        case registrationPassword = "registration password"
        case callbackSalt = "callback salt"
        case keySecret = "key secret"
    }

    /// Where a sealed value lies; it opens nowhere else.
    package struct Context: Sendable, Equatable {
        package let purpose: Purpose
        package let account: AccountID
        /// The number of the row that holds the value.
        package let row: Int64

        package init(_ purpose: Purpose, account: AccountID, row: Int64) {
            self.purpose = purpose
            self.account = account
            self.row = row
        }
    }

    /// The layout of a sealed value: this byte, four of key id, twelve of nonce, the ciphertext, sixteen of tag.
    private static let version: UInt8 = 1
    private static let keyIDLength = 4
    private static let headLength = 1 + keyIDLength

    /// Oldest first: the last one seals, and while it takes another's place both open.
    private let ring: Ring

    private final class Ring: Sendable {
        let keys: Mutex<[Key]>
        /// Those whose place others took in this process: what it holds in memory may still be sealed under them.
        let retired = Mutex<[Key]>([])
        let store: (any SealingKeyStore)?

        init(_ keys: [Key], _ store: (any SealingKeyStore)?) {
            self.keys = Mutex(keys)
            self.store = store
        }
    }

    private struct Key: Sendable {
        let key: SymmetricKey
        /// Names the key and says nothing of it.
        let id: [UInt8]

        init(_ key: SymmetricKey) {
            self.key = key
            id = Array(
                HMAC<SHA256>.authenticationCode(for: Array("id of the sealing key".utf8), using: key)
                    .prefix(Seal.keyIDLength))
        }
    }

    /// - Parameters:
    ///   - keys: of 256 bits, used for nothing else; oldest first, at least one.
    ///   - store: keeps the keys when they change; without one they are forgotten with the process.
    package init(keys: [SymmetricKey], store: (any SealingKeyStore)? = nil) {
        precondition(!keys.isEmpty, "something is sealed with a key")
        ring = Ring(keys.map(Key.init), store)
    }

    /// Seals with the newest key; to be called within a write of the store that keeps the value, so that no value sealed
    /// with a key before it appears behind a rotation.
    package func seal(_ secret: Secret<String>, bound to: Context) -> [UInt8] {
        let newest = ring.keys.withLock { $0[$0.count - 1] }
        let head = [Self.version] + newest.id
        guard
            let box = try? AES.GCM.seal(
                Array(secret.reveal().utf8), using: newest.key, authenticating: head + to.authenticated),
            let combined = box.combined
        else { preconditionFailure("AES-GCM seals any text of less than 64 GiB under a key of 256 bits") }
        return head + combined
    }

    /// The secret, or `nil` where the value was sealed under another key, in another place, or was changed.
    package func open(_ sealed: [UInt8], bound to: Context) -> Secret<String>? {
        guard
            let key = ring.keys.withLock({ $0.first { Self.names($0, sealed) } })
                ?? ring.retired.withLock({ $0.first { Self.names($0, sealed) } }),
            let box = try? AES.GCM.SealedBox(combined: sealed[Self.headLength...]),
            let bytes = try? AES.GCM.open(
                box, using: key.key, authenticating: sealed[..<Self.headLength] + to.authenticated),
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        return Secret(text)
    }

    /// Whether the value names the newest key; one that does not has to be sealed anew.
    package func isCurrent(_ sealed: [UInt8]) -> Bool {
        ring.keys.withLock { keys in Self.names(keys[keys.count - 1], sealed) }
    }

    private static func names(_ key: Key, _ sealed: [UInt8]) -> Bool {
        sealed.count > headLength && sealed[0] == version && sealed[1..<headLength].elementsEqual(key.id)
    }

    // MARK: A new key

    /// Whether one key takes another's place.
    package var isRotating: Bool { ring.keys.withLock { $0.count > 1 } }

    /// Seals with a new key from now on, once that key is kept; does nothing while one takes another's place already.
    ///
    /// Throws `sealingKeyNotKept`.
    func addKey() throws(ProvisioningError) {
        try ring.keys.withLock { (keys) throws(ProvisioningError) in
            guard keys.count == 1 else { return }
            var new = Key(SymmetricKey(size: .bits256))
            while keys.contains(where: { $0.id == new.id }) { new = Key(SymmetricKey(size: .bits256)) }
            try ring.store?.keep(keys.map(\.key) + [new.key])
            keys.append(new)
        }
    }

    /// Keeps no key but the newest; the others are forgotten with the process. Throws `sealingKeyNotKept`; then they are as
    /// they were.
    func retireKeys() throws(ProvisioningError) {
        try ring.keys.withLock { (keys) throws(ProvisioningError) in
            guard keys.count > 1 else { return }
            let newest = keys[keys.count - 1]
            try ring.store?.keep([newest.key])
            ring.retired.withLock { $0 += keys.dropLast() }
            keys = [newest]
        }
    }
}

extension Seal.Context {
    /// The place as bytes that no other place has: both numbers have a fixed length.
    fileprivate var authenticated: [UInt8] {
        func bytes(_ value: Int64) -> [UInt8] { stride(from: 56, through: 0, by: -8).map { UInt8(value >> $0 & 0xff) } }
        return bytes(account.rawValue) + bytes(row) + Array(purpose.rawValue.utf8)
    }
}
