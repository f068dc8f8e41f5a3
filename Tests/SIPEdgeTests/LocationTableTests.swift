import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge
@testable import SIPEngine

@Suite struct LocationTableTests {
    private let table = LocationTable(journal: nil)

    @discardableResult
    private func register(_ id: Int64, _ contact: String, until expiry: UInt32, at now: UInt32 = 1000)
        -> LocationTable.Update
    {
        table.update(.numbered(id), isStillLive: { true }) { set in
            do {
                try set.register(contact, until: expiry, at: now)
                return .changed(Registrar.Summary())
            } catch {
                Issue.record(error)
                return .unchanged
            }
        }
    }

    /// Expires what is due and says what went.
    private func expire(to now: UInt32) -> [String] {
        var ended: [String] = []
        table.expire(to: now) { id, binding in ended.append("\(id) \(binding.contact)") }
        return ended.sorted()
    }

    /// A phone that refreshes all the time takes no more room than one that registered once, and ends when it should.
    @Test func refreshesDoNotPileUp() {
        for now in 1000..<5000 as Range<UInt32> {
            register(1, "sip:a@x", until: now + 3600, at: now)
            // One that comes and goes beside it.
            register(2, "sip:a@x", until: now + 3600, at: now)
            register(2, "sip:b@x", until: now + 60, at: now)
            if now.isMultiple(of: 2) { _ = table.remove(id: 2, contact: "sip:b@x") }
            if now.isMultiple(of: 10) { #expect(expire(to: now).isEmpty) }
            // Each look may leave one behind that is found to be of no use when its time has come.
            #expect(table.listings <= 2 + 3600 / 60, "\(now)")
        }
        _ = expire(to: 8598)
        #expect(table.count == 2)
        #expect(expire(to: 8599) == ["1 sip:a@x", "2 sip:a@x"])
        #expect(table.listings == 0)
    }

    @Test func countsAndLookups() {
        #expect(table.count == 0)
        for id in 1...100 as ClosedRange<Int64> { register(id, "sip:a@x", until: 2000) }
        register(5, "sip:b@x", until: 2000)
        #expect(table.count == 101)
        #expect(table.bindings(of: 5).uris == ["sip:a@x", "sip:b@x"])
        #expect(table.bindings(of: 101).isEmpty)
        let removed = table.remove(id: 5, contact: "sip:a@x")?.removed
        #expect(removed?.map(\.contact) == ["sip:a@x"])
        #expect(table.remove(id: 5, contact: "sip:a@x")?.removed.isEmpty == true)
        #expect(table.count == 100)
        #expect(table.remove(id: 5)?.removed.map(\.contact) == ["sip:b@x"])
        #expect(table.remove(id: 5)?.removed.isEmpty == true)
        #expect(table.count == 99)
        var ids: Set<Int64> = []
        table.forEach { id, _ in ids.insert(id) }
        #expect(ids == Set(1...100).subtracting([5]))
        var copied = 0
        table.snapshot { copied += $0.count }
        #expect(copied == 99)
    }

    @Test func refusedAndUnchangedKeepWhatIsThere() {
        register(1, "sip:a@x", until: 2000)
        for outcome in [Registrar.Outcome.unchanged, .refused(.outOfOrder)] {
            let update = table.update(.numbered(1), isStillLive: { true }) { set in
                set = BindingSet()
                return outcome
            }
            #expect(update.outcome == outcome)
            #expect(table.bindings(of: 1).uris == ["sip:a@x"])
        }
    }

    @Test func expiry() {
        register(1, "sip:a@x", until: 1010)
        register(1, "sip:b@x", until: 1020)
        register(65, "sip:c@x", until: 1010)
        #expect(expire(to: 1009).isEmpty)
        #expect(expire(to: 1010) == ["1 sip:a@x", "65 sip:c@x"])
        #expect(table.count == 1)
        #expect(expire(to: 1019).isEmpty)
        #expect(expire(to: 1500) == ["1 sip:b@x"], "after a long pause")
        #expect(table.count == 0)
        var entries = 0
        table.forEach { _, _ in entries += 1 }
        #expect(entries == 0)
    }

    @Test func aRefreshPutsOffTheExpiry() {
        register(1, "sip:a@x", until: 1010)
        register(1, "sip:a@x", until: 1030, at: 1005)
        #expect(expire(to: 1029).isEmpty)
        #expect(expire(to: 1030) == ["1 sip:a@x"])
        register(1, "sip:a@x", until: 2000, at: 1500)
        register(1, "sip:a@x", until: 1600, at: 1501)
        #expect(expire(to: 1600) == ["1 sip:a@x"], "a refresh may shorten")
    }

    /// The first sweep comes some time after the table was filled.
    @Test func theFirstSweepFindsWhatExpiredBefore() {
        register(1, "sip:a@x", until: 1003)
        register(2, "sip:b@x", until: 2000)
        #expect(expire(to: 1500) == ["1 sip:a@x"])
    }

    /// A request that was read in the second before may ask for an expiry that was swept already.
    @Test func nothingFallsBetweenTwoSweeps() {
        _ = expire(to: 1500)
        register(1, "sip:a@x", until: 1499, at: 1490)
        register(2, "sip:b@x", until: 1500, at: 1499)
        #expect(expire(to: 1500).isEmpty)
        #expect(expire(to: 1501) == ["1 sip:a@x", "2 sip:b@x"])
        #expect(table.count == 0)
        #expect(expire(to: 1400).isEmpty, "a clock that goes back does no harm")
    }

    @Test func restoreLeavesOutWhatExpired() throws {
        var set = try BindingSet.one("sip:a@x", until: 1100)
        try set.register("sip:b@x", until: 3000)
        table.restore(id: 1, created: 7, set: set, now: 2000)
        table.restore(id: 2, created: 7, set: try .one("sip:c@x", until: 1100), now: 2000)
        #expect(table.bindings(of: 1).uris == ["sip:b@x"])
        #expect(table.count == 1)
        #expect(expire(to: 2999).isEmpty)
        #expect(expire(to: 3000) == ["1 sip:b@x"])
        #expect(table.count == 0)
    }

    @Test(arguments: [1, 2] as [UInt64]) func againstAModel(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var model: [Int64: [String: UInt32]] = [:]
        var now: UInt32 = 1000
        for _ in 0..<3000 {
            let id = Int64.random(in: 0..<80, using: &random),
                contact = "sip:\(Int.random(in: 0..<3, using: &random))@x"
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                _ = table.remove(id: id)
                model[id] = nil
            case 1:
                _ = table.remove(id: id, contact: contact)
                model[id]?[contact] = nil
            case 2...3:
                now += UInt32.random(in: 0..<20, using: &random)
                _ = expire(to: now)
                model = model.mapValues { $0.filter { $0.value > now } }
            default:
                let expiry = now + UInt32.random(in: 1..<100, using: &random)
                register(id, contact, until: expiry, at: now)
                model[id, default: [:]] = model[id, default: [:]].filter { $0.value > now }
                model[id]?[contact] = expiry
            }
            let live = model.values.reduce(0) { $0 + $1.values.filter { $0 > now }.count }
            var found = 0
            table.snapshot { for (_, entry) in $0 { entry.set.forEach { if $0.expiresAt > now { found += 1 } } } }
            #expect(found == live)
            #expect(table.count >= live)
        }
        _ = expire(to: now)
        #expect(table.count == model.values.reduce(0) { $0 + $1.values.filter { $0 > now }.count })
        _ = expire(to: now + 100)
        #expect(table.count == 0)
    }

