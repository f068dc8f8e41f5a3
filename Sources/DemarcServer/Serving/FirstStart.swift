import Crypto
import Provisioning

/// What the first start makes, so that there is something to sign in to; its passwords are shown once and kept nowhere.
struct FirstStart: Sendable {
    let account: Account
    let domain: SIPDomain
    let caller: String
    let password: Secret<String>
    /// One API token for each contract; empty where the account has some.
    let tokens: [(token: APIToken, secret: Secret<String>)]
    /// For the example that is printed: the phone's user name, password, and hashes.
    let phone: ExamplePhone

    /// Makes the account `default` and its caller `admin` in an empty installation; `nil` where there is one already.
    ///
    /// An account without any caller is given one, so that a start that was cut off does not lock anybody out.
    static func perform(_ useCases: UseCases) async throws(ProvisioningError) -> FirstStart? {
        let accounts = try await useCases.accounts.list()
        guard accounts.count < 2 else { return nil }
        let account: Account
        if let existing = accounts.first {
            guard existing.status != .leaving, try await useCases.callers.list(of: existing.id).isEmpty else {
                return nil
            }
            account = existing
        } else {
            account = try await useCases.accounts.create(AccountDraft(name: "default")).account
        }
        let domains = try await useCases.domains.list(of: account.id)
        guard let domain = domains.first(where: \.isDefault) else { return nil }
        let password = GeneratedSecret.make()
        let caller = try await useCases.callers.create(
            name: "admin", account: account.id, role: .administrator, password: password)
        let hasTokens = try await !useCases.apiTokens.list(of: account.id).isEmpty
        let tokens = hasTokens ? [] : try await useCases.apiTokens.createFirst(of: account.id)
        return FirstStart(
            account: account, domain: domain, caller: caller.name, password: password, tokens: tokens,
            phone: ExamplePhone(realm: domain.name))
    }
}

/// A phone that a new operator can provision and register.
struct ExamplePhone: Sendable {
    let userName = "alice"
    let password = GeneratedSecret.make(length: 12)
    let hash1: String
    let hash1b: String

    init(realm: String) {
        let secret = password.reveal()
        hash1 = Self.md5("\(userName):\(realm):\(secret)")
        hash1b = Self.md5("\(userName)@\(realm):\(realm):\(secret)")
    }

    private static func md5(_ text: String) -> String {
        Insecure.MD5.hash(data: Array(text.utf8)).map { byte in
            let hex = String(byte, radix: 16)
            return byte < 16 ? "0\(hex)" : hex
        }.joined()
    }
}
