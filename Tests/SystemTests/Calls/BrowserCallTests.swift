import Testing

/// A browser registers over WebSocket and talks with a phone on UDP, through rtpengine.
@Suite(.serialized) struct BrowserCallTests {
    private struct Ends {
        private let password = "secret-of-mine"
        let server: ServerProcess
        let domain: String
        let socket: String
        let phone: PJSUA2Phone

        init(_ relay: MediaRelayProcess?, _ scheme: String) async throws {
            let port = try LoopbackSocket.freePort()
            server = try await Installation(
                ["--sip-listen", "\(scheme):127.0.0.1:\(port)"] + (relay?.arguments ?? [])
            ).start()
            socket = "\(scheme)://127.0.0.1:\(port)"
            let account = try #require(BandwidthAccount(of: server))
            let fabric = try #require(SignalWireAccount(of: server))
            domain = account.domain
            #expect(try await account.createCredential("alice", password: password).status == 201)
            let subscriber = try await fabric.make(
                "/api/fabric/resources/subscribers", #"{"email":"web@example.com","password":"\#(password)"}"#)
            _ = try await fabric.make(
                "/api/fabric/resources/subscribers/\(subscriber)/sip_endpoints",
                #"{"username":"web","password":"\#(password)"}"#)
            phone = try PJSUA2Phone(
                Line(user: "alice", password: password, domain: domain, port: server.installation.sipPort),
                transport: "udp")
            try await phone.register()
            _ = try await server.bindings("the phone's binding") { $0.count == 1 }
        }

        func browser(calling called: String? = nil) async throws -> BrowserPhone {
            let line = Line(user: "web", password: password, domain: domain, port: 0)
            let browser = try BrowserPhone(line, over: socket, calling: called.map { "sip:\($0)@\(domain)" })
            try await browser.until("registered 200")
            return browser
        }
    }

    /// Both hear each other until the phone hangs up, and nothing is left anywhere.
    private func talk(_ browser: BrowserPhone, _ ends: Ends, _ relay: MediaRelayProcess) async throws {
        try await browser.until("up")
        try await browser.hasMediaBothWays()
        try await ends.phone.hasMediaBothWays()
        try await ends.phone.hangUp()
        try await browser.until("over")
        try await relay.isEmpty()
        try await browser.quit()
        #expect(try await ends.server.stop() == 0)
    }

    @Test(arguments: ["ws", "wss"])
    func aBrowserCallsAPhone(scheme: String) async throws {
        let relay = try await MediaRelayProcess()
        let ends = try await Ends(relay, scheme)
        let browser = try await ends.browser(calling: "alice")
        try await talk(browser, ends, relay)
    }

    /// A call towards a contact that registered over a WebSocket goes over its connection.
    @Test func aPhoneCallsABrowser() async throws {
        let relay = try await MediaRelayProcess()
        let ends = try await Ends(relay, "ws")
        let browser = try await ends.browser()
        try await ends.phone.call("sip:web@\(ends.domain)")
        try await talk(browser, ends, relay)
    }

    /// The browser is handed over to another phone: it is offered a new session within its call.
    @Test func aBrowserIsHandedOver() async throws {
        let relay = try await MediaRelayProcess()
        let ends = try await Ends(relay, "ws")
        let account = try #require(BandwidthAccount(of: ends.server))
        #expect(try await account.createCredential("carol", password: "secret-of-mine").status == 201)
        let carol = try PJSUA2Phone(
            Line(
                user: "carol", password: "secret-of-mine", domain: ends.domain, port: ends.server.installation.sipPort),
            transport: "udp")
        try await carol.register()
        _ = try await ends.server.bindings("both phones' bindings") { $0.count == 2 }
        let browser = try await ends.browser(calling: "alice")
        try await browser.hasMediaBothWays()
        try await ends.phone.transfer(to: "sip:carol@\(ends.domain)")
        try await browser.until("again")
        try await carol.hasMediaBothWays()
        try await browser.hasMoreMedia()
        try await carol.hangUp()
        try await browser.until("over")
        try await relay.isEmpty()
        try await browser.quit()
        #expect(try await ends.server.stop() == 0)
    }

    @Test func withoutARelayItIsRefused() async throws {
        let ends = try await Ends(nil, "ws")
        let browser = try await ends.browser(calling: "alice")
        try await browser.until("call 488")
        try await ends.phone.call("sip:web@\(ends.domain)")
        try await Patience.until("the refusal") { ends.phone.lastStatus() == 488 ? () : nil }
        try await browser.quit()
        #expect(try await ends.server.stop() == 0)
    }
}
