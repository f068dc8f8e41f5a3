package import Logging
import NIOPosix
package import Provisioning
import SIPEngine
import SIPMessage
package import SIPTransport
import ServiceLifecycle
import Synchronization

/// The SIP side of the server: listeners, the flow of requests, and what is live.
///
/// Construct it, give it to the store as an observer, `load` what is provisioned, then `run`.
package final class SIPEdge: ChangeObserver {
    let settings: EdgeSettings
    let clock: EdgeClock
    let logger: Logger
    let directory: Directory
    let location: LocationTable
    let journal: BindingJournal?
    let flow: RequestFlow
    let outboundRegistrations: Registrations
    /// Those that we keep at other servers.
    package var registrations: any LiveRegistrations { outboundRegistrations }
    let calls: Switchboard
    let health: HealthProbes
    let keepAlive: NATKeepAlive
    let ways = Mutex<OutboundWays?>(nil)
    let gate = DurabilityGate()
    private let open = Mutex(Listeners())

    /// Seconds between two looks at the certificate.
    private static let certificatePause = 60

    private struct Listeners {
        var datagrams: [UDPListener] = []
        var streams: [TCPListener] = []
    }

    package init(settings: EdgeSettings, clock: EdgeClock = .system(), logger: Logger) {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        directory = Directory(ownHosts: settings.listeners.compactMap(\.advertisedHost))
        journal =
            settings.durability == .journal
            ? BindingJournal(folder: settings.dataDirectory, gate: gate, anchor: clock.anchor, logger: logger) : nil
        let signIns = SignIns()
        location = LocationTable(journal: journal, presence: signIns.changed)
        outboundRegistrations = Registrations(
            settings: settings, clock: clock, location: location, signIns: signIns, logger: logger)
        keepAlive = NATKeepAlive(location: location, clock: clock, seconds: settings.natKeepAlive)
        health = HealthProbes(policy: settings.probes, clock: clock, logger: logger)
        calls = Switchboard(
            settings: settings, clock: clock, directory: directory, location: location,
            registrations: outboundRegistrations, health: health, logger: logger)
        flow = RequestFlow(
            directory: directory, location: location, journal: journal,
            registrar: Registrar(policy: settings.registrar),
            challenges: Challenges(
                nonces: Nonces(lifetime: settings.nonceLifetime), best: settings.digest,
                uniformityKey: settings.uniformityKey),
            bans: SourceBans(policy: settings.bans), observation: Observation(),
            responses: [outboundRegistrations, calls, health],
            calls: calls)
    }

    /// Takes over what is provisioned and puts back the bindings that outlived the last run.
    ///
    /// Throws when the store or the journal cannot be read.
    package func load(from store: any ProvisioningStore) async throws {
        let directory = directory
        try await store.read { reader throws(ProvisioningError) in
            for account in try reader.accounts() { directory.set(account) }
            for domain in try reader.allDomains() { directory.set(domain) }
            directory.reserve(credentials: try reader.totals().credentials)
            try reader.forEachCredential { directory.set($0) }
            try reader.forEachTerminationHost { directory.add($2, of: $0, account: $1) }
            try reader.forEachTrunkGrant { directory.set($0) }
            for account in try reader.accounts() where account.status == .leaving {
                directory.removeAccount(account.id.rawValue)
            }
        }
        try restoreBindings()
        try await outboundRegistrations.load(from: store)
        try await health.load(from: store)
        try await calls.load(from: store)
    }

    private func restoreBindings() throws {
        guard let journal else { return }
        var last: [Int64: (created: Int64, set: BindingSet)] = [:]
        try journal.replay { record in last[record.id] = (record.created, record.set) }
        let now = seconds(clock.now())
        for (id, kept) in last where kept.set.latestExpiry > now {
            // A credential that is gone, or another that came after it, has no use for these.
            guard let identity = directory.identity(id: id), identity.created == kept.created else { continue }
            location.restore(id: id, created: kept.created, set: kept.set, now: now)
        }
        logger.info("bindings restored", metadata: ["bindings": "\(location.count)"])
        journal.start(
            snapshot: { [location] body in location.snapshot(body) },
            undo: { [location, directory] record in
                location.undo(record) {
                    guard let identity = directory.identity(id: record.id) else { return false }
                    return identity.created == record.created && !directory.isStopped(identity.account)
                }
            })
        // A crash may have come between an account's end and its bindings'.
        endBindings("the account is suspended") { directory.isStopped($0.account) }
    }

    /// Binds every listener; `run` calls it when nobody did before. Throws `ListenerError`.
    package func bind() async throws(ListenerError) {
        for address in settings.listeners {
            do throws(ListenerError) {
                try await bind(address)
            } catch {
                guard address.isOptional else { throw error }
                logger.notice("not listening", metadata: ["on": "\(address)", "reason": "\(error.reason)"])
            }
        }
        logger.notice("SIP is listening", metadata: ["on": "\(listeners().joined(separator: " "))"])
        try startSending()
    }

    /// Requests of ours leave by what is listened on.
    private func startSending() throws(ListenerError) {
        let group = MultiThreadedEventLoopGroup.singleton
        let egress = settings.egress
        do throws(OutboundFault) {
            let outbound = try Outbound(
                listeners: open.withLock { Outbound.Listeners(datagrams: $0.datagrams, streams: $0.streams) },
                handler: flow, gate: gate, clock: clock, group: group, trustedAuthorities: settings.trustedAuthorities,
                observer: outboundRegistrations
            ) { address in
                egress.refusal(of: IPAddress(high: address.high, low: address.low), port: address.port) == nil
            }
            let resolver = TargetResolver(
                dns: DNSClient(DNSClient.Settings(servers: settings.nameservers), group: group), reach: outbound.reach,
                clock: clock)
            let ways = OutboundWays(outbound: outbound, resolver: resolver)
            self.ways.withLock { $0 = ways }
            outboundRegistrations.start(ways)
            health.start(ways)
            keepAlive.start(outbound)
            calls.start(ways)
        } catch {
            throw ListenerError(address: settings.listeners[0], reason: "\(error)")
        }
    }

    private func bind(_ address: ListenerAddress) async throws(ListenerError) {
        switch address.transport {
        case .udp:
            let number = UInt8(clamping: open.withLock { $0.datagrams.count } + 1)
            let listener = try UDPListener(
                address, number: number, threads: settings.threads, handler: flow, gate: gate, clock: clock)
            listener.start()
            open.withLock { $0.datagrams.append(listener) }
        case .tcp, .tls, .ws, .wss:
            let listener = try await TCPListener.start(
                address, group: MultiThreadedEventLoopGroup.singleton, handler: flow, gate: gate, clock: clock,
                limits: settings.streams, tls: address.transport.isSecure ? settings.tls : nil)
            open.withLock { $0.streams.append(listener) }
        }
    }

    /// Serves until the task is cancelled or its service group shuts down; then stops listening and writes what is pending.
    package func run() async throws {
        if open.withLock({ $0.datagrams.isEmpty && $0.streams.isEmpty }) { try await bind() }
        try? await gracefulShutdownGuard()
        await stop()
    }

    /// Stops listening and ends the journal; bindings stay in it.
    package func stop() async {
        outboundRegistrations.halt()
        calls.halt()
        health.halt()
        keepAlive.halt()
        if let ways = ways.withLock({ $0.take() }) { await ways.outbound.stop() }
        let listeners = open.withLock { open in
            let listeners = open
            open = Listeners()
            return listeners
        }
        for listener in listeners.datagrams { listener.stop() }
        for listener in listeners.streams { await listener.stop() }
        await outboundRegistrations.stop()
        await calls.stop()
        flow.observation.events.finish()
        journal?.stop()
    }

    /// Expires bindings and bans every second until the group shuts down.
    private func gracefulShutdownGuard() async throws {
        try await cancelWhenGracefulShutdown { [self] in
            var seconds = 0
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(1))
                sweep()
                seconds += 1
                if seconds.isMultiple(of: Self.certificatePause) { reload() }
            }
        }
    }

    /// Takes over renewed certificates; connections that are open keep the old ones.
    package func reload() {
        switch settings.tls?.refresh() {
        case nil, .unchanged: break
        case .exchanged: logger.notice("the certificates of SIP were exchanged")
        case .failed(let reason):
            logger.error("the certificates of SIP cannot be read", metadata: ["reason": "\(reason)"])
        }
    }

    /// Drops what expired.
    func sweep() {
        let milliseconds = clock.now()
        let now = seconds(milliseconds)
        location.expire(to: now) { [directory, flow] id, ended in
            flow.observation.events.send {
                EdgeEvent(
                    at: milliseconds, kind: .expired, aor: directory.identity(id: id)?.aor ?? "",
                    contact: Redaction.uris(ended.contact), source: ended.source.text, detail: "")
            }
        }
        flow.bans.withLock { $0.sweep(now: now) }
        outboundRegistrations.leases.remind()
        calls.sweep()
    }

    // MARK: ChangeObserver

    package func committed(_ changes: [Change]) {
        defer {
            outboundRegistrations.committed(changes)
            health.committed(changes)
        }
        for change in changes {
            switch change.subject {
            case .account(let account): update(account)
            case .accountDeleted(let id): directory.removeAccount(id.rawValue)
            case .domain(let domain): directory.set(domain)
            case .domainDeleted(let domain): directory.remove(domain)
            case .credential(let credential): directory.set(credential)
            case .credentialDeleted(let credential): revoke(credential)
            case .trunk(let trunk): directory.set(trunk)
            case .trunkDeleted(let trunk): directory.remove(trunk.id)
            case .callGrant(let grant): directory.set(grant)
            case .callGrantDeleted(let subject): directory.remove(subject)
            default: break
            }
        }
    }

    /// First nobody can register with it any more, then its bindings go.
    private func revoke(_ credential: Credential) {
        let aor = directory.identity(id: credential.id.rawValue)?.aor ?? credential.name.composite
        directory.remove(credential: credential.id.rawValue)
        endBindings(of: credential.id.rawValue, aor: aor, "the credential was deleted")
    }

    /// The same with all of an account: one that is suspended is known and refused, one that leaves is unknown.
    private func update(_ account: Account) {
        directory.set(account)
        guard account.status != .active else { return }
        endBindings("the account is suspended") { $0.account == account.id.rawValue }
        if account.status == .leaving { directory.removeAccount(account.id.rawValue) }
    }

    private func endBindings(_ reason: String, where isMeant: (Identity) -> Bool) {
        location.snapshot { entries in
            for (id, _) in entries {
                guard let identity = directory.identity(id: id), isMeant(identity) else { continue }
                endBindings(of: id, aor: identity.aor, reason)
            }
        }
    }

    private func endBindings(of credential: Int64, aor: String, _ reason: String) {
        announce(location.revoke(id: credential), of: aor, as: .revoked, reason)
    }

    /// Tells who watches that bindings have ended.
    func announce(_ ended: [RemovedBinding], of aor: String, as kind: EdgeEvent.Kind, _ reason: String = "") {
        let now = clock.now()
        for binding in ended {
            flow.observation.events.send {
                EdgeEvent(
                    at: now, kind: kind, aor: aor, contact: Redaction.uris(binding.contact),
                    source: binding.source.text, detail: reason)
            }
        }
    }

    /// The addresses that are listened on with the ports that were bound.
    package func listeners() -> [String] {
        open.withLock { open in
            open.datagrams.map { $0.address.shown(port: $0.port) }
                + open.streams.map { $0.address.shown(port: $0.port) }
        }
    }

    var connectionCount: Int { open.withLock { $0.streams.reduce(0) { $0 + $1.connectionCount } } }
}

/// Seconds of a moment in milliseconds.
func seconds(_ milliseconds: Int64) -> UInt32 { UInt32(truncatingIfNeeded: milliseconds / 1000) }
