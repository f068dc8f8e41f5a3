import GRDB
import Provisioning

extension SQLReader {
    func sipProfile(of account: AccountID) throws(ProvisioningError) -> SIPProfile {
        try row(
            "SELECT ciphers, codecs, requires_encryption, send_as, outbound, says_outbound FROM sip_profile WHERE account = ?",
            [account.rawValue]
        ) { (row) throws(ProvisioningError) in
            var profile = SIPProfile(account: account)
            profile.ciphers = row.words(0).compactMap(MediaPolicy.Cipher.init)
            profile.codecs = row.words(1).compactMap(MediaPolicy.Codec.init)
            profile.requiresEncryption = row[2]
            profile.sendAs = try row.sendAs(3)
            let saysOutbound: Bool = row[5]
            profile.outbound = saysOutbound ? try row.value(4, as: SIPProfile.Outbound.self) : nil
            return profile
        } ?? SIPProfile(account: account)
    }
}

extension SQLiteTransaction {
    func put(_ profile: SIPProfile) throws(ProvisioningError) {
        try run(
            """
            INSERT INTO sip_profile (account, ciphers, codecs, requires_encryption, send_as, outbound, says_outbound)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (account) DO UPDATE SET ciphers = excluded.ciphers, codecs = excluded.codecs,
                requires_encryption = excluded.requires_encryption, send_as = excluded.send_as,
                outbound = excluded.outbound, says_outbound = excluded.says_outbound
            """,
            [
                profile.account.rawValue, profile.ciphers.words, profile.codecs.words, profile.requiresEncryption,
                profile.sendAs.text, (profile.outbound ?? .passthrough).rawValue, profile.outbound != nil,
            ],
            else: [.reference: ProvisioningError(.accountUnknown, "\(profile.account)")])
        try record(.sipProfile(profile), .updated, account: profile.account)
    }
}

extension Row {
    /// A number or `random`; throws `unavailable` for a row that no version of ours wrote.
    func sendAs(_ column: Int) throws(ProvisioningError) -> SendAs {
        guard let sendAs = SendAs(self[column] as String) else { throw ProvisioningError(.unavailable) }
        return sendAs
    }

    /// What `default` stands in the place of, or the column's own value.
    func setting<Value>(_ column: Int, _ own: (Int) throws(ProvisioningError) -> Value) throws(ProvisioningError)
        -> ProfileSetting<Value>
    {
        self[column] == "default" ? .profile : .own(try own(column))
    }
}

extension ProfileSetting {
    /// The column's text: `default`, which is no cipher, codec or number, for what is left to the profile.
    func column(_ text: (Value) -> String) -> String {
        if case .own(let value) = self { text(value) } else { "default" }
    }
}
