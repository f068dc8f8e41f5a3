import Foundation
import Logging
import SIPEngine
import SIPTransport
import Synchronization

/// The journal of bindings: many threads append, one writes and syncs, and the gate says how far it got.
///
/// A failed write or sync is tried again until it works: the records stay in memory, no answer that waits for them is
/// sent, and what a half-finished write left behind is overwritten. See `JournalRecord` for the format.
final class BindingJournal: Sendable {
    private static let magic = Array("DEMARCJ1".utf8)
    private let pending = Mutex(Pending())
    private let gate: DurabilityGate
    private let logger: Logger
    private let path: String
    /// A smaller file is not worth compacting; bytes.
    private let compactionFloor: UInt64
    private let stopping = Atomic<Bool>(false)
    private let stopped = Atomic<Bool>(true)
    private let signal = DispatchSemaphore(value: 0)
    private let fileSize = Atomic<UInt64>(0)
    private let syncCount = Atomic<UInt64>(0)
    private let failing = Atomic<Bool>(false)

    private struct Pending {
        var bytes: [UInt8] = []
        var sequence: UInt64 = 0
    }

    init(folder: String, gate: DurabilityGate, logger: Logger, compactionFloor: UInt64 = 16 << 20) {
        path = folder + "/bindings.journal"
        self.gate = gate
        self.logger = logger
        self.compactionFloor = compactionFloor
    }

    var bytes: UInt64 { fileSize.load(ordering: .relaxed) }
    var syncs: UInt64 { syncCount.load(ordering: .relaxed) }
    /// Whether the disk refuses: a new binding could not be promised.
    var isFailing: Bool { failing.load(ordering: .relaxed) }
    var lastSequence: UInt64 { pending.withLock { $0.sequence } }

    /// Adds a record; its answer may go out once the gate has reached the returned sequence.
    func append(id: Int64, created: Int64, set: BindingSet) -> UInt64 {
        let (sequence, wasEmpty) = pending.withLock { pending in
            let wasEmpty = pending.bytes.isEmpty
            JournalRecord.append(id: id, created: created, set: set, to: &pending.bytes)
            pending.sequence += 1
            return (pending.sequence, wasEmpty)
        }
        if wasEmpty { signal.signal() }
        return sequence
    }

    /// Reads what the file holds, oldest record first, and cuts off an unfinished end. Call before `start`.
    func replay(_ body: (JournalRecord) -> Void) throws {
        var file = try JournalFile(path)
        // A process that was killed may have left a name, or records, that no sync followed.
        try file.sync()
        try file.syncName()
        let head = try file.read(at: 0, count: Self.magic.count)
        if head.count < Self.magic.count, Self.magic.starts(with: head) {
            // New, or cut off while it was made.
            try file.truncate(to: 0)
            try file.append(Self.magic.span)
            try file.sync()
            return
        }
        guard head == Self.magic else {
            throw JournalFile.Failure(operation: "\(path) is no journal of bindings", code: 0)
        }
        var start = UInt64(Self.magic.count)
        var chunk = 4 << 20
        while true {
            let bytes = try file.read(at: start, count: chunk)
            var offset = 0
            while let (record, next) = JournalRecord.read(bytes, at: offset) {
                body(record)
                offset = next
            }
            start += UInt64(offset)
            if bytes.count < chunk { break }
            // A whole chunk without a sound record is damage; a record never is longer than `longest`.
            guard offset > 0 else { break }
            chunk = max(chunk, JournalRecord.longest * 4)
        }
        if start < file.size {
            logger.warning("journal ends in an unfinished record", metadata: ["bytes": "\(file.size - start)"])
            try file.truncate(to: start)
            try file.sync()
        }
        fileSize.store(file.size, ordering: .relaxed)
    }

    /// Starts the writer; `snapshot` hands over everything live when the file is worth compacting.
    func start(snapshot: @escaping @Sendable (([(Int64, LocationTable.Entry)]) -> Void) -> Void) {
        stopped.store(false, ordering: .releasing)
        let thread = Thread { [self] in
            write(snapshot)
            stopped.store(true, ordering: .releasing)
        }
        thread.name = "binding-journal"
        thread.start()
    }

