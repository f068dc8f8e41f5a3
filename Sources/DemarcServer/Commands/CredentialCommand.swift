import ArgumentParser
import OperatorAPI
import Provisioning

struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "Credentials: the user names and passwords that phones register with.",
        discussion: """
            demarc credential add alice --generate
            demarc credential check alice
            """,
        subcommands: [Add.self, List.self, Check.self, Remove.self])
}

extension CredentialCommand {
    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a credential; Demarc keeps hashes (SHA-256 and MD5), never the password.",
            discussion: """
                demarc credential add alice --generate
                pass show phones/alice | demarc credential add alice --realm sip.acme.example --password-stdin
                """)
        @Argument(help: "The user name, with its domain part where it has one: John or John@bw.com.") var user: String
        @Option(help: "The SIP domain it lives in (default: the account's default one).") var realm: String?
        @OptionGroup var passwords: PasswordOptions
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let password = try passwords.password()
            let made = try await client.send(
                .post, OperatorClient.path("accounts", id, "credentials"),
                body: OperatorWire.NewCredential(userName: user, realm: realm, password: password.reveal()),
                as: OperatorWire.Credential.self)
            let shown = passwords.shown(password)
            try show(Made(made: made, password: shown)) {
                "Credential \(made.name) in \(made.realm)" + (shown.map { "\nPassword \($0)" } ?? "")
            }
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the credentials of an account.",
            discussion: """
                demarc credential list
                demarc credential list --user ali --account acme --json
                """)
        @Option(help: "Only user names that hold this.") var user: String?
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let credentials = try await client.all(
                { start in
                    OperatorClient.path(
                        "accounts", id, "credentials",
                        query: [("user", user), ("start", String(start)), ("count", "1000")])
                }, of: OperatorWire.Credential.self)
            try show(["items": credentials]) {
                var table = Table("ID", "USER", "REALM", "DIGEST")
                for credential in credentials {
                    table.add(
                        String(credential.id), credential.name, credential.realm,
                        credential.algorithms.joined(separator: ","))
                }
                return table.text
            }
        }
    }

    struct Check: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how the SIP side sees a user: which credential, which challenges, what is wrong.",
            discussion: """
                demarc credential check alice
                demarc credential check John@bw.com --json
                """)
        @Argument(help: "The user name as the phone sends it.") var user: String
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let found: OperatorWire.Items<CredentialExplanation> = try await client.get(
                OperatorClient.path("credentials", user, "explanation"))
            guard !found.items.isEmpty else {
                throw CommandError(.refused, "The SIP side knows no credential for \(user).")
            }
            try show(found) { found.items.map(\.lines).joined(separator: "\n") }
        }
    }

    struct Remove: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a credential; its bindings have ended when this returns.",
            discussion: """
                demarc credential remove alice
                demarc credential remove John@bw.com --account acme
                demarc credential remove alice --realm sip.acme.example

                A name that several SIP domains have is to be said with its domain: alice@sip.acme.example, or --realm.
                """)
        @Argument(help: "The user name, with its domain part where it has one; the SIP domain may stand behind it.")
        var user: String
        @Option(help: "The SIP domain it lives in.") var realm: String?
        @OptionGroup var account: AccountOption
        @OptionGroup var connection: ConnectionOptions

        func perform(_ client: OperatorClient) async throws(CommandError) {
            let id = try await account.id(client)
            let known = try await client.all(
                { start in
                    OperatorClient.path(
                        "accounts", id, "credentials",
                        query: [("user", user.bareUser), ("start", String(start)), ("count", "1000")])
                }, of: OperatorWire.Credential.self)
            let found = known.filter { realm == nil || $0.realm == realm?.lowercased() }.meant(by: user)
            guard found.count < 2 else {
                let names = found.map { "\($0.name)@\($0.realm)" }.joined(separator: ", ")
                throw CommandError(
                    .refused, "Several credentials are named \(user). Say which with its SIP domain: \(names).")
            }
            // Where none is found, the server says so.
            let (name, domain) = (found.first?.name ?? user, found.first?.realm ?? realm)
            try await client.send(
                .delete, OperatorClient.path("accounts", id, "credentials", name, query: [("realm", domain)]))
            try show(["removed": user]) { "Removed \(user)." }
        }
    }
}

extension CredentialExplanation {
    fileprivate var lines: String {
        let challenge = challenges.isEmpty ? "none: no hash is usable" : challenges.joined(separator: ", then ")
        return """
            User        \(aor)
            Account     \(account)
            Realm       \(realm)
            Challenges  \(challenge)
            Bindings    \(bindings)

            """ + remarks.map { "Remark      \($0)\n" }.joined()
    }
}

extension String {
    /// The user name without any domain part.
    fileprivate var bareUser: String { String(prefix { $0 != "@" }) }
}

extension [OperatorWire.Credential] {
    /// Those of that name, or with their realm behind it; else those whose user name is that, whatever their domain part.
    fileprivate func meant(by text: String) -> Self {
        let whole = filter { credential in
            let rest = text.hasPrefix("\(credential.name)@") ? text.dropFirst(credential.name.count + 1) : ""
            return credential.name == text || rest.lowercased() == credential.realm
        }
        return whole.isEmpty ? filter { $0.name.bareUser == text } : whole
    }
}
