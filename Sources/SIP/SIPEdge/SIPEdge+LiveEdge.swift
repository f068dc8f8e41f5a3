package import Provisioning
import SIPEngine
import SIPTransport
import Synchronization

extension SIPEdge: LiveEdge {
    package func bindings(matching user: String?, limit: Int) -> [LiveBinding] {
        bindings(limit: limit) { identity in user.map(identity.aor.contains) ?? true }
    }

    package func bindings(of account: AccountID) -> [LiveBinding] {
        bindings(limit: .max) { $0.account == account.rawValue }
    }

    private func bindings(limit: Int, where isWanted: (Identity) -> Bool) -> [LiveBinding] {
        let (now, shift) = (seconds(clock.now()), clock.shift)
        var found: [LiveBinding] = []
        location.snapshot { entries in
            for (id, entry) in entries where found.count < limit {
                guard let identity = directory.identity(id: id), isWanted(identity) else { continue }
                append(entry.set, of: identity, now: now, shift: shift, to: &found)
            }
        }
        return Array(found.sorted { ($0.aor, $0.contact) < ($1.aor, $1.contact) }.prefix(limit))
    }

    /// `shift` is what the wall clock was set by since the start; milliseconds.
    private func append(
        _ set: BindingSet, of identity: Identity, now: UInt32, shift: Int64, to found: inout [LiveBinding]
    ) {
        set.forEach { binding in
            guard binding.expiresAt > now else { return }
            found.append(
                LiveBinding(
                    account: identity.account, aor: identity.aor,
                    contact: Redaction.uris(binding.string(binding.contact)), source: binding.source.text,
                    registeredAt: Int64(binding.registeredAt) * 1000 + shift,
                    expiresAt: Int64(binding.expiresAt) * 1000 + shift, callID: binding.string(binding.callID),
                    cseq: binding.cseq, userAgent: binding.string(binding.userAgent),
                    instance: binding.string(binding.instance), regID: binding.regID > 0 ? Int(binding.regID) : nil,
                    path: binding.path.isEmpty
                        ? [] : Redaction.uris(binding.string(binding.path)).split(separator: ",").map(String.init),
                    q: Int(binding.q)))
        }
    }

    package func removeBindings(of aor: String, contact: String?) async throws(ProvisioningError) -> Int {
        guard let identity = directory.identity(aor: aor) else { return 0 }
        guard let (removed, sequence) = location.remove(id: identity.id, contact: contact) else {
            throw ProvisioningError(.unavailable)
        }
        if let sequence, await !gate.reached(sequence) { throw ProvisioningError(.unavailable) }
        announce(removed, of: identity.aor, as: .removed)
        return removed.count
    }

    package func bans() -> [SourceBan] {
        let (now, shift) = (seconds(clock.now()), clock.shift)
        return flow.bans.withLock { $0.bans(now: now) }.map { ban in
            SourceBan(
                source: ban.source.host, reason: ban.reason, failures: ban.failures,
                since: Int64(ban.since) * 1000 + shift,
                until: Int64(ban.until) * 1000 + shift)
        }
    }

    package func liftBan(of source: String) -> Bool { flow.bans.withLock { $0.lift(host: source) } }

    package func refusals(limit: Int) -> [Refusal] {
        let (refusals, strangers) = (flow.observation.refusals.latest(limit), flow.observation.strangers.latest(limit))
        return Array((refusals + strangers).sorted { $0.at > $1.at }.prefix(limit))
    }

    package func trace(of subject: TraceSubject) -> [TracedMessage] {
        let all = [flow.observation.messages, outboundRegistrations.messages, calls.messages]
            .flatMap { $0.messages(of: subject) }
        return all.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    package func explain(user: String) -> [CredentialExplanation] {
        let refusals = flow.observation.refusals.latest(1000)
        return directory.search(user, limit: 20).map { identity in
            let algorithms = identity.secrets.challenges.algorithms
            var remarks: [String] = []
            if algorithms.isEmpty {
                remarks.append("no hash is an MD5 or SHA-256 hex digest: nobody can register with it")
            }
            if let last = refusals.first(where: { $0.user == identity.aor }) {
                remarks.append("last refused: \(last.status) \(last.reason), from \(last.source)")
            }
            return CredentialExplanation(
                account: identity.account, aor: identity.aor, realm: String(decoding: identity.realm, as: UTF8.self),
                challenges: algorithms.map { "\($0.token)" }, bindings: location.bindings(of: identity.id).count,
                remarks: remarks)
        }
    }

    package func events() -> AsyncStream<EdgeEvent> { flow.observation.events.stream() }

    package func isDown(_ destination: CarrierTarget) -> Bool { health.isDown(destination) }

    package func destinations() -> [LiveDestination] { health.live }

    package func counters() -> EdgeCounters {
        var totals = EdgeCounters()
        flow.observation.counters.fill(&totals)
        totals.bindings = location.count
        totals.credentials = directory.credentialCount
        totals.bans = flow.bans.withLock { $0.count }
        totals.connections = connectionCount
        (totals.destinations, totals.probes) = health.counters
        for relay in calls.relays.standings { totals.mediaRelays[relay.address.text] = relay.isAlive }
        totals.keepAlives = keepAlive.sent
        (totals.calls, totals.callOutcomes) = calls.totals.withLock { ($0.states(of: calls.count), $0.outcomes) }
        totals.journalBytes = journal?.bytes ?? 0
        totals.journalSyncs = journal?.syncs ?? 0
        totals.journalLosses = journal?.losses ?? 0
        totals.journalIsFailing = journal?.isFailing ?? false
        return totals
    }
}
