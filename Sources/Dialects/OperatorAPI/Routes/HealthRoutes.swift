import Foundation
import Hummingbird
import Provisioning

/// `/health`: the process answers. `/ready`: the store and the journal take writes, and SIP is listened for. `/metrics`: Prometheus text.
extension OperatorAPI {
    func addHealthRoutes(to router: Router<OperatorContext>) {
        router.get("health") { _, _ in Response(json: ["status": "ok"]) }
        router.get("ready") { _, _ in await readiness() }
        router.get("metrics") { _, _ in
            let totals = try? await useCases.accounts.totals()
            let text = MetricsPage(
                node: node, counters: edge.counters(), registrations: registrations.registrationCounters(),
                listeners: edge.listeners().count, totals: totals, isWritable: useCases.accounts.isWritable
            ).text
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    private func readiness() async -> Response {
        let health = await health()
        let sip = !edge.listeners().isEmpty
        let ready = health.isWell && sip
        let parts = [
            "status": ready ? "ok" : "not ready", "store": health.store.rawValue, "journal": health.journal.rawValue,
            "sip": sip ? "ok" : "down",
        ]
        return Response(json: parts, status: ready ? .ok : .serviceUnavailable)
    }

    private func health() async -> OperatorWire.Health {
        OperatorWire.Health(totals: try? await useCases.accounts.totals(), useCases: useCases, live: edge.counters())
    }
}

extension OperatorWire.Health {
    /// - Parameter totals: `nil` when the store cannot be read.
    init(totals: StoreTotals?, useCases: UseCases, live: EdgeCounters) {
        store = totals == nil ? .down : useCases.accounts.isWritable ? .ok : .notWritable
        journal = live.journalIsFailing ? .notWritable : .ok
    }
}
