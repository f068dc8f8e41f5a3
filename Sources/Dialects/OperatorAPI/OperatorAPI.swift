package import DialectKit
package import Hummingbird
package import Provisioning
import Synchronization

/// Demarc's own JSON API: everything provisioned under `/v1`, what is live, `/metrics`, `/health` and `/ready`.
///
/// It answers on the operator's listener only, behind an ``OperatorGate``.
package struct OperatorAPI: Sendable {
    let useCases: UseCases
    let edge: any LiveEdge
    let registrations: any LiveRegistrations
    let node: NodeFacts
    let documents: [PublishedDocument]
    let streams = EventStreamCount()

    /// - Parameter documents: descriptions of the other APIs, served under `/docs` beside this one's.
    package init(
        useCases: UseCases, edge: any LiveEdge, registrations: any LiveRegistrations, node: NodeFacts,
        documents: [PublishedDocument] = []
    ) {
        self.useCases = useCases
        self.edge = edge
        self.registrations = registrations
        self.node = node
        self.documents = documents + [Self.document]
    }

    /// Adds every route; the gate and the error answers must already be on the router.
    package func addRoutes(to router: Router<OperatorContext>) {
        addHealthRoutes(to: router)
        addDocumentRoutes(to: router)
        let v1 = router.group("v1")
        addAccountRoutes(to: v1)
        addTrunkRoutes(to: v1)
        addCredentialRoutes(to: v1)
        addNumberRoutes(to: v1)
        addCarrierRoutes(to: v1)
        addCallRoutes(to: v1)
        addTokenRoutes(to: v1)
        addLiveRoutes(to: v1)
        addRegistrationRoutes(to: v1)
        addCallbackRoutes(to: v1)
        addLedgerRoutes(to: v1)
        addServiceKeyRoutes(to: v1)
        addSecretRoutes(to: v1)
    }
}

/// What a request to the operator's listener carries through its handlers.
package struct OperatorContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package var maxUploadSize: Int { OperatorLimits.body }

    package init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }
}

/// What this process says about itself.
package struct NodeFacts: Sendable {
    package var version: String
    package var startedAt: Timestamp
    /// The time since the start; never goes back.
    package var uptime: @Sendable () -> Duration
    /// `nil` where the platform does not say.
    package var process: @Sendable () -> ProcessUsage?
    /// The addresses that the vendors' dialects are served on, as URLs.
    package var httpListeners: @Sendable () -> [String]
    package var httpCounters: HTTPCounters

    package init(
        version: String, startedAt: Timestamp, uptime: @escaping @Sendable () -> Duration,
        process: @escaping @Sendable () -> ProcessUsage?, httpListeners: @escaping @Sendable () -> [String],
        httpCounters: HTTPCounters
    ) {
        self.version = version
        self.startedAt = startedAt
        self.uptime = uptime
        self.process = process
        self.httpListeners = httpListeners
        self.httpCounters = httpCounters
    }

    var uptimeSeconds: Int64 { uptime().components.seconds }
}

/// What the process uses of the machine.
package struct ProcessUsage: Sendable, Equatable {
    package var residentBytes: UInt64
    /// User and system time since the start.
    package var cpuSeconds: Double
    package var openFiles: Int

    package init(residentBytes: UInt64, cpuSeconds: Double, openFiles: Int) {
        self.residentBytes = residentBytes
        self.cpuSeconds = cpuSeconds
        self.openFiles = openFiles
    }
}

/// How many event streams are open; bounded, so that readers cannot use up the listener.
final class EventStreamCount: Sendable {
    private let open = Mutex(0)

    func enter() -> Bool {
        open.withLock { count in
            guard count < OperatorLimits.eventStreams else { return false }
            count += 1
            return true
        }
    }

    func leave() { open.withLock { $0 -= 1 } }
}
