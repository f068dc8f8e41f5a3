import ArgumentParser
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OperatorAPI
import Provisioning
import TestSupport
import Testing

@testable import DemarcServer

@Suite("The demarc command", .serialized, .timeLimit(.minutes(2)))
struct CommandTests {
    @Test("shows carriers and routes, and adds number forms and currencies")
    func carriers() async throws {
        try await RunningServer.with { server in
            let greeting = try #require(server.greeting.firstMatch(of: /Enswitch API    (\S+)/)).1
            let signIn = try #require(server.greeting.firstMatch(of: /Enswitch        (auth_username=\S+)/)).1
            for call in [
                "peers/create/?\(signIn);name=a;type=sip;destination=a.example;password=pw",
                "peers/create?\(signIn);name=b;type=zap",
                "routes/create?\(signIn);called_prefix=%2B44;outgroup=1;peer1=1;peer2=-1",
            ] {
                let answer = try await HTTPClient.shared.get(url: greeting + call).get()
                #expect(answer.status == .ok)
            }
            #expect(
                try await server.run("carrier", "list") == """
                    ID  NAME  KIND  CALLS GO TO  SKIPPED
                    1   a     sip   a.example
                    2   b     zap                calls are carried by SIP alone, not by zap

                    """)
            let shown = try await server.run("carrier", "show", "1")
            #expect(shown.contains("password            kept\n") && shown.contains("calls go to         a.example\n"))
            #expect(
                try await server.run("route", "list")
                    == "ID  CALLED  CALLER  MEDIA      CARRIERS\n1   +44             voice_fax  1, least cost\n")
            #expect(
                try await server.run("dialplan", "add", "uk", "--country-code", "44", "--national", "0", "--default")
                    == "Dial plan uk\n")
            #expect(
                try await server.run("dialplan", "list").contains(
                    "uk                 yes      +              44       0\n"))
            #expect(try await server.run("currency", "add", "ISK") == "Currency ISK\n")
            #expect(try await server.run("currency", "list").contains("USD   yes\n"))
            let taken = await #expect(throws: CommandError.self) {
                try await server.run("dialplan", "add", "uk", "--default")
            }
            #expect(taken?.message.contains("`demarc dialplan default uk`") == true)
            _ = try await server.run("dialplan", "add", "outside", "--international", "9", "--default")
            #expect(try await server.run("dialplan", "default", "uk") == "Dial plan uk is the default.\n")
            let plans = try await server.run("dialplan", "list")
            #expect(plans.contains("uk                 yes ") && plans.matches(of: /yes/).count == 1)
            #expect(try await server.run("currency", "default", "ISK") == "Currency ISK is the default.\n")
            let currencies = try await server.run("currency", "list")
            #expect(currencies.contains("ISK   yes\n") && currencies.matches(of: /yes/).count == 1)
            for words in [["dialplan", "default", "none"], ["currency", "default", "XXX"]] {
                let unknown = await #expect(throws: CommandError.self) { try await server.run(words) }
                #expect(unknown?.message.contains("There is no ") == true)
            }
            let error = await #expect(throws: CommandError.self) { try await server.run("carrier", "show", "9") }
            #expect(error?.message.contains("There is no carrier 9.") == true)
        }
    }

    @Test("provisions, and prints tables that line up")
    func provisioning() async throws {
        try await RunningServer.with { server in
            let created = try await server.run("account", "create", "acme", "--domain", "sip.acme.example")
            let lines = created.split(separator: "\n")
            #expect(lines.first == "Account 2 acme, SIP domain sip.acme.example")
            #expect(lines.dropFirst().first?.wholeMatch(of: /Project [-0-9a-f]{36}/) != nil)
            #expect(lines.dropFirst(2).map { $0.prefix(17) } == ["Token for 2025: P", "Token for 2026: P"])
            let accounts = try await server.run("account", "list").split(separator: "\n").map(String.init)
            #expect(accounts[0] == "ID  NAME     STATUS  FEATURES         CEILING  COUNTRY  PROJECT")
            #expect(accounts[1].hasPrefix("1   default  active  SMS,TERMINATION  ALL      US       "))
            #expect(accounts[2].hasPrefix("2   acme     active  SMS,TERMINATION  ALL      US       "))
            let features = try await server.run(
                "account", "features", "acme", "--enable", "UC", "--disable", "SMS", "--ceiling", "domestic")
            #expect(features.contains("Features TERMINATION, UC\nCeiling  DOMESTIC\n"))
            #expect(try await server.run("account", "show", "2") == features)

            #expect(
                try await server.run("credential", "add", "alice", "--password-stdin", "--account", "acme", input: "pw")
                    == "Credential alice in sip.acme.example\n")
            let made = try await server.run("credential", "add", "John@bw.com", "--generate", "--account", "1")
            #expect(made.hasPrefix("Credential John@bw.com in a1.sip.internal\nPassword "))
            #expect(
                try await server.run("credential", "list", "--account", "acme")
                    == "ID  USER   REALM             DIGEST\n1   alice  sip.acme.example  SHA-256,MD5\n")
            #expect(try await server.run("credential", "remove", "alice", "--account", "2") == "Removed alice.\n")

            _ = try await server.run("domain", "add", "b.example", "--default", "--account", "acme")
            #expect(
                try await server.run("domain", "list", "--account", "acme")
                    == "NAME              DEFAULT  DESCRIPTION\nsip.acme.example\nb.example         yes\n")
            _ = try await server.run("domain", "remove", "sip.acme.example", "--account", "acme")

            _ = try await server.run("caller", "add", "ann", "--role", "reader", "--generate", "--account", "acme")
            #expect(
                try await server.run("caller", "list", "--account", "acme")
                    == "NAME  ROLE    ACCOUNT\nann   reader  2\n")
            #expect(try await server.run("caller", "password", "ann", "--password-stdin", input: "x") == "Changed.\n")
            _ = try await server.run("caller", "remove", "ann")

            #expect(
                try await server.run("numbers", "add", "4155550100", "--account", "1")
                    == "NUMBER        CALLS GO TO\n+14155550100  -\n")
            _ = try await server.run("numbers", "assign", "+14155550100", "--none", "--account", "1")
            _ = try await server.run("numbers", "remove", "+14155550100", "--account", "1")
            #expect(try await server.run("numbers", "list", "--account", "1") == "NUMBER  CALLS GO TO\n")
            #expect(try await server.run("site", "list", "--account", "1") == "ID  NAME  DESCRIPTION\n")
            #expect(
                try await server.run("peer", "list", "--account", "1")
                    == "ID  SITE  NAME  DEFAULT  CALLS GO TO  MAY SEND\n")
        }
    }

    @Test("asks which one is meant where several accounts or credentials have the name")
    func ambiguity() async throws {
        try await RunningServer.with { server in
            for domain in ["a.example", "b.example"] {
                _ = try await server.run("account", "create", "twin", "--domain", domain)
            }
            for words in [["account", "suspend", "twin"], ["account", "delete", "twin", "--yes"]] {
                let error = await #expect(throws: CommandError.self) { try await server.run(words) }
                #expect(error?.code == .refused)
                #expect(error?.message == "Several accounts are named twin. Say which by its id: 2, 3.")
            }
            #expect(!(try await server.run("account", "list").contains("suspended")))
            _ = try await server.run("domain", "add", "c.example", "--account", "2")
            for (user, realm) in [
                ("dup", "a.example"), ("dup", "c.example"), ("two", "c.example"), ("x@y", "c.example"),
            ] {
                _ = try await server.run(
                    "credential", "add", user, "--realm", realm, "--generate", "--account", "2")
            }
            let error = await #expect(throws: CommandError.self) {
                try await server.run("credential", "remove", "dup", "--account", "2")
            }
            #expect(error?.code == .refused)
            #expect(error?.message.hasSuffix("Say which with its SIP domain: dup@a.example, dup@c.example.") == true)
            let missing = await #expect(throws: CommandError.self) {
                try await server.run("credential", "remove", "two", "--realm", "a.example", "--account", "2")
            }
            #expect(missing?.message.contains("no credential named two") == true)
            for words in [["dup", "--realm", "c.example"], ["two@C.example"], ["x"], ["dup"]] {
                let said = try await server.run(["credential", "remove"] + words + ["--account", "2"])
                #expect(said == "Removed \(words[0]).\n")
            }
            #expect(try await server.run("credential", "list", "--account", "2") == "ID  USER  REALM  DIGEST\n")
        }
    }

    @Test("seals every secret under a new key")
    func secretRotation() async throws {
        try await RunningServer.with { server in
            let printed = try await server.run("secret", "rotate")
            #expect(
                printed == """
                    0 secrets are sealed under a new key; the old key is gone from the key file.
                    Copy the key file anew. A backup of the data from before needs the key file from before.

                    """)
        }
    }

    @Test("stops an account, lets it go on, and deletes it once its name was typed")
    func accountStatus() async throws {
        try await RunningServer.with { server in
            _ = try await server.run("account", "create", "acme", "--domain", "sip.acme.example")
            _ = try await server.run("credential", "add", "alice", "--generate", "--account", "acme")
            let early = await #expect(throws: CommandError.self) {
                try await server.run("account", "delete", "acme", "--yes")
            }
            #expect(early?.code == .refused && early?.message.contains("is not suspended") == true)
            for _ in 0..<2 {
                #expect(try await server.run("account", "suspend", "acme") == "Account 2 acme is suspended.\n")
            }
            #expect(try await server.run("account", "list").contains("2   acme     suspended  "))
            #expect(try await server.run("account", "resume", "2") == "Account 2 acme is active.\n")
            _ = try await server.run("account", "suspend", "acme")
            for answer in [nil, "", "Acme"] as [String?] {
                let error = await #expect(throws: CommandError.self) {
                    try await server.run("account", "delete", "acme", input: answer)
                }
                #expect(error?.code == .usage)
            }
            #expect(try await server.run("account", "show", "acme").contains("Status   suspended\n"))
            #expect(
                try await server.run("account", "delete", "acme", input: "acme")
                    == "Account 2 acme is gone, with all that it had.\n")
            let gone = await #expect(throws: CommandError.self) {
                try await server.run("account", "delete", "acme", "--yes")
            }
            #expect(gone?.message == "There is no account acme.")
            #expect(
                try await server.run("account", "create", "acme", "--domain", "sip.acme.example").hasPrefix(
                    "Account 3 acme, SIP domain sip.acme.example\n"))
        }
    }

    @Test("shows what is live")
    func live() async throws {
        try await RunningServer.with(edge: FakeEdge(.sample)) { server in
            #expect(
                try await server.run("bindings", "list", "--user", "bob") == """
                    USER                 CONTACT            FROM                 EXPIRES IN  DEVICE
                    bob@a1.sip.internal  sip:bob@192.0.2.9  udp:192.0.2.7:40312  1h 0m       Phone/1.0

                    """)
            let shown = try await server.run("bindings", "show", "bob")
            #expect(shown.contains("Contact     sip:bob@192.0.2.9\n"))
            #expect(shown.contains("Call-ID     abc@192.0.2.7, CSeq 4\n"))
            let bans = try await server.run("bans")
            #expect(
                bans == """
                    SOURCE       FAILURES  ENDS IN  WHY
                    2001:db8::7  20        2h 0m    20 failed sign-ins in 60 s

                    """)
            #expect(try await server.run("bans", "lift", "2001:db8::7") == "Lifted.\n")
            #expect(try await server.run("bindings", "remove", "alice@a1.sip.internal") == "Ended 2.\n")
            #expect(
                try await server.run("refusals") == """
                    WHEN                 METHOD    USER        FROM                 ANSWER   WHY
                    2026-01-02 03:04:05  REGISTER  <b>eve</b>  udp:192.0.2.66:5060  401      wrong password
                    2026-01-02 03:04:04  INVITE    100         udp:192.0.2.66:5060  silence  unknown domain

                    """)
            #expect(
                try await server.run("trace", "alice") == """
                    2026-01-02 03:04:05 UTC  <- udp:192.0.2.7:5060
                        REGISTER sip:a1.sip.internal SIP/2.0
                        To: <sip:alice@a1.sip.internal>

                    """)
            #expect(
                try await server.run("credential", "check", "John@bw.com") == """
                    User        John@bw.com@a1.sip.internal
                    Account     1
                    Realm       a1.sip.internal
                    Challenges  MD5
                    Bindings    0
                    Remark      Hash1b is no digest

                    """)
            #expect(try await server.run("status").contains("Requests     12 REGISTER\n"))
        }
    }

    @Test("watches events as they happen")
    func watch() async throws {
        let edge = FakeEdge()
        let printed = try await RunningServer.with(edge: edge) { server in
            async let watching = server.run("bindings", "watch", "--user", "alice", "--count", "2")
            let deadline = ContinuousClock.now + .seconds(30)
            while edge.watching == 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(2)) }
            for (kind, aor) in [(EdgeEvent.Kind.registered, "alice"), (.registered, "bob"), (.revoked, "alice")] {
                edge.emit(
                    EdgeEvent(
                        at: 1_767_323_045_000, kind: kind, aor: "\(aor)@a.example", contact: "sip:x",
                        source: "udp:1.2.3.4:5",
                        detail: ""))
            }
            return try await watching
        }
        #expect(
            printed == """
                2026-01-02 03:04:05  registered    alice@a.example  sip:x  udp:1.2.3.4:5
                2026-01-02 03:04:05  revoked       alice@a.example  sip:x  udp:1.2.3.4:5

                """)
    }

    @Test("prints JSON wherever it prints")
    func json() async throws {
        let lines = [
            "account list", "account show 1", "caller list", "domain list", "site list", "trunk list",
            "credential list",
            "credential check John@bw.com", "numbers list", "bindings list", "bindings show alice", "bans",
            "refusals", "trace alice", "registrations list", "registrations show 1",
            "registrations retry 1", "drain", "callbacks", "callbacks list --given-up", "status", "config show",
            "config check", "credential add x --generate",
            "caller add y --generate", "caller password admin --generate", "domain add c.example",
            "numbers add 4155550100", "account create z",
        ]
        try await RunningServer.with(edge: FakeEdge(.sample), registrations: FakeRegistrations(.sample)) { server in
            for line in lines {
                let text = try await server.run(line.split(separator: " ").map(String.init) + ["--json"])
                let value = try? JSONSerialization.jsonObject(with: Data(text.utf8))
                #expect(value is [String: Any], "\(line)")
            }
        }
    }

    @Test("says in one line that no server runs, and how to start one")
    func noServer() async throws {
        try await withTemporaryDirectory { directory in
            let terminal = Printed().terminal(environment: ["DEMARC_DATA": directory])
            await Terminal.$current.withValue(terminal) {
                let error = await #expect(throws: CommandError.self) {
                    var command = try StatusCommand.parse([])
                    try await command.run()
                }
                #expect(error?.code.rawValue == 69)
                #expect(
                    error?.message
                        == "No server is running on \(directory). Start one with: demarc serve --data \(directory)")
            }
            try OperatorFile(url: "http://127.0.0.1:1", token: "stale", process: 1).write(in: directory)
            await Terminal.$current.withValue(terminal) {
                let error = await #expect(throws: CommandError.self) {
                    var command = try StatusCommand.parse([])
                    try await command.run()
                }
                #expect(error?.code == .noServer)
            }
        }
    }

    @Test("says what the server refused, with the code that fits")
    func refusals() async throws {
        let rows: [([String], CommandError.Code, String)] = [
            (["account", "show", "nobody"], .refused, "There is no account nobody."),
            (["bans", "lift", "192.0.2.1"], .refused, "192.0.2.1 is not banned."),
            (["bindings", "show", "nobody"], .refused, "nobody is not registered."),
            (["caller", "add", "admin", "--generate"], .refused, "There is a caller named admin."),
            (["account", "create", "a", "--feature", "FAX"], .refused, "FAX is no product feature."),
            (["credential", "add", "a", "--password-stdin"], .usage, "There is no password on standard input."),
        ]
        try await RunningServer.with { server in
            for (line, code, message) in rows {
                let error = await #expect(throws: CommandError.self) { try await server.run(line) }
                #expect(error?.code == code && error?.message == message, "\(line)")
            }
            _ = try await server.run("account", "create", "second")
            let error = await #expect(throws: CommandError.self) { try await server.run("credential", "list") }
            #expect(error?.code == .usage)
            #expect(error?.message == "Name the account with --account: 1 (default), 2 (second)")
        }
    }

    @Test("a server that does not know the token lets nobody in")
    func wrongToken() async throws {
        try await RunningServer.with { server in
            try OperatorFile(url: server.url, token: "wrong", process: 1).write(in: server.directory)
            let error = await #expect(throws: CommandError.self) { try await server.run("status") }
            #expect(error?.code == .notAllowed)
        }
    }

    @Test("config check exits 78 and names what is wrong")
    func configCheck() async throws {
        let printed = Printed()
        let terminal = printed.terminal(environment: ["DEMARC_BAN_AFTER": "x"])
        await Terminal.$current.withValue(terminal) {
            let error = await #expect(throws: CommandError.self) {
                try await ConfigCommand.Check.parse([]).run()
            }
            #expect(error?.code.rawValue == 78)
        }
        #expect(printed.out.contains("\nerror: ban.after: must be 1-1000000, not `x`\n"))
        #expect(printed.out.contains(/\nban\.after +x +environment\n/))
    }

    @Test("every subcommand teaches with two examples that parse")
    func help() throws {
        var leaves = 0
        func walk(_ command: any ParsableCommand.Type) throws {
            let configuration = command.configuration
            #expect(!configuration.abstract.isEmpty, "\(command)")
            let subcommands = configuration.subcommands
            let examples = configuration.discussion.split(separator: "\n").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            .filter { $0.contains("demarc ") && !$0.hasPrefix("Every") }
            #expect(examples.count >= 2, "\(command) has examples \(examples)")
            for example in examples {
                let words = Self.words(String(example.split(separator: "|").last ?? ""))
                let line = words.drop { $0 != "demarc" }.dropFirst()
                #expect(throws: Never.self, "\(example)") { try DemarcCommand.parseAsRoot(Array(line)) }
            }
            if subcommands.isEmpty { leaves += 1 }
            for subcommand in subcommands { try walk(subcommand) }
        }
        try walk(DemarcCommand.self)
        #expect(leaves == 80)
    }

    /// Splits at spaces, but not inside double quotes.
    private static func words(_ line: String) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }
    }
}
