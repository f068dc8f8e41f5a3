import Foundation
import Testing

extension RegistrarTests {
    /// With Debian's Kamailio as the registrar.
    @Suite struct KamailioTests {
        /// A manner of the registrar's, and what must come of it.
        struct Manner: Sendable, CustomTestStringConvertible {
            let name: String
            /// See `kamailio.cfg`.
            var definitions: [String] = []
            /// Whether a proxy stands before it that adds a Path.
            var hasEdge = false
            /// Seconds.
            var granted = 600
            /// Of our contact, as it is listed.
            var contact = "@127.0.0.1:"
            /// Codes that were seen before it was registered.
            var failures: [Int] = []
            /// How often it must refresh, what each may cost, and with which codes Kamailio may refuse a nonce.
            var refreshes = 0
            var refreshCost = 1
            var refusals: Set<Int> = []
            /// What Kamailio's own uac_reg makes of it (5.6.3).
            var elsewhere: String?

            var testDescription: String { name + (elsewhere.map { " (uac_reg: \($0))" } ?? "") }
        }

        static let manners = [
            Manner(name: "digest, MD5"),
            Manner(name: "407 instead of 401", definitions: ["PROXY"]),
            Manner(name: "a Path on the way, and path needed in Supported", hasEdge: true),
            Manner(name: "Service-Route", definitions: ["SERVICE"]),
            Manner(
                name: "another address in our contact", definitions: [#"REWRITE="/@[^;>]*/@192.0.2.77:1024/""#],
                contact: "@192.0.2.77:1024", elsewhere: "repeated each tick unless the user is left"),
            Manner(
                name: "another user in our contact", definitions: [#"REWRITE="/sip:[^;>]*/sip:nat@192.0.2.77:1024/""#],
                contact: "sip:nat@192.0.2.77:1024", elsewhere: "never online, repeated each tick"),
            Manner(
                name: "twelve seconds granted of an hour", definitions: ["LONGEST=12"], granted: 12, refreshes: 2,
                elsewhere: "gaps between ticks"),
            Manner(
                name: "423", definitions: ["SHORTEST=7200", "LONGEST=7200"], granted: 7200,
                elsewhere: "waits for the next tick"),
            Manner(
                name: "503 with Retry-After", definitions: ["BUSY=6"], failures: [503],
                elsewhere: "disabled, Retry-After ignored"),
            Manner(
                name: "SHA-256 alone", definitions: [#"ALGORITHM="SHA-256""#],
                elsewhere: "unsupported algorithm, disabled"),
            Manner(
                name: "SHA-256 first, then MD5", definitions: [#"ALGORITHM="SHA-256""#, #"OTHER="MD5""#],
                elsewhere: "only the first is read, disabled"),
            Manner(
                name: "MD5 first, then SHA-256", definitions: [#"ALGORITHM="SHA-256""#, #"OTHER="MD5""#, "FIRST"]),
            Manner(
                name: "SHA-512-256 first, then MD5", definitions: [#"OTHER="SHA-512-256""#, "FIRST"],
                elsewhere: "only the first is read, disabled"),
            Manner(
                name: "stale=true", definitions: ["NONCES=2", "LONGEST=12"], granted: 12, refreshes: 2, refreshCost: 2,
                refusals: [-4], elsewhere: "authentication failed, disabled"),
            Manner(
                name: "nonces that serve once", definitions: ["ONCE", "LONGEST=12"], granted: 12, refreshes: 2,
                refreshCost: 2, refusals: [-6]),
            Manner(
                name: "nc that must grow", definitions: ["COUNTED", "LONGEST=12"], granted: 12, refreshes: 2,
                elsewhere: "nc=00000001 always, twice the messages"),
        ]

        @Test(arguments: manners) func keeps(_ manner: Manner) async throws {
            let service = try RegistrationService.shared
            let edge = try LoopbackSocket.freePort()
            try await KamailioRegistrar.run(manner.definitions, edge: manner.hasEdge ? edge : nil) { registrar in
                let start = ContinuousClock.now
                let id = try await service.create(at: "127.0.0.1:\(manner.hasEdge ? edge : registrar.port)")
                var report = try await service.registered(id)
                #expect(ContinuousClock.now - start >= manner.leastTime)
                #expect(report.now.status == 200 && report.now.grantedSeconds == manner.granted)
                #expect(report.now.contact.contains(manner.contact), "\(report.now.contact)")
                #expect(report.steps == manner.steps)
                try await service.lists(id, #""successful":true"#, #""status_code":200"#)
                let first = registrar.requests.count
                if manner.refreshes > 0 {
                    report = try await service.report(id, "refreshes", within: .seconds(60)) {
                        $0.refreshes >= manner.refreshes
                    }
                    let cost = registrar.requests.count - first
                    #expect(cost <= (report.refreshes + 1) * manner.refreshCost, "\(registrar.requests)")
                }
                #expect(report.steps == manner.steps)
                #expect(Set(registrar.refusals) == manner.refusals)
                #expect(!registrar.hasLapses)

                try await service.delete(id)
                try await service.gone(id)
                let last = try #require(registrar.requests.last)
                #expect(last.expires == 0 && last.isAnswer, "\(last)")
                let numbers = registrar.requests.map(\.cseq)
                #expect(numbers == Array(Set(numbers)).sorted(), "CSeq grows")
            }
        }

        /// Once all passwords are sealed anew, those that come after are at hand like those that were there: each nonce serves
        /// once, so that every request needs them.
        @Test func passwordsUnderANewKey() async throws {
            let service = try RegistrationService.shared
            try await KamailioRegistrar.run(["ONCE"]) { registrar in
                let first = try await service.create(at: "127.0.0.1:\(registrar.port)")
                try await service.registered(first)
                #expect(try await service.server.demarc("secret", "rotate").code == 0)
                let second = try await service.create(at: "127.0.0.1:\(registrar.port)")
                try await service.registered(second)
                for id in [first, second] {
                    try await service.delete(id)
                    try await service.gone(id)
                    let last = try #require(registrar.requests.last)
                    #expect(last.expires == 0 && last.isAnswer, "\(last)")
                }
            }
        }

        /// Each of one address of record's contacts has a time of its own; ours is what counts.
        @Test func readsItsOwnContactAmongOthers() async throws {
            let service = try RegistrationService.shared
            try await KamailioRegistrar.run { registrar in
                let line = Line(user: "alice", password: "secret", domain: "registrar.test", port: registrar.port)
                try await SippPhone(line).register()
                let id = try await service.create(at: "127.0.0.1:\(registrar.port)")
                let report = try await service.registered(id)
                #expect(report.now.grantedSeconds == 600)
                #expect(report.now.contact.contains("@127.0.0.1:\(service.server.installation.sipPort)"))
                try await service.delete(id)
            }
        }

        /// Its nonces, and who was registered.
        @Test func outlivesARegistrarThatForgetsEverything() async throws {
            let service = try RegistrationService.shared
            try await KamailioRegistrar.run(["LONGEST=12"]) { registrar in
                let id = try await service.create(at: "127.0.0.1:\(registrar.port)")
                try await service.registered(id)
                try await registrar.restart()
                let report = try await service.report(id, "a refresh at the one that forgot") {
                    $0.refreshes > 0 && registrar.requests.contains(where: \.isAnswer)
                }
                #expect(!report.history.contains { $0.state == "rejected" }, "\(report.steps)")
                try await service.delete(id)
            }
        }

        /// uac_reg: disabled until a reload, which loses the state of all.
        @Test func aPasswordThatIsMendedActsAtOnceAndOnNobodyElse() async throws {
            let service = try RegistrationService.shared
            try await KamailioRegistrar.run { registrar in
                let other = try await service.create("carol", at: "127.0.0.1:\(registrar.port)")
                try await service.registered(other)
                let id = try await service.create(at: "127.0.0.1:\(registrar.port)", password: "wrong")
                let refused = try await service.report(id, "a refusal") { $0.now.state == "rejected" }
                #expect(refused.now.status == 401 && refused.now.attempts == 1)
                try refused.expectSlowRetry()
                try await service.lists(id, #""successful":false"#, #""status_code":401"#)
                #expect(registrar.requests(of: "alice").count == 2, "one try, no hammering")
                #expect(registrar.refusals == [-2])

                let before = registrar.requests(of: "carol")
                try await service.change(id, password: "secret")
                try await service.registered(id)
                try await service.lists(id, #""successful":true"#, #""status_code":200"#)
                #expect(registrar.requests(of: "carol") == before)
                try await service.delete(id)
                try await service.delete(other)
            }
        }
    }
}

extension RegistrarTests.KamailioTests.Manner {
    /// What the history shows.
    fileprivate var steps: [String] {
        ["registering 0"] + failures.map { "retrying \($0)" } + ["registered 200"]
    }

    /// What the registrar asked us to wait.
    fileprivate var leastTime: Duration { failures.isEmpty ? .zero : .seconds(6) }
}

extension RegistrationReport {
    /// What is refused is tried again after five minutes at least, and ten at most.
    func expectSlowRetry() throws {
        let wait = try #require(now.nextActionAt) - Int64(Date.now.timeIntervalSince1970 * 1000)
        #expect((290_000...600_000).contains(wait), "\(wait) ms")
    }
}
