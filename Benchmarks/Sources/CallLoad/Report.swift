import Datagrams

/// Prints what was measured, one line `name value unit` a figure.
struct Report {
    let tally: Tally
    /// Seconds measured.
    let elapsed: Double
    /// CPU seconds of the load itself.
    let own: Double
    /// What the server used meanwhile; nil when its processes were not named.
    let server: Usage?

    func print() {
        Figure.print("elapsed", elapsed, "s")
        Figure.print("calls", tally.completed, "count")
        Figure.print("calls_per_second", Double(tally.completed) / elapsed, "1/s")
        for (name, fraction) in [("p50", 0.5), ("p99", 0.99)] {
            if let time = tally.setUp.percentile(fraction) { Figure.print("set_up_\(name)", Double(time) / 1000, "us") }
        }
        Figure.print("generator_cpu_per_call", perCall(own), "us")
        guard let server else { return }
        Figure.print("server_cpu_per_call", perCall(server.cpuSeconds), "us")
        Figure.print("server_cpu_user_per_call", perCall(server.userSeconds), "us")
        Figure.print("server_cpu_system_per_call", perCall(server.systemSeconds), "us")
        Figure.print("server_cores_used", server.cpuSeconds / elapsed, "cores")
    }

    private func perCall(_ seconds: Double) -> Double { seconds * 1_000_000 / Double(max(1, tally.completed)) }

    /// What is left at the ends, and what went wrong; whether nothing did.
    static func printEnd(_ load: Load) -> Bool {
        let tally = load.tally
        for (status, count) in tally.refusals.sorted(by: { $0.key < $1.key }) {
            Figure.print("status_\(status)", count, "count")
        }
        Figure.print("repetitions", tally.repetitions + load.callees.repetitions, "count")
        Figure.print("late", tally.late, "count")
        Figure.print("lost", tally.lost, "count")
        Figure.print("unexpected", tally.unexpected + load.callees.strangers, "count")
        Figure.print("left_at_callers", load.callers.active, "count")
        Figure.print("left_at_callees", load.callees.open, "count")
        return tally.isClean && load.callees.strangers == 0 && load.callers.active == 0 && load.callees.open == 0
    }
}
