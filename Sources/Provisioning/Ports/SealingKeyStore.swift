package import Crypto

/// Where the keys are kept that seal secrets.
package protocol SealingKeyStore: Sendable {
    /// Keeps these keys and no other, oldest first, and returns once that is on disk.
    ///
    /// Throws `sealingKeyNotKept`; then those of before are kept.
    func keep(_ keys: [SymmetricKey]) throws(ProvisioningError)
}
