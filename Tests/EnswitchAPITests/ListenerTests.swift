import DialectKit
import EnswitchAPI
import Foundation
import Provisioning
import TestSupport
import Testing

/// What does not depend on one function: request forms, tokens, limits, whose is whose.
@Suite struct ListenerTests {
    private static let created = #"{ "responses":[ { "code":"200", "key":"", "message":"OK" } ], "data":{ "id":1 } }"#

    /// The example of the vendor's page (guides 4.4, JSON API, peers/create; 2026-11), and the forms in which its pages and
    /// the public Go client (aleyrizvi/enswitch-go 9c4f280) write requests.
    @Test(arguments: [
        "GET /api/json/peers/create/?auth_username=user;auth_password=password;name=example;type=sip;destination=sip.example.com",
        "GET /api/json/peers/create?auth_password=password&auth_username=user&destination=sip.example.com&name=example&type=sip",
        "GET /API/JSON/Peers/Create/?auth_username=user;auth_password=password&name=example;;type=sip&destination=sip.example.com;",
        "POST /api/json/peers/create/?auth_username=user;auth_password=password;name=example;type=sip;destination=sip.example.com",
    ])
    func everyFormOfARequestIsRead(line: String) async throws {
        try await TestServer.run { server in
            _ = try await server.useCases.callers.create(
                name: "user", account: server.account.id, role: .administrator, password: Secret("password"))
            let answer = try await server.send(line)
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n\(Self.created)"))
        }
    }

    @Test(arguments: ["/api", "/api/jsonp/peers/list", "/json/peers/list", "/"])
    func otherPathsAreNotOurs(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET \(path)")
            #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        }
    }

    @Test func aTokenStandsForNameAndPassword() async throws {
        try await TestServer.run { server in
            let login = try await server.call("user/login", "token=1")
            let token = try #require(login.firstMatch(of: /"auth_token":"([^"]+)"/)).1
            #expect(login.contains(#""auth_token_expiry":3600, "auth_token_expires":1767229200 }"#))
            let query = "auth_token=\(token)"
            let user = try await server.send("GET /api/json/user/login?\(query)")
            #expect(user.hasSuffix("\"username\":\"administrator\", \"customer\":1, \"role\":\"administrator\" } }"))
            let created = try await server.send(
                "GET /api/json/peers/create?\(query);name=a;type=pjsip")
            #expect(created.hasSuffix(Self.created))
            // A token is for a name and password, not for another token.
            #expect(try await server.send("GET /api/json/user/login?\(query);token=1").contains(#""code":"401""#))
            try await server.useCases.callers.setPassword(Secret("another"), of: "administrator")
            #expect(try await server.send("GET /api/json/user/login?\(query)").contains(#""code":"401""#))
        }
    }

