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
        line("elapsed", elapsed, "s")
        line("requests_answered", tally.answered, "count")
        line("requests_per_second", Double(tally.answered) / elapsed, "1/s")
        line("registrations", tally.registrations, "count")
        line("registrations_per_second", Double(tally.registrations) / elapsed, "1/s")
        for (name, fraction) in [("latency_p50", 0.5), ("latency_p99", 0.99)] {
            if let latency = tally.latency.percentile(fraction) { line(name, Double(latency) / 1000, "us") }
        }
        line("retransmissions", tally.retransmissions, "count")
        line("lost", tally.lost, "count")
        line("late_answers", tally.late, "count")
        line("stale_challenges", tally.stale, "count")
        line("unexpected_answers", tally.unexpected, "count")
        for (status, count) in tally.counts { line("status_\(status)", count, "count") }
        line("generator_cpu_per_request", perRequest(own), "us")
        if let server { printServer(server) }
    }

    private func printServer(_ server: Usage) {
        line("server_cpu_per_request", perRequest(server.cpuSeconds), "us")
        line("server_cpu_user_per_request", perRequest(server.userSeconds), "us")
        line("server_cpu_system_per_request", perRequest(server.systemSeconds), "us")
        line("server_requests_per_core_second", Double(tally.answered) / server.cpuSeconds, "1/s")
        line("server_cores_used", server.cpuSeconds / elapsed, "cores")
        line("server_memory_before", server.memoryBefore, "bytes")
        line("server_memory_after", server.memory, "bytes")
        if let bindings, bindings > 0 {
            line("server_memory_per_binding", Double(server.memory - server.memoryBefore) / Double(bindings), "bytes")
        }
    }

    private func perRequest(_ seconds: Double) -> Double { seconds * 1_000_000 / Double(max(1, tally.answered)) }

    private func line(_ name: String, _ value: Int, _ unit: String) { Swift.print(name, value, unit) }

    private func line(_ name: String, _ value: Double, _ unit: String) {
        Swift.print(name, value.isFinite ? "\((value * 1000).rounded() / 1000)" : "0", unit)
    }
}
