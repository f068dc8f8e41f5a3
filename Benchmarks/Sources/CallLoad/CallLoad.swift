import ArgumentParser
import Datagrams

/// Makes calls through a server from one end to another, both of them here, and measures what a call costs.
@main
struct CallLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call-load",
        abstract: "Call through a server on this machine over UDP, be called at the other end, and measure it.",
        discussion: """
            Calls come from one port of 127.0.0.1, which the server must know as a trunk, and are for the numbers \
            +19195550000 and so on, whose calls it must send to the other port. INVITE with SDP, 180 and 200 at once, \
            ACK, BYE at once (held: at the end), 200. Exits with 1 when a call was refused or lost, or a dialog is \
            left over at either end.

            call-load --server 127.0.0.1:5060 --caller 127.0.0.1:5070 --callee 127.0.0.1:5080 --job churn --pid 4711
            call-load --server 127.0.0.1:5080 --callee 127.0.0.1:5080    # without a server in between
            """)

    @Option(help: "Address and port of the server; loopback only.")
    var server = Endpoint(address: "127.0.0.1", port: 5060)
    @Option(help: "Where calls come from.")
    var caller = Endpoint(address: "127.0.0.1", port: 5070)
    @Option(help: "Where calls arrive.")
    var callee = Endpoint(address: "127.0.0.1", port: 5080)
    @Option(help: "How many numbers are called, one after the other.")
    var numbers = 100
    @Option(help: "churn: so many calls at a time. paced: so many a second. held: so many that stay up.")
    var job = CallJob.churn
    @Option(help: "Calls at a time (churn), at most at a time (paced), or to hold (held).")
    var calls = 64
    @Option(help: "Calls begun in a second (paced, held).")
    var rate = 500
    @Option(help: "Seconds measured; held: seconds of rest before memory is read.")
    var seconds = 5.0
    @Option(
        help:
            "Seconds of the same work before that, not measured; held: calls that stay up before memory is read first.")
    var warmup = 1.0
    @Option(help: "A process of the server; its children are found. May be repeated.")
    var pid: [Int] = []

    func validate() throws {
        guard server.isLoopback, caller.isLoopback, callee.isLoopback else {
            throw ValidationError("Only 127.0.0.0/8 may be loaded.")
        }
        guard (1...10_000).contains(numbers) else { throw ValidationError("--numbers: 1 to 10000.") }
        guard (1...200_000).contains(calls) else { throw ValidationError("--calls: 1 to 200000.") }
        guard (1...100_000).contains(rate) else { throw ValidationError("--rate: 1 to 100000.") }
    }

    func run() throws {
        let ends = Ends(server: server, caller: caller, callee: callee, numbers: numbers)
        let isClean = job == .held ? try hold(ends) : try call(ends)
        guard isClean else { throw ExitCode.failure }
    }

    private func call(_ ends: Ends) throws -> Bool {
        var load = try Load(ends, places: calls, pace: job == .paced ? rate : nil, staysUp: false)
        try load.work(for: warmup)
        load.tally = Tally()
        let (before, ownBefore, start) = (Usage(of: pid), Usage.ownCPUSeconds(), Clock.now())
        try load.work(for: seconds)
        let elapsed = Clock.seconds(since: start)
        let own = Usage.ownCPUSeconds() - ownBefore
        let server = Usage(of: pid).since(before)
        let tally = load.tally
        try load.finish(within: 45)
        Report(tally: tally, elapsed: elapsed, own: own, server: pid.isEmpty ? nil : server).print()
        return Report.printEnd(load) && tally.completed > 0
    }

    private func hold(_ ends: Ends) throws -> Bool {
        var load = try Load(ends, places: calls + Int(warmup), pace: rate, staysUp: true)
        try load.begin(Int(warmup))
        try load.rest(for: seconds)
        let before = Usage(of: pid)
        let start = Clock.now()
        try load.begin(calls)
        Figure.print("set_up_per_second", Double(calls) / Clock.seconds(since: start), "1/s")
        let atOnce = Usage(of: pid).since(before)
        try load.rest(for: seconds)
        let rested = Usage(of: pid).since(before)
        let idle = Usage(of: pid)
        try load.rest(for: 5)
        Figure.print("server_cpu_while_held", Usage(of: pid).since(idle).cpuSeconds / 5 * 100, "percent")
        Figure.print("held", load.up, "calls")
        Figure.print("server_memory_before", rested.memoryBefore, "bytes")
        Figure.print("server_memory_after", rested.memory, "bytes")
        for (name, usage) in [("set_up", atOnce), ("held", rested)] {
            Figure.print(
                "server_memory_per_call_\(name)", Double(usage.memory - usage.memoryBefore) / Double(calls), "bytes")
        }
        try load.finish(within: 45 + Double(calls) / Double(rate))
        return Report.printEnd(load)
    }
}

/// What is done with calls.
enum CallJob: String, ExpressibleByArgument, CaseIterable {
    case churn, paced, held
}

extension Endpoint: ExpressibleByArgument {}
