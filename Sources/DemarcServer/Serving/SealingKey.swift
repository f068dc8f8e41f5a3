package import Crypto
import Foundation
package import Provisioning

/// The installation's own key, from which other keys are made, and the keys that seal what must be kept in the clear.
///
/// They lie in a file of their own, so that a backup of the data directory need not hold them. Its first line is the
/// installation's key; the lines behind it are sealing keys, oldest first, once there was a rotation. Without one the
/// sealing key is made of the installation's.
package struct SealingKey: SealingKeyStore {
    private static let bytes = 32
    private let path: String
    private let key: SymmetricKey
    private let sealing: [SymmetricKey]

    /// Reads the keys, or makes one where the file does not exist; refuses a file that others may read.
    package init(path: String) throws(StartFailure) {
        self.path = path
        if let keys = try Self.kept(in: path) {
            key = keys[0]
            sealing = Array(keys.dropFirst())
        } else {
            key = SymmetricKey(size: .bits256)
            sealing = []
            try PrivateFile.write(Self.text(of: [key]), to: path)
        }
    }

    /// The keys of a file; `nil` where it does not exist.
    static func kept(in path: String) throws(StartFailure) -> [SymmetricKey]? {
        guard let data = FileManager.default.contents(atPath: path) else {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw StartFailure("the sealing key \(path) cannot be read")
            }
            return nil
        }
        let keys = try keys(in: data, path)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? NSNumber, mode.intValue & 0o077 == 0 else {
            throw StartFailure("the sealing key \(path) can be read by others; run: chmod 600 \(path)")
        }
        return keys
    }

    /// Seals what must be presented in the clear, and writes new keys to the file. For all who open or seal it is one and the
    /// same: another would not know of a new key.
    package func makeSeal() -> Seal {
        Seal(keys: sealing.isEmpty ? [SymmetricKey(data: derive("seal"))] : sealing, store: self)
    }

    package func keep(_ keys: [SymmetricKey]) throws(ProvisioningError) {
        do throws(StartFailure) {
            try PrivateFile.write(Self.text(of: [key] + keys), to: path)
        } catch {
            throw ProvisioningError(.sealingKeyNotKept)
        }
    }

    /// A key for one purpose (RFC 5869); the same at every start.
    package func derive(_ purpose: String, bytes: Int = 32) -> [UInt8] {
        let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data(purpose.utf8), outputByteCount: bytes)
        return unsafe derived.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    private static func text(of keys: [SymmetricKey]) -> Data {
        let lines = keys.map { key in unsafe key.withUnsafeBytes { unsafe Data($0) }.base64EncodedString() + "\n" }
        return Data(lines.joined().utf8)
    }

    private static func keys(in data: Data, _ path: String) throws(StartFailure) -> [SymmetricKey] {
        let lines = data.split { $0 <= 0x20 }.map { Data(base64Encoded: $0) }
        guard !lines.isEmpty, lines.count <= 3, lines.allSatisfy({ $0?.count == bytes }) else {
            throw StartFailure("the sealing key \(path) is not \(bytes) bytes in Base64")
        }
        return lines.compactMap { $0.map { SymmetricKey(data: $0) } }
    }
}
