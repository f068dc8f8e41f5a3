import Foundation
import Logging
import SIPTransport
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge
@testable import SIPEngine

@Suite struct BindingJournalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path + "/bindings.journal" }

    private func journal(_ gate: DurabilityGate = DurabilityGate(), compactionFloor: UInt64 = 16 << 20)
        -> BindingJournal
    {
        BindingJournal(folder: folder.path, gate: gate, logger: .quiet, compactionFloor: compactionFloor)
    }

    private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    private func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

    /// What a replay hands over: id, change number, contacts.
    private func replayed() throws -> [String] {
        var found: [String] = []
        try journal().replay { found.append("\($0.id) \($0.created) \($0.set.uris.joined(separator: ","))") }
        return found
    }

    /// Writes a journal of those ids, one contact each, and returns where each record ends.
    private func writeRecords(_ ids: ClosedRange<Int64>) async throws -> [Int] {
        let gate = DurabilityGate()
        let journal = journal(gate)
        try journal.replay { _ in }
        journal.start { _ in }
        var ends = [8]
        for id in ids {
            let set = try BindingSet.one("sip:\(id)@192.0.2.7", until: 2000)
            await gate.reached(try #require(journal.append(id: id, created: id * 10, set: set)))
            ends.append(try bytes().count)
        }
        journal.stop()
        return ends
    }

    @Test func whatIsReachedIsInTheFile() async throws {
        let ends = try await writeRecords(1...5)
        #expect(Set(ends).count == 6, "each was in the file before the gate said so")
        #expect(try replayed() == (1...5).map { "\($0) \($0 * 10) sip:\($0)@192.0.2.7" })
        #expect(try replayed().count == 5, "a replay changes nothing")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    /// A crash in the middle of the last record loses that one and no other, wherever it came.
    @Test func aTornTailAtEveryByte() async throws {
        let ends = try await writeRecords(1...3)
        let whole = try bytes()
        for count in ends[2]..<ends[3] {
            try write(Array(whole.prefix(count)))
            #expect(try replayed().count == 2, "\(count) bytes")
            #expect(try bytes().count == ends[2], "the torn end is cut off")
        }
        // As after a crash that left the file longer than what was written.
        for junk in [[UInt8](repeating: 0, count: 100), [0xFF, 0xFF, 0xFF, 0x7F], Array(whole[ends[0]..<ends[1] - 1])] {
            try write(whole + junk)
            #expect(try replayed().count == 3)
            #expect(try bytes() == whole)
        }
    }

    /// The journal goes on behind the cut.
    @Test func appendsAfterATornTail() async throws {
        let ends = try await writeRecords(1...3)
        try write(Array(try bytes().prefix(ends[3] - 1)))
        let gate = DurabilityGate()
        let journal = journal(gate)
        try journal.replay { _ in }
        journal.start { _ in }
        await gate.reached(try #require(journal.append(id: 9, created: 9, set: BindingSet())))
        journal.stop()
        #expect(try replayed() == ["1 10 sip:1@192.0.2.7", "2 20 sip:2@192.0.2.7", "9 9 "])
    }

    @Test func damageInTheMiddleEndsTheReplay() async throws {
        let ends = try await writeRecords(1...4)
        let whole = try bytes()
        for position in ends[1]..<ends[2] {
            var damaged = whole
            damaged[position] ^= 0x10
            try write(damaged)
            #expect(try replayed() == ["1 10 sip:1@192.0.2.7"], "byte \(position)")
        }
    }

    /// A file that was being made when the power went is a new one; anything else is left alone.
    @Test func unfinishedAndForeignFiles() throws {
        for count in 0...8 {
            try write(Array("DEMARCJ2".utf8.prefix(count)))
            #expect(try replayed().isEmpty)
            #expect(try bytes() == Array("DEMARCJ2".utf8))
        }
        for foreign in ["SQLite format 3", "X", "DEMARCJ3", "DEMX"] {
            try write(Array(foreign.utf8))
            let error = #expect(throws: JournalFile.Failure.self) { try replayed() }
            #expect(error?.description == "\(path) is no journal of bindings")
            #expect(try bytes() == Array(foreign.utf8))
        }
    }

    /// Records that lie across the ends of what a replay reads at a time.
    @Test(arguments: [1, 2] as [UInt64]) func recordsAcrossChunks(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var file = Array("DEMARCJ2".utf8)
        var expected: [Int] = []
        let shapes = try [100, 5000, 60_000, 200_000, BindingSet.longest - 3000].map { try BindingSet.large($0) }
        while file.count < 14 << 20 {
            let set = shapes[Int.random(in: 0..<shapes.count, using: &random)]
            JournalRecord.append(id: Int64(expected.count), created: 1, set: set, to: &file)
            expected.append(set.bytes.count)
        }
        try write(file)
        var found: [Int] = []
        try journal().replay { record in
            #expect(record.id == Int64(found.count))
            found.append(record.set.bytes.count)
        }
        #expect(found == expected)
        #expect(try bytes().count == file.count)
    }

    /// A record that ends exactly where a chunk does.
    @Test(arguments: [-1, 0, 1]) func aRecordAtTheEndOfAChunk(off: Int) throws {
        var file = Array("DEMARCJ2".utf8)
        var count = 0
        let large = try BindingSet.large(200_000)
        let end = (4 << 20) + 8 + off
        while end - file.count > 500_000 {
            JournalRecord.append(id: 1, created: 1, set: large, to: &file)
            count += 1
        }
        // One binding more of just the length that is missing.
        while end - file.count > 10_000 {
            JournalRecord.append(id: 1, created: 1, set: try .large(3000), to: &file)
            count += 1
        }
        while end - file.count > 24 + 500 {
            JournalRecord.append(id: 1, created: 1, set: try .one("sip:a@192.0.2.7", until: 2000), to: &file)
            count += 1
        }
        let empty = try BindingSet.one("sip:a@192.0.2.7", until: 2000).bytes.count
        let missing = end - file.count - 24 - empty
        let host = "192.0.2.7" + String(repeating: "0", count: missing / 2)
        // The contact stands in the Call-ID too, so its length counts twice.
        var set = try BindingSet.one("sip:a@\(host)", until: 2000)
        if missing % 2 == 1 { set = try .one("sip:a@\(host)", until: 11_000) }
        JournalRecord.append(id: 2, created: 1, set: set, to: &file)
        #expect(file.count == end)
        JournalRecord.append(id: 3, created: 1, set: BindingSet(), to: &file)
        try write(file)
        var ids: [Int64] = []
        try journal().replay { ids.append($0.id) }
        #expect(ids.count == count + 2)
        #expect(ids.suffix(2) == [2, 3])
    }

    /// Appends go on while the file is compacted, several times; what a replay finds is what was live at the end.
    @Test(.timeLimit(.minutes(2))) func compactionKeepsExactlyWhatIsLive() async throws {
        let gate = DurabilityGate()
        let journal = journal(gate, compactionFloor: 64 << 10)
        try journal.replay { _ in }
        let table = LocationTable(journal: journal)
        let compactions = Mutex(0)
        journal.start { body in
            compactions.withLock { $0 += 1 }
            table.snapshot(body)
        }
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 as Range<Int64> {
                group.addTask {
                    var random = SeededRandom(seed: UInt64(writer))
                    for step in 0..<1500 {
                        let id = writer * 1000 + Int64.random(in: 0..<50, using: &random)
                        if Int.random(in: 0..<5, using: &random) == 0 {
                            _ = table.remove(id: id)
                            continue
                        }
                        let made = try? BindingSet.one("sip:\(step)@192.0.2.7", until: 90_000)
                        let update = table.update(.numbered(id), isStillLive: { true }) { set in
                            if let made { set = made }
                            return .changed(Registrar.Summary())
                        }
                        if let sequence = update.sequence, step % 100 == 0 { await gate.reached(sequence) }
                    }
                }
            }
        }
        journal.stop()
        #expect(gate.sequence == journal.lastSequence)
        #expect(compactions.withLock { $0 } > 1)

        var live: [Int64: BindingSet] = [:]
        table.forEach { id, entry in live[id] = entry.set }
        var last: [Int64: BindingSet] = [:]
        try BindingJournal(folder: folder.path, gate: gate, logger: .quiet).replay { last[$0.id] = $0.set }
        #expect(last.filter { !$0.value.isEmpty } == live)
        #expect(live.count > 100)
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    @Test func stopWithoutStart() throws {
        let journal = journal()
        journal.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func stopWritesWhatIsPending() throws {
        let journal = journal()
        try journal.replay { _ in }
        journal.start { _ in }
        for id in 1...1000 as ClosedRange<Int64> { _ = journal.append(id: id, created: 1, set: BindingSet()) }
        journal.stop()
        #expect(try replayed().count == 1000)
        #expect(journal.syncs > 0)
        #expect(journal.bytes == UInt64(try bytes().count))
    }

    /// A disk without room: what waited is lost, says so and is as it was before; nothing is taken while it lasts.
    @Test(.timeLimit(.minutes(1))) func aDiskWithoutRoom() async throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
        // The new file that would take the place of the old one is not to be had either.
        try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: true)
        let gate = DurabilityGate()
        let journal = journal(gate)
        let undone = Mutex<[Int64]>([])
        journal.start(snapshot: { _ in }, undo: { record in undone.withLock { $0.append(record.id) } })
        let first = journal.append(id: 1, created: 1, set: BindingSet())
        #expect(await eventually { journal.isFailing })
        if let first { #expect(await !gate.reached(first)) }
        #expect(journal.append(id: 2, created: 1, set: BindingSet()) == nil)
        #expect(undone.withLock { $0 } == (first == nil ? [] : [1]))
        try FileManager.default.removeItem(atPath: path + ".new")
        #expect(await eventually { !journal.isFailing })
        #expect(
            await gate.reached(journal.lastSequence), "an answer that changes nothing does not wait for what was lost")
        let second = try #require(journal.append(id: 3, created: 1, set: BindingSet()))
        #expect(await gate.reached(second))
        journal.stop()
        #expect(try replayed() == ["3 1 "])
    }

    /// What was promised stays, though the compaction behind it fails.
    @Test(.timeLimit(.minutes(1))) func aCompactionThatFailsTakesNothingBack() async throws {
        let gate = DurabilityGate()
        let journal = journal(gate, compactionFloor: 1000)
        try journal.replay { _ in }
        let mayDraft = DispatchSemaphore(value: 0)
        let undone = Mutex<[Int64]>([])
        let snapshots = Mutex(0)
        // On the journal's thread, once the second record is promised: until the draft is there, without a name.
        gate.whenAdvanced { [path] sequence in
            guard sequence == 2 else { return }
            mayDraft.signal()
            journal.signal.wait()
            try? FileManager.default.removeItem(atPath: path + ".new")
            journal.signal.signal()
        }
        journal.start(
            snapshot: { _ in
                mayDraft.wait()
                mayDraft.signal()
                // The second is the new file's that takes the place of the one in doubt.
                snapshots.withLock { $0 += 1 }
            }, undo: { record in undone.withLock { $0.append(record.id) } })
        await gate.reached(try #require(journal.append(id: 1, created: 1, set: try .large(3000))))
        let second = try #require(journal.append(id: 2, created: 1, set: try .one("sip:2@192.0.2.7", until: 2000)))
        #expect(await gate.reached(second))
        #expect(await eventually { snapshots.withLock { $0 } > 1 })
        journal.stop()
        #expect(undone.withLock { $0 } == [])
        #expect(journal.losses == 0)
    }

    @Test func aCompactionThatIsAbandonedLeavesNoFile() async throws {
        let gate = DurabilityGate()
        let journal = journal(gate, compactionFloor: 1000)
        try journal.replay { _ in }
        let mayDraft = DispatchSemaphore(value: 0)
        journal.start { _ in mayDraft.wait() }
        await gate.reached(try #require(journal.append(id: 1, created: 1, set: try .large(3000))))
        #expect(await eventually { FileManager.default.fileExists(atPath: path + ".new") })
        journal.stop()
        mayDraft.signal()
        #expect(await eventually { !FileManager.default.fileExists(atPath: path + ".new") })
    }

    /// It recovers whether or not a record waits: while it fails nobody adds any.
    @Test(.timeLimit(.minutes(1)), arguments: [false, true]) func aFolderThatComesBack(isPending: Bool) async throws {
        let gate = DurabilityGate()
        let journal = BindingJournal(folder: folder.path + "/gone", gate: gate, logger: .quiet)
        journal.start { _ in }
        if isPending { _ = journal.append(id: 1, created: 1, set: BindingSet()) }
        #expect(await eventually { journal.isFailing })
        try FileManager.default.createDirectory(atPath: folder.path + "/gone", withIntermediateDirectories: true)
        #expect(await eventually { !journal.isFailing })
        let sequence = try #require(journal.append(id: 2, created: 1, set: BindingSet()))
        #expect(await gate.reached(sequence))
        journal.stop()
    }
}

extension Identity {
    /// A credential of no importance.
    static func numbered(_ id: Int64, created: Int64 = 1, slot: Int = 0) -> Identity {
        Identity(
            id: id, account: 1, created: created, name: Array("u\(id)".utf8), realm: Array("one.test".utf8),
            secrets: DigestSecrets(), slot: slot)
    }
}

/// The clock that records were written on, and what a replay on another makes of them.
@Suite struct JournalClockTests {
    private let folder: TemporaryFolder
    private static let boot = [UInt8](repeating: 7, count: ClockAnchor.bootLength)

    init() throws { folder = try TemporaryFolder() }

    /// One run of the journal with that offset: what it finds (id and expiry), and then writes a record that ends at 2000.
    private func run(_ offset: Int64, boot: [UInt8] = boot, writing id: Int64?) async throws -> [Int64: UInt32] {
        let gate = DurabilityGate()
        let journal = BindingJournal(
            folder: folder.path, gate: gate, anchor: ClockAnchor(boot: boot, offset: offset), logger: .quiet,
            compactionFloor: 1 << 20)
        var found: [Int64: BindingSet] = [:]
        try journal.replay { found[$0.id] = $0.set }
        journal.start { _ in }
        if let id {
            let sequence = try #require(
                journal.append(id: id, created: 1, set: try .one("sip:a@192.0.2.7", until: 200_000)))
            #expect(await gate.reached(sequence))
        }
        journal.stop()
        return found.mapValues { $0.latestExpiry }
    }

    /// Each run's wall clock stands elsewhere; a lifetime is what it was whatever it was written on.
    @Test func timesAreTranslated() async throws {
        #expect(try await run(1_000_000, writing: 1) == [:])
        #expect(try await run(4_600_400, writing: 2) == [1: 203_600])
        #expect(try await run(4_600_000, writing: nil) == [1: 203_600, 2: 200_000])
        #expect(try await run(-85_400_000, writing: 3) == [1: 113_600, 2: 110_000])
        #expect(try await run(1_000_000, writing: nil) == [1: 200_000, 2: 196_400, 3: 286_400])
    }

    /// Across boots the uptime says nothing, and the wall clock is what there is.
    @Test func anotherBoot() async throws {
        #expect(try await run(1_000_000, writing: 1) == [:])
        let other = [UInt8](repeating: 8, count: ClockAnchor.bootLength)
        #expect(try await run(9_000_000, boot: other, writing: 2) == [1: 200_000])
        #expect(try await run(9_003_000, boot: other, writing: nil) == [1: 200_000, 2: 200_003])
    }

    /// The first format had no clock; it is read as it is and goes on as the second.
    @Test func theFirstFormat() async throws {
        var file = Array("DEMARCJ1".utf8)
        JournalRecord.append(id: 5, created: 1, set: try .one("sip:a@192.0.2.7", until: 3000), to: &file)
        let path = folder.path + "/bindings.journal"
        try Data(file).write(to: URL(filePath: path))
        let gate = DurabilityGate()
        let journal = BindingJournal(
            folder: folder.path, gate: gate, anchor: ClockAnchor(boot: Self.boot, offset: 5000), logger: .quiet)
        let table = LocationTable(journal: journal)
        try journal.replay { table.restore(id: $0.id, created: $0.created, set: $0.set, now: 1) }
        journal.start { table.snapshot($0) }
        let sequence = try #require(journal.append(id: 6, created: 1, set: BindingSet()))
        #expect(await gate.reached(sequence))
        journal.stop()
        #expect(try Array(Data(contentsOf: URL(filePath: path)).prefix(8)) == Array("DEMARCJ2".utf8))
        #expect(try await run(65_000, writing: nil) == [5: 3060, 6: 0])
    }

    @Test func moving() throws {
        var set = try BindingSet.one("sip:a@192.0.2.7", until: 2000)
        set.forEach { _ in }
        let before = set
        set.move(by: 100)
        #expect(set.latestExpiry == 2100)
        set.move(by: -100)
        #expect(set == before)
        set.move(by: -5000)
        #expect(set.latestExpiry == 0, "nothing ends before 1970")
    }
}
