import Testing

/// RFC 4028 on the wire, SIPp at both ends; what time makes of it is tried in the engine's own tests.
@Suite(.serialized) struct SessionTimerTests {
    /// A step as it is, with header lines of a request or a pattern that a header line must have.
    private static func adding(_ lines: String, to step: SippEnd.Step) -> SippEnd.Step {
        SippEnd.Step(xml: step.xml.replacing("Max-Forwards:", with: "\(lines)\nMax-Forwards:"))
    }

    private static func check(_ patterns: [String: String]) -> String {
        patterns.sorted { $0.key < $1.key }.enumerated().map { number, pattern in
            "<ereg regexp=\"\(pattern.value)\" search_in=\"hdr\" header=\"\(pattern.key):\" check_it=\"true\" "
                + "assign_to=\"h\(number)\"/>"
        }.joined()
    }

    private static func reference(_ count: Int) -> SippEnd.Step {
        SippEnd.Step(xml: "<Reference variables=\"\((0..<count).map { "h\($0)" }.joined(separator: ","))\"/>\n")
    }

    private static func receive200(_ patterns: [String: String]) -> SippEnd.Step {
        SippEnd.Step(xml: "<recv response=\"200\" rrs=\"true\"><action>\(check(patterns))</action></recv>\n")
    }

    @Test func isAskedOfWhoKnowsIt() async throws {
        let called = ["Session-Expires": "600", "Min-SE": "90", "Supported": "timer"]
        let callee = try SippEnd([
            .receive("INVITE", Self.check(called)),
            .answer("200 OK", "Require: timer", "Session-Expires: 600;refresher=uac", hasDescription: true),
            .receive("ACK"), .receive("BYE"), .confirm, Self.reference(3),
        ])
        let callerPort = try LoopbackSocket.freePort()
        let trunk = try await TrunkOfTests.start(
            from: callerPort, hosts: [callee.port], arguments: ["--session-timer", "600"])
        let answered = ["Session-Expires": "600;refresher=uac", "Require": "timer"]
        let caller = try SippEnd(
            [
                Self.adding("Supported: timer", to: .invite), .receive(status: 100, isOptional: true),
                Self.receive200(answered), .acknowledge, .bye, .receive(status: 200), Self.reference(2),
            ], server: trunk.server.installation.sipPort, called: TrunkOfTests.number, at: callerPort)
        #expect(try await caller.failure() == nil)
        #expect(try await callee.failure() == nil)
        try await trunk.server.stop()
    }

    @Test func isAskedOfNobodyWhereTheOperatorSaysSo() async throws {
        let callee = try SippEnd([
            .receive(
                "INVITE",
                "<ereg regexp=\"Session-Expires\" search_in=\"msg\" check_it_inverse=\"true\" assign_to=\"h0\"/>"),
            .answer("200 OK", hasDescription: true), .receive("ACK"), .receive("BYE"), .confirm, Self.reference(1),
        ])
        let callerPort = try LoopbackSocket.freePort()
        let trunk = try await TrunkOfTests.start(
            from: callerPort, hosts: [callee.port], arguments: ["--session-timer", "0"])
        let caller = try SippEnd(
            .callsAndLeaves, server: trunk.server.installation.sipPort, called: TrunkOfTests.number, at: callerPort)
        #expect(try await caller.failure() == nil)
        #expect(try await callee.failure() == nil)
        try await trunk.server.stop()
    }
}
