import ArgumentParser
import Datagrams

/// Loads a SIP registrar with REGISTER requests and measures what one answer costs it.
@main
struct RegisterLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register-load",
        abstract: "Load a SIP registrar on this machine over UDP, in a closed loop, and measure it.",
        discussion: """
            User i is called u0000000 + i and has the password secret-0000000 + i. One answered message is a request;
            a full registration is two. Exits with 1 when an answer was wrong, lost, or none came.

            register-load --server 127.0.0.1:5060 --domain sip.example.com --job full --seconds 5 --pid 4711
            """)

    @Option(help: "Address and port of the registrar; loopback only.")
    var server = Endpoint(address: "127.0.0.1", port: 5060)
    @Option(help: "The SIP domain registered with, which is the digest realm too.")
    var domain = "sip.example.com"
    @Option(help: "full: REGISTER, 401, REGISTER, 200. refresh: one request, cached nonce. register-once: each once.")
    var job = Job.full
    @Option(help: "How many users there are, at most 1000000.")
    var users = 100_000
    @Option(help: "How many sockets to send from.")
    var sockets = 8
    @Option(help: "How many requests to keep waiting for their answers, over all sockets.")
    var inFlight = 256
    @Option(help: "Seconds measured (register-once: at most).")
    var seconds = 5.0
    @Option(help: "Seconds of the same work before that, not measured.")
    var warmup = 1.0
    @Option(help: "A process of the server; its children are found. May be repeated.")
    var pid: [Int] = []
    @Option(help: "What passwords begin with; another word makes every one of them wrong.")
    var passwordPrefix = "secret-"

    func validate() throws {
        guard server.isLoopback else { throw ValidationError("--server: only 127.0.0.0/8 may be loaded.") }
        guard (1...1_000_000).contains(users) else { throw ValidationError("--users: 1 to 1000000.") }
        guard (1...64).contains(sockets) else { throw ValidationError("--sockets: 1 to 64.") }
        guard (sockets...min(users, 4096)).contains(inFlight) else {
            throw ValidationError("--in-flight: at least one a socket, at most one a user and 4096.")
        }
    }

    func run() throws {
        var load = try Load(
            server: server, sockets: sockets, inFlight: inFlight, job: job,
            phones: Phones(count: users, domain: domain, passwordPrefix: passwordPrefix))
        if job == .refresh { try load.authenticateAll(within: 120) }
        if job != .registerOnce { try load.work(for: warmup) }

        load.tally = Tally()
        let before = Usage(of: pid)
        let ownBefore = Usage.ownCPUSeconds()
        let start = Clock.now()
        try load.work(for: seconds)
        let elapsed = Clock.seconds(since: start)
        let spent = Usage(of: pid).since(before)
        let own = Usage.ownCPUSeconds() - ownBefore
        let tally = load.tally

        Report(tally: tally, elapsed: elapsed, own: own, server: pid.isEmpty ? nil : spent, bindings: bindings(tally))
            .print()
        guard tally.isClean else { throw ExitCode.failure }
    }

    /// New bindings at the server, where the job tells how many there are.
    private func bindings(_ tally: Tally) -> Int? { job == .registerOnce ? tally.registrations : nil }
}

/// What a phone does over and over.
enum Job: String, ExpressibleByArgument, CaseIterable {
    case full, refresh
    case registerOnce = "register-once"
}

extension Endpoint: ExpressibleByArgument {}
