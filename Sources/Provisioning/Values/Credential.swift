import Crypto

/// A user name that may register and call with digest authentication (RFC 8760).
package struct Credential: Sendable, Equatable {
    package let id: CredentialID
    package let account: AccountID
    package var name: CredentialName
    /// The realm its hashes were made for: the name of a SIP domain of the account.
    package var realm: String
    package var hashes: CredentialHashes
    /// The change that created it: a binding made under an earlier change number is not this credential's.
    package let created: ChangeNumber

    package init(
        id: CredentialID, account: AccountID, name: CredentialName, realm: String, hashes: CredentialHashes,
        created: ChangeNumber
    ) {
        self.id = id
        self.account = account
        self.name = name
        self.realm = realm
        self.hashes = hashes
        self.created = created
    }
}

/// A user name with an optional domain that is part of it; `John` with `bw.com` is the same name as `John@bw.com`.
package struct CredentialName: Sendable, Equatable {
    /// As the caller gave it; it may itself hold an `@`.
    package var userName: String
    /// As the caller gave it.
    package var domain: String?

    package init(userName: String, domain: String? = nil) {
        self.userName = userName
        self.domain = domain
    }

    /// The one name that is unique in its realm.
    package var composite: String { domain.map { "\(userName)@\($0)" } ?? userName }
}

/// What is kept of a password: never the password.
package struct CredentialHashes: Sendable, Equatable {
    /// HA1 over the composite name, in whatever form the caller sent it.
    package var hash1: String
    /// HA1 over composite@realm.
    package var hash1b: String?
    /// SHA-256 of the same two inputs; only where Demarc was given the password and hashed it itself.
    package var sha256: String?
    package var sha256b: String?

    package init(hash1: String, hash1b: String? = nil, sha256: String? = nil, sha256b: String? = nil) {
        self.hash1 = hash1
        self.hash1b = hash1b
        self.sha256 = sha256
        self.sha256b = sha256b
    }
}

extension CredentialHashes {
    /// The hashes of a password for that composite name and realm (RFC 7616 section 3.4.2), MD5 and SHA-256.
    package init(of composite: String, realm: String, password: Secret<String>) {
        let inputs = [composite, "\(composite)@\(realm)"].map { Array("\($0):\(realm):\(password.reveal())".utf8) }
        self.init(
            hash1: Insecure.MD5.hash(data: inputs[0]).hexadecimal,
            hash1b: Insecure.MD5.hash(data: inputs[1]).hexadecimal,
            sha256: SHA256.hash(data: inputs[0]).hexadecimal, sha256b: SHA256.hash(data: inputs[1]).hexadecimal)
    }

    /// HA1 digests that an MD5 response can be checked against, in lower case; empty where what was sent is no MD5
    /// digest.
    package var md5Candidates: [String] { digests(length: 32) }

    /// HA1 digests that a SHA-256 response can be checked against, in lower case.
    package var sha256Candidates: [String] { digests(length: 64) }

    private func digests(length: Int) -> [String] {
        [hash1, hash1b, sha256, sha256b].compactMap(\.self).filter {
            $0.utf8.count == length && $0.utf8.allSatisfy(\.isASCIIHexDigit)
        }.map { $0.lowercased() }
    }
}

/// The order of everything that was ever changed; grows by one with every change-log row.
package typealias ChangeNumber = Int64
