import Foundation
import Testing

/// The wall clock is set while phones are registered: what lives for a time lives that long, before and after a restart.
@Suite(.serialized)
struct ClockTests {
    static let hour: Int64 = 3600

    @Test(arguments: [hour, -hour, 24 * hour, -24 * hour])
    func lifetimesStay(jump: Int64) async throws {
        let machine = try await FaultyMachine()
        var installation = try Installation(["--sip-minimum-expires", "1", "--ban-after", "3", "--ban-duration", "3"])
        installation.environment = machine.environment(data: installation.data)
        let server = try await installation.start()
        let account = try #require(BandwidthAccount(of: server))
        var trial = DiskTrial(server: server, account: account)
        try await trial.changesSomething("alice")
        try await trial.changesSomething("bob")
        // A nonce from before the jump is as good after it, and a new one too.
        let (domain, port) = (account.domain, installation.sipPort)
        let challenges = try await onThread {
            var phone = try TestPhone("alice", domain: domain, password: "secret", to: port)
            var counts: [Int] = []
            for step in 0..<4 {
                if step == 1 { try machine.setClock(jump) }
                if step == 3 { try machine.setClock(0) }
                let answer = try phone.register("<sip:alice@127.0.0.1:9000>", expires: 600)
                #expect(answer?.status == 200, "step \(step)")
                counts.append(phone.challenges)
            }
            return counts
        }
        #expect(challenges == [1, 1, 1, 1], "the nonce goes on")

        try machine.setClock(jump)
        try await expect(server, ["alice": 600, "bob": 600], clock: jump)
        #expect(try await account.send("GET", "sipcredentials").status == 200, "who was let in still is")
        let answer = try await trial.register("bob", port: 9000)
        let date = try #require(answer?.text.firstMatch(of: /Date: ([^\r]+)/))
        let shown = try #require(Self.dates.date(from: String(date.1)))
        #expect(abs(shown.timeIntervalSinceNow - Double(jump)) < 60, "\(date.1)")
        let uptime = try #require(try await server.metrics().firstMatch(of: /\ndemarc_uptime_seconds ([0-9]+)\n/))
        #expect(Int(uptime.1) ?? .max < 60)

        // A phone that was to be there for two seconds is gone after them.
        #expect(try await trial.register("alice", port: 9009, expires: 2)?.status == 200)
        _ = try await server.bindings("the short one gone", within: .seconds(8)) { bindings in
            !bindings.contains { $0.contact.hasSuffix(":9009") }
        }
        try await expect(server, ["alice": 600, "bob": 600], clock: jump)

        // The clock was set in between, so the records' times are another clock's.
        try await server.kill()
        let second = try await installation.start()
        try await expect(second, ["alice": 600, "bob": 600], clock: jump)
        // And back again, with some records on either clock.
        #expect(try await trial.register("bob", port: 9000)?.status == 200)
        try await second.kill()
        try machine.setClock(0)
        let third = try await installation.start()
        try await expect(third, ["alice": 600, "bob": 600], clock: 0)
        try await third.stop()
    }

    private static let dates: DateFormatter = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter
    }()

    /// Who is there and for how long, give or take the time that a slow test takes.
    private func expect(_ server: ServerProcess, _ users: [String: Double], clock: Int64) async throws {
        let bindings = try await server.bindings()
        #expect(Set(bindings.map { String($0.aor.prefix { $0 != "@" }) }) == Set(users.keys))
        for binding in bindings {
            let left = Double(binding.expiresAt) / 1000 - Date.now.timeIntervalSince1970 - Double(clock)
            let expected = try #require(users[String(binding.aor.prefix { $0 != "@" })])
            #expect(left > expected - 60 && left < expected + 3, "\(binding.aor) ends in \(left) s")
        }
    }
}
