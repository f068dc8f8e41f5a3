extension CredentialDraft {
    /// Most entries in one list.
    static let listLimit = 1000

    /// The first broken rule of an entry's shape: what is missing, then lengths, then characters.
    ///
    /// Lengths: Bandwidth's sipcredentials page; characters: codes 23014 to 23016 of its error list.
    func fault() -> Fault? {
        CredentialName.fault(userName: userName, domain: domain) ?? hashFault()
    }

    /// The fault of the two hashes alone.
    func hashFault() -> Fault? {
        guard let hash1, !hash1.isBlank else {
            return Fault(.elementRequired, field: "hash1", values: ["Hash1"])
        }
        return Fault.tooLong("hash1", "Hash1", hash1, limit: 64)
            ?? hash1b.flatMap { Fault.tooLong("hash1b", "Hash1b", $0, limit: 64) }
    }

    /// The name and hashes of an entry without fault; an empty domain or second hash is an absent one.
    var parsed: (name: CredentialName, hashes: CredentialHashes) {
        let present = { (text: String?) in text.flatMap { $0.isEmpty ? nil : $0 } }
        return (
            CredentialName(userName: userName ?? "", domain: present(domain)),
            CredentialHashes(hash1: hash1 ?? "", hash1b: present(hash1b))
        )
    }
}

extension CredentialName {
    static func fault(userName: String?, domain: String?) -> Fault? {
        guard let userName, !userName.isBlank else {
            return Fault(.elementRequired, field: "userName", values: ["UserName"])
        }
        let domain = domain ?? ""
        if let fault = Fault.tooLong("userName", "UserName", userName, limit: 32)
            ?? Fault.tooLong("domain", "Domain", domain, limit: 32)
        {
            return fault
        }
        guard domain.isEmpty else {
            if !isToken(userName) { return Fault(.userNameInvalid, field: "userName", values: [userName]) }
            return isToken(domain) ? nil : Fault(.credentialDomainInvalid, field: "domain", values: [domain])
        }
        let parts = userName.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy(isToken) else {
            return Fault(.userNameWithDomainInvalid, field: "userName", values: [userName])
        }
        return nil
    }

    private static func isToken(_ text: some StringProtocol) -> Bool {
        let marks = "._-!$&*+=~".utf8
        return !text.isEmpty && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.contains($0) }
    }
}

extension Fault {
    /// A credential's field that is longer than its limit.
    fileprivate static func tooLong(_ field: String, _ element: String, _ value: String, limit: Int) -> Fault? {
        guard value.length > limit else { return nil }
        let shown = field.hasPrefix("hash") ? "<redacted>" : value
        return Fault(.credentialFieldTooLong, field: field, values: [element, shown, String(limit)])
    }
}
