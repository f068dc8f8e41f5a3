import Foundation
import Testing

/// Calls of a trunk, by its source, to a number's voice hosts and to carriers; SIPp at both ends.
@Suite(.serialized) struct TrunkCallTests {
    private static let number = TrunkOfTests.number

    private func start(from callerPort: UInt16, hosts: [UInt16]) async throws -> (ServerProcess, Tenant) {
        let trunk = try await TrunkOfTests.start(from: callerPort, hosts: hosts)
        return (trunk.server, trunk.tenant)
    }

    private struct Leg: Decodable {
        let call: String
        let cause: String
        let status: Int
    }

    private func calls(_ server: ServerProcess, _ words: String...) async throws -> [Leg] {
        let text = try await server.demarc(["calls", "list", "--json", "--count", "1000"] + words).output
        return try JSONDecoder().decode([String: [Leg]].self, from: Data(text.utf8))["items"] ?? []
    }

    @Test func aNumberRingsAtItsVoiceHost() async throws {
        let callee = try SippEnd(.answers, calls: 20)
        let callerPort = try LoopbackSocket.freePort()
        let (server, _) = try await start(from: callerPort, hosts: [callee.port])
        let caller = try SippEnd(
            .callsAndLeaves, calls: 20, server: server.installation.sipPort, called: Self.number, at: callerPort)
        #expect(try await caller.failure() == nil)
        #expect(try await callee.failure() == nil)
        try await Patience.until("twenty records") {
            let legs = try await calls(server)
            return legs.count == 20 && legs.allSatisfy { $0.cause == "bye-by-caller" && $0.status == 200 } ? () : nil
        }
        try await server.stop()
    }

