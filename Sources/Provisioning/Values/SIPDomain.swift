/// A SIP domain: it belongs to one account, is unique in the installation, and is the digest realm of its users.
package struct SIPDomain: Sendable, Equatable {
    package let id: DomainID
    package let account: AccountID
    /// Lower case.
    package let name: String
    package var description: String?
    /// The realm of credentials that name none; one per account.
    package var isDefault: Bool

    package init(id: DomainID, account: AccountID, name: String, description: String? = nil, isDefault: Bool) {
        self.id = id
        self.account = account
        self.name = name
        self.description = description
        self.isDefault = isDefault
    }

    /// What stands for an account's mail address: it names the account and reaches nobody, for accounts have none.
    package static func mailAddress(of account: AccountID, in domain: String) -> String {
        "account-\(account)@\(domain)"
    }

    /// The account that such an address names, whichever domain was the default when it was shown.
    static func account(ofMailAddress address: String) -> AccountID? {
        guard let name = address.split(separator: "@").first, name.hasPrefix("account-") else { return nil }
        return AccountID(name.dropFirst("account-".count))
    }

    /// What clients of SignalWire call its identifier: the first label.
    package var firstLabel: String { String(name.prefix { $0 != "." }) }

    /// What clients of Bandwidth call it: the first label, without the part behind its last hyphen.
    package var shortName: String {
        let label = firstLabel
        return String(label.lastIndex(of: "-").map { label[..<$0] } ?? label[...])
    }
}
