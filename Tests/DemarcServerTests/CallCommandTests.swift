import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OperatorAPI
import Provisioning
import Store
import TestSupport
import Testing

@testable import DemarcServer

/// What the command says of calls, over a running server.
@Suite("The demarc command about calls", .serialized, .timeLimit(.minutes(2)))
struct CallCommandTests {
    @Test("explains a call, and grants what it lacks")
    func explanation() async throws {
        try await RunningServer.with { server in
            let greeting = try #require(server.greeting.firstMatch(of: /Enswitch API    (\S+)/)).1
            let signIn = try #require(server.greeting.firstMatch(of: /Enswitch        (auth_username=\S+)/)).1
            for call in [
                "peers/create/?\(signIn);name=a;type=sip;destination=a.example;send_asserted_identity=1",
                "peers/create/?\(signIn);name=b;type=iax;destination=b.example",
                "routes/create?\(signIn);called_prefix=44;outgroup=1;peer1=2;peer2=1",
            ] { _ = try await HTTPClient.shared.get(url: greeting + call).get() }
            try await server.run("credential", "add", "alice", "--password-stdin", input: "pw")
            try await server.run("numbers", "add", "+19195550100")
            #expect(
                try await server.run("numbers", "assign", "+19195550100", "--user", "alice")
                    == "NUMBER        CALLS GO TO\n+19195550100  user 1\n")

            let refused = try await server.run("route", "explain", "alice", "+442079460000")
            #expect(
                refused.hasSuffix(
                    "Refused with 403 Telephone Network Not Granted (not-granted): "
                        + "alice@a1.sip.internal has no grant (demarc grant set)\n"))
            #expect(
                try await server.run(
                    "grant", "set", "--user", "alice", "--class", "all", "--calls", "2", "--daily-spend", "1.5")
                        == """
                        WHOSE   NAME                   CLASS  CALLS  A SECOND  A DAY  STATE  OVER
                        user 1  alice@a1.sip.internal  ALL    2                1.50   on

                        """)
            // A number of the inventory stands for whoever has its calls.
            for from in ["alice", "alice@a1.sip.internal", "+19195550100"] {
                let planned = try await server.run("route", "explain", from, "011442079460000")
                #expect(planned.contains("carrier 2 is passed over: calls are carried by SIP alone, not by iax\n"))
                let caller = from.hasPrefix("+") ? "\(from), asserted \(from)\n" : "Anonymous <anonymous>\n"
                #expect(planned.contains("1      carrier 1 a at a.example  +442079460000  \(caller)"))
            }
            let own = try await server.run("route", "explain", "alice", "9195550100")
            #expect(own.contains("1      user alice@a1.sip.internal"))
            let emergency = try await server.run("route", "explain", "alice", "911")
            #expect(emergency.contains("Refused with 503 Emergency Calls Are Not Carried Here"))
            for (from, text) in [("bob", "bob"), ("trunk:9", "trunk:9"), ("10.0.0.1", "10.0.0.1")] {
                let error = await #expect(throws: CommandError.self) {
                    try await server.run("route", "explain", from, "911")
                }
                #expect(error?.message.contains("from cannot be \(text).") == true)
            }
            #expect(try await server.run("grant", "remove", "--user", "alice") == "Removed the grant of alice.\n")
            #expect(try await server.run("grant", "list").split(separator: "\n").count == 1)
            let error = await #expect(throws: CommandError.self) {
                try await server.run("grant", "set", "--trunk", "9", "--down")
            }
            #expect(error?.message.contains("There is no trunk 9 in account 1.") == true)
        }
    }

    @Test("shows and sets what holds for calls, and shows records")
    func settings() async throws {
        try await RunningServer.with { server in
            #expect(try await server.run("calls", "settings").contains("Countries      all\nCalls at once  no limit\n"))
            let set = try await server.run(
                "calls", "settings", "--countries", "us,GB", "--calls", "5", "--daily-spend", "50", "--emergency",
                "933",
                "--country-code", "44", "--record-days", "7")
            #expect(set.contains("Countries      US,GB\nCalls at once  5\n") && set.contains("own, 933\n"))
            #expect(set.contains("Spend a day    50.00\nRecords        7 days\nMedia          auto\n"))
            #expect(try await server.run("calls", "settings") == set)
            let back = try await server.run("calls", "settings", "--countries", "all", "--calls", "none")
            #expect(back.contains("Countries      all\nCalls at once  no limit\n") && back.contains("933"))
            let error = await #expect(throws: CommandError.self) {
                try await server.run("calls", "settings", "--countries", "XX")
            }
            #expect(error?.message.contains("XX is no country code.") == true)
            #expect(try await server.run("calls", "settings", "--media", "Always").contains("Media          always\n"))
            await #expect(throws: CommandError.self) {
                try await server.run("calls", "settings", "--media", "sometimes")
            }

            #expect(try await server.run("calls", "list") == "CALL  BEGAN  FROM  TO  LASTED  STATUS  CAUSE\n")
            for verb in ["show", "trace"] {
                let unknown = await #expect(throws: CommandError.self) { try await server.run("calls", verb, "x") }
                #expect(unknown?.message.contains("There is no call x.") == true)
            }
        }
    }
    @Test("shows records, by command and on the console, with words of strangers escaped")
    func records() async throws {
        try await withTemporaryDirectory { directory in
            // Makes the first account.
            _ = try await RunningServer.with(in: directory) { try await $0.run("status") }
            // Older records than of ninety days are swept away.
            let began = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 - 3600) * 1000)
            do {
                let store = try SQLiteStore(path: "\(directory)/demarc.sqlite")
                let caller = CallLeg(
                    call: "c-1", position: 0, account: AccountID(rawValue: 1),
                    identity: .user(CredentialID(rawValue: 1)),
                    from: "<b>alice</b>", to: "+442079460000", party: "udp:192.0.2.7:5060", started: began,
                    answered: began, ended: Timestamp(milliseconds: began.milliseconds + 61_000), status: 200,
                    cause: "bye-by-caller")
                let tried = CallLeg(
                    call: "c-1", position: 1, account: AccountID(rawValue: 1), identity: caller.identity,
                    from: caller.from, to: caller.to, party: "carrier 3 at udp:192.0.2.9:5060", started: began,
                    ended: began, status: 503, cause: "carrier-failed")
                try await store.write { (store) throws(ProvisioningError) in
                    for leg in [caller, tried] { try store.put(leg) }
                }
            }
            var content = FakeEdge.Content()
            content.messages[.call("c-1", of: AccountID(rawValue: 1))] = [true, false].map { isReceived in
                TracedMessage(
                    at: began.milliseconds, received: isReceived, remote: "udp:192.0.2.7:5060",
                    text: "INVITE sip:x@192.0.2.1 SIP/2.0\r\nFrom: <b>alice</b>\r\n\r\n")
            }
            try await RunningServer.with(edge: FakeEdge(content), in: directory) { server in
                #expect(
                    try await server.run("calls", "list").hasSuffix(
                        "+442079460000  1m 1s   200     bye-by-caller\n"))
                let legs = try await server.run("calls", "show", "c-1")
                #expect(legs.contains("Caller  user 1, <b>alice</b>\n") && legs.contains("503     carrier-failed"))
                let trace = try await server.run("calls", "trace", "c-1")
                #expect(trace.contains("UTC  <- udp:192.0.2.7:5060\n    INVITE sip:x@192.0.2.1 SIP/2.0\n"))
                #expect(trace.contains("UTC  -> udp:192.0.2.7:5060\n"))
                let page = try await server.ask(.GET, "/").body
                #expect(page.contains(#"<a href="/accounts/1/calls/c-1">20"#))
                #expect(page.contains("&lt;b&gt;alice") && !page.contains("<b>alice"))
                let call = try await server.ask(.GET, "/accounts/1/calls/c-1")
                #expect(call.status == 200 && call.body.contains("carrier 3 at udp:192.0.2.9:5060"))
                for text in ["carrier-failed", "1 min 1 s", "&lt;b&gt;alice", "user 1", "INVITE sip:x@192.0.2.1"] {
                    #expect(call.body.contains(text), "\(text)")
                }
                #expect(!call.body.contains("{{") && !call.body.contains("<b>alice"))
                for path in ["1/calls/c-2", "2/calls/c-1", "x/calls/c-1"] {
                    #expect(try await server.ask(.GET, "/accounts/\(path)").status == 404, "\(path)")
                }
            }
        }
    }
}