    /// The first refuses for reasons of its own, the second is not there, the third answers.
    @Test func theNextHostIsTried() async throws {
        let (busy, callee) = (try SippEnd(.refuses("503 Service Unavailable")), try SippEnd(.answers))
        let (callerPort, nobody) = (try LoopbackSocket.freePort(), try LoopbackSocket.freePort())
        let (server, _) = try await start(from: callerPort, hosts: [busy.port, nobody, callee.port])
        let caller = try SippEnd(
            .callsAndLeaves, server: server.installation.sipPort, called: Self.number, at: callerPort)
        for end in [caller, busy, callee] { #expect(try await end.failure() == nil) }
        try await server.stop()
    }

    /// What the callee says of itself ends the search.
    @Test(arguments: [("486 Busy Here", 486), ("603 Decline", 603), ("404 Not Found", 404)])
    func aRefusalOfTheCalleeIsTheCallers(said: String, status: Int) async throws {
        let (busy, other) = (try SippEnd(.refuses(said)), try SippEnd(.answers))
        let callerPort = try LoopbackSocket.freePort()
        let (server, _) = try await start(from: callerPort, hosts: [busy.port, other.port])
        let caller = try SippEnd(
            .callsInVain(status), server: server.installation.sipPort, called: Self.number, at: callerPort)
        for end in [caller, busy] { #expect(try await end.failure() == nil) }
        try await Patience.until("its record") { try await calls(server).map(\.status) == [status] ? () : nil }
        try await server.stop()
    }

    @Test func theCallerGivesUp() async throws {
        let callee = try SippEnd(.isCancelled)
        let callerPort = try LoopbackSocket.freePort()
        let (server, _) = try await start(from: callerPort, hosts: [callee.port])
        let caller = try SippEnd(
            .callsAndCancels, server: server.installation.sipPort, called: Self.number, at: callerPort)
        for end in [caller, callee] { #expect(try await end.failure() == nil) }
        let leg = try await Patience.until("its record") {
            try await calls(server).first { $0.cause == "cancelled" }
        }
        // Both sides of the call, in the order in which it happened.
        let trace: [Message] = try await server.list("calls", "trace", leg.call)
        let lines = trace.map { "\($0.received ? "<-" : "->") \($0.text.prefix { !$0.isNewline })" }
        for line in ["<- INVITE", "-> INVITE", "<- CANCEL", "-> CANCEL", "<- SIP/2.0 487", "-> SIP/2.0 487"] {
            #expect(lines.contains { $0.hasPrefix(line) }, "\(line) in \(lines)")
        }
        #expect(lines.first?.hasPrefix("<- INVITE") == true)
        #expect(try await server.demarc("calls", "trace", "none").code != 0)
        try await server.stop()
    }

    private struct Message: Decodable, Sendable {
        let received: Bool
        let text: String
    }

    /// A number that is nobody's here leaves by a route to a carrier, which wants a password.
    @Test func aCarrierThatChallenges() async throws {
        let carrier = try SippEnd(.challenges(user: "demarc", password: "s3cret"))
        let callerPort = try LoopbackSocket.freePort()
        let (server, tenant) = try await start(from: callerPort, hosts: [1])
        let id = try await tenant.carrier(
            at: [carrier.port], "username=demarc&password=s3cret&callerid_unknown=anonymous")
        try await tenant.route("44", over: [id])
        let caller = try SippEnd(
            .callsAndLeaves, server: server.installation.sipPort, called: "+442079460000", at: callerPort)
        for end in [caller, carrier] { #expect(try await end.failure() == nil) }
        try await server.stop()
    }

    /// A NAT lets in what comes from the port that was spoken to: a connected socket stands for it.
    @Test func aCallIsAnsweredByTheListenerThatHeardIt() async throws {
        let other = try LoopbackSocket.freePort()
        let socket = try LoopbackSocket(.udp, to: other)
        let trunk = try await TrunkOfTests.start(from: socket.port, hosts: [1], otherPort: other)
        try socket.send(Array(Self.invite(from: "127.0.0.1:\(socket.port)").utf8))
        var heard: [String] = []
        for _ in 0..<2 {
            let bytes = try #require(try socket.receive(within: 30_000), "after \(heard)")
            heard.append(String(decoding: bytes.prefix(11), as: UTF8.self))
        }
        #expect(heard.first == "SIP/2.0 100" && heard.last != "SIP/2.0 100")
        try await trunk.server.stop()
    }

    private static func invite(from address: String) -> String {
        "INVITE sip:\(number)@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP \(address);branch=z9hG4bK1;rport\r\n"
            + "From: <sip:x@stranger.example>;tag=1\r\nTo: <sip:\(number)@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"
            + "Contact: <sip:x@\(address)>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    }

    /// Nobody whose source is not known learns that there is a server.
    @Test func aStrangerHearsNothing() async throws {
        let callee = try SippEnd(.answers)
        let (server, _) = try await start(from: try LoopbackSocket.freePort(), hosts: [callee.port])
        let socket = try LoopbackSocket(.udp, to: server.installation.sipPort)
        try socket.send(Array(Self.invite(from: "127.0.0.1:9").utf8))
        try await Patience.until("it to be dropped") {
            try await server.metrics().contains(/demarc_sip_dropped_total\{reason="unknown_domain"\} 1/) ? () : nil
        }
        #expect(try await calls(server).isEmpty)
        try await server.stop()
    }

    /// Requests to a trunk go where its Contact says, but not where nobody may be called.
    @Test func aContactThatMayNotBeCalled() async throws {
        let callee = try SippEnd(
            [.receive("INVITE"), .answer("200 OK", hasDescription: true), .receiveACK] + .asks(.askBack("BYE", 1)))
        let bystander = try Bystander()
        let callerPort = try LoopbackSocket.freePort()
        let trunk = try await TrunkOfTests.start(
            from: callerPort, hosts: [callee.port], egress: "127.0.0.1:\(callee.port)")
        let server = trunk.server
        var party = SippEnd.Party()
        party.contact = "sip:uac@127.0.0.1:\(bystander.port)"
        let caller = try SippEnd(
            .calling + [.receive(status: 200), .acknowledge, .pause(milliseconds: 1000)], as: party,
            server: server.installation.sipPort, called: Self.number, at: callerPort)
        for end in [caller, callee] { #expect(try await end.failure() == nil) }
        try await Patience.until("its record") {
            try await calls(server).map(\.cause) == ["bye-by-callee"] ? () : nil
        }
        #expect(try bystander.heard() == nil)
        try await server.stop()
    }

    /// Both ends of every call are told by the next run that it is over.
    @Test func callsOfAServerThatIsKilled() async throws {
        let count = 200
        let callee = try SippEnd(.answers, calls: count)
        let callerPort = try LoopbackSocket.freePort()
        var (server, _) = try await start(from: callerPort, hosts: [callee.port])
        let caller = try SippEnd(
            .callsAndStays, calls: count, server: server.installation.sipPort, called: Self.number, at: callerPort)
        try await Patience.until("\(count) calls") {
            try await calls(server, "--open").count == count ? () : nil
        }
        try await server.kill()
        server = try await server.installation.start()
        #expect(try await caller.failure() == nil)
        #expect(try await callee.failure() == nil)
        let legs = try await calls(server)
        #expect(legs.count == count)
        #expect(legs.allSatisfy { $0.cause == "server-restarted" })
        #expect(try await calls(server, "--open").isEmpty)
        try await server.stop()
    }
}
