import Foundation
import NIOHTTP1
import OperatorAPI
import TestSupport
import Testing

@testable import DemarcServer

@Suite("The server", .serialized, .timeLimit(.minutes(2)))
struct ServerTests {
    @Test("introduces itself once, with credentials that work, and keeps everything for the second start")
    func firstStart() async throws {
        try await withTemporaryDirectory { directory in
            let greeting = try await RunningServer.with(in: directory) { server in
                _ = try await server.run("credential", "add", "kept", "--generate")
                return server.greeting
            }
            let password = try #require(greeting.firstMatch(of: /user admin, password (\w{24})\n/)?.output.1)
            let vendor = try #require(
                greeting.firstMatch(of: /Bandwidth API   (http:\S+)\/api\/accounts\/ID/)?.output.1)
            #expect(
                greeting.contains("sipcredentials") && greeting.contains("sipsak") && greeting.contains("bindings list")
            )
            #expect(vendor.hasPrefix("http://127.0.0.1:"))
            #expect(OperatorFile.read(in: directory) == nil, "it is removed when the server stops")

            try await RunningServer.with(in: directory) { server in
                #expect(!server.greeting.contains(password))
                #expect(!server.greeting.contains("Three commands"))
                let credentials = try await server.run("credential", "list")
                #expect(credentials.contains("kept"))
                let callers = try await server.run("caller", "list")
                #expect(callers.contains("admin"))
                let accounts = try await server.run("account", "list")
                #expect(accounts.split(separator: "\n").count == 2, "the head and one account")
            }
        }
    }

    @Test("its printed curl makes a credential for the printed phone")
    func printedCommands() async throws {
        try await RunningServer.with { server in
            let curl = try #require(server.greeting.firstMatch(of: /-u '(admin:\w+)'/)?.output.1)
            let body = try #require(
                server.greeting.firstMatch(of: /-d '(<SipCredentials>.*<\/SipCredentials>)'/)?.output.1)
            let url = try #require(server.greeting.firstMatch(of: /(http:\S+\/sipcredentials)/)?.output.1)
            let vendor = RunningServer(
                directory: server.directory, edge: server.edge, greeting: "", url: String(url), token: "")
            let basic = Data(curl.utf8).base64EncodedString()
            let answer = try await vendor.ask(
                .POST, "", String(body),
                headers: [("Authorization", "Basic \(basic)"), ("Content-Type", "application/xml")])
            #expect(answer.status == 201)
            #expect(try await server.run("credential", "list").contains("alice  a1.sip.internal  MD5"))
        }
    }

    @Test("shows the vendors' callers nothing of the operator's side")
    func vendorListener() async throws {
        try await RunningServer.with { server in
            let status = try await server.ask(.GET, "/v1/status")
            let vendorURL = try #require(status.value("httpListeners.0"))
            let vendor = RunningServer(
                directory: server.directory, edge: server.edge, greeting: "", url: vendorURL, token: server.token)
            for path in ["/", "/v1/accounts", "/metrics", "/console.css", "/health"] {
                let answer = try await vendor.ask(.GET, path)
                #expect(answer.status == 404 || answer.status == 200 && answer.body.isEmpty, "\(path)")
                #expect(answer.body.isEmpty, "\(path)")
            }
        }
    }

    @Test("the console escapes what strangers send, and lets no script run")
    func console() async throws {
        try await RunningServer.with(edge: FakeEdge(.sample)) { server in
            let page = try await server.ask(.GET, "/")
            #expect(page.status == 200)
            #expect(page.body.contains("&lt;b&gt;eve&lt;/b&gt;") && !page.body.contains("<b>eve"))
            #expect(page.body.contains("wrong password") && page.body.contains("alice@a1.sip.internal"))
            #expect(page.body.contains("20 failed sign-ins in 60 s") && page.body.contains("udp:127.0.0.1:5060"))
            #expect(!page.body.contains("{{") && !page.body.contains(server.token))
            let policy = try #require(page.headers.first(name: "Content-Security-Policy"))
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(try await server.ask(.GET, "/console.css").body.contains("table"))
        }
    }
}
