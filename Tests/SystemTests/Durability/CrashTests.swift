import Foundation
import Testing

/// What was answered is on disk, and what was deleted does not come back, wherever the server is cut off.
///
/// `DEMARC_SOAK_ROUNDS` makes the trials longer, `DEMARC_SEED` repeats one.
@Suite(.serialized)
struct CrashTests {
    private static let soakRounds = number("DEMARC_SOAK_ROUNDS").map { Int(clamping: $0) }
    private let seed = number("DEMARC_SEED") ?? .random(in: 0 ... .max)

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    private func expectKept(_ outcome: CrashTrial.Outcome, rounds: Int) {
        #expect(outcome.violations.isEmpty, "DEMARC_SEED=\(seed)")
        #expect(outcome.complaints.isEmpty, "DEMARC_SEED=\(seed)")
        // The trial is worth something only if there was much to break.
        #expect(outcome.checked.existing > rounds * 10, "\(outcome.checked)")
        #expect(outcome.checked.deleted > 0, "\(outcome.checked)")
        #expect(outcome.checked.contacts > rounds * 5, "\(outcome.checked)")
    }

    @Test func keepsItsWordWhenKilled() async throws {
        let rounds = Self.soakRounds ?? 8
        var trial = try CrashTrial(rounds: rounds, ending: .killed, seed: seed)
        expectKept(try await trial.run(), rounds: rounds)
    }

    @Test func keepsItsWordWhenThePowerFails() async throws {
        let rounds = Self.soakRounds.map { max(1, $0 / 5) } ?? 4
        var trial = try await CrashTrial(rounds: rounds, ending: .powerCut(PowerCut()), seed: seed)
        expectKept(try await trial.run(), rounds: rounds)
    }

    /// The same in the middle of replacing the journal by a shorter one.
    @Test func keepsItsWordWhileItCompacts() async throws {
        let rounds = Self.soakRounds.map { max(1, $0 / 10) } ?? 3
        var trial = try await CrashTrial(
            rounds: rounds, ending: .powerCut(PowerCut()), load: .longContacts, seed: seed)
        expectKept(try await trial.run(), rounds: rounds)
    }

    /// The trial sees what it is there to see: with bindings in memory, a crash takes them and leaves the credentials.
    @Test func seesBindingsThatWereNotKept() async throws {
        var trial = try CrashTrial(
            rounds: 2, ending: .killed, seed: seed, arguments: ["--sip-durability", "memory"])
        let outcome = try await trial.run()
        #expect(outcome.violations.contains { $0.contains("promised was") }, "DEMARC_SEED=\(seed)")
        #expect(!outcome.violations.contains { $0.contains("credential") }, "DEMARC_SEED=\(seed)")
    }

    /// A disk that says "synced" and forgets breaks the server's word about credentials and bindings, and the trial sees it.
    @Test func seesADiskThatLies() async throws {
        var trial = try await CrashTrial(
            rounds: 2, ending: .powerCut(PowerCut(lies: true)), seed: seed)
        let violations = try await trial.run(afterFirstStartInPeace: true).violations
        #expect(violations.contains { $0.contains("credential is lost") }, "DEMARC_SEED=\(seed)")
        #expect(violations.contains { $0.contains("promised was") }, "DEMARC_SEED=\(seed)")
    }
}
