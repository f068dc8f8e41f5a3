import Hummingbird
import Provisioning

/// What is live on the SIP side: bindings, bans, refusals, traces, events.
extension OperatorAPI {
    func addLiveRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("status") { _, _ in Response(json: await status()) }
        v1.get("bindings") { request, _ in
            let limit = try request.number(
                "count", default: OperatorLimits.defaultCount, maximum: OperatorLimits.maximumCount)
            let bindings = edge.bindings(matching: request.uri.queryParameters.get("user"), limit: limit)
            return Response(json: OperatorWire.Items(items: bindings))
        }
        v1.delete("bindings/:aor") { request, context in
            let contact = request.uri.queryParameters.get("contact")
            let removed = try await edge.removeBindings(of: try context.text("aor"), contact: contact)
            return Response(json: OperatorWire.Removed(removed: removed))
        }
        v1.get("bans") { _, _ in Response(json: OperatorWire.Items(items: edge.bans())) }
        v1.delete("bans/:source") { _, context in
            let lifted = edge.liftBan(of: try context.text("source"))
            return Response(json: OperatorWire.Removed(removed: lifted ? 1 : 0))
        }
        v1.get("destinations") { request, _ in
            let state = try request.choice("state", of: LiveDestination.State.self)
            let found = edge.destinations().filter { state == nil || $0.state == state }
            return Response(json: OperatorWire.Items(items: found))
        }
        v1.get("refusals") { request, _ in
            let limit = try request.number("count", default: 50, maximum: OperatorLimits.maximumCount)
            return Response(json: OperatorWire.Items(items: edge.refusals(limit: limit)))
        }
        v1.get("traces/:user") { _, context in
            Response(json: OperatorWire.Items(items: edge.trace(of: .user(try context.text("user")))))
        }
        v1.get("events") { request, _ in
            try events(
                of: try request.choice("of", of: EventSubject.self),
                matching: request.uri.queryParameters.get("user"))
        }
    }

    /// Answers while the store is down, too: that is when it is asked for most.
    private func status() async -> OperatorWire.Status {
        let totals = try? await useCases.accounts.totals()
        let live = edge.counters()
        return OperatorWire.Status(
            version: node.version, startedAt: node.startedAt.milliseconds, uptimeSeconds: node.uptimeSeconds,
            sipListeners: edge.listeners(), httpListeners: node.httpListeners(),
            health: .init(totals: totals, useCases: useCases, live: live), totals: totals.map { .init($0) }, live: live,
            drained: registrations.isDrained)
    }
}
