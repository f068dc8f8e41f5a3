import Hummingbird
import Provisioning

/// The registrations that we keep at other servers, and what accounts' own servers are told.
extension OperatorAPI {
    func addRegistrationRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("registrations") { request, _ in
            let query = try request.registrations()
            let items = registrations.registrations(matching: query)
            let next = items.count == query.limit ? items.last.map { Int($0.id) } : nil
            return Response(json: OperatorWire.Items(items: items, next: next))
        }
        v1.get("registrations/:registration") { _, context in
            Response(json: try registration(context))
        }
        v1.post("registrations/:registration/retry") { _, context in
            let id = try context.registration()
            guard registrations.registration(id) == nil || !registrations.isDrained else {
                throw OperatorError(.drained)
            }
            guard registrations.retry(id) else { throw unknown(id) }
            return Response(json: try registration(context), status: .accepted)
        }
        v1.post("registrations/drain") { _, _ in
            Response(json: OperatorWire.Drained(remaining: await registrations.drain()))
        }
    }

    func addCallbackRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("callbacks") { request, _ in
            let query = request.uri.queryParameters
            let limit = try request.number(
                "count", default: OperatorLimits.defaultCount, maximum: OperatorLimits.maximumCount)
            let state = try request.choice("state", of: OperatorWire.Callback.State.self) ?? .waiting
            let callbacks = try await useCases.callbacks.list(
                of: try query.get("account").map { (text) throws(ProvisioningError) in try AccountID.required(text) },
                givenUp: state == .givenUp, limit: limit)
            return Response(json: OperatorWire.Items(items: callbacks.map(OperatorWire.Callback.init)))
        }
    }

    private func registration(_ context: OperatorContext) throws(ProvisioningError) -> OperatorWire.Registration {
        let id = try context.registration()
        guard let now = registrations.registration(id) else { throw unknown(id) }
        return OperatorWire.Registration(now: now, history: registrations.history(of: id))
    }

    private func unknown(_ id: OutboundRegistrationID) -> ProvisioningError {
        ProvisioningError(.registrationUnknown, field: "registration", "\(id)")
    }
}

extension Request {
    /// Throws `accountUnknown`, `valueInvalid`.
    fileprivate func registrations() throws(ProvisioningError) -> LiveRegistrationQuery {
        let query = uri.queryParameters
        var wanted = LiveRegistrationQuery()
        if let account = query.get("account") { wanted.account = try AccountID.required(account) }
        wanted.state = try choice("state", of: LiveRegistration.State.self)
        wanted.limit = try number("count", default: OperatorLimits.defaultCount, maximum: OperatorLimits.maximumCount)
        if let after = query.get("after") {
            guard let id = OutboundRegistrationID(after) else {
                throw ProvisioningError(.valueInvalid, field: "after", "after", after)
            }
            wanted.after = id
        }
        return wanted
    }
}

extension OperatorContext {
    /// The registration in the path; throws `registrationUnknown` where it is no id.
    fileprivate func registration() throws(ProvisioningError) -> OutboundRegistrationID {
        let text = try text("registration")
        guard let id = OutboundRegistrationID(text) else {
            throw ProvisioningError(.registrationUnknown, field: "registration", text)
        }
        return id
    }
}
