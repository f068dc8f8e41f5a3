import Foundation
import NIOHTTP1
import OperatorAPI
import Provisioning
import Synchronization
import TestSupport
import Testing

@testable import DemarcServer

@Suite("The operator's API over a socket", .serialized, .timeLimit(.minutes(2)))
struct OperatorAPIOverSocketTests {
    @Test("asks for the token everywhere but at health and readiness")
    func signIn() async throws {
        try await RunningServer.with { server in
            let basic = Data("operator:\(server.token)".utf8).base64EncodedString()
            let wrongUser = Data("admin:\(server.token)".utf8).base64EncodedString()
            let rows: [(path: String, authorization: String?, status: UInt)] = [
                ("/v1/accounts", nil, 401), ("/metrics", nil, 401), ("/", nil, 401), ("/console.css", nil, 401),
                ("/nothing", nil, 401), ("/v1/accounts", "Bearer \(server.token)x", 401),
                ("/v1/accounts", "Bearer ", 401), ("/v1/accounts", "Bearer \(server.token.dropLast())0", 401),
                ("/v1/accounts", "Basic !!", 401), ("/v1/accounts", "Basic \(wrongUser)", 401),
                ("/v1/accounts", "Digest \(server.token)", 401), ("/v1/accounts", server.token, 401),
                ("/v1/accounts", "Bearer \(server.token)", 200), ("/v1/accounts", "bearer \(server.token)", 200),
                ("/v1/accounts", "Basic \(basic)", 200), ("/health", nil, 200), ("/ready", nil, 200),
            ]
            for row in rows {
                let headers = row.authorization.map { [("Authorization", $0)] } ?? []
                let answer = try await server.ask(.GET, row.path, headers: headers)
                #expect(answer.status == row.status, "\(row.path) \(row.authorization ?? "-")")
                #expect(answer.headers.contains(name: "WWW-Authenticate") == (row.status == 401))
                #expect(!answer.body.contains(server.token))
            }
        }
    }

    @Test("takes no change from another site's page")
    func foreignOrigin() async throws {
        try await RunningServer.with { server in
            let body = #"{"name":"evil"}"#
            let token = ("Authorization", "Bearer \(server.token)")
            let foreign = try await server.ask(
                .POST, "/v1/accounts", body, headers: [token, ("Origin", "http://evil.example")])
            #expect(foreign.status == 403)
            #expect(foreign.value("error.code") == "foreignOrigin")
            let own = try await server.ask(.POST, "/v1/accounts", body, headers: [token, ("Origin", server.url)])
            #expect(own.status == 201)
        }
    }

    @Test("says when to come back to who asks too often")
    func rate() async throws {
        try await RunningServer.with(flags: ["limit.rate": ["1"], "limit.burst": ["2"]]) { server in
            var answers: [Answer] = []
            for _ in 0..<8 { answers.append(try await server.ask(.GET, "/v1/accounts")) }
            #expect(answers.first?.status == 200)
            let refused = try #require(answers.first { $0.status == 429 })
            #expect(refused.value("error.code") == "requestRateExceeded")
            #expect(refused.headers.first(name: "Retry-After") == "1")
            #expect(try await server.ask(.GET, "/health").status == 200)
        }
    }

    struct Step: Sendable {
        let method: HTTPMethod
        let path: String
        var body: String?
        let status: UInt
        /// A path into the answer's JSON, and what stands there.
        var sees: (path: String, value: String)?
    }

