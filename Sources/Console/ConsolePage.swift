import Provisioning

/// What the page shows at one moment, as the template's values: plain text, which the template escapes.
struct ConsolePage {
    /// Rows of one table; more are counted, not shown.
    private static let rows = 50
    /// Rows of what happened last.
    private static let latest = 25

    private(set) var content: [String: Any] = [:]
    private let now: Timestamp

    init(console: Console) async {
        now = console.now()
        content["version"] = console.version
        content["uptime"] = ConsoleText.duration(console.uptime().components.seconds)
        content["now"] = ConsoleText.clock(now.milliseconds)
        content["sipListeners"] = console.edge.listeners()
        content["httpListeners"] = console.httpListeners()
        content["sipDown"] = console.edge.listeners().isEmpty
        content["storeNotWritable"] = !console.useCases.accounts.isWritable
        content["journalNotWritable"] = console.edge.counters().journalIsFailing
        addBindings(console.edge)
        addRegistrations(console.registrations)
        addRefusals(console.edge)
        do throws(ProvisioningError) {
            try await addProvisioned(console)
        } catch {
            content["storeDown"] = true
        }
    }

    private mutating func addBindings(_ edge: any LiveEdge) {
        let counters = edge.counters()
        let bindings = edge.bindings(matching: nil, limit: Self.rows)
        content["bindings"] = bindings.map { binding in
            [
                "aor": binding.aor, "contact": binding.contact, "source": binding.source,
                "userAgent": binding.userAgent, "since": ConsoleText.clock(binding.registeredAt),
                "expires": left(until: binding.expiresAt),
            ]
        }
        content["bindingCount"] = String(counters.bindings)
        content["moreBindings"] = Self.more(than: bindings.count, of: counters.bindings)
        content["requestCount"] = String(counters.requests.values.reduce(0, +))
    }

    /// Those that need somebody come first; what stands well fills the rest.
    private mutating func addRegistrations(_ registrations: any LiveRegistrations) {
        let states = registrations.registrationCounters().states
        let total = states.values.reduce(0, +)
        content["registrationCount"] = String(states[LiveRegistration.State.registered.rawValue] ?? 0)
        let failing = [LiveRegistration.State.rejected, .retrying].reduce(0) { $0 + (states[$1.rawValue] ?? 0) }
        content["failingCount"] = String(failing)
        content["failing"] = failing > 0
        var shown: [LiveRegistration] = []
        for state in [LiveRegistration.State.rejected, .retrying, .registering, .unregistering, .frozen, .registered]
        where shown.count < Self.rows {
            shown += registrations.registrations(
                matching: LiveRegistrationQuery(state: state, limit: Self.rows - shown.count))
        }
        content["registrations"] = shown.map { RegistrationPage.row($0, from: now) }
        content["moreRegistrations"] = Self.more(than: shown.count, of: total)
    }

    private mutating func addRefusals(_ edge: any LiveEdge) {
        content["refusals"] = edge.refusals(limit: Self.latest).map { refusal in
            [
                "at": ConsoleText.clock(refusal.at), "method": refusal.method, "user": refusal.user,
                "source": refusal.source, "reason": refusal.reason,
                "status": refusal.status == 0 ? "silence" : String(refusal.status),
            ]
        }
        let bans = edge.bans()
        content["bans"] = bans.prefix(Self.rows).map { ban in
            [
                "source": ban.source, "reason": ban.reason, "failures": String(ban.failures),
                "until": left(until: ban.until),
            ]
        }
        content["banCount"] = String(bans.count)
        content["banned"] = !bans.isEmpty
        content["moreBans"] = Self.more(than: min(bans.count, Self.rows), of: bans.count)
    }

    private mutating func addProvisioned(_ console: Console) async throws(ProvisioningError) {
        let totals = try await console.useCases.accounts.totals()
        content["accountCount"] = String(totals.accounts)
        content["credentialCount"] = String(totals.credentials)
        content["numberCount"] = String(totals.numbers)
        content["trunkCount"] = String(totals.trunks)
        var trunks: [[String: String]] = []
        var credentials: [[String: String]] = []
        var calls: [(leg: CallLeg, account: String)] = []
        for account in try await console.useCases.accounts.list().prefix(Self.rows) {
            let reader = Caller(id: CallerID(rawValue: 0), account: account.id, name: "console", role: .reader)
            if trunks.count < Self.rows { trunks += try await trunkRows(console, reader, account) }
            if credentials.count < Self.rows { credentials += try await credentialRows(console, reader, account) }
            let latest = try await console.useCases.calls.list(CallQuery(account: account.id, limit: Self.latest))
            calls += latest.map { ($0.leg, account.shownName) }
        }
        calls.sort { $0.leg.started > $1.leg.started }
        content["calls"] = calls.prefix(Self.latest).map { leg, account in
            CallPage.row(leg, at: now).merging(["account": account]) { $1 }
        }
        content["trunks"] = Array(trunks.prefix(Self.rows))
        content["moreTrunks"] = Self.more(than: min(trunks.count, Self.rows), of: totals.trunks)
        content["credentials"] = Array(credentials.prefix(Self.rows))
        content["moreCredentials"] = Self.more(than: min(credentials.count, Self.rows), of: totals.credentials)
    }

    private func trunkRows(_ console: Console, _ reader: Caller, _ account: Account)
        async throws(ProvisioningError) -> [[String: String]]
    {
        var rows: [[String: String]] = []
        for site in try await console.useCases.sites.list(by: reader).prefix(Self.rows) {
            for trunk in try await console.useCases.trunks.list(in: site.id, by: reader) {
                let voice = trunk.details.voiceHosts + trunk.details.voiceHostGroups.flatMap(\.self)
                rows.append([
                    "id": trunk.id.description, "name": trunk.details.name, "site": site.details.name,
                    "account": account.shownName, "default": trunk.details.isDefault ? "default" : "",
                    "voice": voice.map { $0.host.text + ($0.port.map { ":\($0)" } ?? "") }.joined(separator: ", "),
                    "termination": trunk.details.terminationHosts
                        .map { $0.network.description + ($0.port == 0 ? "" : " port \($0.port)") }
                        .joined(separator: ", "),
                ])
            }
        }
        return rows
    }

    private func credentialRows(_ console: Console, _ reader: Caller, _ account: Account)
        async throws(ProvisioningError) -> [[String: String]]
    {
        do throws(ProvisioningError) {
            let page = try await console.useCases.credentials.list(CredentialQuery(count: Self.rows), by: reader)
            return page.credentials.map { credential in
                [
                    "name": credential.name.composite, "realm": credential.realm, "account": account.shownName,
                    "algorithms": credential.hashes.sha256 == nil ? "MD5" : "SHA-256, MD5",
                ]
            }
        } catch {
            guard error.first.rule == .credentialsNone else { throw error }
            return []
        }
    }

    private func left(until moment: Int64) -> String { ConsoleText.left(until: moment, from: now) }

    private static func more(than shown: Int, of total: Int) -> String? {
        total > shown ? "and \(total - shown) more" : nil
    }
}

extension Account {
    /// The name, and what is not usual about the account.
    fileprivate var shownName: String { status == .active ? name : "\(name) (\(status.rawValue))" }
}
