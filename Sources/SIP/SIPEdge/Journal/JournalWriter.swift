import Foundation
import Logging
import SIPEngine
import SIPTransport
import Synchronization

/// The journal's file in the hands of the one thread that writes it: appends, compactions, and what to do when the disk
/// refuses.
///
/// A write that found no room leaves the file sound: it is cut back and goes on once there is room. After any other
/// failure nobody knows what the disk holds (a failed sync may have dropped pages that no later sync brings back), so the
/// file is not written to again: what is live goes to a new one, which takes its place.
struct JournalWriter<Content: JournalContent>: ~Copyable {
    private enum Trouble { case full, distrusted }

    private let journal: Journal<Content>
    private let snapshot: Journal<Content>.Snapshot
    private var file: JournalFile?
    private var trouble: Trouble?
    private var compaction: JournalCompaction<Content>?
    private var compactAt: UInt64 = 0
    private var attempts = 0
    private var isUnsynced = false
    private var syncedAt = ContinuousClock.now

    init(_ journal: Journal<Content>, _ snapshot: @escaping Journal<Content>.Snapshot) {
        self.journal = journal
        self.snapshot = snapshot
    }

    /// Seconds until `recover` is worth another try; `nil` when all is well.
    var retryDelay: TimeInterval? { trouble == nil ? nil : min(2, 0.1 * Double(1 << min(attempts, 5))) }

    /// Opens the file and says on whose clock the records of this run are.
    mutating func begin() {
        do throws(JournalFile.Failure) {
            if journal.isOutdated.load(ordering: .relaxed) { return try replace() }
            var file = try JournalFile(journal.path)
            if file.size == 0 { try file.begin(journal) } else { try file.append(clock: journal.anchor) }
            try file.sync()
            self.file = consume file
        } catch {
            fail(error)
        }
    }

    /// Returns when the bytes are the system's.
    mutating func write(_ bytes: Span<UInt8>) throws(JournalFile.Failure) {
        try file?.append(bytes)
        isUnsynced = true
        journal.fileSize.store(file?.size ?? 0, ordering: .relaxed)
    }

    /// Syncs what was written, where the last time is so long ago; whether it did.
    mutating func syncIfDue(every interval: Duration) throws(JournalFile.Failure) -> Bool {
        guard isUnsynced, interval == .zero || ContinuousClock.now - syncedAt >= interval else { return false }
        try file?.sync()
        isUnsynced = false
        syncedAt = .now
        return true
    }

    /// Notes that the disk refused; nothing is written until `recover` returns.
    mutating func fail(_ error: JournalFile.Failure) {
        trouble = error.isFull && file != nil && trouble != .distrusted ? .full : .distrusted
        attempts = 0
        compaction?.abandon()
    }

    /// Makes the journal writable again. Throws when the disk still refuses.
    mutating func recover() throws(JournalFile.Failure) {
        do throws(JournalFile.Failure) {
            if trouble == .full { try file?.makeSound() } else { try replace() }
        } catch {
            if !error.isFull { trouble = .distrusted }
            attempts += 1
            throw error
        }
        trouble = nil
        journal.resume()
    }

    /// Writes what is live to a new file and puts it in the place of the one that cannot be trusted.
    private mutating func replace() throws(JournalFile.Failure) {
        if let compaction {
            compaction.abandon()
            guard compaction.isOver else { throw JournalFile.Failure(operation: "compaction ends", code: EBUSY) }
            self.compaction = nil
        }
        var fresh = try JournalFile(journal.path + ".new", truncate: true)
        try fresh.begin(journal)
        try fresh.append(everythingOf: journal, from: snapshot)
        try install(fresh)
    }

    /// Gives a file that holds all that counts the journal's name. From then on the old one has none, so nothing may be
    /// written to it, whatever fails.
    private mutating func install(_ fresh: consuming JournalFile) throws(JournalFile.Failure) {
        try fresh.sync()
        try fresh.rename(to: journal.path)
        file = consume fresh
        journal.fileSize.store(file?.size ?? 0, ordering: .relaxed)
        try file?.syncName()
    }

    // MARK: Compaction

    /// Begins a compaction when the file has grown enough, and ends one that is ready.
    ///
    /// Throws only when the journal itself is in doubt; a compaction that fails leaves it as it was.
    mutating func compactIfWorthwhile(above floor: UInt64) throws(JournalFile.Failure) {
        let size = file?.size ?? 0
        if let compaction {
            guard compaction.isOver else {
                if let draft = compaction.takeDraft(committed: journal.gate.sequence) { try finish(draft, compaction) }
                return
            }
            // It failed, and has said why.
            self.compaction = nil
            compactAt = size + floor
        }
        guard size > max(floor, compactAt) else { return }
        compaction = JournalCompaction(of: journal, from: size, snapshot)
    }

    private mutating func finish(_ draft: consuming JournalDraft, _ compaction: JournalCompaction<Content>)
        throws(JournalFile.Failure)
    {
        // Its thread has given away the draft, and touches none of the names any more.
        defer { compaction.abandon() }
        self.compaction = nil
        let (before, start) = (file?.size ?? 0, ContinuousClock.now)
        do throws(JournalFile.Failure) {
            try carryOver(to: &draft)
            try draft.file.sync()
        } catch {
            JournalFile.remove(journal.path + ".new")
            compactAt = before * 2
            return journal.logger.error("journal not compacted", metadata: ["reason": "\(error)"])
        }
        try install(draft.file)
        compactAt = (file?.size ?? 0) * 3
        let held = (ContinuousClock.now - start) / .milliseconds(1)
        journal.logger.info(
            "journal compacted",
            metadata: ["before": "\(before)", "after": "\(file?.size ?? 0)", "held": "\(Int(held.rounded(.up)))"])
    }

    /// Appends what the journal got since the draft was ready.
    private func carryOver(to draft: inout JournalDraft) throws(JournalFile.Failure) {
        switch file {
        case .some(let file): try draft.file.append(file, draft.carried..<max(draft.carried, file.size))
        case .none: break
        }
    }

    /// Lets go of what is under way.
    mutating func end() { compaction?.abandon() }
}
