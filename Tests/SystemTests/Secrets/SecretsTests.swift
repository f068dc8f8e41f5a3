import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Secrets planted wherever a client can put one are found nowhere that somebody looks who should not have them.
@Suite(.serialized)
struct SecretsTests {
    /// What was planted, and where it may still be found: what a Bandwidth client sent is its data.
    private struct Scene {
        var secrets = PlantedSecrets()
        /// Kept in the data directory by design, and nowhere else.
        var kept = PlantedSecrets()
        let server: ServerProcess
        let account: BandwidthAccount
        var seen: [(name: String, text: String)] = []
    }

    @Test(arguments: ["text", "json"])
    func areFoundNowhere(format: String) async throws {
        var planted = PlantedSecrets()
        var installation = try Installation(["--log-level", "trace", "--log-format", format])
        installation.environment["DEMARC_OPERATOR_TOKEN"] = planted.make("operator token")
        installation.environment["UNRELATED_PASSWORD"] = planted.make("environment")
        installation.environment["SWIFT_BACKTRACE"] = "enable=yes,threads=crashed,symbolicate=off,interactive=no"
        let server = try await installation.start()
        var scene = Scene(server: server, account: try #require(BandwidthAccount(of: server)))
        scene.secrets = planted
        let events = try listen(to: server, token: try #require(installation.environment["DEMARC_OPERATOR_TOKEN"]))
        try await plantInCommands(&scene)
        try await plantInRequests(&scene)
        try await plantInTokens(&scene)
        try await plantInOtherDialects(&scene)
        try await plantInSIP(&scene)
        try await look(&scene)
        events.signal(SIGKILL)
        try await events.end()
        scene.seen.append(("events", events.output))
        #expect(events.output.contains("event:") || events.output.contains("data:"), "\(events.errors)")

        // Swift's handler prints what it knows and waits for the fault to happen again, which a signal from outside does
        // not do by itself.
        server.child.signal(SIGABRT)
        try await Patience.until("a backtrace") { server.child.errors.contains("Backtrace took") ? () : nil }
        server.child.signal(SIGABRT)
        #expect(try await server.child.end() == -SIGABRT)
        scene.seen += [("standard output", server.child.output), ("standard error", server.child.errors)]
        // The first start prints a password of its own making, once; what was planted is not it.
        for (name, text) in scene.seen {
            #expect(scene.secrets.found(in: text) == [], "in \(name)")
            #expect(scene.kept.found(in: text) == [], "in \(name)")
        }
        try lookInData(scene)
        #expect(server.child.errors.utf8.count > 10_000, "at its most verbose the log says much")
    }

    private func listen(to server: ServerProcess, token: String) throws -> ChildProcess {
        try ChildProcess(
            try Tool.curl.path,
            ["-sN", "-u", "operator:\(token)", "http://127.0.0.1:\(server.installation.operatorPort)/v1/events"])
    }

    private func plantInCommands(_ scene: inout Scene) async throws {
        let caller = scene.secrets.make("password of a caller")
        let phone = scene.secrets.make("password of a credential")
        for (arguments, input) in [
            (["caller", "add", "deploy"], caller), (["caller", "password", "deploy"], caller + "2"),
            (["credential", "add", "paul"], phone),
        ] {
            let outcome = try await ChildProcess.run(
                Repository.demarc,
                arguments + ["--password-stdin", "--json", "--data", scene.server.installation.data],
                input: "\(input)\n")
            #expect(outcome.code == 0, "\(outcome.errors)")
            scene.seen.append((arguments.joined(separator: " "), outcome.output + outcome.errors))
        }
    }

    private func plantInRequests(_ scene: inout Scene) async throws {
        let account = scene.account
        let hash1 = scene.kept.make("Hash1")
        let hash1b = scene.kept.make("Hash1b")
        let body = """
            <SipCredentials><SipCredential><UserName>mary</UserName><Hash1>\(hash1)</Hash1><Hash1b>\(hash1b)</Hash1b>\
            <Password>\(scene.secrets.make("unknown element"))</Password></SipCredential>\
            <SipCredential><UserName/><Hash1>\(scene.secrets.make("Hash1 of a refused entry"))</Hash1></SipCredential>\
            <SipCredential><UserName>long</UserName><Hash1>\(scene.secrets.make("long Hash1"))\
            \(String(repeating: "x", count: 64))</Hash1></SipCredential></SipCredentials>
            """
        #expect(try await account.send("POST", "sipcredentials", body: body).status == 201)
        let update = "<SipCredential><Hash1>\(scene.kept.make("new Hash1"))</Hash1></SipCredential>"
        #expect(try await account.send("PUT", "sipcredentials/mary", body: update).status == 200)
        let malformed = "<SipCredentials><Hash1>\(scene.secrets.make("malformed body"))"
        #expect(try await account.send("POST", "sipcredentials", body: malformed).status == 400)
        let query = "sipcredentials?password=\(scene.secrets.make("query"))&usernamefragment=mar"
        #expect(try await account.send("GET", query).status == 200)
        let site = "<Site><Secret>\(scene.secrets.make("element of a site"))</Secret></Site>"
        #expect(try await account.send("POST", "sites", body: site).status == 400)
        let basic = Data("admin:\(scene.secrets.make("wrong Basic password"))".utf8).base64EncodedString()
        scene.secrets.add("Basic header", String(basic.dropLast(4)))
        let bearer = scene.secrets.make("invented token")
        for header in ["Basic \(basic)", "Bearer \(bearer)", "Digest \(scene.secrets.make("Digest header"))"] {
            let (port, path) = (account.port, account.path("sites"))
            let answer = try await onThread {
                var connection = try HTTPConnection(to: port)
                return try connection.send("GET", path, headers: ["Authorization: \(header)"])
            }
            #expect(answer.status == 401)
        }
        let (port, operatorPort) = (account.port, scene.server.installation.operatorPort)
        let cookie = scene.secrets.make("cookie")
        let token = scene.secrets.make("wrong operator token")
        let broken = scene.secrets.make("request that is no HTTP")
        try await onThread {
            var connection = try HTTPConnection(to: port)
            _ = try connection.send("GET", "/nowhere", headers: ["Cookie: \(cookie)", "X-Api-Key: \(cookie)"])
            var other = try HTTPConnection(to: operatorPort)
            _ = try other.send("GET", "/v1/status", headers: ["Authorization: Bearer \(token)"])
            let socket = try LoopbackSocket(.tcp, to: port)
            try socket.send(Array("GET / HTTP/9.9 \(broken)\r\nAuthorization \(broken)\r\n\r\n".utf8))
            _ = try socket.receive(within: 2000)
        }
    }

    private func plantInTokens(_ scene: inout Scene) async throws {
        let account = scene.account
        let secret = scene.secrets.make("client secret in a form")
        let form = "grant_type=client_credentials&client_id=admin&client_secret=\(secret)"
        let refused = try await token(account, headers: [], form: form)
        #expect(refused.status == 401)
        let answer = try await token(account, headers: [account.authorization], form: "grant_type=client_credentials")
        let token = try #require(answer.body.firstMatch(of: /"access_token":"([^"]+)"/)).output.1
        scene.secrets.add("access token", String(token.split(separator: ".").last ?? ""))
        let (port, path) = (account.port, account.path("sites"))
        let sites = try await onThread { [token = String(token)] in
            var connection = try HTTPConnection(to: port)
            return try connection.send("GET", path, headers: ["Authorization: Bearer \(token)"])
        }
        #expect(sites.status == 200)
    }

    private func token(_ account: BandwidthAccount, headers: [String], form: String) async throws
        -> HTTPConnection.Answer
    {
        let port = account.port
        return try await onThread {
            var connection = try HTTPConnection(to: port)
            return try connection.send("POST", "/api/v1/oauth2/token", headers: headers, body: form)
        }
    }

    /// The dialects of the other vendors, as data (`Planting`), after what they hand out themselves.
    private func plantInOtherDialects(_ scene: inout Scene) async throws {
        let server = scene.server
        let key = try await server.demarc("key", "create", "--api-key")
        let apiKey = String(try #require(key.output.firstMatch(of: /"api_key" : "([0-9a-f-]+)"/)).1)
        scene.secrets.add("api_key", apiKey)
        #expect(try await server.demarc("account", "topup", "1", "50").code == 0)
        let made = try await server.demarc("token", "create", "extra")
        let token = String(try #require(made.output.firstMatch(of: /Secret +(PT[0-9a-f]+)/)).1)
        scene.secrets.add("API token", token)
        let project = try #require(SignalWireAccount(of: server)).project
        let signIn = SignIn(scene.account, project: project, token: token, apiKey: apiKey)
        for planting in Planting.all {
            let secret = scene.secrets.make(planting.place)
            let answer = try await signIn.send(
                planting.line, headers: planting.headers, body: planting.body, secret: secret)
            #expect(answer.body.contains(planting.answer), "\(planting.place): \(answer.status) \(answer.body)")
            #expect(!answer.body.contains(secret), "\(planting.place): \(answer.body)")
        }
        for (line, headers) in Planting.readings {
            let answer = try await signIn.send(line, headers: headers)
            #expect(answer.status == 200, "\(line): \(answer.body)")
            scene.seen.append((line, answer.body))
        }
        let login = try await signIn.send("GET /api/json/user/login?{enswitch};token=1").body
        let authToken = try #require(login.firstMatch(of: /"auth_token":"([^"]+)"/)).1
        scene.secrets.add("auth_token", String(authToken.split(separator: ".").last ?? ""))
        #expect(try await signIn.send("GET /api/json/peers/list?auth_token=\(authToken)").body.contains("\"200\""))
        let issued = try await signIn.send("GET /platform_api/CreateKey?{voximplant}&role_name=Owner").body
        let pem = try #require(issued.firstMatch(of: /PRIVATE KEY-----\\n([A-Za-z0-9+\/]+)\\n([A-Za-z0-9+\/]+)/))
        scene.secrets.add("private key", String(pem.2))
        let people = try await signIn.send(
            "POST /api/fabric/subscribers/tokens", headers: ["{signalwire}", "Content-Type: application/json"],
            body: #"{"reference":"a@example.com"}"#
        ).body
        for name in ["token", "refresh_token"] {
            let found = try #require(people.firstMatch(of: try Regex("\"\(name)\":\"([^\"]+)\"")))
            let text = String(try #require(found.output[1].substring))
            scene.secrets.add("subscriber's \(name)", String(text.split(separator: ".").last ?? ""))
        }
        #expect(try await server.demarc("secret", "rotate").code == 0)
    }

    private func plantInSIP(_ scene: inout Scene) async throws {
        let (account, port) = (scene.account, scene.server.installation.sipPort)
        let password = scene.secrets.make("password of a phone")
        #expect(try await account.createCredential("alice", password: password).status == 201)
        let contact = scene.kept.make("password in Contact")
        let answer = try await onThread {
            var phone = try TestPhone("alice", domain: account.domain, password: password, to: port)
            let answer = try phone.register("<sip:alice:\(contact)@127.0.0.1:9>", expires: 300)
            return (answer?.status, phone.responses)
        }
        #expect(answer.0 == 200)
        for response in answer.1 { scene.secrets.add("digest response", response) }
        for message in try messages(&scene) {
            try await onThread {
                let socket = try LoopbackSocket(.udp, to: port)
                try socket.send(Array(message.utf8))
                _ = try socket.receive(within: 500)
                let stream = try LoopbackSocket(.tcp, to: port)
                try stream.send(Array(message.replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP").utf8))
                _ = try stream.receive(within: 500)
            }
        }
    }

    /// REGISTER for alice with a secret in one place each.
    private func messages(_ scene: inout Scene) throws -> [String] {
        let domain = scene.account.domain
        let digest = "Digest username=\"alice\", realm=\"\(domain)\", nonce=\"x\", uri=\"sip:\(domain)\""
        let lines: [[String]] = [
            ["Authorization: Basic \(scene.secrets.make("Basic in SIP"))"],
            ["Authorization: \(scene.secrets.make("Authorization without scheme"))"],
            ["AUTHORIZATION : \(digest), response=\"\(scene.secrets.make("response"))\""],
            ["Authorization: \(digest),", " response=\"\(scene.secrets.make("folded response"))\""],
            ["Authorization: \(digest), cnonce=\"a,\(scene.secrets.make("cnonce behind a comma"))\""],
            ["Authorization: \(digest), response = \(scene.secrets.make("response with spaces"))"],
            ["Authorization: \(digest), password=\"\(scene.secrets.make("unknown parameter"))\""],
            ["Authorization: \(digest), \(scene.secrets.make("parameter without value"))"],
            ["Proxy-Authorization: Digest response=\"\(scene.secrets.make("proxy response"))\""],
            ["Contact: <sip:alice:\(scene.secrets.make("refused Contact"))@127.0.0.1>"],
            ["Route: <sips:proxy:\(scene.secrets.make("Route"))@\(domain);lr>"],
        ]
        var messages = lines.map { register("sip:alice@\(domain)", domain, $0) }
        messages.append(register("sip:alice:\(scene.secrets.make("To"))@\(domain)", domain, []))
        messages.append(register("SIP:alice:\(scene.secrets.make("To in capitals"))@\(domain)", domain, []))
        let broken = "Authorization: Digest response=\"\(scene.secrets.make("broken message"))\""
        messages.append(register("sip:alice@\(domain)", domain, [broken]).replacing("CSeq: 1", with: "CSeq: x"))
        messages.append(register("sip:alice@\(domain)", domain, [broken]).replacing("\r\n", with: "\n"))
        messages.append(
            register("sip:alice@\(domain)", domain, []).replacing(
                "REGISTER sip:\(domain)", with: "REGISTER sip:alice:\(scene.secrets.make("Request-URI"))@\(domain)"))
        let body =
            "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(scene.secrets.make("media key"))\r\n"
            + "a=ice-pwd:\(scene.secrets.make("ICE password"))\r\n"
        messages.append(
            register("sip:alice@\(domain)", domain, ["Content-Type: application/sdp"]).replacing(
                "Content-Length: 0\r\n\r\n", with: "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"))
        return messages
    }

    private func register(_ aor: String, _ domain: String, _ lines: [String]) -> String {
        let id = String(UInt64.random(in: 0 ... .max), radix: 16)
        let head = [
            "REGISTER sip:\(domain) SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK\(id);rport",
            "Max-Forwards: 70", "From: <\(aor)>;tag=\(id)", "To: <\(aor)>", "Call-ID: \(id)", "CSeq: 1 REGISTER",
        ]
        return (head + lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    }

    /// Everything that an operator can look at.
    private func look(_ scene: inout Scene) async throws {
        let commands = [
            ["trace", "alice"], ["trace", "alice@\(scene.account.domain)"], ["bindings", "list"], ["bans", "list"],
            ["refusals"], ["credential", "list"], ["caller", "list"], ["status"],
            ["account", "list"], ["domain", "list"], ["config", "show"], ["carrier", "list"], ["carrier", "show", "1"],
            ["key", "list"], ["token", "list"], ["resource", "list"], ["account", "balance", "1"],
        ]
        for command in commands {
            for json in [[], ["--json"]] {
                let outcome = try await ChildProcess.run(
                    Repository.demarc, command + json + ["--data", scene.server.installation.data],
                    environment: scene.server.installation.environment)
                let text = outcome.output + outcome.errors
                scene.seen.append(((command + json).joined(separator: " "), text))
                if command != ["trace", "alice@\(scene.account.domain)"] {
                    #expect(outcome.code == 0, "\(command) \(json): \(text)")
                }
            }
        }
        let trace = try await scene.server.trace("alice")
        #expect(trace.filter(\.received).count > 20, "the trace is about alice: \(trace.count)")
        let token = try #require(scene.server.installation.environment["DEMARC_OPERATOR_TOKEN"])
        let port = scene.server.installation.operatorPort
        for path in [
            "/", "/metrics", "/v1/refusals", "/v1/traces/alice", "/v1/bindings", "/v1/status", "/v1/nowhere",
            "/v1/credentials/alice/explanation", "/v1/accounts/1/carriers", "/v1/accounts/1/ledger",
            "/v1/accounts/1/keys", "/v1/accounts/1/tokens", "/v1/accounts/1/callers",
        ] {
            let answer = try await onThread {
                var connection = try HTTPConnection(to: port)
                return try connection.send("GET", path, headers: ["Authorization: Bearer \(token)"])
            }
            scene.seen.append((path, answer.body + "\(answer.headers)"))
        }
    }

    /// No file holds a password in the clear; the hashes that a client made are kept, and the operator's token lies in
    /// the one file that is there for it.
    private func lookInData(_ scene: Scene) throws {
        let data = scene.server.installation.data
        let files = try #require(FileManager.default.enumerator(atPath: data)).compactMap { $0 as? String }
        #expect(files.contains("operator.json") && files.count > 3)
        var kept: Set<String> = []
        for file in files {
            let content = FileManager.default.contents(atPath: "\(data)/\(file)") ?? Data()
            let text = String(decoding: content, as: UTF8.self)
            let expected = file == "operator.json" ? ["operator token"] : []
            #expect(scene.secrets.found(in: text) == expected, "in \(file)")
            kept.formUnion(scene.kept.found(in: text))
        }
        #expect(kept.isSuperset(of: ["new Hash1", "password in Contact"]))
    }
}
