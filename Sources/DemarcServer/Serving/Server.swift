import BandwidthAPI
import Console
import DialectKit
import EnswitchAPI
import Foundation
import Hummingbird
import Logging
import OperatorAPI
package import Provisioning
package import ServiceLifecycle
import SignalWireAPI
package import UnixSignals
import VoximplantAPI

/// The whole house: use cases over a store, the SIP side, the vendors' listener and the operator's listener.
package struct Server: Sendable {
    package let settings: ServerSettings
    package let useCases: UseCases
    package let edge: any LiveEdge & Service
    private let registrations: any LiveRegistrations
    private let bell: CallbackBell
    package let terminal: Terminal
    private let log: Logger

    /// - Parameters:
    ///   - edge: the SIP side; it already observes the store, holds what is provisioned, and listens.
    ///   - registrations: what it keeps at other servers.
    ///   - bell: observes the store, so that callbacks go out at once.
    ///   - tokenKey: signs access tokens.
    ///   - seal: keeps what must be presented in the clear.
    package init(
        settings: ServerSettings, store: any ProvisioningStore, edge: any LiveEdge & Service,
        registrations: any LiveRegistrations, bell: CallbackBell = CallbackBell(),
        terminal: Terminal, passwords: any PasswordHashing = ScryptPasswords(), tokenKey: [UInt8], seal: Seal
    ) {
        self.settings = settings
        self.edge = edge
        self.registrations = registrations
        self.bell = bell
        self.terminal = terminal
        log = Logger.server("demarc", settings)
        let check: any AddressCheck =
            switch settings.addressCheck {
            case .embedded: EmbeddedAddressCheck()
            case .service(let url): HTTPAddressCheck(url: url, log: log)
            }
        var signIn = SignInLimits()
        signIn.checksAtOnce = max(1, ProcessInfo.processInfo.activeProcessorCount / 2)
        useCases = UseCases(
            store: store, addressCheck: check, passwords: passwords, signIn: signIn,
            tokens: AccessTokens(key: tokenKey), seal: seal, now: WallClock.now)
    }

    /// Runs until a service fails or the process is told to stop; then requests that were begun are answered first.
    package func run(signals: [UnixSignal] = [.sigterm, .sigint]) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: try services().map {
                    .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: signals, logger: log))
        try await group.run()
    }

    /// In the order of starting; they stop in the reverse order.
    package func services() throws -> [any Service] {
        let vendors = settings.vendorListen.map(\.httpAddress)
        let secureVendors = settings.vendorTLS.listen.map(\.httpAddress)
        let board = ListenerBoard(expected: vendors.count + secureVendors.count + 1)
        let counters = HTTPCounters()
        let token = settings.operatorToken ?? GeneratedSecret.make(length: 40)
        let limits = RequestLimits(settings.rate, now: WallClock.now)
        let dialects: [any Dialect] = [
            BandwidthAPI(useCases: useCases, limits: limits),
            EnswitchAPI(useCases: useCases, edge: edge, limits: limits),
            SignalWireAPI(useCases: useCases, limits: limits),
            VoximplantAPI(useCases: useCases, limits: limits),
        ]
        let vendorListeners = vendors.map { address in
            HTTPListener(
                responder: DialectResponder(dialects), address: address, listener: .vendor, board: board,
                counters: counters, log: log)
        }
        let tls = try secureVendors.isEmpty ? nil : settings.vendorTLS.configuration(in: settings.dataDirectory)
        let secureListeners = secureVendors.map { address in
            HTTPListener(
                responder: DialectResponder(dialects, scheme: "https"), address: address, listener: .vendor,
                board: board, counters: counters, log: log, tls: tls)
        }
        let operatorListener = HTTPListener(
            responder: try operatorRouter(token: token, limits: limits, board: board, counters: counters)
                .buildResponder(),
            address: settings.operatorListen, listener: .operator, board: board, counters: counters, log: log)
        let chores = ChoreService(useCases: useCases, log: log)
        let callbacks = CallbackService(
            callbacks: useCases.callbacks, bell: bell, sender: CallbackSender(settings), log: log)
        return [edge, ReloadService(edge: edge)] + vendorListeners + secureListeners
            + [operatorListener, chores, callbacks, Announcement(server: self, board: board, token: token)]
    }

    private func operatorRouter(
        token: Secret<String>, limits: RequestLimits, board: ListenerBoard, counters: HTTPCounters
    ) throws -> Router<OperatorContext> {
        let startedAt = WallClock.now()
        let router = Router(context: OperatorContext.self)
        router.add(middleware: OperatorErrorAnswers())
        router.add(middleware: OperatorGate(token: token, limits: limits))
        let node = NodeFacts(
            version: Version.current, startedAt: startedAt, uptime: UseCases.makeUptime(),
            process: ProcessUsage.current,
            httpListeners: { board.urls(of: .vendor) + board.urls(of: .operator) }, httpCounters: counters)
        let documents = BandwidthAPI.documents + [EnswitchAPI.document, SignalWireAPI.document, VoximplantAPI.document]
        OperatorAPI(
            useCases: useCases, edge: edge, registrations: registrations, node: node, documents: documents
        ).addRoutes(to: router)
        let console = try Console(
            useCases: useCases, edge: edge, registrations: registrations, version: Version.current,
            uptime: node.uptime, now: WallClock.now, httpListeners: node.httpListeners)
        console.addRoutes(to: router)
        return router
    }
}