    @Test("does what each route says")
    func routes() async throws {
        let steps = [
            Step(method: .GET, path: "/v1/accounts", status: 200, sees: ("items.0.name", "default")),
            Step(
                method: .POST, path: "/v1/accounts", body: #"{"name":"acme","domain":"Sip.Acme.Example"}"#,
                status: 201, sees: ("domain.name", "sip.acme.example")),
            Step(method: .GET, path: "/v1/accounts/2", status: 200, sees: ("trafficCeiling", "ALL")),
            Step(
                method: .PATCH, path: "/v1/accounts/2", body: #"{"enable":["UC"],"trafficCeiling":"LITE"}"#,
                status: 200, sees: ("trafficCeiling", "LITE")),
            Step(
                method: .POST, path: "/v1/accounts/2/callers", body: #"{"name":"ann","password":"secret-1"}"#,
                status: 201, sees: ("role", "administrator")),
            Step(method: .GET, path: "/v1/accounts/2/callers", status: 200, sees: ("items.0.name", "ann")),
            Step(method: .PUT, path: "/v1/callers/ann/password", body: #"{"password":"secret-2"}"#, status: 204),
            Step(method: .DELETE, path: "/v1/callers/ann", status: 204),
            Step(
                method: .POST, path: "/v1/accounts/2/domains", body: #"{"name":"b.example","description":"d"}"#,
                status: 201, sees: ("description", "d")),
            Step(method: .GET, path: "/v1/accounts/2/domains", status: 200, sees: ("items.1.name", "b.example")),
            Step(
                method: .POST, path: "/v1/accounts/2/credentials",
                body: #"{"userName":"John","domain":"bw.com","password":"open sesame"}"#, status: 201,
                sees: ("name", "John@bw.com")),
            Step(
                method: .POST, path: "/v1/accounts/2/credentials",
                body: #"{"userName":"Bill","hash1":"3858f62230ac3c915f300c664312c63f"}"#, status: 201,
                sees: ("algorithms.0", "MD5")),
            Step(method: .GET, path: "/v1/accounts/2/credentials", status: 200, sees: ("items.0.name", "John@bw.com")),
            Step(
                method: .GET, path: "/v1/accounts/2/credentials?count=1&start=1", status: 200, sees: ("next", "2")),
            Step(
                method: .GET, path: "/v1/accounts/2/credentials?count=1&start=2", status: 200,
                sees: ("items.0.name", "Bill")),
            Step(method: .DELETE, path: "/v1/accounts/2/credentials/John%40bw.com", status: 204),
            Step(method: .DELETE, path: "/v1/accounts/2/domains/b.example", status: 204),
            Step(method: .GET, path: "/v1/accounts/2/sites", status: 200, sees: ("items", "(\n)")),
            Step(method: .GET, path: "/v1/accounts/2/trunks", status: 200),
            Step(
                method: .POST, path: "/v1/accounts/2/numbers", body: #"{"numbers":["4155550100"]}"#, status: 201,
                sees: ("items.0.number", "+14155550100")),
            Step(method: .GET, path: "/v1/accounts/2/numbers", status: 200, sees: ("items.0.account", "2")),
            Step(method: .PUT, path: "/v1/accounts/2/numbers/+14155550100", body: "{}", status: 200),
            Step(method: .DELETE, path: "/v1/accounts/2/numbers/%2B14155550100", status: 204),
            Step(method: .GET, path: "/v1/status", status: 200, sees: ("totals.accounts", "2")),
            Step(method: .POST, path: "/v1/secrets/rotation", status: 200, sees: ("done", "1")),
            Step(method: .PUT, path: "/v1/secrets/rotation", status: 200, sees: ("total", "0")),
            Step(method: .PUT, path: "/v1/accounts/2/suspension", status: 200, sees: ("status", "suspended")),
            Step(method: .PUT, path: "/v1/accounts/2/suspension", status: 200, sees: ("status", "suspended")),
            Step(method: .DELETE, path: "/v1/accounts/2/suspension", status: 200, sees: ("status", "active")),
            Step(method: .DELETE, path: "/v1/accounts/2", status: 409, sees: ("error.code", "accountActive")),
            Step(method: .PUT, path: "/v1/accounts/2/suspension", status: 200),
            Step(method: .DELETE, path: "/v1/accounts/2", status: 200, sees: ("removed", "5")),
            Step(method: .DELETE, path: "/v1/accounts/2", status: 404, sees: ("error.code", "accountUnknown")),
        ]
        try await RunningServer.with { server in
            for step in steps {
                let answer = try await server.ask(step.method, step.path, step.body)
                #expect(answer.status == step.status, "\(step.method) \(step.path): \(answer.body)")
                if let sees = step.sees, sees.path != "items" {
                    #expect(answer.value(sees.path) == sees.value, "\(step.method) \(step.path): \(answer.body)")
                }
                for secret in ["secret-1", "secret-2", "open sesame", "3858f62230ac3c915f300c664312c63f"] {
                    #expect(!answer.body.contains(secret))
                }
            }
        }
    }

    @Test("names what is wrong")
    func faults() async throws {
        let rows: [(HTTPMethod, String, String?, UInt, String)] = [
            (.GET, "/v1/accounts/7", nil, 404, "accountUnknown"),
            (.GET, "/v1/accounts/x", nil, 404, "accountUnknown"),
            (.GET, "/v1/accounts/7/trunks", nil, 404, "accountUnknown"),
            (.POST, "/v1/accounts", "[1,2", 400, "bodyUnreadable"),
            (.POST, "/v1/accounts", #"{"name":7}"#, 400, "bodyUnreadable"),
            (.POST, "/v1/accounts", #"{}"#, 400, "elementRequired"),
            (.POST, "/v1/accounts", #"{"name":"a","country":"Atlantis"}"#, 400, "countryInvalid"),
            (.POST, "/v1/accounts", String(repeating: " ", count: 300_000), 413, "bodyTooLarge"),
            (
                .POST, "/v1/accounts/1/credentials", #"{"userName":"a b","password":"p"}"#, 400,
                "userNameWithDomainInvalid"
            ),
            (
                .POST, "/v1/accounts/1/credentials", #"{"userName":"a","realm":"no.example","password":"p"}"#, 404,
                "realmUnknown"
            ),
            (.DELETE, "/v1/accounts/1/credentials/nobody", nil, 404, "credentialUnknown"),
            (.DELETE, "/v1/accounts/1/domains/a1.sip.internal", nil, 409, "domainInUse"),
            (.DELETE, "/v1/accounts/1/domains/no.example", nil, 404, "domainUnknown"),
            (.POST, "/v1/accounts/1/callers", #"{"name":"admin","password":"p"}"#, 409, "callerTaken"),
            (.DELETE, "/v1/callers/nobody", nil, 404, "callerUnknown"),
            (.POST, "/v1/accounts/1/numbers", #"{"numbers":["12"]}"#, 400, "numberInvalid"),
            (.PUT, "/v1/accounts/1/numbers/+14155550100", "{}", 404, "numberUnknown"),
            (.GET, "/v1/bindings?count=0", nil, 400, "valueInvalid"),
            (.GET, "/v1/bindings?count=9999", nil, 400, "valueInvalid"),
            (.GET, "/v1/nothing", nil, 404, "notFound"),
            (.DELETE, "/v1/accounts", nil, 404, "notFound"),
        ]
        try await RunningServer.with { server in
            for (method, path, body, status, code) in rows {
                let answer = try await server.ask(method, path, body)
                #expect(answer.status == status, "\(method) \(path): \(answer.body)")
                #expect(answer.value("error.code") == code, "\(method) \(path)")
                #expect(answer.value("error.message")?.isEmpty == false)
                #expect(answer.value("error.faults.0.code") == code)
                #expect(answer.headers.first(name: "Content-Type") == "application/json; charset=utf-8")
                #expect(answer.headers.first(name: "Cache-Control") == "no-store")
            }
        }
    }

    @Test("shows what is live, and acts on it")
    func live() async throws {
        let edge = FakeEdge(.sample)
        try await RunningServer.with(edge: edge) { server in
            let all = try await server.ask(.GET, "/v1/bindings")
            #expect(all.value("items.0.aor") == "alice@a1.sip.internal")
            #expect(try await server.ask(.GET, "/v1/bindings?user=bob").value("items.0.aor") == "bob@a1.sip.internal")
            #expect(try await server.ask(.GET, "/v1/bans").value("items.0.source") == "2001:db8::7")
            #expect(try await server.ask(.GET, "/v1/refusals?count=1").value("items.0.status") == "401")
            #expect(try await server.ask(.GET, "/v1/traces/alice").value("items.0.received") == "1")
            let explained = try await server.ask(.GET, "/v1/credentials/John%40bw.com/explanation")
            #expect(explained.value("items.0.challenges.0") == "MD5")
            let contact = "sip%3Aalice%40192.0.2.8"
            let one = try await server.ask(.DELETE, "/v1/bindings/alice%40a1.sip.internal?contact=\(contact)")
            #expect(one.value("removed") == "1")
            #expect(try await server.ask(.DELETE, "/v1/bindings/alice%40a1.sip.internal").value("removed") == "1")
            #expect(edge.bindings(matching: nil, limit: 10).map(\.aor) == ["bob@a1.sip.internal"])
            #expect(try await server.ask(.DELETE, "/v1/bans/2001%3Adb8%3A%3A7").value("removed") == "1")
            #expect(edge.bans().isEmpty)
            #expect(try await server.ask(.DELETE, "/v1/bans/2001%3Adb8%3A%3A7").value("removed") == "0")
        }
    }

    @Test("is not ready while SIP is not listened for")
    func readiness() async throws {
        let edge = FakeEdge()
        try await RunningServer.with(edge: edge) { server in
            edge.change { $0.listeners = [] }
            let answer = try await server.ask(.GET, "/ready", headers: [])
            #expect(answer.status == 503)
            #expect(answer.value("sip") == "down" && answer.value("store") == "ok")
            #expect(try await server.ask(.GET, "/health", headers: []).status == 200)
        }
    }

    @Test("counts itself in the metrics")
    func metrics() async throws {
        try await RunningServer.with { server in
            for _ in 0..<3 { _ = try await server.ask(.GET, "/v1/nothing") }
            let answer = try await server.ask(.GET, "/metrics")
            #expect(answer.headers.first(name: "Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            let line = #"demarc_http_requests_total{listener="operator",method="GET",status="404"} 3"#
            #expect(answer.body.contains("\(line)\n"))
            #expect(answer.body.contains("demarc_resources{kind=\"account\"} 1\n"))
        }
    }
}

extension FakeEdge.Content {
    /// Two bindings of alice, one of bob, a ban, refusals, a message and an explanation.
    static var sample: FakeEdge.Content {
        let now = WallClock.now().milliseconds
        var content = FakeEdge.Content()
        // Half a minute ahead, so that they end in an hour however slow the test is.
        content.bindings = [
            .sample("alice@a1.sip.internal", now: now + 30_000),
            .sample("alice@a1.sip.internal", contact: "sip:alice@192.0.2.8", now: now + 30_000),
            .sample("bob@a1.sip.internal", contact: "sip:bob@192.0.2.9", now: now + 30_000),
        ]
        content.counters.bindings = 3
        content.counters.requests = ["REGISTER": 12]
        content.bans = [
            SourceBan(
                source: "2001:db8::7", reason: "20 failed sign-ins in 60 s", failures: 20, since: now,
                until: now + 7_230_000)
        ]
        content.refusals = [
            Refusal(
                at: 1_767_323_045_000, source: "udp:192.0.2.66:5060", method: "REGISTER", user: "<b>eve</b>",
                status: 401,
                reason: "wrong password"),
            Refusal(
                at: 1_767_323_044_000, source: "udp:192.0.2.66:5060", method: "INVITE", user: "100", status: 0,
                reason: "unknown domain"),
        ]
        content.messages[.user("alice")] = [
            TracedMessage(
                at: 1_767_323_045_000, received: true, remote: "udp:192.0.2.7:5060",
                text: "REGISTER sip:a1.sip.internal SIP/2.0\r\nTo: <sip:alice@a1.sip.internal>\r\n\r\n")
        ]
        content.explanations["John@bw.com"] = [
            CredentialExplanation(
                account: 1, aor: "John@bw.com@a1.sip.internal", realm: "a1.sip.internal", challenges: ["MD5"],
                bindings: 0, remarks: ["Hash1b is no digest"])
        ]
        return content
    }
}
