import Foundation
import Testing

/// Everything at once; `DEMARC_SOAK_SECONDS` makes it longer, `DEMARC_SEED` repeats its choices.
@Suite(.serialized)
struct MixedTests {
    @Test func keepsItsWordWhateverHappens() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["DEMARC_SOAK_SECONDS"].flatMap { Int64($0) } ?? 24
        let seed = environment["DEMARC_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("soak: \(seconds) s, DEMARC_SEED=\(seed)")
        var trial = try await MixedTrial(length: .seconds(seconds), seed: seed)
        let outcome = try await trial.run()
        #expect(outcome.violations.isEmpty, "DEMARC_SEED=\(seed)")
        // The soak is worth something only if there was much to break, and much that tried.
        #expect(outcome.answers > 100, "\(outcome)")
        #expect(outcome.refusals > 0, "DEMARC_SEED=\(seed) \(outcome)")
        #expect(outcome.kills > 0 && outcome.troubles > 0 && outcome.clocks > 0, "DEMARC_SEED=\(seed) \(outcome)")
        #expect(outcome.checked.existing > 0 && outcome.checked.deleted > 0 && outcome.checked.contacts > 0)
        print("soak: \(outcome)")
    }
}
