import CryptoExtras
import DialectKit
import Foundation
import Provisioning
import Store
import TestSupport
import Testing
import VoximplantAPI

/// The dialect on a real store behind a real socket, with one account that has a key of each kind.
struct TestServer: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    let account: Account
    let signer: Signer
    /// A secret of the older kind.
    let secret: Secret<String>
    let server: DialectServer

    var host: String { server.host }

    /// Runs `body` against a server that is gone afterwards.
    static func run(
        role: ServiceRole = .owner, balance: String = "100", rate: Int? = nil,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let useCases = store.useCases()
        let tenant = try await store.tenant("test")
        let (signer, secret) = try await keys(of: tenant.account.id, role: role, store, useCases)
        _ = try await useCases.ledgers.topUp(tenant.account.id, amount: balance)
        let limits = RequestLimits(
            rate.map { RequestRate($0, per: .seconds(60)) } ?? .standard, uptime: { store.clock.uptime },
            now: { store.clock.now })
        let api = VoximplantAPI(useCases: useCases, limits: limits)
        try await DialectServer.run([api]) { server in
            try await body(
                TestServer(
                    store: store, useCases: useCases, account: tenant.account, signer: signer, secret: secret,
                    server: server))
        }
        await store.store.close()
    }

    /// The RSA key is one of this process, since making one takes its time.
    static func keys(
        of account: AccountID, role: ServiceRole, _ store: TemporaryStore, _ useCases: UseCases
    ) async throws -> (Signer, Secret<String>) {
        let signer = Signer(keyID: UUID().uuidString.lowercased(), key: try Signer.first.get())
        let key = ServiceKey(
            id: signer.keyID, account: account, description: "test", role: role,
            secret: .publicKey(signer.key.publicKey.pemRepresentation), created: store.clock.now)
        try await store.store.write { (store) throws(ProvisioningError) in try store.insert(key) }
        return (signer, try await useCases.serviceKeys.createSecret(nil, account: account).secret)
    }

    /// Sends a request; the head comes back without `Date` and `Content-Length`.
    func send(
        _ line: String, headers: [String] = [], body: String = "", authorization: String?
    ) async throws -> (head: [String], body: String) {
        let headers = headers + (authorization.map { ["Authorization: \($0)"] } ?? [])
        let answer = try await server.send(line, headers: headers, body: Array(body.utf8))
        return (answer.head.filter { !$0.hasPrefix("Content-Length: ") && $0 != "Connection: close" }, answer.body)
    }

    /// Gives a command as the vendor's Python client does, and returns the answer's body.
    func command(
        _ name: String, _ parameters: [(String, String)] = [], as signer: Signer? = nil, of account: AccountID? = nil
    ) async throws -> String {
        let form = FormBody((parameters + [("cmd", name)]).map { FormBody.Field($0.0, $0.1) }).encoded
        let token = try (signer ?? self.signer).authorization(
            "good", account: account ?? self.account.id, now: store.clock.now)
        return try await send(
            "POST /platform_api", headers: ["Content-Type: application/x-www-form-urlencoded"], body: form,
            authorization: token
        ).body
    }
}
