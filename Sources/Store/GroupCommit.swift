import GRDB
import Provisioning
import Synchronization

/// The one writer: it takes what waits, runs each write in a savepoint of its own, and commits them all with one sync.
///
/// It works on the database's own serial queue, never on a thread of Swift's pool.
final class GroupCommit: Sendable {
    private let pool: DatabasePool
    private let observers: [any ChangeObserver]
    private let settings: SQLiteStore.Settings
    private let queue = Mutex(Queue())
    private let health: StoreHealth

    private struct Queue {
        var waiting: [PendingWrite] = []
        var isDraining = false
        var isClosed = false
    }

    /// Most writes behind one sync.
    private static let batchLimit = 1024
    /// How often the change log is trimmed, in changes.
    private static let trimInterval: ChangeNumber = 1000
    /// How often a disk that refused is tried: recovery must not wait for a caller.
    private static let probeInterval: Duration = .milliseconds(500)

    init(pool: DatabasePool, observers: [any ChangeObserver], settings: SQLiteStore.Settings) {
        self.pool = pool
        self.observers = observers
        self.settings = settings
        health = StoreHealth("written", settings)
    }

    /// Whether the last write reached the disk.
    var isWell: Bool { !health.isFailing }

    /// Queues a write; it is refused as `unavailable` when the queue is full or closed.
    func submit(_ write: PendingWrite) {
        let (isAccepted, mustDrain) = queue.withLock { queue in
            guard !queue.isClosed, queue.waiting.count < settings.queueLimit else { return (false, false) }
            queue.waiting.append(write)
            defer { queue.isDraining = true }
            return (true, !queue.isDraining)
        }
        guard isAccepted else { return write.refuse(ProvisioningError(.unavailable)) }
        if mustDrain { pool.asyncWriteWithoutTransaction { self.drain($0) } }
    }

    var waitingCount: Int { queue.withLock { $0.waiting.count } }

    /// Refuses what comes from now on; what waits is still written.
    func close() { queue.withLock { $0.isClosed = true } }

    private func drain(_ database: Database) {
        while let batch = nextBatch() { run(batch, on: database) }
    }

    private func nextBatch() -> [PendingWrite]? {
        queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.isDraining = false
                return nil
            }
            let batch = Array(queue.waiting.prefix(Self.batchLimit))
            queue.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func run(_ batch: [PendingWrite], on database: Database) {
        do {
            let (changes, answers) = try commit(batch, on: database)
            health.succeeded()
            if !changes.isEmpty { for observer in observers { observer.committed(changes) } }
            for answer in answers { answer() }
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            if health.failed(error) { probeLater() }
            for write in batch { write.refuse(ProvisioningError(.unavailable)) }
        }
    }

    // MARK: Recovery

    private func probeLater() {
        Task { [weak self] in
            try? await Task.sleep(for: Self.probeInterval)
            guard let self, !queue.withLock({ $0.isClosed }), health.isFailing else { return }
            pool.asyncWriteWithoutTransaction { self.probe($0) }
        }
    }

    /// Writes a page as it is, to see whether the disk takes it.
    private func probe(_ database: Database) {
        do {
            if database.isInsideTransaction { try database.rollback() }
            try database.inTransaction(.immediate) {
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                try database.execute(sql: "PRAGMA user_version = \(version)")
                return .commit
            }
            health.succeeded()
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            probeLater()
        }
    }

    /// What changed and what each writer is to be told, once all of it is on disk.
    private func commit(_ batch: [PendingWrite], on database: Database) throws(DatabaseError)
        -> (changes: [Change], answers: [PendingWrite.Answer])
    {
        do {
            try database.beginTransaction(.immediate)
            let last = try ChangeNumber.fetchOne(
                database.cachedStatement(sql: "SELECT ifnull(max(number), 0) FROM change"))
            let transaction = SQLiteTransaction(
                database, lastChange: last ?? 0, now: settings.clock(), report: settings.report)
            var answers: [PendingWrite.Answer] = []
            for write in batch {
                answers.append(attempt(write, in: transaction))
                if let failure = transaction.failure { throw failure }
            }
            try trimLog(after: transaction)
            try database.commit()
            return (transaction.changes, answers)
        } catch let error as DatabaseError {
            throw error
        } catch {
            throw DatabaseError(message: "\(error)")
        }
    }

    private func attempt(_ write: PendingWrite, in transaction: SQLiteTransaction) -> PendingWrite.Answer {
        do throws(ProvisioningError) {
            return try transaction.atomically { () throws(ProvisioningError) in try write.run(transaction) }
        } catch {
            return { write.refuse(error) }
        }
    }

    private func trimLog(after transaction: SQLiteTransaction) throws {
        guard let first = transaction.changes.first?.number, let last = transaction.changes.last?.number,
            first / Self.trimInterval != last / Self.trimInterval
        else { return }
        try transaction.database.cachedStatement(sql: "DELETE FROM change WHERE number <= ?")
            .execute(arguments: [last - settings.changesKept])
    }
}

/// A write that waits for the writer, with its caller behind it.
struct PendingWrite: Sendable {
    /// Tells the caller its result.
    typealias Answer = @Sendable () -> Void

    let run: @Sendable (any ProvisioningTransaction) throws(ProvisioningError) -> Answer
    let refuse: @Sendable (ProvisioningError) -> Void
}
