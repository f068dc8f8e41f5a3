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
        try await TestServer.run(features: fixture.features) { server in
            if let name = fixture.credential {
                _ = try await server.useCases.credentials.create(
                    CredentialName(userName: name, domain: nil), password: Secret("open sesame"), realm: nil,
                    account: server.account.id)
            }
            for name in fixture.bindings { server.edge.add(name, account: server.account.id) }
            for name in fixture.before { try await hold(Fixture(name), on: server) }
            if fixture.storeIsDown {
                _ = try await server.send("GET /api/json/peers/list?\(server.authentication("administrator"))")
                await server.store.store.close()
            }
            try await hold(fixture, on: server)
        }
    }

    /// Makes the exchange of a fixture and expects its answer.
    private func hold(_ fixture: Fixture, on server: TestServer) async throws {
        let place = { (text: String) in
            text.replacingOccurrences(of: "{auth}", with: server.authentication(fixture.caller))
                .replacingOccurrences(of: "{account}", with: server.account.id.description)
                .replacingOccurrences(of: "{other}", with: server.other.id.description)
        }
        let request = try fixture.parts(place)
        let answer = try await server.send(request.line, headers: request.headers, body: Array(request.body.utf8))
        #expect(answer == (try fixture.answer(place)), "\(fixture.name)")
    }

    @Test(arguments: Fixture.all)
    func itSaysWhereItComesFrom(name: String) throws {
        let fixture = try Fixture(name)
        let source = try #require(fixture.source)
        #expect(source.contains(/20[0-9]{2}/))
        #expect(fixture.says?.isEmpty == false)
    }
}
