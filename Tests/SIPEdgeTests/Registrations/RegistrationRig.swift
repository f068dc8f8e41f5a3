import Logging
import Provisioning
import SIPEngine
import SIPTransport
import Store
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge

/// The SIP side over a real store and real sockets, which keeps registrations at a registrar of the test's.
final class RegistrationRig: Sendable {
    let edge: SIPEdge
    let home: TemporaryStore
    let folder: TemporaryFolder
    let tenant: Tenant
    private let relay: Relay

    /// Hands changes to the edge that runs now.
    private final class Relay: ChangeObserver {
        let edge = Mutex<SIPEdge?>(nil)

        func committed(_ changes: [Change]) { edge.withLock { $0 }?.committed(changes) }
    }

    /// Over a new store, or over that of another rig, as after a restart.
    init(
        after other: RegistrationRig? = nil, clock: EdgeClock = .system(),
        transports: [SIPEngine.Transport] = [.udp, .tcp],
        settings change: (inout EdgeSettings) -> Void = { _ in }
    ) async throws {
        folder = try other?.folder ?? TemporaryFolder()
        var settings = EdgeSettings(
            listeners: transports.map { ListenerAddress(transport: $0, host: "127.0.0.1", port: 0) },
            dataDirectory: folder.path, durability: .journal, uniformityKey: Array("a key that outlives restarts".utf8))
        settings.seal = .ofTests
        settings.egress = EgressPolicy(allowed: [.network(try IPNetwork(parsing: "127.0.0.0/8"))])
        change(&settings)
        let edge = SIPEdge(settings: settings, clock: clock, logger: .quiet)
        self.edge = edge
        let relay = other?.relay ?? Relay()
        self.relay = relay
        home = try other?.home ?? TemporaryStore(observers: [relay])
        relay.edge.withLock { $0 = edge }
        if let other { tenant = other.tenant } else { tenant = try await home.tenant("one", domain: "one.test") }
        try await edge.load(from: home.store)
        try await edge.bind()
    }

    var live: Registrations { edge.outboundRegistrations }

    /// Provisions one, as `CreateSipRegistration` does.
    @discardableResult
    func create(
        _ user: String = "alice", at registrar: TestRegistrar, password: String? = "secret",
        user bound: EndUser? = nil
    ) async throws -> OutboundRegistration {
        try await create(user, proxy: "127.0.0.1:\(registrar.port)", password: password, user: bound)
    }

    @discardableResult
    func create(
        _ user: String = "alice", proxy: String, password: String? = "secret", user bound: EndUser? = nil
    ) async throws -> OutboundRegistration {
        let (account, now) = (tenant.account.id, home.clock.now)
        return try await home.store.write { (store) throws(ProvisioningError) in
            let registration = try store.insertOutboundRegistration(
                OutboundRegistrationDetails(userName: user, proxy: proxy, isPersistent: bound == nil),
                binding: RegistrationBinding(
                    user: bound.map { .init($0.id, $0.name) }, credential: bound?.credential),
                subscription: RegistrationSubscription(
                    price: .zero, purchased: now, nextRenewal: CivilDate(now).adding(months: 1, anchor: 1)),
                account: account, at: now)
            if let password { try store.setPassword(password, of: registration) }
            return registration
        }
    }

    /// Changes the row, and the password where one is given.
    func update(
        _ registration: OutboundRegistration, password: String? = nil,
        _ change: @escaping @Sendable (inout OutboundRegistration) -> Void = { _ in }
    ) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in
            guard var row = try store.outboundRegistration(registration.id, of: registration.account) else { return }
            change(&row)
            try store.update(row)
            if let password { try store.setPassword(password, of: row) }
        }
    }

    func delete(_ registration: OutboundRegistration) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in try store.delete(registration) }
    }

    /// What GetSipRegistrations filters by.
    func outcome(of registration: OutboundRegistration) async throws -> RegistrationOutcome? {
        try await home.store.read { (store) throws(ProvisioningError) in
            try store.outboundRegistration(registration.id, of: registration.account)?.state
        }
    }

    /// Waits until the store says so.
    func outcome(of registration: OutboundRegistration, is wanted: (RegistrationOutcome?) -> Bool) async throws -> Bool
    {
        try await eventually { wanted(try await outcome(of: registration)) }
    }

    /// Waits until it stands so.
    func stands(_ registration: OutboundRegistration, _ state: LiveRegistration.State) async -> Bool {
        await eventually { self.live.registration(registration.id)?.state == state }
    }

    func allStand(_ state: LiveRegistration.State, _ count: Int) async -> Bool {
        await eventually { self.live.registrationCounters().states[state.rawValue] == count }
    }

    /// Ends without a word to anybody, as after `kill -9`: only what was handed to the system is left.
    func stop() async { await edge.stop() }
}

extension ProvisioningTransaction {
    fileprivate func setPassword(_ password: String, of registration: OutboundRegistration) throws(ProvisioningError) {
        try setSealedPassword(
            Seal.ofTests.seal(Secret(password), bound: registration.passwordPlace), of: registration.id,
            account: registration.account)
    }
}
