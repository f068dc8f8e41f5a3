import Crypto
import CryptoExtras

/// Password hashes by scrypt (RFC 7914); cost and salt stand in the hash's text.
package struct ScryptPasswords: PasswordHashing {
    private let cost: Cost

    /// What one hash costs: `2^logRounds * blockSize * 128` bytes of memory, `parallelism` times over.
    package struct Cost: Sendable, Equatable {
        let logRounds: Int
        let blockSize: Int
        let parallelism: Int

        package init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// The setting that scrypt was published with for interactive sign-in: 16 MiB, some 50 ms.
        package static let standard = Cost(logRounds: 14, blockSize: 8, parallelism: 1)

        /// More than any hash of ours asks for; a stored text above it is not believed.
        fileprivate var isSane: Bool {
            (1...20).contains(logRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    package init(cost: Cost = .standard) { self.cost = cost }

    package func hash(_ password: Secret<String>) -> PasswordHash {
        let salt = SymmetricKey(size: .bits128).bytes
        let key = Self.key(password, salt: salt, cost: cost)?.bytes ?? []
        return PasswordHash(text: Text(cost: cost, salt: salt, key: key).description)
    }

    package func verify(_ password: Secret<String>, against hash: PasswordHash) -> Bool {
        guard let text = Text(hash.text), !text.key.isEmpty,
            let key = Self.key(password, salt: text.salt, cost: text.cost)
        else { return false }
        return key == SymmetricKey(data: text.key)
    }

    private static func key(_ password: Secret<String>, salt: [UInt8], cost: Cost) -> SymmetricKey? {
        try? KDF.Scrypt.deriveKey(
            from: Array(password.reveal().utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
    }

    /// `$scrypt$ln=14,r=8,p=1$<salt>$<key>`, the last two in hexadecimal.
    private struct Text: CustomStringConvertible {
        let cost: Cost
        let salt: [UInt8]
        let key: [UInt8]

        init(cost: Cost, salt: [UInt8], key: [UInt8]) {
            self.cost = cost
            self.salt = salt
            self.key = key
        }

        init?(_ text: String) {
            let parts = text.split(separator: "$", omittingEmptySubsequences: false)
            guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
                let salt = [UInt8](hexadecimal: parts[3]), let key = [UInt8](hexadecimal: parts[4])
            else { return nil }
            let numbers = zip(parts[2].split(separator: ","), ["ln=", "r=", "p="]).compactMap { number, name in
                number.hasPrefix(name) ? Int(number.dropFirst(name.count)) : nil
            }
            guard numbers.count == 3 else { return nil }
            cost = Cost(logRounds: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
            guard cost.isSane else { return nil }
            self.salt = salt
            self.key = key
        }

        var description: String {
            let numbers = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
            return "$scrypt$\(numbers)$\(salt.hexadecimal)$\(key.hexadecimal)"
        }
    }
}

extension SymmetricKey {
    fileprivate var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
