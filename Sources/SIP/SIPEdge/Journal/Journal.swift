import Foundation
import Logging
import SIPEngine
import SIPTransport
import Synchronization

/// What a journal keeps of whatever has an id: the last record of an id is what counts.
protocol JournalContent: Sendable {
    /// What a snapshot hands over for an id.
    associatedtype Live: Sendable

    static var fileName: String { get }
    /// What it is a journal of.
    static var noun: String { get }
    /// What the file begins with; and with a format that is read and no longer written.
    static var magic: [UInt8] { get }
    static var outdatedMagic: [UInt8]? { get }
    /// The change number and the content.
    static func record(of live: Live) -> (created: Int64, content: Self)

    init()
    /// Nil where the bytes are none of this type's.
    init?(checking bytes: some Collection<UInt8>)
    var bytes: [UInt8] { get }
    /// Moves every time by so many seconds: the clock that they were written on was set since.
    mutating func move(by seconds: Int64)
}

/// A journal: many threads append, one writes and syncs, and the gate says how far it got.
///
/// When the disk refuses, nothing that waits is kept: what it stands for is put back as it was, its answers become errors,
/// and `append` refuses until the disk is well again. See `JournalFrame` for the format.
final class Journal<Content: JournalContent>: Sendable {
    /// Hands over everything live, in parts.
    typealias Snapshot = @Sendable (([(Int64, Content.Live)]) -> Void) -> Void

    let pending = Mutex(Pending())
    let gate: DurabilityGate
    let logger: Logger
    let path: String
    /// The clock that the records' times are on.
    let anchor: ClockAnchor?
    let signal = DispatchSemaphore(value: 0)
    let fileSize = Atomic<UInt64>(0)
    let failing = Atomic<Bool>(false)
    /// The file is of a format that is read and no longer written.
    let isOutdated = Atomic<Bool>(false)
    /// A smaller file is not worth compacting; bytes.
    private let compactionFloor: UInt64
    /// Between two syncs; zero syncs before the gate moves. What was written and not synced is lost with the machine,
    /// not with the process.
    private let syncInterval: Duration
    private let stopping = Atomic<Bool>(false)
    private let stopped = Atomic<Bool>(true)
    private let syncCount = Atomic<UInt64>(0)
    private let lossCount = Atomic<UInt64>(0)

    struct Pending {
        var bytes: [UInt8] = []
        var sequence: UInt64 = 0
        var undo: [Undo] = []
        var isRefusing = false
    }

    /// What an id had before a record that waits.
    struct Undo: Sendable {
        let id: Int64
        let created: Int64
        let set: Content
    }

    init(
        folder: String, gate: DurabilityGate, anchor: ClockAnchor? = nil, logger: Logger,
        compactionFloor: UInt64 = 16 << 20, syncInterval: Duration = .zero
    ) {
        path = folder + "/" + Content.fileName
        self.syncInterval = syncInterval
        self.gate = gate
        self.anchor = anchor
        self.logger = logger
        self.compactionFloor = compactionFloor
    }

    var bytes: UInt64 { fileSize.load(ordering: .relaxed) }
    var syncs: UInt64 { syncCount.load(ordering: .relaxed) }
    /// Records that the disk refused.
    var losses: UInt64 { lossCount.load(ordering: .relaxed) }
    /// Whether the disk refuses: a new binding could not be promised.
    var isFailing: Bool { failing.load(ordering: .relaxed) }
    var lastSequence: UInt64 { pending.withLock { $0.sequence } }

    /// Adds a record; its answer may go out once the gate has reached the returned sequence. `nil` while the disk refuses.
    ///
    /// `before` is what the id has again if the record cannot be kept.
    func append(id: Int64, created: Int64, set: Content, before: Content = Content()) -> UInt64? {
        let (sequence, wasEmpty): (UInt64?, Bool) = pending.withLock { pending in
            guard !pending.isRefusing else { return (nil, false) }
            let wasEmpty = pending.bytes.isEmpty
            JournalFrame.append(id: id, created: created, set: set, to: &pending.bytes)
            pending.undo.append(Undo(id: id, created: created, set: before))
            pending.sequence += 1
            return (pending.sequence, wasEmpty)
        }
        if wasEmpty { signal.signal() }
        return sequence
    }

