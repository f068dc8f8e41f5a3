import Foundation
import Provisioning
import Store
import TestSupport
import Testing

/// Every fixture over a real socket, byte for byte.
@Suite struct FixtureTests {
    @Test(arguments: Fixture.all)
    func theExchangeHolds(name: String) async throws {
        let fixture = try Fixture(name)
        let others = try fixture.before.map(Fixture.init)
        // What goes before may need what this one must not have.
        let role = others.isEmpty ? try fixture.role : .owner
        try await TestServer.run(role: role, balance: fixture.balance, rate: fixture.rate) { server in
            for other in others { try await hold(other, on: server) }
            try await prepare(fixture, server)
            try await hold(fixture, on: server)
        }
    }

    private func prepare(_ fixture: Fixture, _ server: TestServer) async throws {
        if fixture.isFrozen { _ = try await server.useCases.ledgers.freeze(server.account.id, true) }
        if fixture.isSuspended { _ = try await server.useCases.accounts.suspend(server.account.id) }
        if let domain = fixture.credentialDomain {
            _ = try await server.useCases.credentials.create(
                CredentialName(userName: "taken"), password: Secret("secret"), realm: domain,
                account: server.account.id)
        }
        if fixture.storeIsDown { await server.store.store.close() }
    }

    private func hold(_ fixture: Fixture, on server: TestServer) async throws {
        let places = ["{key}": server.signer.keyID, "{secret}": server.secret.reveal(), "{host}": server.host]
        func place(_ text: String) -> String {
            places.reduce(text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
        }
        let request = try fixture.parts(place)
        let authorization = try server.signer.authorization(
            fixture.token, account: server.account.id, now: server.store.clock.now)
        let answer = try await server.send(
            request.line, headers: request.headers, body: request.body, authorization: authorization)
        let expected = try fixture.answer(place)
        #expect(answer.head == expected.head, "\(fixture.name)")
        guard expected.body.contains("{any-") else {
            #expect(answer.body == expected.body, "\(fixture.name)")
            return
        }
        let pieces = expected.body.replacing(/\{any-[a-z]+\}/, with: "\u{0}").split(separator: "\u{0}")
        #expect(answer.body.hasPrefix(pieces[0]) && answer.body.hasSuffix(pieces[pieces.count - 1]))
        for piece in pieces { #expect(answer.body.contains(piece), "\(fixture.name)") }
    }

    @Test(arguments: Fixture.all)
    func itSaysWhereItComesFrom(name: String) throws {
        let fixture = try Fixture(name)
        let source = try #require(fixture.source)
        #expect(source.contains(/20[0-9]{2}/))
        #expect(fixture.says?.isEmpty == false)
    }
}
