import Foundation
import TestSupport
import Testing

/// Calls pass over a host that is down, and come back to it.
@Suite(.serialized) struct HealthTests {
    private static func end(_ options: TestRegistrar.Answer) async throws -> TestRegistrar {
        var manner = TestRegistrar.Manner()
        manner.others = ["OPTIONS": options, "INVITE": .status("486 Busy Here")]
        return try await TestRegistrar.start(manner)
    }

    private func stands(_ server: ServerProcess, _ end: TestRegistrar, _ state: String) async throws {
        try await Patience.until("\(end.port) to be \(state)") {
            let text = try await server.demarc("trunk", "health", "--state", state).output
            return text.contains("127.0.0.1:\(end.port) ") ? () : nil
        }
    }

    @Test func aHostThatFallsSilentIsPassedOver() async throws {
        // The first does not know the method, and is there.
        let ends = [try await Self.end(.status("405 Method Not Allowed")), try await Self.end(.status("200 OK"))]
        let callerPort = try LoopbackSocket.freePort()
        let trunk = try await TrunkOfTests.start(
            from: callerPort, hosts: ends.map(\.port), arguments: ["--trunk-probe", "1"])
        func call() async throws {
            let caller = try SippEnd(
                .callsInVain(486), server: trunk.server.installation.sipPort, called: TrunkOfTests.number,
                at: callerPort)
            #expect(try await caller.failure() == nil)
        }
        for end in ends { try await stands(trunk.server, end, "up") }
        try await call()
        #expect(ends.map { $0.count("INVITE") } == [1, 0])

        ends[0].change { $0.others = ["INVITE": .status("486 Busy Here")] }
        try await stands(trunk.server, ends[0], "down")
        try await call()
        #expect(ends.map { $0.count("INVITE") } == [1, 1])
        let explained = try await trunk.server.demarc("route", "explain", "trunk:\(trunk.peer)", TrunkOfTests.number)
        #expect(
            explained.output.contains("127.0.0.1:\(ends[0].port) is passed over: it is down"), "\(explained.output)")
        #expect(try await trunk.server.metrics().contains(/demarc_trunk_destinations\{state="down"\} 1/))

        // With both down the first is tried all the same.
        ends[1].change { $0.others = ["INVITE": .status("486 Busy Here")] }
        try await stands(trunk.server, ends[1], "down")
        try await call()
        #expect(ends.map { $0.count("INVITE") } == [2, 1])

        ends[0].change { $0.others["OPTIONS"] = .status("501 Not Implemented") }
        try await stands(trunk.server, ends[0], "up")
        try await call()
        #expect(ends.map { $0.count("INVITE") } == [3, 1])
        try await trunk.server.stop()
    }
}
