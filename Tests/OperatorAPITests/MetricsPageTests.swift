import HTTPTypes
import OperatorAPI
import Provisioning
import Testing

@Suite("The page of metrics")
struct MetricsPageTests {
    private static func node(_ counters: HTTPCounters, process: ProcessUsage?) -> NodeFacts {
        NodeFacts(
            version: "1.2.3", startedAt: Timestamp(milliseconds: 1_700_000_000_500),
            uptime: { .milliseconds(60_100) }, process: { process }, httpListeners: { [] },
            httpCounters: counters)
    }

    @Test("is this text for these counts, letter for letter")
    func golden() {
        let counters = HTTPCounters()
        counters.count(.vendor, method: .post, status: 201, seconds: 0.002)
        counters.count(.vendor, method: .post, status: 201, seconds: 0.2)
        counters.count(.operator, method: .get, status: 200, seconds: 9)
        var edge = EdgeCounters()
        edge.requests = ["REGISTER": 7, "OPTIONS": 2]
        edge.responses = [401: 3, 200: 4]
        edge.dropped = ["banned": 1]
        edge.bindings = 4
        edge.credentials = 5
        edge.bans = 1
        edge.connections = 2
        edge.journalBytes = 4096
        edge.journalSyncs = 11
        edge.journalLosses = 3
        edge.journalIsFailing = true
        edge.calls = ["ringing": 2, "up": 7, "ending": 1]
        edge.callOutcomes = ["busy": 1, "answered": 9]
        edge.destinations = ["up": 3, "down": 1]
        edge.probes = 40
        edge.mediaRelays = ["udp:127.0.0.1:2224": false, "udp:127.0.0.1:2223": true]
        edge.keepAlives = 12
        var registrations = RegistrationCounters()
        registrations.states = ["registered": 6, "rejected": 2]
        registrations.sent = 30
        registrations.answers = [401: 9, 200: 8]
        registrations.timeouts = 1
        registrations.waiting = 5
        for seconds in [0.03, 12] { registrations.durations.observe(seconds) }
        var totals = StoreTotals()
        totals.accounts = 1
        totals.credentials = 5
        totals.lastChange = 42
        totals.callbacksWaiting = 3
        let usage = ProcessUsage(residentBytes: 1_000_000, cpuSeconds: 1.25, openFiles: 20)
        let page = MetricsPage(
            node: Self.node(counters, process: usage), counters: edge, registrations: registrations, listeners: 2,
            totals: totals, isWritable: false)
        #expect(page.text == Self.text)
    }

    @Test("says that the store is down, and leaves out what only the store knows")
    func withoutStore() {
        let page = MetricsPage(
            node: Self.node(HTTPCounters(), process: nil), counters: EdgeCounters(),
            registrations: RegistrationCounters(), listeners: 0, totals: nil)
        #expect(page.text.contains("demarc_store_up 0\n"))
        #expect(!page.text.contains("demarc_resources"))
        #expect(!page.text.contains("process_resident_memory_bytes"))
    }

    @Test("keeps the methods that it names few")
    func methods() throws {
        let counters = HTTPCounters()
        let odd = try #require(HTTPRequest.Method(rawValue: "BREW"))
        counters.count(.vendor, method: odd, status: 405, seconds: 0)
        #expect(counters.snapshot().requests.keys.map(\.method) == ["other"])
    }

