import DialectKit
import Provisioning
import Store
import TestSupport
import Testing

/// Every fixture over a real socket, byte for byte.
@Suite struct FixtureTests {
    @Test(arguments: Fixture.all)
    func theExchangeHolds(name: String) async throws {
        let fixture = try Fixture(name)
        try await TestServer.run { server in
            var values = ["host": server.host, "project": server.account.project, "domain": server.domain.name]
            if !fixture.inventory.isEmpty {
                _ = try await server.useCases.numbers.add(fixture.inventory, account: server.account.id)
            }
            if let kind = fixture.resource {
                var draft = CallResourceDraft()
                (draft.name, draft.target) = ("reception", "sip:reception@pbx.example")
                let resource = try await server.useCases.resources.create(kind, draft, by: server.administrator)
                values["resource"] = resource.uniqueID.description
            }
            var places = Places(values)
            for name in fixture.before { try await hold(Fixture(name), &places, on: server) }
            server.store.clock.advance(by: .seconds(fixture.later))
            if fixture.storeIsDown { await server.store.store.close() }
            try await hold(fixture, &places, on: server)
        }
    }

    private func hold(_ fixture: Fixture, _ places: inout Places, on server: TestServer) async throws {
        let request = try fixture.parts
        let answer = try await server.send(
            places(request.line), headers: request.headers, token: fixture.token, body: places(request.body))
        let expected = try fixture.answer
        let body = answer.firstRange(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
        places.learn(expected.body, from: body)
        let wanted = places(Places.known(expected.body))
        var head = expected.head
        if !head[0].contains(" 204 ") { head.insert("Content-Length: \(wanted.utf8.count)", at: head.count - 1) }
        #expect(answer == (head + ["", wanted]).joined(separator: "\r\n"), "\(fixture.name)")
    }

    @Test(arguments: Fixture.all)
    func itSaysWhereItComesFrom(name: String) throws {
        let fixture = try Fixture(name)
        #expect(fixture.source?.contains(/20[0-9]{2}/) == true)
        #expect(fixture.says?.isEmpty == false)
    }
}
