import Foundation
import Testing

/// What is provisioned decides who reaches a carrier, and nothing else does: calls at random against rules in plain words.
///
/// `DEMARC_SOAK_POLICY` makes it as many calls, `DEMARC_SEED` repeats one run.
@Suite(.serialized) struct PolicyTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let soak = environment["DEMARC_SOAK_POLICY"].flatMap { Int($0) }
    /// Tenants are made anew for each.
    private static let seeds: [UInt64] =
        environment["DEMARC_SEED"].flatMap { UInt64($0) }.map { [$0] } ?? Array(1...(soak == nil ? 4 : 20))

    @Test func onlyWhoMayReachesACarrier() async throws {
        var (reached, refused) = (0, 0)
        for seed in Self.seeds {
            let server = try await Installation([
                "--egress-allow", "127.0.0.0/8", "--ban-after", "1000000", "--limit-rate", "100000", "--log-level",
                "warning",
            ]).start()
            var trial = try await PolicyTrial(server, seed: seed)
            try await trial.run((Self.soak ?? 800) / Self.seeds.count)
            reached += trial.reached
            refused += trial.refused
            try await server.stop()
        }
        print("policy: \(reached) calls reached their carriers, \(refused) did not and should not")
        // The test looks at calls of both kinds.
        #expect(reached > 40 && refused > 40)
    }
}