    @Test func whoTriesTooOftenWaits() async throws {
        var signIn = SignInLimits()
        signIn.triesOfSource = 2
        try await TestServer.run(signIn: signIn) { server in
            for _ in 0..<2 { _ = try await server.call("peers/list", as: "wrong") }
            let answer = try await server.send(
                "GET /api/json/peers/list?auth_username=administrator;auth_password=other")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("\r\nRetry-After: 60\r\n"))
            #expect(
                answer.hasSuffix(
                    #"{ "code":"401", "key":"", "message":"Too many attempts to authenticate. Try again in 60 seconds." } ] }"#
                ))
        }
    }

    /// The vendor publishes no code for it: 403 is what is not allowed at this rate.
    @Test func whoAsksTooOftenWaits() async throws {
        try await TestServer.run(rate: RequestRate(1, per: .seconds(30))) { server in
            _ = try await server.call("peers/list")
            let answer = try await server.send(
                "GET /api/json/peers/list?\(server.authentication("administrator"))")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("\r\nRetry-After: 30\r\n"))
            #expect(
                answer.hasSuffix(
                    #"{ "code":"403", "key":"", "message":"Too many requests. Try again in 30 seconds." } ] }"#))
            #expect(try await server.call("peers/list", as: "stranger").contains(#""code":"200""#))
            #expect(try await server.call("peers/list", as: "wrong").contains(#""code":"401""#))
        }
    }

    /// The vendor publishes no code for it: 403 is what is not allowed to a customer.
    @Test func nobodyOfASuspendedAccountIsLetIn() async throws {
        try await TestServer.run { server in
            let login = try await server.call("user/login", "token=1")
            let token = try #require(login.firstMatch(of: /"auth_token":"([^"]+)"/)).1
            _ = try await server.useCases.accounts.suspend(server.account.id)
            let refused = #"{ "responses":[ { "code":"403", "key":"", "message":"Your account is suspended." } ] }"#
            #expect(try await server.call("peers/list") == refused)
            #expect(try await server.send("GET /api/json/peers/list?auth_token=\(token)").hasSuffix(refused))
            #expect(try await server.call("peers/list", as: "wrong").contains(#""code":"401""#))
            #expect(try await server.call("peers/list", as: "stranger").contains(#""code":"200""#))
            _ = try await server.useCases.accounts.resume(server.account.id)
            #expect(try await server.send("GET /api/json/peers/list?auth_token=\(token)").contains(#""code":"200""#))
        }
    }

    @Test func aBodyAboveTheLimitIsRefused() async throws {
        try await TestServer.run { server in
            let body = Array(repeating: UInt8(ascii: "a"), count: 1 << 18 + 1)
            let answer = try await server.send("POST /api/json/peers/create", body: body)
            #expect(answer.contains(#"{ "code":"400", "key":"", "message":"The parameters could not be read." }"#))
        }
    }

    /// Two accounts with peers of the same names: nothing crosses the line, and what is another's reads like what is
    /// not there at all.
    @Test func nothingCrossesAccounts() async throws {
        try await TestServer.run { server in
            for caller in ["administrator", "stranger"] {
                _ = try await server.call("peers/create", "name=a;type=sip;destination=a;costs=1", as: caller)
            }
            _ = try await server.call("peers/costs/create", "peer=1")
            _ = try await server.call("routes/create", "called_prefix=1;outgroup=1;peer1=1")
            let calls = [
                ("peers/get", "id"), ("peers/update", "name=b;id"), ("peers/delete", "id"),
                ("peers/costs/list", "peer"), ("peers/costs/get", "id"), ("peers/costs/delete", "id"),
                ("routes/get", "id"), ("routes/update", "called_prefix=2;id"), ("routes/delete", "id"),
            ]
            for (function, parameters) in calls {
                let theirs = try await server.call(function, "\(parameters)=1", as: "stranger")
                let nobodys = try await server.call(function, "\(parameters)=99", as: "stranger")
                #expect(theirs == nobodys && theirs.contains(#""code":"404""#), "\(function)")
            }
            #expect(try await server.call("peers/get", "id=1").contains(#""name":"a""#))
            #expect(try await server.call("routes/get", "id=1").contains(#""called_prefix":"1""#))
        }
    }

    @Test func aPasswordIsSealedAndNeverShown() async throws {
        try await TestServer.run { server in
            _ = try await server.call(
                "peers/create", "name=a;type=sip;destination=a;username=u;password=tr0ub4dor")
            for function in ["peers/get", "peers/list"] {
                let answer = try await server.call(function, "id=1")
                #expect(!answer.contains("tr0ub4dor") && !answer.contains("password"))
            }
            let caller = Caller(
                id: CallerID(rawValue: 1), account: server.account.id, name: "administrator", role: .administrator)
            let carriers = server.useCases.carriers
            let carrier = try await carriers.get(CarrierID(rawValue: 1), by: caller)
            #expect(carriers.password(of: carrier)?.reveal() == "tr0ub4dor")
            #expect(try Data(contentsOf: URL(filePath: server.store.path)).range(of: Data("tr0ub4dor".utf8)) == nil)
            _ = try await server.call("peers/update", "id=1;name=b")
            #expect(try await carriers.password(of: carriers.get(carrier.id, by: caller))?.reveal() == "tr0ub4dor")
            _ = try await server.call("peers/update", "id=1;password=")
            #expect(try await carriers.password(of: carriers.get(carrier.id, by: caller)) == nil)
        }
    }
}
