import Foundation
import TestSupport
import Testing

/// Calls whose media goes through rtpengine, between phones that nobody here wrote.
@Suite(.serialized) struct MediaRelayCallTests {
    /// Two phones with Bandwidth's credential `alice` and SignalWire's endpoint `bob`.
    private struct Pair {
        let server: ServerProcess
        let domain: String
        let alice: PJSUA2Phone
        let bob: PJSUA2Phone

        init(
            _ server: ServerProcess, bobRequires isRequired: Bool = false, address: String? = nil
        ) async throws {
            self.server = server
            let account = try #require(BandwidthAccount(of: server))
            let fabric = try #require(SignalWireAccount(of: server))
            domain = account.domain
            #expect(try await account.createCredential("alice", password: "secret-of-mine").status == 201)
            let subscriber = try await fabric.make(
                "/api/fabric/resources/subscribers", #"{"email":"bob@example.com","password":"secret-of-mine"}"#)
            _ = try await fabric.make(
                "/api/fabric/resources/subscribers/\(subscriber)/sip_endpoints",
                """
                {"username":"bob","password":"secret-of-mine","encryption":"\(isRequired ? "required" : "optional")"}
                """)
            let lines = ["alice", "bob"].map { [domain] user in
                Line(user: user, password: "secret-of-mine", domain: domain, port: server.installation.sipPort)
            }
            alice = try PJSUA2Phone(lines[0], transport: "udp", address: address)
            bob = try PJSUA2Phone(lines[1], transport: "udp", encryption: isRequired ? .required : .none)
            for phone in [alice, bob] { try await phone.register() }
            _ = try await server.bindings("the phones' bindings") { $0.count == 2 }
        }

        func talk(from caller: PJSUA2Phone, to called: String) async throws {
            try await caller.call("sip:\(called)@\(domain)")
            for phone in [alice, bob] {
                try await Patience.until("the call") { phone.isInCall() ? () : nil }
                try await phone.hasMediaBothWays()
            }
        }

        func end(by phone: PJSUA2Phone) async throws {
            try await phone.hangUp()
            try await Patience.until("the end at both") { alice.isInCall() || bob.isInCall() ? nil : () }
        }
    }

    private func causes(_ server: ServerProcess, _ count: Int) async throws -> [String] {
        struct Record: Decodable, Sendable {
            let cause: String
            let ended: Double?
        }
        return try await Patience.until("\(count) records of calls that are over") {
            let records = try await server.list("calls", "list", of: Record.self)
            return records.count == count && records.allSatisfy { $0.ended != nil } ? records.map(\.cause) : nil
        }
    }

    private func expectMedia(through relay: MediaRelayProcess) throws {
        let calls = try relay.calls()
        #expect(calls.count == 1)
        for call in calls {
            let packets = try relay.packets(of: call)
            #expect(packets.count { $0 > 10 } >= 2, "\(packets) through the relay")
        }
    }

    @Test(arguments: ["alice", "bob"])
    func encryptedAndPlainAreBridged(caller: String) async throws {
        let relay = try await MediaRelayProcess()
        let server = try await Installation(relay.arguments).start()
        let pair = try await Pair(server, bobRequires: true)
        let (from, to) = caller == "alice" ? (pair.alice, "bob") : (pair.bob, "alice")
        try await pair.talk(from: from, to: to)
        try expectMedia(through: relay)
        try await pair.end(by: pair.alice)
        try await relay.isEmpty()
        #expect(try await server.stop() == 0)
    }

    @Test func plainGoesBetweenTheEnds() async throws {
        let relay = try await MediaRelayProcess()
        let server = try await Installation(relay.arguments).start()
        let pair = try await Pair(server)
        try await pair.talk(from: pair.alice, to: "bob")
        #expect(try relay.calls().isEmpty)
        try await pair.end(by: pair.bob)
        #expect(try await server.stop() == 0)
    }

    /// Whoever asks for it has it; a call that is held and taken up again stays with it.
    @Test func alwaysRelayed() async throws {
        let relay = try await MediaRelayProcess()
        let server = try await Installation(relay.arguments).start()
        let pair = try await Pair(server)
        let set = try await server.demarc("calls", "settings", "--media", "always")
        #expect(set.output.contains("Media          always"), "\(set)")
        try await pair.talk(from: pair.alice, to: "bob")
        try expectMedia(through: relay)
        for _ in 0..<2 {
            try await pair.alice.reinvite()
            try await pair.bob.reinvite()
        }
        for phone in [pair.alice, pair.bob] { try await phone.hasMediaBothWays(after: try await phone.media()) }
        #expect(try relay.calls().count == 1)
        try await pair.end(by: pair.bob)
        try await relay.isEmpty()
        #expect(try await server.stop() == 0)
    }

