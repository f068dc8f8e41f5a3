import Foundation
import TestSupport
import Testing

/// Every target over its committed corpus and over seeded mutations of it, for a minute each unless
/// `DEMARC_FUZZ_SECONDS` says otherwise; `DEMARC_SEED` repeats a run, input by input.
@Suite struct ReplayTests {
    private static let environment = ProcessInfo.processInfo.environment
    private let seed = environment["DEMARC_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    private let seconds = environment["DEMARC_FUZZ_SECONDS"].flatMap { Int($0) } ?? 60

    @Test(arguments: FuzzTarget.allCases) func holds(target: FuzzTarget) async throws {
        let corpus = try Corpus(of: target)
        #expect(corpus.inputs.count >= 20)
        #expect(corpus.bytes <= 100_000, "a corpus stays small")
        let (seed, seconds) = (seed, seconds)
        let outcome = await atLowPriority { Self.run(target, corpus.inputs, seed: seed, seconds: seconds) }
        print("\(target): \(outcome.count) inputs, DEMARC_SEED=\(seed)")
        #expect(outcome.count > corpus.inputs.count, "there was time for a mutation")
        let finding = outcome.finding.map { "\($0.property): \(Data($0.bytes).base64EncodedString())" }
        #expect(finding == nil, "DEMARC_SEED=\(seed)")
    }

    /// The mutations reach both what is read and what is refused; else the properties would hold of nothing.
    @Test(arguments: FuzzTarget.allCases) func mutationsDiffer(target: FuzzTarget) throws {
        let inputs = try Corpus(of: target).inputs
        let mutator = Mutator(target: target, corpus: inputs)
        let made = (0..<200 as Range<UInt64>).map { mutator.input($0, seed: seed) }
        #expect(Set(made).count > 150)
        #expect(made == (0..<200 as Range<UInt64>).map { mutator.input($0, seed: seed) }, "a seed repeats a run")
    }

    private struct Outcome: Sendable {
        var count = 0
        var finding: (property: String, bytes: [UInt8])?
    }

    private static func run(_ target: FuzzTarget, _ corpus: [[UInt8]], seed: UInt64, seconds: Int) -> Outcome {
        let mutator = Mutator(target: target, corpus: corpus)
        let deadline = ContinuousClock.now + .seconds(seconds)
        var outcome = Outcome()
        while outcome.count <= corpus.count || ContinuousClock.now < deadline {
            let bytes =
                outcome.count < corpus.count
                ? corpus[outcome.count] : mutator.input(UInt64(outcome.count), seed: seed)
            outcome.count += 1
            do throws(Violation) {
                try target.check(bytes)
            } catch {
                outcome.finding = (error.description, bytes)
                break
            }
        }
        return outcome
    }

    /// On a thread of its own that gets what the other tests leave over.
    private func atLowPriority(_ body: @escaping @Sendable () -> Outcome) async -> Outcome {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                #if canImport(Glibc)
                    // Linux: a thread's own, for who = 0.
                    setpriority(.init(PRIO_PROCESS.rawValue), 0, 19)
                #endif
                continuation.resume(returning: body())
            }
            // XML may be as deep as its limit, and Swift's debug frames are large.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
