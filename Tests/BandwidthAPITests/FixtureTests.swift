import BandwidthAPI
import DialectKit
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
        try await TestServer.run(features: fixture.features, ceiling: fixture.ceiling, settings: fixture.settings) {
            server in
            var places = Places(server)
            if let domain = fixture.domain {
                _ = try await server.useCases.domains.create(
                    domain, description: nil, isDefault: false, account: server.account.id)
            }
            if !fixture.inventory.isEmpty {
                _ = try await server.useCases.numbers.add(fixture.inventory, account: server.account.id)
            }
            for name in fixture.before { try await places.hold(Fixture(name), on: server) }
            try await prepare(fixture, places, server)
            try await places.hold(fixture, on: server)
        }
    }

    private func prepare(_ fixture: Fixture, _ places: Places, _ server: TestServer) async throws {
        if let verdict = fixture.addressVerdict { server.addressCheck.answer(verdict) }
        if let number = fixture.number {
            _ = try await server.useCases.numbers.add([number], account: server.account.id)
            _ = try await server.useCases.numbers.assign(
                number, to: TrunkID(places("{peer}")), account: server.account.id)
        }
        if fixture.storeIsDown {
            _ = try await server.send("GET /accounts/\(server.account.id)/sites")
            await server.store.store.close()
        }
    }

    @Test(arguments: Fixture.all)
    func itSaysWhereItComesFrom(name: String) throws {
        #expect(try Fixture(name).saysWhereItComesFrom)
    }
}

/// The ids that the places of fixtures stand for, as the exchanges so far gave them.
struct Places {
    private var values: [String: String]

    init(_ server: TestServer) { values = ["account": server.account.id.description, "host": server.host] }

    func callAsFunction(_ text: String) -> String {
        values.reduce(text) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
    }

    /// Makes the exchange of a fixture and expects its answer.
    mutating func hold(_ fixture: Fixture, on server: TestServer) async throws {
        let request = fixture.parts(callAsFunction)
        let answer = try await server.send(
            request.line, headers: request.headers, caller: fixture.caller, body: Array(request.body.utf8))
        remember(answer)
        let expected = fixture.answerText(callAsFunction)
        #expect(answer == expected, "\(fixture.name)")
    }

    /// The ids of what was created stand in `Location`.
    private mutating func remember(_ answer: String) {
        guard let id = answer.firstMatch(of: /\r\nLocation: \S*\/(?<kind>sites|sippeers)\/(?<id>[0-9]+)\r\n/) else {
            return
        }
        let name = id.kind == "sites" ? "site" : "peer"
        values["\(name)-1"] = values[name]
        values[name] = String(id.id)
    }
}
