import Hummingbird
import Provisioning

/// API tokens of an account, and its resources.
extension OperatorAPI {
    func addTokenRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/tokens") { _, context in
            let tokens = try await useCases.apiTokens.list(of: try context.account())
            return Response(json: OperatorWire.Items(items: tokens.map(OperatorWire.Token.init)))
        }
        v1.post("accounts/:account/tokens") { request, context in
            let account = try await useCases.accounts.get(try context.account())
            let new = try await request.body(as: OperatorWire.NewToken.self, context).parse()
            let made = try await useCases.apiTokens.create(
                name: new.name, contract: new.contract, scopes: new.scopes, account: account.id)
            return Response(json: OperatorWire.CreatedToken(made, of: account), status: .created)
        }
        v1.delete("accounts/:account/tokens/:token") { _, context in
            let text = try context.text("token")
            guard let id = APITokenID(text) else { throw ProvisioningError(.apiTokenUnknown, text) }
            try await useCases.apiTokens.delete(id, of: try context.account())
            return Response(status: .noContent)
        }
        addResourceRoutes(to: v1)
    }

    private func addResourceRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/resources") { _, context in
            let caller = try await administrator(of: try context.account())
            let page = try await useCases.resources.list(
                ListQuery(size: OperatorLimits.maximumCount), by: caller)
            return Response(json: OperatorWire.Items(items: page.items.map(OperatorWire.Resource.init)))
        }
        v1.get("accounts/:account/resources/:resource") { _, context in
            let caller = try await administrator(of: try context.account())
            let resource = try await useCases.resources.get(try context.text("resource"), by: caller)
            return Response(json: OperatorWire.Resource(resource))
        }
        v1.post("accounts/:account/resources") { request, context in
            let caller = try await administrator(of: try context.account())
            let new = try await request.body(as: OperatorWire.NewResource.self, context).parse()
            let resource = try await useCases.resources.create(new.kind, new.draft, by: caller)
            return Response(json: OperatorWire.Resource(resource), status: .created)
        }
        v1.delete("accounts/:account/resources/:resource") { _, context in
            let caller = try await administrator(of: try context.account())
            try await useCases.resources.delete(try context.text("resource"), by: caller)
            return Response(status: .noContent)
        }
    }
}

extension OperatorWire.CreatedToken {
    init(_ made: (token: APIToken, secret: Secret<String>), of account: Provisioning.Account) {
        self.init(token: .init(made.token), project: account.project, secret: made.secret.reveal())
    }
}
