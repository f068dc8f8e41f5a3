import Foundation
import Synchronization
import TestSupport
import Testing

/// Calls over lines that lose a fifth of what goes either way: nothing of them is left over, here or there.
///
/// `DEMARC_SOAK_CALLS` makes it as many, `DEMARC_SEED` repeats what was lost.
@Suite(.serialized) struct LossTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let soak = environment["DEMARC_SOAK_CALLS"].flatMap { Int($0) }
    private static let seed = environment["DEMARC_SEED"].flatMap { UInt64($0) } ?? 1
    /// Calls that the carrier takes at a time.
    private static let room = 20

    private static let manners: [ModelEnd.Manner] = [
        .answers, .answers, .answers, .answersAtOnce, .hangsUpAtOnce, .early, .reliable, .forks, .busy, .broken,
        .challenges, .silent,
    ]

    @Test func nothingIsLeftOver() async throws {
        let (count, rate) = Self.soak.map { ($0, 100) } ?? (500, 25)
        let server = try await Installation(["--egress-allow", "127.0.0.0/8", "--log-level", "warning"]).start()
        let tenant = try await Tenant(of: server)
        let port = server.installation.sipPort
        let calls = try Ends(to: port, seed: Self.seed)
        let ports = await calls.use { ($0.callerPort, $0.calleePort) }
        let trunk = try await tenant.trunk(port: ports.0, to: [ports.1])
        let inside = try await tenant.number(to: "\"trunk\":\(trunk)")
        let carrier = try await tenant.carrier(at: [ports.1], "outmaximum=\(Self.room)")
        try await tenant.route("44", over: [carrier])
        let numbers = [inside, "+442079460000"]
        var memory = [try await resident(server)]

        // A soak looks at memory on its way.
        for _ in 0..<(Self.soak == nil ? 1 : 10) {
            await calls.use { calls in
                calls.manners = Self.manners
                calls.run(
                    count / (Self.soak == nil ? 1 : 10), perSecond: rate, to: numbers, within: 200 + count / rate)
                calls.hangUp(within: 100)
            }
            memory.append(try await resident(server))
        }
        let (halfOpen, waiting) = await calls.use { ($0.halfOpen, $0.waiting) }
        let dropped = try Self.dropped(at: [port, ports.0, ports.1])
        #expect(halfOpen.isEmpty, "half-open: \(halfOpen.prefix(10))")
        #expect(waiting.isEmpty || dropped > 0, "ends that wait: \(Self.told(waiting))")
        try await nothingIsLeft(at: server)

        // There is room for exactly as many as before.
        let held = await calls.use { calls in
            (calls.loss, calls.manners, calls.staysUp) = (0, [.answersAtOnce], true)
            calls.run(Self.room + 5, perSecond: 1000, to: [numbers[1]], within: 60)
            let held = calls.up
            calls.hangUp(within: 60)
            return held
        }
        #expect(held == Self.room)
        let report = await calls.use { $0.finish() }
        print(
            "calls under loss: \(report); \(dropped) more dropped by the system; memory \(memory.map { $0 >> 20 }) MiB")
        #expect(report.contradictions.isEmpty)
        #expect(report.unanswered.isEmpty || dropped > 0, "unanswered: \(Self.told(report.unanswered))")
        for status in ["200", "486", "487"] { #expect(report.finals[status, default: 0] > 0, "\(status) was not seen") }
        #expect(Double(report.lost) > 0.15 * Double(report.messages))
        if Self.soak != nil {
            let (early, late) = (memory[2], memory[memory.count - 1])
            #expect(late < early + early / 4, "memory grew: \(memory)")
        }
        #expect(try await server.stop() == 0)
    }

    /// So many stories, and the first of them.
    private static func told(_ stories: [[String]]) -> String {
        "\(stories.count)\n" + stories.prefix(5).map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// Datagrams that the system itself dropped at those ports, because nobody read them in time: for as long as a machine is
    /// overloaded every copy of an answer may be lost, which no end can tell from silence.
    private static func dropped(at ports: [UInt16]) throws -> Int {
        let endings = Set(ports.map { String(format: ":%04X", Int($0)) })
        let tables = try ["udp", "udp6"].map { try String(contentsOfFile: "/proc/net/\($0)", encoding: .utf8) }
        return tables.joined(separator: "\n").split(separator: "\n").reduce(0) { sum, line in
            let columns = line.split(separator: " ")
            guard columns.count > 12, endings.contains(String(columns[1].suffix(5))) else { return sum }
            return sum + (Int(columns[12]) ?? 0)
        }
    }

    /// No call is carried any more, and every record is closed.
    private func nothingIsLeft(at server: ServerProcess) async throws {
        try await Patience.until("the end of the last call", within: .seconds(90)) {
            let metrics = try await server.metrics()
            return ["ringing", "up", "ending"].allSatisfy { metrics.contains("demarc_calls{state=\"\($0)\"} 0\n") }
                ? () : nil
        }
        try await Patience.until("the last records") {
            let open: [OpenCall] = try await server.list("calls", "list", "--open")
            return open.isEmpty ? () : nil
        }
    }

    private struct OpenCall: Decodable, Sendable {}

    /// Bytes of its own that the server has.
    private func resident(_ server: ServerProcess) async throws -> Int {
        let text = try await server.metrics()
        return try #require(text.firstMatch(of: /process_resident_memory_bytes ([0-9]+)/).flatMap { Int($0.1) })
    }
}

/// The ends in the hands of one thread at a time.
private final class Ends: Sendable {
    private let calls: Mutex<LossyCalls>

    init(to server: UInt16, seed: UInt64) throws { calls = Mutex(try LossyCalls(to: server, seed: seed)) }

    /// Uses them on a thread of its own.
    func use<Result: Sendable>(_ body: @escaping @Sendable (LossyCalls) -> Result) async -> Result {
        await onThread { [self] in calls.withLock { body($0) } }
    }
}