    private static let text = """
        # HELP demarc_build_info The version that runs; the value is always 1.
        # TYPE demarc_build_info gauge
        demarc_build_info{version="1.2.3"} 1
        # HELP process_start_time_seconds When the process began, in seconds since 1970.
        # TYPE process_start_time_seconds gauge
        process_start_time_seconds 1700000000.5
        # HELP demarc_uptime_seconds Seconds since the process began.
        # TYPE demarc_uptime_seconds gauge
        demarc_uptime_seconds 60
        # HELP process_resident_memory_bytes Memory that is resident.
        # TYPE process_resident_memory_bytes gauge
        process_resident_memory_bytes 1000000
        # HELP process_cpu_seconds_total User and system time used.
        # TYPE process_cpu_seconds_total counter
        process_cpu_seconds_total 1.25
        # HELP process_open_fds File descriptors that are open.
        # TYPE process_open_fds gauge
        process_open_fds 20
        # HELP demarc_sip_requests_total SIP requests received.
        # TYPE demarc_sip_requests_total counter
        demarc_sip_requests_total{method="OPTIONS"} 2
        demarc_sip_requests_total{method="REGISTER"} 7
        # HELP demarc_sip_responses_total SIP answers sent.
        # TYPE demarc_sip_responses_total counter
        demarc_sip_responses_total{status="200"} 4
        demarc_sip_responses_total{status="401"} 3
        # HELP demarc_sip_dropped_total Datagrams and streams dropped without an answer.
        # TYPE demarc_sip_dropped_total counter
        demarc_sip_dropped_total{reason="banned"} 1
        # HELP demarc_sip_bindings Contacts that are registered.
        # TYPE demarc_sip_bindings gauge
        demarc_sip_bindings 4
        # HELP demarc_sip_credentials Credentials that the SIP side knows.
        # TYPE demarc_sip_credentials gauge
        demarc_sip_credentials 5
        # HELP demarc_sip_bans Sources that are answered with silence.
        # TYPE demarc_sip_bans gauge
        demarc_sip_bans 1
        # HELP demarc_sip_connections Open TCP connections.
        # TYPE demarc_sip_connections gauge
        demarc_sip_connections 2
        # HELP demarc_nat_keep_alives_total Datagrams sent to keep the ways to phones behind NATs open.
        # TYPE demarc_nat_keep_alives_total counter
        demarc_nat_keep_alives_total 12
        # HELP demarc_sip_listeners Addresses that SIP is listened for on.
        # TYPE demarc_sip_listeners gauge
        demarc_sip_listeners 2
        # HELP demarc_journal_bytes Size of the journal of bindings.
        # TYPE demarc_journal_bytes gauge
        demarc_journal_bytes 4096
        # HELP demarc_journal_syncs_total Disk syncs of the journal.
        # TYPE demarc_journal_syncs_total counter
        demarc_journal_syncs_total 11
        # HELP demarc_journal_up 1 while the journal can be written.
        # TYPE demarc_journal_up gauge
        demarc_journal_up 0
        # HELP demarc_journal_losses_total Changes of bindings that were refused because of the disk.
        # TYPE demarc_journal_losses_total counter
        demarc_journal_losses_total 3
        # HELP demarc_calls Calls that there are, by how far they are.
        # TYPE demarc_calls gauge
        demarc_calls{state="ending"} 1
        demarc_calls{state="ringing"} 2
        demarc_calls{state="up"} 7
        # HELP demarc_calls_total Calls that ended, by what became of them.
        # TYPE demarc_calls_total counter
        demarc_calls_total{outcome="answered"} 9
        demarc_calls_total{outcome="busy"} 1
        # HELP demarc_trunk_destinations Hosts that calls are sent to, by how they stand.
        # TYPE demarc_trunk_destinations gauge
        demarc_trunk_destinations{state="unknown"} 0
        demarc_trunk_destinations{state="up"} 3
        demarc_trunk_destinations{state="down"} 1
        # HELP demarc_trunk_probes_total OPTIONS sent to them, repeated ones too.
        # TYPE demarc_trunk_probes_total counter
        demarc_trunk_probes_total 40
        # HELP demarc_media_relay_up 1 for each media relay that answers, 0 for one that does not.
        # TYPE demarc_media_relay_up gauge
        demarc_media_relay_up{relay="udp:127.0.0.1:2223"} 1
        demarc_media_relay_up{relay="udp:127.0.0.1:2224"} 0
        # HELP demarc_registrations Registrations that we keep at other servers, by how they stand.
        # TYPE demarc_registrations gauge
        demarc_registrations{state="unregistered"} 0
        demarc_registrations{state="registering"} 0
        demarc_registrations{state="registered"} 6
        demarc_registrations{state="retrying"} 0
        demarc_registrations{state="rejected"} 2
        demarc_registrations{state="unregistering"} 0
        demarc_registrations{state="frozen"} 0
        # HELP demarc_registrations_waiting Registrations that wait for the pace.
        # TYPE demarc_registrations_waiting gauge
        demarc_registrations_waiting 5
        # HELP demarc_registration_silent_registrars Registrars' addresses that answer nobody, where one registration at a \
        time tries.
        # TYPE demarc_registration_silent_registrars gauge
        demarc_registration_silent_registrars 0
        # HELP demarc_registration_requests_total REGISTER requests sent, repeated ones too.
        # TYPE demarc_registration_requests_total counter
        demarc_registration_requests_total 30
        # HELP demarc_registration_answers_total Final answers of other servers to REGISTER.
        # TYPE demarc_registration_answers_total counter
        demarc_registration_answers_total{status="200"} 8
        demarc_registration_answers_total{status="401"} 9
        # HELP demarc_registration_timeouts_total Registrations' tries that nobody answered.
        # TYPE demarc_registration_timeouts_total counter
        demarc_registration_timeouts_total 1
        # HELP demarc_registration_duration_seconds Time from a REGISTER, when it is sent first, to its final answer.
        # TYPE demarc_registration_duration_seconds histogram
        demarc_registration_duration_seconds_bucket{le="0.005"} 0
        demarc_registration_duration_seconds_bucket{le="0.01"} 0
        demarc_registration_duration_seconds_bucket{le="0.025"} 0
        demarc_registration_duration_seconds_bucket{le="0.05"} 1
        demarc_registration_duration_seconds_bucket{le="0.1"} 1
        demarc_registration_duration_seconds_bucket{le="0.25"} 1
        demarc_registration_duration_seconds_bucket{le="0.5"} 1
        demarc_registration_duration_seconds_bucket{le="1.0"} 1
        demarc_registration_duration_seconds_bucket{le="2.5"} 1
        demarc_registration_duration_seconds_bucket{le="5.0"} 1
        demarc_registration_duration_seconds_bucket{le="10.0"} 1
        demarc_registration_duration_seconds_bucket{le="+Inf"} 2
        demarc_registration_duration_seconds_sum 12.03
        demarc_registration_duration_seconds_count 2
        # HELP demarc_store_up 1 when the store can be read.
        # TYPE demarc_store_up gauge
        demarc_store_up 1
        # HELP demarc_store_writable 1 while the store can be written.
        # TYPE demarc_store_writable gauge
        demarc_store_writable 0
        # HELP demarc_resources Resources that are provisioned.
        # TYPE demarc_resources gauge
        demarc_resources{kind="account"} 1
        demarc_resources{kind="credential"} 5
        demarc_resources{kind="domain"} 0
        demarc_resources{kind="number"} 0
        demarc_resources{kind="site"} 0
        demarc_resources{kind="trunk"} 0
        # HELP demarc_callbacks Callbacks that accounts' own servers have not taken yet.
        # TYPE demarc_callbacks gauge
        demarc_callbacks{state="given-up"} 0
        demarc_callbacks{state="waiting"} 3
        # HELP demarc_last_change Number of the last committed change.
        # TYPE demarc_last_change gauge
        demarc_last_change 42
        # HELP demarc_http_requests_total HTTP requests answered.
        # TYPE demarc_http_requests_total counter
        demarc_http_requests_total{listener="operator",method="GET",status="200"} 1
        demarc_http_requests_total{listener="vendor",method="POST",status="201"} 2
        # HELP demarc_http_request_duration_seconds Time to an HTTP answer.
        # TYPE demarc_http_request_duration_seconds histogram
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.001"} 0
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.0025"} 1
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.005"} 1
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.01"} 1
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.025"} 1
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.05"} 1
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.1"} 1
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.25"} 2
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="0.5"} 2
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="1.0"} 2
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="2.5"} 2
        demarc_http_request_duration_seconds_bucket{listener="vendor",le="+Inf"} 2
        demarc_http_request_duration_seconds_sum{listener="vendor"} 0.202
        demarc_http_request_duration_seconds_count{listener="vendor"} 2
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.001"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.0025"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.005"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.01"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.025"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.05"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.1"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.25"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="0.5"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="1.0"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="2.5"} 0
        demarc_http_request_duration_seconds_bucket{listener="operator",le="+Inf"} 1
        demarc_http_request_duration_seconds_sum{listener="operator"} 9
        demarc_http_request_duration_seconds_count{listener="operator"} 1

        """
}
