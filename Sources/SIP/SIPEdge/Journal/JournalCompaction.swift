import Foundation
import Logging
import SIPEngine
import SIPTransport
import Synchronization

/// A shorter journal in the making, on a thread of its own: everything live, then what was appended meanwhile.
///
/// The journal goes on growing beside it. Once the draft has nearly caught up, the journal's own thread carries over the
/// rest and puts it in the journal's place, so that answers wait for no more than that.
final class JournalCompaction<Content: JournalContent>: Sendable {
    private let journal: Journal<Content>
    private let draft = Mutex<JournalDraft?>(nil)
    private let abandoned = Atomic<Bool>(false)
    private let over = Atomic<Bool>(false)
    private let released = DispatchSemaphore(value: 0)

    /// What may be left for the journal's own thread to carry over; bytes.
    private static var closeEnough: UInt64 { 64 << 10 }
    /// Rounds in which the draft runs after a journal that grows as fast as it does.
    private static var rounds: Int { 16 }

    /// Begins. `start` is where the journal ends now: what comes behind it is carried over.
    init(of journal: Journal<Content>, from start: UInt64, _ snapshot: @escaping Journal<Content>.Snapshot) {
        self.journal = journal
        let thread = Thread { [self] in
            run(from: start, snapshot)
            over.store(true, ordering: .releasing)
            journal.signal.signal()
        }
        thread.name = "journal-compaction"
        thread.start()
    }

    /// Whether its thread has let go of every file.
    var isOver: Bool { over.load(ordering: .acquiring) }

    /// Tells the thread to let go, because the draft has its place or is of no use.
    func abandon() {
        abandoned.store(true, ordering: .releasing)
        released.signal()
    }

    /// The draft, once it is written and everything that it may hold is on disk.
    func takeDraft(committed: UInt64) -> JournalDraft? {
        draft.withLock { draft in
            guard let sequence = draft?.sequence, sequence <= committed else { return nil }
            return draft.take()
        }
    }

    private func run(from start: UInt64, _ snapshot: Journal<Content>.Snapshot) {
        do {
            // Held to the end: the last to let go of a long file waits while its blocks are freed, and that is not to be
            // the journal's own thread.
            let old = try JournalFile(journal.path)
            var draft = JournalDraft(file: try JournalFile(journal.path + ".new", truncate: true), carried: start)
            try draft.file.begin(journal)
            try draft.file.append(everythingOf: journal, from: snapshot) { [self] in
                !abandoned.load(ordering: .acquiring)
            }
            draft.sequence = journal.lastSequence
            try catchUp(&draft, from: old)
            var made: JournalDraft? = consume draft
            self.draft.withLock { swap(&$0, &made) }
            journal.signal.signal()
            released.wait()
            // Of no use to anybody; the name of one that was given away is another's by now.
            guard self.draft.withLock({ $0.take() != nil }) else { return }
            JournalFile.remove(journal.path + ".new")
        } catch {
            JournalFile.remove(journal.path + ".new")
            journal.logger.error("journal not compacted", metadata: ["reason": "\(error)"])
        }
    }

    private func catchUp(_ draft: inout JournalDraft, from old: borrowing JournalFile) throws(JournalFile.Failure) {
        for _ in 0..<Self.rounds where !abandoned.load(ordering: .acquiring) {
            let end = journal.bytes
            try draft.file.append(old, draft.carried..<max(draft.carried, end))
            try draft.file.sync()
            draft.carried = max(draft.carried, end)
            if journal.bytes < draft.carried + Self.closeEnough { return }
        }
    }
}

/// A file that holds what the journal held up to `carried`.
struct JournalDraft: ~Copyable {
    var file: JournalFile
    var carried: UInt64
    /// Its snapshot may hold records up to this sequence, so it must not be used before they are on disk.
    var sequence: UInt64 = 0
}

extension JournalFile {
    /// What every journal begins with: the format, and the clock of the records.
    mutating func begin<Content>(_ journal: Journal<Content>) throws(Failure) {
        let magic = Content.magic
        try append(magic.span)
        try append(clock: journal.anchor)
    }

    mutating func append(clock anchor: ClockAnchor?) throws(Failure) {
        guard let anchor else { return }
        var bytes: [UInt8] = []
        JournalFrame<BindingSet>.append(anchor, to: &bytes)
        try append(bytes.span)
    }

    /// Appends what is live and syncs it in steps, so that the syncs of the journal beside it are held up little.
    mutating func append<Content>(
        everythingOf journal: Journal<Content>, from snapshot: Journal<Content>.Snapshot,
        while isWanted: @escaping () -> Bool = { true }
    ) throws(Failure) {
        var failure: Failure?
        var chunk: [UInt8] = []
        snapshot { entries in
            guard failure == nil, isWanted() else { return }
            chunk.removeAll(keepingCapacity: true)
            for (id, entry) in entries {
                let (created, content) = Content.record(of: entry)
                JournalFrame.append(id: id, created: created, set: content, to: &chunk)
            }
            do throws(Failure) {
                try append(chunk.span)
                try sync()
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
