import Foundation
import NIOHTTP1
import OperatorAPI
import Provisioning
import TestSupport
import Testing

@testable import DemarcServer

@Suite("Registrations elsewhere, as the operator sees them", .serialized, .timeLimit(.minutes(2)))
struct RegistrationVisibilityTests {
    @Test("are listed by account, state and page, over the operator's API")
    func list() async throws {
        let rows: [(query: String, ids: [String], next: String?)] = [
            ("", ["1", "2", "3"], nil), ("?account=2", ["3"], nil), ("?state=rejected", ["2"], nil),
            ("?state=frozen", [], nil), ("?count=2", ["1", "2"], "2"), ("?count=2&after=2", ["3"], nil),
            ("?account=1&state=retrying", [], nil),
        ]
        try await RunningServer.with(registrations: FakeRegistrations(.sample)) { server in
            for row in rows {
                let answer = try await server.ask(.GET, "/v1/registrations\(row.query)")
                #expect((0..<4).compactMap { answer.value("items.\($0).id") } == row.ids, "\(row.query)")
                #expect(answer.value("next") == row.next, "\(row.query)")
            }
            for (query, code) in [
                ("?state=happy", "valueInvalid"), ("?after=x", "valueInvalid"), ("?account=x", "accountUnknown"),
                ("?count=1001", "valueInvalid"),
            ] {
                #expect(try await server.ask(.GET, "/v1/registrations\(query)").value("error.code") == code, "\(query)")
            }
        }
    }

