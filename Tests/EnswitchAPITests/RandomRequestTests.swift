import DialectKit
import Foundation
import Provisioning
import TestSupport
import Testing

@testable import EnswitchAPI

/// Requests that nobody would send: whatever the parameters are, the answer is a list of outcomes that JSON readers
/// read, and none of them is our failure. `DEMARC_SEED` repeats a run.
@Suite struct RandomRequestTests {
    private static let names = [
        "id", "peer", "name", "type", "destination", "proxy", "codecs", "customer", "plan_customer", "currency",
        "called_prefix", "called_min", "called_max", "caller_prefix", "outgroup", "peer1", "peer2", "copy_costs_peer",
        "media", "cost", "end", "endhour", "days", "priority", "increment", "limit", "offset", "sort", "count",
        "outmaximum", "channel_group", "dtmfmode", "validation", "password", "description", "token", "destination",
    ]
    private static let values = [
        "", "0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808", "99999999999999999999", "0.5", "sip",
        "zap", "iax", "voice", "message", "a", "a,b", "[::1]:5060", "ulaw,alaw", "USD", "e164", "\u{0}", "\"\\",
        "'; DROP TABLE carrier; --", "é\u{301}\u{1F600}", "12345", "+44", "*", "%", "&;=", "\r\nX: y",
    ]

    private struct Outcomes: Decodable {
        struct Entry: Decodable {
            let code: String
            let key: String
            let message: String
        }
        let responses: [Entry]
    }

    @Test func everyAnswerIsAListOfOutcomes() async throws {
        let seed =
            ProcessInfo.processInfo.environment["DEMARC_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        try await TestServer.run { server in
            var random = SeededRandom(seed: seed)
            var seen: Set<String> = []
            for number in 0..<600 {
                if number % 50 == 0 {
                    _ = try await server.call("peers/create", "name=a;type=sip;destination=a;costs=1")
                    _ = try await server.call("peers/costs/create", "peer=1")
                    _ = try await server.call("routes/create", "called_prefix=1;outgroup=1;peer1=-1")
                }
                let function = EnswitchAPI.functions[Int.random(in: EnswitchAPI.functions.indices, using: &random)].path
                let fields = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    FormBody.Field(
                        Self.names.randomElement(using: &random) ?? "", Self.values.randomElement(using: &random) ?? "")
                }
                let answer = try await server.call(function, FormBody(fields).encoded)
                let read = try JSONDecoder().decode(Outcomes.self, from: Data(answer.utf8))
                #expect(!read.responses.isEmpty, "DEMARC_SEED=\(seed)")
                for entry in read.responses {
                    seen.insert(entry.code)
                    #expect(entry.code != "500" && !entry.message.isEmpty, "DEMARC_SEED=\(seed) \(function) \(fields)")
                }
            }
            #expect(seen.isSuperset(of: ["200", "400", "404"]), "DEMARC_SEED=\(seed)")
        }
    }
}
