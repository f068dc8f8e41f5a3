import Logging
import Provisioning
import Store

/// What is kept in one data directory, opened and served.
struct Installation {
    private let settings: ServerSettings

    init(_ settings: ServerSettings) { self.settings = settings }

    /// Runs until the process is told to stop. Throws `StartFailure` when something cannot be opened.
    func run() async throws {
        let directory = try DataDirectory(settings.dataDirectory)
        let key = try SealingKey(path: settings.sealingKeyPath)
        let edge = UnpluggedEdge(uniformityKey: key.derive("uniform challenges"))
        let store = try openStore(directory, observers: [])
        defer { withExtendedLifetime(directory) {} }
        try await Server(settings: settings, store: store, edge: edge, terminal: Terminal.current).run()
        await store.close()
    }

    private func openStore(_ directory: DataDirectory, observers: [any ChangeObserver]) throws(StartFailure)
        -> SQLiteStore
    {
        let log = Logger.server("store", settings)
        var options = SQLiteStore.Settings()
        options.clock = WallClock.now
        options.report = { log.error("store failed", metadata: ["reason": "\($0)"]) }
        do {
            return try SQLiteStore(path: directory.database, observers: observers, settings: options)
        } catch {
            throw StartFailure(error.description)
        }
    }
}
