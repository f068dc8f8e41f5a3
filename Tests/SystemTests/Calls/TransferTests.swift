import Foundation
import Testing

/// Blind transfers between phones that nobody here wrote.
@Suite(.serialized) struct TransferTests {
    private static let password = "secret-of-mine"

    /// Registered phones of an account's credentials; the first two are in a call that the first one made.
    private func phones(_ users: String...) async throws -> (ServerProcess, BandwidthAccount, [PJSUA2Phone]) {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        var phones: [PJSUA2Phone] = []
        for user in users {
            #expect(try await account.createCredential(user, password: Self.password).status == 201)
            let line = Line(
                user: user, password: Self.password, domain: account.domain, port: server.installation.sipPort)
            phones.append(try PJSUA2Phone(line, transport: "udp"))
            try await phones.last?.register()
        }
        _ = try await server.bindings("the phones' bindings") { $0.count == users.count }
        try await phones[0].call("sip:\(users[1])@\(account.domain)")
        for phone in phones.prefix(2) { try await phone.hasMediaBothWays() }
        return (server, account, phones)
    }

    private struct Leg: Decodable {
        let position: Int
        let from: String
        let to: String
        let cause: String
        let ended: Double?
    }

    private func legs(_ server: ServerProcess) async throws -> [Leg] {
        struct Calls: Decodable {
            struct Call: Decodable { let call: String }

            let items: [Call]
        }
        let list = try await server.demarc("calls", "list", "--json").output
        let call = try #require(JSONDecoder().decode(Calls.self, from: Data(list.utf8)).items.first?.call)
        let text = try await server.demarc("calls", "show", call, "--json").output
        return try JSONDecoder().decode([String: [Leg]].self, from: Data(text.utf8))["items"] ?? []
    }

    @Test(arguments: [0, 1]) func whoIsHandedOverTalksOn(referrer: Int) async throws {
        let (server, account, phones) = try await phones("alice", "bob", "carol")
        let (leaving, staying, joining) = (phones[referrer], phones[1 - referrer], phones[2])
        try await leaving.transfer(to: "sip:carol@\(account.domain)")
        try await Patience.until("the new call") { joining.isInCall() ? () : nil }
        try await Patience.until("the referrer's end") { leaving.isInCall() ? nil : () }
        #expect(leaving.transferStatus() == 200)
        #expect(staying.isInCall())
        try await joining.hasMediaBothWays()
        try await staying.hasMediaBothWays(after: try await staying.media())
        try await joining.hangUp()
        try await Patience.until("its end") { staying.isInCall() ? nil : () }
        let records: [Leg] = try await Patience.until("the records") {
            let found = try await legs(server)
            return found.count == 3 && found.allSatisfy { $0.ended != nil } ? found : nil
        }
        let names = ["alice", "bob", "carol"].map { "\($0)@\(account.domain)" }
        #expect(records.map(\.from) == [names[0], names[0], names[referrer]])
        #expect(records.map(\.to) == [names[1], names[1], names[2]])
        #expect(records[referrer].cause == "transferred")
        #expect(try await server.stop() == 0)
    }

    /// With consultation: the referrer talks to the third before it leaves.
    @Test func twoCallsAreJoined() async throws {
        let (server, account, phones) = try await phones("alice", "bob", "carol")
        try await phones[0].call("sip:carol@\(account.domain)")
        try await phones[2].hasMediaBothWays()
        try await phones[0].join()
        try await Patience.until("the referrer's end") { phones[0].transferStatus() == 200 ? () : nil }
        for phone in phones[1...] {
            try await phone.hasMediaBothWays(after: try await phone.media())
        }
        #expect(phones[1].isInCall())
        try await phones[1].hangUp()
        try await Patience.until("the records") {
            let text = try await server.demarc("calls", "list", "--open", "--json").output
            return try JSONDecoder().decode([String: [Leg]].self, from: Data(text.utf8))["items"]?.isEmpty ?? false
                ? () : nil
        }
        #expect(try await server.stop() == 0)
    }

    @Test func whoIsBusyIsNotJoined() async throws {
        let (server, account, phones) = try await phones("alice", "bob", "carol")
        try await phones[2].beBusy()
        try await phones[1].transfer(to: "sip:carol@\(account.domain)")
        try await Patience.until("the refusal") { phones[1].transferStatus() == 486 ? () : nil }
        for phone in phones.prefix(2) {
            #expect(phone.isInCall())
            try await phone.hasMediaBothWays(after: try await phone.media())
        }
        try await server.stop()
    }

    /// What the referrer may not call itself it may not have called either.
    @Test(arguments: [("+12025550100", 403), ("nobody", 404)]) func whatIsNotAllowedIsNotTried(
        called: String, status: Int
    ) async throws {
        let (server, account, phones) = try await phones("alice", "bob")
        try await phones[1].transfer(to: "sip:\(called)@\(account.domain)")
        try await Patience.until("the refusal") { phones[1].transferStatus() == status ? () : nil }
        for phone in phones {
            #expect(phone.isInCall())
            try await phone.hasMediaBothWays(after: try await phone.media())
        }
        #expect(try await legs(server).count == 2)
        try await server.stop()
    }
}
