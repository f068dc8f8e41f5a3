import Hummingbird
import Provisioning

/// The money of accounts, and the keys of programs.
extension OperatorAPI {
    func addLedgerRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/ledger") { _, context in
            Response(json: OperatorWire.Ledger(try await useCases.ledgers.get(try context.account())))
        }
        v1.post("accounts/:account/ledger/topups") { request, context in
            let account = try context.account()
            let amount = try await request.body(as: OperatorWire.TopUp.self, context).amount ?? ""
            return Response(json: OperatorWire.Ledger(try await useCases.ledgers.topUp(account, amount: amount)))
        }
        v1.patch("accounts/:account/ledger") { request, context in
            let account = try context.account()
            let isFrozen = try await request.body(as: OperatorWire.Freezing.self, context).frozen
            return Response(json: OperatorWire.Ledger(try await useCases.ledgers.freeze(account, isFrozen)))
        }
    }

    func addServiceKeyRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/keys") { _, context in
            let keys = try await useCases.serviceKeys.list(of: try context.account())
            return Response(json: OperatorWire.Items(items: keys.map(OperatorWire.ServiceKey.init)))
        }
        v1.post("accounts/:account/keys") { request, context in
            let account = try context.account()
            let new = try await request.body(as: OperatorWire.NewServiceKey.self, context)
            let role = try new.parse()
            let keys = useCases.serviceKeys
            let issued =
                new.secret == true
                ? try await keys.createSecret(new.description, account: account)
                : try await keys.create(new.description, role: role, account: account)
            let email = try await useCases.domains.mailAddress(of: account)
            return Response(json: OperatorWire.IssuedServiceKey(issued, email: email), status: .created)
        }
        v1.delete("accounts/:account/keys/:key") { _, context in
            try await useCases.serviceKeys.delete(try context.text("key"), account: try context.account())
            return Response(status: .noContent)
        }
    }
}
