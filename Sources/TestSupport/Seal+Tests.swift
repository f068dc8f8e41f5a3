import Crypto
package import Provisioning

extension Seal {
    /// A seal whose key everybody knows.
    package static let ofTests = Seal(keys: [SymmetricKey(data: Array("a key of tests, 256 bits of them".utf8))])
}
