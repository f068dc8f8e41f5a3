import Logging
import Provisioning
import SIPEdge
import SIPTransport
import ServiceLifecycle
import Store

/// What is kept in one data directory, opened and served.
struct Installation {
    private let settings: ServerSettings

    init(_ settings: ServerSettings) { self.settings = settings }

    /// Runs until the process is told to stop. Throws `StartFailure` when something cannot be opened.
    func run() async throws {
        let faults = settings.fileFaults
        guard faults.isEmpty else {
            throw StartFailure(faults.map(\.description).joined(separator: "\ndemarc: "))
        }
        let directory = try DataDirectory(settings.dataDirectory)
        let key = try SealingKey(path: settings.sealingKeyPath)
        var edgeSettings = EdgeSettings(settings, uniformityKey: key.derive("uniform challenges"))
        edgeSettings.contactKey = key.derive("contact users")
        let seal = key.makeSeal()
        edgeSettings.seal = seal
        edgeSettings.tls = try settings.sip.tls(in: settings.dataDirectory)
        let edge = SIPEdge(
            settings: edgeSettings, logger: Logger.server("sip", settings))
        let bell = CallbackBell()
        let store = try openStore(directory, observers: [edge, bell])
        defer { withExtendedLifetime(directory) {} }
        try await load(edge, from: store)
        let server = Server(
            settings: settings, store: store, edge: edge, registrations: edge.registrations, bell: bell,
            terminal: Terminal.current, tokenKey: key.derive("access tokens"), seal: seal)
        try await server.run()
        await store.close()
    }

    private func load(_ edge: SIPEdge, from store: SQLiteStore) async throws(StartFailure) {
        do {
            try await edge.load(from: store)
            try await edge.bind()
        } catch let error as ListenerError {
            throw StartFailure(error.description)
        } catch {
            throw StartFailure("the bindings cannot be restored: \(error)")
        }
    }

    private func openStore(_ directory: DataDirectory, observers: [any ChangeObserver]) throws(StartFailure)
        -> SQLiteStore
    {
        let log = Logger.server("store", settings)
        var options = SQLiteStore.Settings()
        options.clock = WallClock.now
        options.report = { log.error("store failed", metadata: ["reason": "\($0)"]) }
        options.recovered = { log.notice("store recovered", metadata: ["reason": "\($0)"]) }
        do {
            return try SQLiteStore(path: directory.database, observers: observers, settings: options)
        } catch {
            throw StartFailure(error.description)
        }
    }
}

extension SIPEdge: Service {}
