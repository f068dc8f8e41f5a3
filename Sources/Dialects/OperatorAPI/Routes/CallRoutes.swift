import Hummingbird
import Provisioning

/// Calls of an account: what one would come to, what became of those that were, and what may be called at all.
extension OperatorAPI {
    func addCallRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/routes/explanation") { request, context in
            let query = request.uri.queryParameters
            let decision = try await useCases.calls.explain(
                from: try query.required("from"), to: try query.required("to"), of: try context.account(),
                isDown: edge.isDown,
                isRegistered: { registrations.registration($0).map { $0.state == .registered } ?? false })
            return Response(json: OperatorWire.RouteExplanation(decision))
        }
        v1.get("accounts/:account/calls") { request, context in
            var query = CallQuery(account: try context.account())
            query.limit = try request.number(
                "count", default: OperatorLimits.defaultCount, maximum: OperatorLimits.maximumCount)
            query.before = try request.number("before", default: .max, maximum: .max).asRow
            query.party = request.uri.queryParameters.get("party")
            query.isOpen = try request.choice("state", of: OperatorWire.CallState.self) == .open
            let calls = try await useCases.calls.list(query)
            let next = calls.count == query.limit ? calls.last.map { Int($0.row) } : nil
            return Response(
                json: OperatorWire.Items(
                    items: calls.map { OperatorWire.CallLeg($0.leg, row: $0.row) }, next: next))
        }
        v1.get("accounts/:account/calls/:call") { _, context in
            let legs = try await useCases.calls.legs(of: try context.text("call"), account: try context.account())
            return Response(json: OperatorWire.Items(items: legs.map { OperatorWire.CallLeg($0) }))
        }
        v1.get("accounts/:account/calls/:call/trace") { _, context in
            let (call, account) = (try context.text("call"), try context.account())
            let messages = edge.trace(of: .call(call, of: account))
            // A call has its record once it is answered or over.
            if messages.isEmpty { _ = try await useCases.calls.legs(of: call, account: account) }
            return Response(json: OperatorWire.Items(items: messages))
        }
        v1.get("accounts/:account/call-settings") { _, context in
            let settings = try await useCases.calls.settings(of: try context.account())
            return Response(json: OperatorWire.CallSettings(settings))
        }
        v1.put("accounts/:account/call-settings") { request, context in
            let settings = try await request.body(as: OperatorWire.CallSettings.self, context)
                .parse(of: try context.account())
            try await useCases.calls.set(settings)
            return Response(json: OperatorWire.CallSettings(settings))
        }
        addGrantRoutes(to: v1)
    }

    private func addGrantRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/grants") { _, context in
            let grants = try await useCases.callGrants.list(of: try context.account())
            return Response(json: OperatorWire.Items(items: grants.map(OperatorWire.CallGrant.init)))
        }
        v1.put("accounts/:account/grants/:kind/:name") { request, context in
            let draft = try await request.body(as: OperatorWire.NewCallGrant.self, context)
                .parse(for: try context.grantSubject())
            let made = try await useCases.callGrants.set(draft, of: try context.account())
            return Response(json: OperatorWire.CallGrant(made))
        }
        v1.delete("accounts/:account/grants/:kind/:name") { _, context in
            try await useCases.callGrants.remove(try context.grantSubject(), of: try context.account())
            return Response(status: .noContent)
        }
    }
}

extension OperatorWire {
    /// Which calls are asked for.
    enum CallState: String, CaseIterable {
        case open, all
    }
}

extension OperatorContext {
    /// Whom a grant in the path is for. Throws `valueInvalid`, `trunkUnknown` for a trunk that is no number.
    fileprivate func grantSubject() throws(ProvisioningError) -> CallGrantDraft.Subject {
        let (kind, name) = (try text("kind"), try text("name"))
        switch kind {
        case "user": return .user(name)
        case "trunk":
            guard let id = TrunkID(name) else {
                throw ProvisioningError(.trunkUnknown, field: "trunk", name, try text("account"), "")
            }
            return .trunk(id)
        default: throw ProvisioningError(.valueInvalid, field: "kind", "kind", kind, "user or trunk")
        }
    }
}

extension Parameters {
    /// Throws `elementRequired`.
    fileprivate func required(_ name: String) throws(ProvisioningError) -> String {
        guard let text = get(name), !text.isEmpty else {
            throw ProvisioningError(.elementRequired, field: name, name)
        }
        return text
    }
}

extension Int {
    fileprivate var asRow: Int64? { self == .max ? nil : Int64(self) }
}
