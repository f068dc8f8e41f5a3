import Foundation
import GRDB
package import Provisioning

/// What is provisioned, in one SQLite file in WAL mode (with its `-wal` and `-shm` beside it).
package final class SQLiteStore: ProvisioningStore {
    private let pool: DatabasePool
    private let writer: GroupCommit
    private let reading: StoreHealth
    private let report: @Sendable (any Error) -> Void

    /// What can be set about a store.
    package struct Settings: Sendable {
        /// The wall clock that the change log is written with.
        package var clock: @Sendable () -> Timestamp = {
            Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1000))
        }
        /// Most writes that may wait; more are refused as `unavailable`.
        package var queueLimit = 8192
        /// How many rows of the change log are kept, at least.
        package var changesKept: ChangeNumber = 100_000
        /// How long another process may hold the file before a write is refused.
        package var busyTimeout: Duration = .seconds(5)
        /// Told why a write or read failed, for the log.
        package var report: @Sendable (String) -> Void = { _ in }
        /// Told when it works again.
        package var recovered: @Sendable (String) -> Void = { _ in }

        package init() {}
    }

    /// Opens the file, making it (readable by its owner only) and its tables where they are missing.
    ///
    /// Throws `StoreOpenError`.
    package init(path: String, observers: [any ChangeObserver] = [], settings: Settings = Settings())
        throws(StoreOpenError)
    {
        do {
            try Self.prepareFile(at: path)
            pool = try DatabasePool(path: path, configuration: Self.configuration(settings))
            try Self.prepare(pool)
        } catch let error as StoreOpenError {
            throw error
        } catch {
            throw StoreOpenError(description: "The data file \(path) cannot be opened: \(error)")
        }
        let reading = StoreHealth("read", settings)
        self.reading = reading
        report = { error in
            if (error as? DatabaseError)?.isOfTheStatement ?? true {
                settings.report("a query failed: \(error)")
            } else {
                reading.failed(error)
            }
        }
        writer = GroupCommit(pool: pool, observers: observers, settings: settings)
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ProvisioningReader) throws(ProvisioningError) -> Result
    ) async throws(ProvisioningError) -> Result {
        try await withCheckedContinuation {
            (caller: CheckedContinuation<Swift.Result<Result, ProvisioningError>, Never>) in
            pool.asyncRead { [report, reading] database in
                caller.resume(
                    returning: .init { () throws(ProvisioningError) in
                        switch database {
                        case .success(let database):
                            let result = try body(SQLiteSnapshot(database: database, report: report))
                            reading.succeeded()
                            return result
                        case .failure(let error):
                            report(error)
                            throw ProvisioningError(.unavailable)
                        }
                    })
            }
        }.get()
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any ProvisioningTransaction) throws(ProvisioningError) -> Result
    ) async throws(ProvisioningError) -> Result {
        try await withCheckedContinuation {
            (caller: CheckedContinuation<Swift.Result<Result, ProvisioningError>, Never>) in
            writer.submit(
                PendingWrite(
                    run: { (transaction) throws(ProvisioningError) in
                        let result = try body(transaction)
                        return { caller.resume(returning: .success(result)) }
                    },
                    refuse: { caller.resume(returning: .failure($0)) }))
        }.get()
    }

    /// Writes what waits, refuses what comes, and lets go of the file.
    package func close() async {
        writer.close()
        await withCheckedContinuation { caller in
            pool.asyncBarrierWriteWithoutTransaction { _ in caller.resume() }
        }
        try? pool.close()
    }

    /// Whether what was written last reached the disk.
    package var isWritable: Bool { writer.isWell }

    /// The `synchronous` setting of the writing connection; 2 is FULL.
    func synchronous() throws -> Int? {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    /// How many writes wait for the writer.
    var waitingWrites: Int { writer.waitingCount }

    /// Runs statements on the writing connection, outside of any transaction.
    func unsafely(execute sql: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}

// MARK: - Opening

extension SQLiteStore {
    /// Pages that the writing connection keeps in memory, 16 MiB, and each that reads: the system has them at hand, too.
    private static let writerKibibytes = 16 * 1024
    private static let readerKibibytes = 2 * 1024
    /// Pages that the log grows by before they go to the data file, 16 MiB: less often writes a busy page fewer times.
    private static let checkpointPages = 4096

    private static func prepareFile(at path: String) throws {
        let files = FileManager.default
        let owner: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        if !files.fileExists(atPath: path) {
            guard files.createFile(atPath: path, contents: nil, attributes: owner) else {
                throw StoreOpenError(description: "The data file \(path) cannot be created.")
            }
        }
        try files.setAttributes(owner, ofItemAtPath: path)
    }

    private static func configuration(_ settings: Settings) -> Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(settings.busyTimeout / .seconds(1))
        configuration.label = "Demarc.store"
        configuration.prepareDatabase { database in
            let isReader = database.configuration.readonly
            try database.execute(
                sql: """
                    PRAGMA cache_size = -\(isReader ? readerKibibytes : writerKibibytes);
                    PRAGMA temp_store = MEMORY;
                    PRAGMA wal_autocheckpoint = \(checkpointPages);
                    """)
        }
        return configuration
    }

    private static func prepare(_ pool: DatabasePool) throws {
        // The pool lowers `synchronous` to NORMAL when it sets WAL up, so it is raised once that is done.
        let synchronous = try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else {
            throw StoreOpenError(description: "The data file cannot be written durably: synchronous is not FULL.")
        }
        guard try !pool.read(Schema.migrator.hasBeenSuperseded) else {
            throw StoreOpenError(description: "The data file was written by a newer version of Demarc.")
        }
        try Schema.migrator.migrate(pool)
    }
}

/// Why a data file could not be opened, in words for the operator.
package struct StoreOpenError: Error, CustomStringConvertible {
    package let description: String
}
