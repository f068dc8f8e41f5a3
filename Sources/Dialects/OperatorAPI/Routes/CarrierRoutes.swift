import Hummingbird
import Provisioning

/// Carriers and routes, to read; number forms and currencies, to add to.
extension OperatorAPI {
    func addCarrierRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/carriers") { _, context in
            let caller = try await administrator(of: try context.account())
            let carriers = try await useCases.carriers.list(by: caller)
            return Response(json: OperatorWire.Items(items: carriers.map(OperatorWire.Carrier.init)))
        }
        v1.get("accounts/:account/carriers/:carrier") { _, context in
            let caller = try await administrator(of: try context.account())
            let text = try context.text("carrier")
            guard let id = CarrierID(text) else {
                throw ProvisioningError(.carrierUnknown, field: "carrier", text)
            }
            return Response(json: OperatorWire.Carrier(try await useCases.carriers.get(id, by: caller)))
        }
        v1.get("accounts/:account/routes") { _, context in
            let caller = try await administrator(of: try context.account())
            let routes = try await useCases.carrierRoutes.list(by: caller)
            return Response(json: OperatorWire.Items(items: routes.map(OperatorWire.Route.init)))
        }
        addNumberFormatRoutes(to: v1)
    }

    private func addNumberFormatRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("dialplans") { _, _ in
            let plans = try await useCases.numberFormats.dialPlans()
            return Response(json: OperatorWire.Items(items: plans.map(OperatorWire.DialPlan.init)))
        }
        v1.post("dialplans") { request, context in
            let plan = try await request.body(as: OperatorWire.DialPlan.self, context)
            try await useCases.numberFormats.add(plan.parse())
            return Response(json: plan, status: .created)
        }
        v1.put("dialplans/:name/default") { _, context in
            let plan = try await useCases.numberFormats.makeDefault(dialPlan: try context.text("name"))
            return Response(json: OperatorWire.DialPlan(plan))
        }
        v1.get("currencies") { _, _ in
            let currencies = try await useCases.numberFormats.currencies()
            return Response(json: OperatorWire.Items(items: currencies.map(OperatorWire.Currency.init)))
        }
        v1.post("currencies") { request, context in
            let currency = try await request.body(as: OperatorWire.Currency.self, context)
            try await useCases.numberFormats.add(currency.parse())
            return Response(json: currency, status: .created)
        }
        v1.put("currencies/:code/default") { _, context in
            let currency = try await useCases.numberFormats.makeDefault(currency: try context.text("code"))
            return Response(json: OperatorWire.Currency(currency))
        }
    }
}
