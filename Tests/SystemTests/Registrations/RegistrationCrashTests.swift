import Foundation
import TestSupport
import Testing

/// `kill -9` and a start: nothing is lost, nothing bursts, and no lease ends that could have been kept.
///
/// `DEMARC_SOAK_REGISTRATIONS` makes it as many.
@Suite(.serialized)
struct RegistrationCrashTests {
    private static let count =
        ProcessInfo.processInfo.environment["DEMARC_SOAK_REGISTRATIONS"].flatMap { Int($0) } ?? 2000

    @Test func whatIsLiveStaysAndWhatIsNotFollowsAtThePace() async throws {
        let count = Self.count
        var trial = try await RegistrationTrial(count, rate: min(250, max(40, count / 50)), granted: 3600)
        // Killed while many wait for the pace.
        try await trial.create(0..<count)
        try await trial.bound(count / 10)
        let before = trial.registrar.bindings
        try #require(before.count < count, "nothing waited")
        try await trial.restart()
        try await trial.bound(count)
        let again = Set(trial.registrar.requests.map(\.user)).intersection(before.keys)
        // Those whose answer was under way.
        #expect(again.count <= max(10, count / 100), "\(again.count) of \(before.count)")
        let spread = trial.spread
        #expect(Double(spread.tries) <= Double(RegistrationTrial.burst) + (spread.seconds + 0.5) * Double(trial.rate))
        // What a busy machine delivers late by less than half a second; later, and requests come again.
        let allowed = RegistrationTrial.burst + trial.rate * 3 / 2
        #expect(spread.busiest <= allowed || spread.repeated > 0, "\(spread)")
        let all = trial
        try await Patience.until("rows that say so", within: .seconds(60)) {
            try await all.successful() == count ? () : nil
        }

        // Killed at rest: no word is due for half an hour.
        try await trial.rest()
        try await trial.restart()
        let id = count
        try await trial.create(id..<id + 1)
        try await trial.bound(count + 1)
        #expect(Set(trial.registrar.requests.map(\.user)) == ["u\(id)"])
        #expect(try await trial.successful() >= count)
        print("registrations: \(count), \(before.count) bound at the kill, \(again.count) told twice; \(spread)")
        try await trial.stop()
    }

    @Test func shortLeasesOutliveIt() async throws {
        let count = max(200, Self.count / 10)
        var trial = try await RegistrationTrial(count, rate: count, granted: 40)
        try await trial.create(0..<count)
        try await trial.bound(count)
        try await trial.restart()
        try await Task.sleep(for: .seconds(45))
        #expect(trial.registrar.bindings.count == count)
        #expect(trial.registrar.lapses == 0)
        try await trial.stop()
    }
}
