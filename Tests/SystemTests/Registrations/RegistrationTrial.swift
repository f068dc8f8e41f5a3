import TestSupport

/// Registrations at a registrar of the test's, by a server that is killed and started again.
struct RegistrationTrial: Sendable {
    let registrar: TestRegistrar
    let count: Int
    /// REGISTERs a second.
    let rate: Int
    private(set) var server: ServerProcess
    private let account: VoximplantAccount

    /// At once after a pause.
    static let burst = 20

    init(_ count: Int, rate: Int, granted seconds: Int) async throws {
        var manner = TestRegistrar.Manner()
        manner.longest = seconds
        registrar = try await TestRegistrar.start(manner, keepsTexts: false)
        self.count = count
        self.rate = rate
        let installation = try Installation([
            "--egress-allow", "127.0.0.0/8", "--registration-registrar-rate", "\(rate)",
            "--registration-registrar-burst", "\(Self.burst)", "--log-level", "warning",
        ])
        server = try await installation.start()
        account = try await VoximplantAccount(of: server)
        _ = try await server.demarc("account", "topup", "\(account.id)", "\(count * 2)")
    }

    /// Provisions some, one after the other; what was answered is there for good.
    func create(_ numbers: Range<Int>) async throws {
        let (account, port) = (account, registrar.port)
        try await onThread {
            var connection = try HTTPConnection(to: account.port)
            for number in numbers {
                let query = "sip_username=u\(number)&proxy=127.0.0.1%3A\(port)&password=secret"
                let answer = try connection.send("GET", account.path("CreateSipRegistration", query))
                guard answer.body.contains(#""result":1"#) else { throw Refused(answer: answer.body) }
            }
        }
    }

    struct Refused: Error {
        let answer: String
    }

    mutating func restart() async throws {
        try await server.kill()
        registrar.forgetRequests()
        server = try await server.installation.start()
    }

    /// Waits until the registrar lists so many.
    func bound(_ wanted: Int) async throws {
        let limit = Patience.limit + .seconds(Int64(count / rate * 3))
        try await Patience.until("\(wanted) bindings, not \(registrar.bindingCount)", within: limit) {
            registrar.bindingCount >= wanted ? () : nil
        }
    }

    /// Waits for a second without a request: what was on its way has come, and what was to be written is written.
    func rest() async throws {
        var (seen, since) = (registrar.requests.count, ContinuousClock.now)
        try await Patience.until("a second without a request") {
            let now = registrar.requests.count
            if now != seen { (seen, since) = (now, .now) }
            return ContinuousClock.now - since > .seconds(1) ? () : nil
        }
    }

    /// How many of the API's rows say that they are registered.
    func successful() async throws -> Int {
        let body = try await account.send("GetSipRegistrations", "successful=true&count=1")
        return body.firstMatch(of: /"total_count":(\d+)/).flatMap { Int($0.1) } ?? 0
    }

    /// How the tries were spread that the registrar saw begin.
    struct Spread: CustomStringConvertible {
        var tries = 0
        /// The most within any second.
        var busiest = 0
        /// From the first to the last.
        var seconds = 0.0
        /// Requests that came again, because their answer took half a second: it was the registrar that was held up.
        var repeated = 0

        var description: String { "\(tries) tries in \(seconds) s, at most \(busiest) in one, \(repeated) repeated" }
    }

    var spread: Spread {
        var seen: Set<String> = []
        let all = registrar.requests.filter { $0.authorization == nil }
        let times = all.filter { seen.insert("\($0.user) \($0.cseq)").inserted }.map(\.at).sorted()
        var spread = Spread(tries: times.count, repeated: all.count - times.count)
        guard let start = times.first, let end = times.last else { return spread }
        spread.seconds = (end - start) / .seconds(1)
        var first = 0
        for (last, time) in times.enumerated() {
            while time - times[first] > .seconds(1) { first += 1 }
            spread.busiest = max(spread.busiest, last - first + 1)
        }
        return spread
    }

    func stop() async throws {
        try await server.stop()
        await registrar.stop()
    }
}