    /// Takes records again; nothing waits but what came since the last loss.
    func resume() {
        pending.withLock { pending in
            pending.isRefusing = false
            // What was settled as lost must not stand for the journal's end: answers that change nothing wait for that.
            guard pending.bytes.isEmpty else { return }
            pending.sequence += 1
            gate.advance(to: pending.sequence)
        }
        if failing.exchange(false, ordering: .relaxed) { logger.notice("journal writes again") }
        signal.signal()
    }

    /// Starts the writer. `snapshot` hands over everything live when the file is to be written anew, `undo` puts back what
    /// an id had.
    func start(snapshot: @escaping Snapshot, undo: @escaping @Sendable (Undo) -> Void = { _ in }) {
        stopped.store(false, ordering: .releasing)
        let thread = Thread { [self] in
            write(snapshot, undo)
            stopped.store(true, ordering: .releasing)
        }
        thread.name = "journal"
        thread.start()
    }

    /// Has what was written synced when it is time, though nothing else is written.
    func remind() { signal.signal() }

    /// Writes what is pending and ends the writer.
    func stop() {
        stopping.store(true, ordering: .releasing)
        signal.signal()
        while !stopped.load(ordering: .acquiring) { Thread.sleep(forTimeInterval: 0.001) }
    }

    private func write(_ snapshot: @escaping Snapshot, _ undo: (Undo) -> Void) {
        var writer = JournalWriter(self, snapshot)
        var batch = Pending()
        writer.begin()
        while true {
            if let delay = writer.retryDelay {
                if stopping.load(ordering: .acquiring) { break }
                // Not a wait on the semaphore, whose end on Linux is a time of the wall clock, which may be set meanwhile.
                Thread.sleep(forTimeInterval: delay)
                do throws(JournalFile.Failure) { try writer.recover() } catch { lose(Pending(), error, undo) }
                continue
            }
            signal.wait()
            takePending(into: &batch)
            do throws(JournalFile.Failure) {
                if !batch.bytes.isEmpty { try writer.write(batch.bytes.span) }
                if try writer.syncIfDue(every: syncInterval) { syncCount.wrappingAdd(1, ordering: .relaxed) }
                if !batch.bytes.isEmpty { gate.advance(to: batch.sequence) }
                // Promised: whatever becomes of a compaction takes none of it back.
                batch = Pending()
                try writer.compactIfWorthwhile(above: compactionFloor)
            } catch {
                writer.fail(error)
                lose(batch, error, undo)
                batch = Pending()
            }
            if stopping.load(ordering: .acquiring), pending.withLock({ $0.bytes.isEmpty }) { break }
        }
        // What is left unsynced is no promise, but there is time now.
        _ = try? writer.syncIfDue(every: .zero)
        writer.end()
    }

    private func takePending(into batch: inout Pending) {
        pending.withLock { pending in
            batch = pending
            pending.bytes = []
            pending.undo = []
        }
    }

    /// Gives up what is not on disk: everything is as it was before, newest first, and the answers become errors.
    private func lose(_ batch: Pending, _ error: JournalFile.Failure, _ undo: (Undo) -> Void) {
        let rest = pending.withLock { pending in
            defer {
                pending.bytes = []
                pending.undo = []
            }
            pending.isRefusing = true
            return pending
        }
        if !failing.exchange(true, ordering: .relaxed) {
            logger.error("journal cannot be written", metadata: ["reason": "\(error)"])
        }
        for record in rest.undo.reversed() { undo(record) }
        for record in batch.undo.reversed() { undo(record) }
        lossCount.wrappingAdd(UInt64(rest.undo.count + batch.undo.count), ordering: .relaxed)
        gate.lose(through: rest.sequence)
    }
}