    /// Who is handed over stays with the relay, and what it had with the referrer is gone there.
    @Test(arguments: ["alice", "bob"])
    func handedOver(by referrer: String) async throws {
        let relay = try await MediaRelayProcess()
        let server = try await Installation(relay.arguments).start()
        let pair = try await Pair(server, bobRequires: true)
        let account = try #require(BandwidthAccount(of: server))
        #expect(try await account.createCredential("carol", password: "secret-of-mine").status == 201)
        let carol = try PJSUA2Phone(
            Line(user: "carol", password: "secret-of-mine", domain: pair.domain, port: server.installation.sipPort),
            transport: "udp")
        try await carol.register()
        _ = try await server.bindings("the phones' bindings") { $0.count == 3 }
        _ = try await server.demarc("calls", "settings", "--media", "always")
        try await pair.talk(from: pair.alice, to: "bob")
        // One that fails leaves the call as it was.
        try await carol.beBusy()
        try await pair.alice.transfer(to: "sip:carol@\(pair.domain)")
        try await Patience.until("the refusal") { pair.alice.transferStatus() == 486 ? () : nil }
        for phone in [pair.alice, pair.bob] { try await phone.hasMediaBothWays(after: try await phone.media()) }
        try await carol.beFree()
        let (leaves, stays) = referrer == "alice" ? (pair.alice, pair.bob) : (pair.bob, pair.alice)
        try await leaves.transfer(to: "sip:carol@\(pair.domain)")
        try await Patience.until("the end of the referrer's call; it heard \(leaves.transferStatus() ?? 0)") {
            leaves.isInCall() ? nil : ()
        }
        try await Patience.until("the new call") { carol.isInCall() && stays.isInCall() ? () : nil }
        for phone in [carol, stays] { try await phone.hasMediaBothWays(after: try await phone.media()) }
        try await carol.hangUp()
        try await Patience.until("the end") { stays.isInCall() ? nil : () }
        try await relay.isEmpty()
        #expect(try await server.stop() == 0)
    }

    /// A phone that names an address which is not its own is heard nevertheless.
    @Test func aPhoneThatDoesNotKnowWhereItIs() async throws {
        let relay = try await MediaRelayProcess()
        let server = try await Installation(relay.arguments).start()
        let pair = try await Pair(server, address: "10.9.9.9")
        try await pair.talk(from: pair.alice, to: "bob")
        try expectMedia(through: relay)
        try await pair.end(by: pair.alice)
        try await relay.isEmpty()
        #expect(try await server.stop() == 0)
    }

    @Test func nobodyIsConnectedWithoutSound() async throws {
        let server = try await Installation().start()
        let pair = try await Pair(server, bobRequires: true)
        try await pair.alice.call("sip:bob@\(pair.domain)")
        try await Patience.until("the refusal") { pair.alice.lastStatus() == 488 ? () : nil }
        #expect(try await causes(server, 1) == ["not-encrypted"])
        _ = try await server.demarc("calls", "settings", "--media", "always")
        try await pair.alice.call("sip:alice@\(pair.domain)")
        #expect(try await causes(server, 2).first == "no-media-relay")
        #expect(pair.bob.lastStatus() == nil)
        #expect(try await server.stop() == 0)
    }

    /// Waits until the server knows whether a relay answers.
    private func knows(_ server: ServerProcess, _ relay: MediaRelayProcess, isUp: Bool) async throws {
        let line = "demarc_media_relay_up{relay=\"udp:127.0.0.1:\(relay.port)\"} \(isUp ? 1 : 0)\n"
        try await Patience.until(line) { try await server.metrics().contains(line) ? () : nil }
    }

    /// Of two relays the one that answers has the calls; without any they are refused, and they come back with it.
    @Test func aRelayThatIsGone() async throws {
        let relays = [try await MediaRelayProcess(), try await MediaRelayProcess()]
        let server = try await Installation(relays.flatMap(\.arguments) + ["--log-level", "notice"]).start()
        let pair = try await Pair(server)
        _ = try await server.demarc("calls", "settings", "--media", "always")
        relays[0].child.signal(9)
        try await relays[0].child.end()
        for _ in 0..<2 {
            try await knows(server, relays[1], isUp: true)
            try await pair.talk(from: pair.alice, to: "bob")
            #expect(try relays[1].calls().count == 1)
            try await pair.end(by: pair.alice)
        }
        relays[1].child.signal(9)
        try await relays[1].child.end()
        try await pair.alice.call("sip:bob@\(pair.domain)")
        try await Patience.until("the refusal") { pair.alice.lastStatus() == 503 ? () : nil }
        #expect(try await causes(server, 3).first == "media-relay-failed")
        for relay in relays { try await knows(server, relay, isUp: false) }
        let back = try await MediaRelayProcess(port: relays[1].port)
        try await Patience.until("the relay's return in the log") {
            server.child.errors.contains("the media relay answers") ? () : nil
        }
        try await pair.talk(from: pair.alice, to: "bob")
        #expect(try back.calls().count == 1)
        try await pair.end(by: pair.alice)
        #expect(try await server.stop() == 0)
    }

    /// What a crash leaves at the relay, the next start takes away.
    @Test func aCrash() async throws {
        let relay = try await MediaRelayProcess()
        let installation = try Installation(relay.arguments)
        var server = try await installation.start()
        let pair = try await Pair(server)
        _ = try await server.demarc("calls", "settings", "--media", "always")
        try await pair.talk(from: pair.alice, to: "bob")
        #expect(try relay.calls().count == 1)
        try await server.kill()
        server = try await installation.start()
        try await Patience.until("a BYE at both ends") { pair.alice.isInCall() || pair.bob.isInCall() ? nil : () }
        try await relay.isEmpty()
        #expect(try await server.stop() == 0)
    }
}
