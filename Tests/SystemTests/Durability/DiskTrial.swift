import Foundation
import Testing

/// What one server is asked while its disk is well and while it is not, and what came of it.
struct DiskTrial {
    let server: ServerProcess
    let account: BandwidthAccount
    /// Who has a credential, and with which contacts.
    private var users: [String: Set<String>] = [:]

    init(server: ServerProcess, account: BandwidthAccount) {
        self.server = server
        self.account = account
    }

    /// On a disk that is well.
    mutating func changesSomething(_ name: String) async throws {
        #expect(try await account.createCredential(name, password: "secret").status == 201)
        #expect(try await register(name, port: 9000)?.status == 200)
        users[name] = [contact(name, 9000)]
        try await expectUnchanged(in: server)
    }

    /// Every change is refused in the words of who asked, and nothing of it is to be seen.
    func isRefusedEverything(_ name: String) async throws {
        try await isRefused(name, byPhones: true)
        let readiness = try await server.readiness()
        #expect(readiness.status == 503)
        #expect(readiness.body.contains("\"store\":\"ok\"") == false, "\(readiness.body)")
        #expect(readiness.body.contains("\"journal\":\"not writable\""), "\(readiness.body)")
        let metrics = try await server.metrics()
        #expect(metrics.contains("\ndemarc_journal_up 0\n"))
        #expect(metrics.contains("\ndemarc_store_writable 0\n"))
        let status = try await server.demarc("status")
        #expect(status.output.contains("journal not writable"), "\(status.output)\(status.errors)")
    }

    func isRefused(_ name: String, byPhones: Bool) async throws {
        let creation = try await account.createCredential(name, password: "secret")
        #expect(creation.status == 503)
        #expect(creation.body.contains("<ErrorCode>1000</ErrorCode>"), "\(creation.body)")
        #expect(try await account.send("DELETE", "sipcredentials/before").status == 503)
        guard byPhones else { return }
        for port in 9001...9003 as ClosedRange<UInt16> {
            let answer = try await register("before", port: port)
            #expect(answer?.status == 503, "\(answer?.text ?? "silence")")
            #expect(answer?.text.contains("\r\nRetry-After: ") == true)
        }
        // What the phone had stays, and so does what it wanted to take away.
        let answer = try await register("before", port: 9000, expires: 0)
        #expect(answer?.status == 503, "\(answer?.text ?? "silence")")
        try await expectUnchanged(in: server, canBeUnread: true)
    }

    /// By itself, once the disk is well.
    func recovers() async throws {
        try await Patience.until("recovery; \(server.child.errors)", within: .seconds(10)) {
            try await server.readiness().status == 200 ? () : nil
        }
        try await expectUnchanged(in: server)
    }

    /// One line for every change of state, not one for every request.
    func expectLog(of rounds: Int) {
        for text in ["journal cannot be written", "journal writes again", "store failed", "store recovered"] {
            let lines = server.child.errors.split(separator: "\n").filter { $0.contains(text) }
            #expect(lines.count == rounds, "\(text):\n\(lines.joined(separator: "\n"))")
        }
        #expect(server.child.errors.count < 20_000, "\(server.child.errors.suffix(2000))")
    }

    /// After a restart.
    func isComplete(in other: ServerProcess) async throws { try await expectUnchanged(in: other) }

    /// - Parameter canBeUnread: a disk from which nothing is to be had is no reason to show something wrong.
    private func expectUnchanged(in server: ServerProcess, canBeUnread: Bool = false) async throws {
        let names = try? await account.credentialNames()
        #expect(names == Set(users.keys) || names == nil && canBeUnread, "\(names ?? [])")
        var bindings: [String: Set<String>] = [:]
        for binding in try await server.bindings() {
            bindings[String(binding.aor.prefix { $0 != "@" }), default: []].insert(binding.contact)
        }
        #expect(bindings == users)
    }

    func register(_ user: String, port: UInt16, expires: Int = 600) async throws -> TestPhone.Answer? {
        let (domain, sipPort, contact) = (account.domain, server.installation.sipPort, contact(user, port))
        return try await onThread {
            var phone = try TestPhone(user, domain: domain, password: "secret", to: sipPort)
            return try phone.register("<\(contact)>", expires: expires)
        }
    }

    private func contact(_ user: String, _ port: UInt16) -> String { "sip:\(user)@127.0.0.1:\(port)" }
}
