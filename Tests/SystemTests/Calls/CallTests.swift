import Foundation
import Testing

/// Calls between phones that nobody here wrote, provisioned by the vendors' dialects alone.
@Suite(.serialized) struct CallTests {
    private func line(_ user: String, _ domain: String, _ server: ServerProcess, password: String = "secret-of-mine")
        -> Line
    {
        Line(user: user, password: password, domain: domain, port: server.installation.sipPort)
    }

    /// Registers and waits for the bindings.
    private func register(_ phones: [PJSUA2Phone], at server: ServerProcess) async throws {
        for phone in phones { try await phone.register() }
        _ = try await server.bindings("the phones' bindings") { $0.count == phones.count }
    }

    private func ended(_ server: ServerProcess, _ count: Int) async throws -> [[String: String]] {
        try await Patience.until("\(count) records of calls") {
            let text = try await server.demarc("calls", "list", "--json").output
            let records = try JSONDecoder().decode(Records.self, from: Data(text.utf8)).items
            let isOver = records.count == count && records.allSatisfy { $0.ended != nil }
            return isOver
                ? records.map { ["from": $0.from, "to": $0.to, "cause": $0.cause, "status": "\($0.status)"] } : nil
        }
    }

    private struct Records: Decodable {
        let items: [Record]

        struct Record: Decodable {
            let from: String
            let to: String
            let cause: String
            let status: Int
            let ended: Double?
        }
    }

    struct Media: Sendable, CustomTestStringConvertible {
        let transports: [String]
        let encryption: MediaEncryption

        var testDescription: String { "\(transports.joined(separator: " to ")), SRTP \(encryption)" }
    }

    @Test(arguments: [
        Media(transports: ["udp", "udp"], encryption: .none), Media(transports: ["tcp", "udp"], encryption: .none),
        Media(transports: ["udp", "tcp"], encryption: .required),
    ])
    func credentialsCallEachOther(media: Media) async throws {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        var phones: [PJSUA2Phone] = []
        for (user, transport) in zip(["alice", "bob"], media.transports) {
            #expect(try await account.createCredential(user, password: "secret-of-mine").status == 201)
            phones.append(
                try PJSUA2Phone(line(user, account.domain, server), transport: transport, encryption: media.encryption))
        }
        try await register(phones, at: server)
        try await phones[0].call("sip:bob@\(account.domain)")
        for phone in phones {
            try await Patience.until("the call") { phone.isInCall() ? () : nil }
            try await phone.hasMediaBothWays()
        }
        try await phones[1].hangUp()
        try await Patience.until("its end") { phones[0].isInCall() ? nil : () }
        #expect(
            try await ended(server, 1) == [
                [
                    "from": "alice@\(account.domain)", "to": "bob@\(account.domain)", "cause": "bye-by-callee",
                    "status": "200",
                ]
            ])
        #expect(try await server.stop() == 0)
    }

    /// An endpoint that requires encryption takes no call that offers plain RTP, and no media of its own makes it.
    @Test func encryptionRequiredRefusesPlainMedia() async throws {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        let fabric = try #require(SignalWireAccount(of: server))
        #expect(try await account.createCredential("alice", password: "secret-of-mine").status == 201)
        let subscriber = try await fabric.make(
            "/api/fabric/resources/subscribers", #"{"email":"bob@example.com","password":"secret-of-mine"}"#)
        _ = try await fabric.make(
            "/api/fabric/resources/subscribers/\(subscriber)/sip_endpoints",
            #"{"username":"bob","password":"secret-of-mine","encryption":"required"}"#)
        let phones = [
            try PJSUA2Phone(line("alice", account.domain, server), transport: "udp"),
            try PJSUA2Phone(line("bob", account.domain, server), transport: "udp", encryption: .required),
        ]
        try await register(phones, at: server)
        try await phones[0].call("sip:bob@\(account.domain)")
        try await Patience.until("the refusal") { phones[0].lastStatus() == 488 ? () : nil }
        #expect(phones[1].lastStatus() == nil)
        try await server.stop()
    }

    @Test func nobodyIsThere() async throws {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        for user in ["alice", "bob"] {
            #expect(try await account.createCredential(user, password: "secret-of-mine").status == 201)
        }
        let phone = try PJSUA2Phone(line("alice", account.domain, server), transport: "udp")
        try await register([phone], at: server)
        // Not registered, not known, and a number without a grant.
        for (called, status) in [("bob", 480), ("carol", 404), ("+12025550100", 403)] {
            try await phone.call("sip:\(called)@\(account.domain)")
            try await Patience.until("\(status) for \(called)") { phone.lastStatus() == status ? () : nil }
        }
        // Each is named as in a call that came about.
        let records = try await ended(server, 3)
        #expect(records.map { $0["from"] } == Array(repeating: "alice@\(account.domain)", count: 3))
        #expect(records.compactMap { $0["cause"] }.sorted() == ["ended-480", "nobody", "not-granted"])
        try await server.stop()
    }
}
