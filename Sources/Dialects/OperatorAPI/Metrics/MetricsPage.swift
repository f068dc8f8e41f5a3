package import Provisioning

/// Everything that `/metrics` says.
package struct MetricsPage {
    private let node: NodeFacts
    private let totals: StoreTotals?
    private let counters: EdgeCounters
    private let registrations: RegistrationCounters
    private let listeners: Int
    private let isWritable: Bool

    /// - Parameter totals: `nil` when the store cannot be read; its families are then left out.
    package init(
        node: NodeFacts, counters: EdgeCounters, registrations: RegistrationCounters, listeners: Int,
        totals: StoreTotals?, isWritable: Bool = true
    ) {
        self.registrations = registrations
        self.isWritable = isWritable
        self.node = node
        self.totals = totals
        self.counters = counters
        self.listeners = listeners
    }

    package var text: String {
        var page = Exposition()
        addProcess(to: &page)
        addSIP(to: &page)
        addCalls(to: &page)
        addRegistrations(to: &page)
        addStore(to: &page)
        addHTTP(to: &page)
        return page.text
    }

    private func addProcess(to page: inout Exposition) {
        page.add(
            "demarc_build_info", .gauge, "The version that runs; the value is always 1.",
            [.init(1, labels: [("version", node.version)])])
        let start = Double(node.startedAt.milliseconds) / 1000
        page.add("process_start_time_seconds", .gauge, "When the process began, in seconds since 1970.", [.init(start)])
        page.add("demarc_uptime_seconds", .gauge, "Seconds since the process began.", node.uptimeSeconds)
        guard let usage = node.process() else { return }
        page.add("process_resident_memory_bytes", .gauge, "Memory that is resident.", usage.residentBytes)
        page.add("process_cpu_seconds_total", .counter, "User and system time used.", [.init(usage.cpuSeconds)])
        page.add("process_open_fds", .gauge, "File descriptors that are open.", usage.openFiles)
    }

    private func addSIP(to page: inout Exposition) {
        page.add(
            "demarc_sip_requests_total", .counter, "SIP requests received.",
            samples(counters.requests, label: "method"))
        let responses = counters.responses.map { (String($0.key), $0.value) }
        page.add(
            "demarc_sip_responses_total", .counter, "SIP answers sent.",
            samples(Dictionary(uniqueKeysWithValues: responses), label: "status"))
        page.add(
            "demarc_sip_dropped_total", .counter, "Datagrams and streams dropped without an answer.",
            samples(counters.dropped, label: "reason"))
        page.add("demarc_sip_bindings", .gauge, "Contacts that are registered.", counters.bindings)
        page.add("demarc_sip_credentials", .gauge, "Credentials that the SIP side knows.", counters.credentials)
        page.add("demarc_sip_bans", .gauge, "Sources that are answered with silence.", counters.bans)
        page.add("demarc_sip_connections", .gauge, "Open TCP connections.", counters.connections)
        page.add(
            "demarc_nat_keep_alives_total", .counter, "Datagrams sent to keep the ways to phones behind NATs open.",
            counters.keepAlives)
        page.add("demarc_sip_listeners", .gauge, "Addresses that SIP is listened for on.", listeners)
        page.add("demarc_journal_bytes", .gauge, "Size of the journal of bindings.", counters.journalBytes)
        page.add("demarc_journal_syncs_total", .counter, "Disk syncs of the journal.", counters.journalSyncs)
        page.add("demarc_journal_up", .gauge, "1 while the journal can be written.", counters.journalIsFailing ? 0 : 1)
        page.add(
            "demarc_journal_losses_total", .counter, "Changes of bindings that were refused because of the disk.",
            counters.journalLosses)
    }

    private func addCalls(to page: inout Exposition) {
        page.add(
            "demarc_calls", .gauge, "Calls that there are, by how far they are.",
            ["ending", "ringing", "up"].map { .init(Double(counters.calls[$0] ?? 0), labels: [("state", $0)]) })
        page.add(
            "demarc_calls_total", .counter, "Calls that ended, by what became of them.",
            samples(counters.callOutcomes, label: "outcome"))
        page.add(
            "demarc_trunk_destinations", .gauge, "Hosts that calls are sent to, by how they stand.",
            LiveDestination.State.allCases.map {
                .init(Double(counters.destinations[$0.rawValue] ?? 0), labels: [("state", $0.rawValue)])
            })
        page.add("demarc_trunk_probes_total", .counter, "OPTIONS sent to them, repeated ones too.", counters.probes)
        page.add(
            "demarc_media_relay_up", .gauge, "1 for each media relay that answers, 0 for one that does not.",
            counters.mediaRelays.sorted { $0.key < $1.key }.map { .init($0.value ? 1 : 0, labels: [("relay", $0.key)]) }
        )
    }

    private func addRegistrations(to page: inout Exposition) {
        page.add(
            "demarc_registrations", .gauge, "Registrations that we keep at other servers, by how they stand.",
            LiveRegistration.State.allCases.map { state in
                .init(Double(registrations.states[state.rawValue] ?? 0), labels: [("state", state.rawValue)])
            })
        page.add(
            "demarc_registrations_waiting", .gauge, "Registrations that wait for the pace.", registrations.waiting)
        page.add(
            "demarc_registration_silent_registrars", .gauge,
            "Registrars' addresses that answer nobody, where one registration at a time tries.", registrations.silent)
        page.add(
            "demarc_registration_requests_total", .counter, "REGISTER requests sent, repeated ones too.",
            registrations.sent)
        page.add(
            "demarc_registration_answers_total", .counter, "Final answers of other servers to REGISTER.",
            registrations.answers.sorted { $0.key < $1.key }
                .map { .init(Double($0.value), labels: [("status", String($0.key))]) })
        page.add(
            "demarc_registration_timeouts_total", .counter, "Registrations' tries that nobody answered.",
            registrations.timeouts)
        page.add(
            "demarc_registration_duration_seconds", .histogram,
            "Time from a REGISTER, when it is sent first, to its final answer.", samples(registrations.durations))
    }

    private func addStore(to page: inout Exposition) {
        page.add("demarc_store_up", .gauge, "1 when the store can be read.", totals == nil ? 0 : 1)
        page.add("demarc_store_writable", .gauge, "1 while the store can be written.", isWritable ? 1 : 0)
        guard let totals else { return }
        let counts = [
            ("account", totals.accounts), ("credential", totals.credentials), ("domain", totals.domains),
            ("number", totals.numbers), ("site", totals.sites), ("trunk", totals.trunks),
        ]
        page.add(
            "demarc_resources", .gauge, "Resources that are provisioned.",
            counts.map { .init(Double($0.1), labels: [("kind", $0.0)]) })
        page.add(
            "demarc_callbacks", .gauge, "Callbacks that accounts' own servers have not taken yet.",
            [("given-up", totals.callbacksGivenUp), ("waiting", totals.callbacksWaiting)]
                .map { .init(Double($0.1), labels: [("state", $0.0)]) })
        page.add("demarc_last_change", .gauge, "Number of the last committed change.", totals.lastChange)
    }

    private func addHTTP(to page: inout Exposition) {
        let http = node.httpCounters.snapshot()
        let requests = http.requests.sorted {
            ($0.key.listener.rawValue, $0.key.method, $0.key.status)
                < ($1.key.listener.rawValue, $1.key.method, $1.key.status)
        }
        page.add(
            "demarc_http_requests_total", .counter, "HTTP requests answered.",
            requests.map { request, count in
                let labels = [
                    ("listener", request.listener.rawValue), ("method", request.method),
                    ("status", String(request.status)),
                ]
                return .init(Double(count), labels: labels.map { (name: $0.0, value: $0.1) })
            })
        page.add(
            "demarc_http_request_duration_seconds", .histogram, "Time to an HTTP answer.",
            HTTPCounters.Listener.allCases.flatMap { listener in
                http.durations[listener].map { samples($0, labels: [("listener", listener.rawValue)]) } ?? []
            })
    }

    private func samples(_ counts: [String: UInt64], label: String) -> [Exposition.Sample] {
        counts.sorted { $0.key < $1.key }.map { .init(Double($0.value), labels: [(label, $0.key)]) }
    }

    private func samples(_ durations: Durations, labels: [(name: String, value: String)] = []) -> [Exposition.Sample] {
        var total = 0.0
        let bounds = durations.bounds.map(\.description) + ["+Inf"]
        let buckets = zip(bounds, durations.buckets).map { bound, count in
            total += Double(count)
            return Exposition.Sample(total, labels: labels + [("le", bound)], suffix: "_bucket")
        }
        return buckets + [
            .init(durations.sum, labels: labels, suffix: "_sum"), .init(total, labels: labels, suffix: "_count"),
        ]
    }
}
