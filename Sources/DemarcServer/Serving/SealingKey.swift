import Crypto
import Foundation
package import Provisioning

/// The installation's own key: it seals what must be kept in the clear, and other keys are made from it.
///
/// It lies in a file of its own, so that a backup of the data directory need not hold it.
package struct SealingKey: Sendable {
    private static let bytes = 32
    private let key: SymmetricKey

    /// Reads the key, or makes one where the file does not exist; refuses a file that others may read.
    package init(path: String) throws(StartFailure) {
        if let data = FileManager.default.contents(atPath: path) {
            guard let decoded = Data(base64Encoded: data.filter { $0 > 0x20 }), decoded.count == Self.bytes else {
                throw StartFailure("the sealing key \(path) is not \(Self.bytes) bytes in Base64")
            }
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let mode = attributes?[.posixPermissions] as? NSNumber, mode.intValue & 0o077 == 0 else {
                throw StartFailure("the sealing key \(path) can be read by others; run: chmod 600 \(path)")
            }
            key = SymmetricKey(data: decoded)
        } else if FileManager.default.fileExists(atPath: path) {
            throw StartFailure("the sealing key \(path) cannot be read")
        } else {
            key = SymmetricKey(size: .bits256)
            let text = unsafe key.withUnsafeBytes { unsafe Data($0) }.base64EncodedString()
            try PrivateFile.write(Data("\(text)\n".utf8), to: path)
        }
    }

    /// Seals what must be presented in the clear.
    package var seal: Seal { Seal(key: SymmetricKey(data: derive("seal"))) }

    /// A key for one purpose (RFC 5869); the same at every start.
    package func derive(_ purpose: String, bytes: Int = 32) -> [UInt8] {
        let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: bytes)
        return unsafe derived.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
