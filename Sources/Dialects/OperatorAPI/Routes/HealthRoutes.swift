import Foundation
import Hummingbird
import Provisioning

/// `/health`: the process answers. `/ready`: the store can be read and SIP is listened for. `/metrics`: Prometheus text.
extension OperatorAPI {
    func addHealthRoutes(to router: Router<OperatorContext>) {
        router.get("health") { _, _ in Response(json: ["status": "ok"]) }
        router.get("ready") { _, _ in await readiness() }
        router.get("metrics") { _, _ in
            let totals = try? await useCases.accounts.totals()
            let text = MetricsPage(
                node: node, counters: edge.counters(), listeners: edge.listeners().count, totals: totals
            ).text
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }

    private func readiness() async -> Response {
        let store = (try? await useCases.accounts.totals()) != nil
        let sip = !edge.listeners().isEmpty
        let ready = store && sip
        let parts = ["status": ready ? "ok" : "not ready", "store": store ? "ok" : "down", "sip": sip ? "ok" : "down"]
        return Response(json: parts, status: ready ? .ok : .serviceUnavailable)
    }
}