    @Test("are shown with their history, tried again, and given up")
    func actions() async throws {
        let registrations = FakeRegistrations(.sample)
        try await RunningServer.with(registrations: registrations) { server in
            let shown = try await server.ask(.GET, "/v1/registrations/2")
            #expect(shown.value("now.state") == "rejected" && shown.value("now.reason") == "<i>no</i>")
            #expect(shown.value("history.1.count") == "4")
            // Times are milliseconds, and what is none says so.
            #expect(
                shown.value("history.0.first") == "1767323040000" && shown.value("history.1.last") == "1767323045000")
            let held = try await server.ask(.GET, "/v1/registrations/1")
            #expect(held.value("now.grantedSeconds") == "300" && held.value("now.granted") == nil)
            #expect(
                try await server.run("registrations", "show", "2").contains(
                    "2026-01-02 03:04:01  2026-01-02 03:04:05  4"))
            let retried = try await server.ask(.POST, "/v1/registrations/2/retry")
            #expect(retried.status == 202 && retried.value("now.id") == "2")
            #expect(registrations.retried == [2])
            for (method, path) in [
                (HTTPMethod.GET, "9"), (.GET, "x"), (.POST, "9/retry"), (.POST, "x/retry"),
            ] {
                let answer = try await server.ask(method, "/v1/registrations/\(path)")
                #expect(answer.status == 404 && answer.value("error.code") == "registrationUnknown", "\(path)")
            }
            #expect(registrations.retried == [2])
            #expect(try await server.ask(.POST, "/v1/registrations/drain").value("remaining") == "0")
            #expect(registrations.drains == 1)
            let late = try await server.ask(.POST, "/v1/registrations/2/retry")
            #expect(late.status == 409 && late.value("error.code") == "drained")
            #expect(try await server.ask(.POST, "/v1/registrations/9/retry").status == 404)
            #expect(registrations.retried == [2])
            #expect(try await server.run("status").contains("Drained      nothing is registered"))
        }
    }

    @Test("are on the console, with words of strangers escaped")
    func console() async throws {
        try await RunningServer.with(registrations: FakeRegistrations(.sample)) { server in
            let page = try await server.ask(.GET, "/").body
            let places = ["user2@", "user3@", "user1@"].map { page.range(of: $0)?.lowerBound }
            #expect(places.allSatisfy { $0 != nil })
            #expect(zip(places, places.dropFirst()).allSatisfy { ($0 ?? page.endIndex) < ($1 ?? page.startIndex) })
            #expect(page.contains("403 &lt;i&gt;no&lt;/i&gt;") && !page.contains("<i>no"))
            let one = try await server.ask(.GET, "/registrations/2")
            #expect(one.status == 200)
            #expect(one.body.contains("user2@sip.example.com") && one.body.contains("2026-01-02 03:04:05"))
            #expect(one.body.contains("403 &lt;i&gt;no&lt;/i&gt;") && !one.body.contains("{{"))
            for path in ["9", "x"] { #expect(try await server.ask(.GET, "/registrations/\(path)").status == 404) }
            #expect(try await server.ask(.GET, "/registrations/2", headers: []).status == 401)
        }
    }

    @Test("are printed by commands")
    func commands() async throws {
        let registrations = FakeRegistrations(.sample)
        try await RunningServer.with(registrations: registrations) { server in
            #expect(
                try await server.run("registrations", "list", "--state", "rejected") == """
                    ID  REGISTRATION           STATE     LAST ANSWER    EXPIRES IN  NEXT IN  TARGET
                    2   user2@sip.example.com  rejected  403 <i>no</i>                       udp:192.0.2.1:5060

                    """)
            #expect(
                try await server.run("registrations", "list", "--count", "1").contains(
                    "\nMore: demarc registrations list --after 1\n"))
            #expect(try await server.run("registrations", "list", "--account", "1", "--after", "1").contains("\n2 "))
            let shown = try await server.run("registrations", "show", "2")
            #expect(shown.contains("State         rejected\nLast answer   403 <i>no</i>\nLast success  never\n"))
            #expect(shown.contains("2026-01-02 03:04:01  2026-01-02 03:04:05  4      rejected     403\n"))
            #expect(
                try await server.run("registrations", "retry", "2")
                    == "Registration 2 user2@sip.example.com is tried; it was rejected.\n")
            #expect(try await server.run("drain") == "Nothing is registered at other servers any more.\n")
            registrations.change { $0.remaining = 7 }
            let error = await #expect(throws: CommandError.self) { try await server.run("drain") }
            #expect(error?.message == "7 could not be given up in time; they end by themselves.")
            #expect(try await server.run("drain", "--json").contains("\"remaining\" : 7"))
        }
    }

    @Test("are watched as they change, apart from bindings")
    func watch() async throws {
        let (edge, registrations) = (FakeEdge(), FakeRegistrations())
        let (both, printed, bindings) = try await RunningServer.with(
            edge: edge, registrations: registrations
        ) { server in
            async let watching = server.run("registrations", "watch", "--user", "user2@", "--count", "1", "--json")
            async let everything = server.run("registrations", "watch", "--count", "2")
            async let others = server.run("bindings", "watch", "--count", "1", "--json")
            let deadline = ContinuousClock.now + .seconds(30)
            while registrations.watching < 2 || edge.watching < 1, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(2))
            }
            registrations.emit(.sample(1, .registered))
            registrations.emit(.sample(2, .retrying, status: 503, reason: "busy"))
            edge.emit(EdgeEvent(at: 1, kind: .expired, aor: "a@b", contact: "", source: "", detail: ""))
            return try await (everything, watching, others)
        }
        #expect(printed.contains(#""aor":"user2@sip.example.com""#) && !printed.contains("user1@"))
        #expect(bindings.contains(#""kind":"expired""#) && !bindings.contains("user"))
        let lines = both.split(separator: "\n")
        #expect(lines.first?.hasSuffix("1  registered     user1@sip.example.com  200 OK  udp:192.0.2.1:5060") == true)
        #expect(lines.last?.contains("2  retrying       user2@sip.example.com  503 busy  udp:192.0.2.1:5060") == true)
    }

    @Test("are counted in the metrics")
    func metrics() async throws {
        try await RunningServer.with(registrations: FakeRegistrations(.sample)) { server in
            let page = try await server.ask(.GET, "/metrics").body
            for line in [
                #"demarc_registrations{state="registered"} 1"#, #"demarc_registrations{state="frozen"} 0"#,
                #"demarc_registration_answers_total{status="401"} 3"#, "demarc_registration_requests_total 12",
                #"demarc_callbacks{state="waiting"} 0"#,
            ] {
                #expect(page.contains("\(line)\n"), "\(line)")
            }
        }
    }
}
