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
    /// How many bindings the server gained; nil when the job does not tell.
    let bindings: Int?

    func print() {
        Figure.print("elapsed", elapsed, "s")
        Figure.print("requests_answered", tally.answered, "count")
        Figure.print("requests_per_second", Double(tally.answered) / elapsed, "1/s")
        Figure.print("registrations", tally.registrations, "count")
        Figure.print("registrations_per_second", Double(tally.registrations) / elapsed, "1/s")
        for (name, fraction) in [("latency_p50", 0.5), ("latency_p99", 0.99)] {
            if let latency = tally.latency.percentile(fraction) { Figure.print(name, Double(latency) / 1000, "us") }
        }
        Figure.print("retransmissions", tally.retransmissions, "count")
        Figure.print("lost", tally.lost, "count")
        Figure.print("late_answers", tally.late, "count")
        Figure.print("stale_challenges", tally.stale, "count")
        Figure.print("unexpected_answers", tally.unexpected, "count")
        for (status, count) in tally.counts { Figure.print("status_\(status)", count, "count") }
        Figure.print("generator_cpu_per_request", perRequest(own), "us")
        if let server { printServer(server) }
    }

    private func printServer(_ server: Usage) {
        Figure.print("server_cpu_per_request", perRequest(server.cpuSeconds), "us")
        Figure.print("server_cpu_user_per_request", perRequest(server.userSeconds), "us")
        Figure.print("server_cpu_system_per_request", perRequest(server.systemSeconds), "us")
        Figure.print("server_requests_per_core_second", Double(tally.answered) / server.cpuSeconds, "1/s")
        Figure.print("server_cores_used", server.cpuSeconds / elapsed, "cores")
        Figure.print("server_memory_before", server.memoryBefore, "bytes")
        Figure.print("server_memory_after", server.memory, "bytes")
        if let bindings, bindings > 0 {
            Figure.print(
                "server_memory_per_binding", Double(server.memory - server.memoryBefore) / Double(bindings), "bytes")
        }
    }

    private func perRequest(_ seconds: Double) -> Double { seconds * 1_000_000 / Double(max(1, tally.answered)) }
}
