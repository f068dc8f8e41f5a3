import Hummingbird
import Provisioning

/// The inventory of telephone numbers of an account.
extension OperatorAPI {
    func addNumberRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/numbers") { _, context in
            let account = try await useCases.accounts.get(try context.account())
            let numbers = try await useCases.numbers.list(of: account.id)
            return Response(json: OperatorWire.Items(items: numbers.map(OperatorWire.Number.init)))
        }
        v1.post("accounts/:account/numbers") { request, context in
            let account = try context.account()
            let texts = try await request.body(as: OperatorWire.NewNumbers.self, context).parse()
            let numbers = try await useCases.numbers.add(texts, account: account)
            return Response(json: OperatorWire.Items(items: numbers.map(OperatorWire.Number.init)), status: .created)
        }
        v1.put("accounts/:account/numbers/:number") { request, context in
            let account = try context.account()
            let number = try context.text("number")
            let change = try await request.body(as: OperatorWire.NumberChange.self, context)
            let changed = try await useCases.numbers.assign(
                number, to: change.parse(), account: account)
            return Response(json: OperatorWire.Number(changed))
        }
        v1.delete("accounts/:account/numbers/:number") { _, context in
            try await useCases.numbers.remove(try context.text("number"), account: try context.account())
            return Response(status: .noContent)
        }
    }
}