    /// Whichever comes first, a credential that was deleted keeps no binding.
    @Test(.timeLimit(.minutes(1))) func deletionAgainstRegistration() async throws {
        let directory = Directory()
        var late = 0
        for round in 1...300 as ClosedRange<Int64> {
            directory.set(.numbered(round))
            let identity = try #require(directory.identity(id: round))
            let made = try BindingSet.one("sip:a@x", until: 2000)
            if round % 2 == 0 {
                async let removal: Void = remove(round, directory)
                if await register(made, identity, directory).isGone { late += 1 }
                await removal
            } else {
                async let update = register(made, identity, directory)
                await remove(round, directory)
                if await update.isGone { late += 1 }
            }
            #expect(table.bindings(of: round).isEmpty)
        }
        #expect(table.count == 0)
        print("deletion came first in \(late) of 300 rounds")
    }

    @concurrent
    private func remove(_ id: Int64, _ directory: Directory) async {
        directory.remove(credential: id)
        _ = table.revoke(id: id)
    }

    @concurrent
    private func register(_ made: BindingSet, _ identity: Identity, _ directory: Directory) async
        -> LocationTable.Update
    {
        table.update(identity, isStillLive: { directory.isLive(identity) }) { set in
            set = made
            return .changed(Registrar.Summary())
        }
    }
}