    /// Writes what is pending and ends the writer.
    func stop() {
        stopping.store(true, ordering: .releasing)
        signal.signal()
        while !stopped.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.001) }
    }

    private func write(_ snapshot: (([(Int64, LocationTable.Entry)]) -> Void) -> Void) {
        var batch = Pending()
        var compactAt = compactionFloor
        guard var file = open() else { return }
        while true {
            if batch.bytes.isEmpty {
                signal.wait()
                batch = takePending()
            }
            if !batch.bytes.isEmpty {
                guard commit(&batch, to: &file) else {
                    if stopping.load(ordering: .acquiring) { return }
                    Thread.sleep(forTimeInterval: 0.1)
                    continue
                }
            }
            if file.size > compactAt {
                compact(&file, snapshot)
                compactAt = max(compactionFloor, file.size * 3)
            }
            if stopping.load(ordering: .acquiring), pending.withLock({ $0.bytes.isEmpty }) { return }
        }
    }

    private func open() -> JournalFile? {
        while true {
            do {
                let file = try JournalFile(path)
                recovered()
                return file
            } catch {
                report(error)
                if stopping.load(ordering: .acquiring) { return nil }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }

    private func takePending() -> Pending {
        pending.withLock { pending in
            let taken = pending
            pending.bytes = []
            return taken
        }
    }

    /// Whether the batch is on disk; if so it is emptied and the gate moved.
    private func commit(_ batch: inout Pending, to file: inout JournalFile) -> Bool {
        let before = file.size
        do {
            try file.append(batch.bytes.span)
            try file.sync()
        } catch {
            report(error)
            try? file.truncate(to: before)
            return false
        }
        recovered()
        syncCount.wrappingAdd(1, ordering: .relaxed)
        fileSize.store(file.size, ordering: .relaxed)
        batch.bytes.removeAll(keepingCapacity: batch.bytes.capacity < 1 << 20)
        gate.advance(to: batch.sequence)
        return true
    }

    private func report(_ error: JournalFile.Failure) {
        if !failing.exchange(true, ordering: .relaxed) {
            logger.error("journal cannot be written", metadata: ["reason": "\(error)"])
        }
    }

    private func recovered() {
        if failing.exchange(false, ordering: .relaxed) { logger.notice("journal writes again") }
    }

    /// Writes everything live to a new file and puts it in the place of the old one.
    ///
    /// What is appended meanwhile waits in memory and follows in the new file, so the last record of a credential stays last.
    private func compact(
        _ file: inout JournalFile, _ snapshot: (([(Int64, LocationTable.Entry)]) -> Void) -> Void
    ) {
        do {
            var fresh = try JournalFile(path + ".new", truncate: true)
            try fresh.append(Self.magic.span)
            var failure: JournalFile.Failure?
            var chunk: [UInt8] = []
            snapshot { entries in
                chunk.removeAll(keepingCapacity: true)
                for (id, entry) in entries {
                    JournalRecord.append(id: id, created: entry.created, set: entry.set, to: &chunk)
                }
                guard failure == nil else { return }
                do throws(JournalFile.Failure) { try fresh.append(chunk.span) } catch { failure = error }
            }
            if let failure { throw failure }
            try fresh.sync()
            let before = file.size
            try fresh.rename(to: path)
            // From here on the old file has no name: nothing may be written to it, whatever fails.
            swap(&file, &fresh)
            try syncName(of: file)
            fileSize.store(file.size, ordering: .relaxed)
            logger.info("journal compacted", metadata: ["before": "\(before)", "after": "\(file.size)"])
        } catch {
            logger.error("journal not compacted", metadata: ["reason": "\(error)"])
        }
    }

    /// Tries until the new file's name is on disk; what was written to it before is not durable.
    private func syncName(of file: borrowing JournalFile) throws(JournalFile.Failure) {
        while true {
            do throws(JournalFile.Failure) {
                return try file.syncName()
            } catch {
                report(error)
                if stopping.load(ordering: .acquiring) { throw error }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
    }
}
