import Hummingbird
import Provisioning

/// Accounts, and the callers and SIP domains that belong to them.
extension OperatorAPI {
    func addAccountRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts") { _, _ in
            let accounts = try await useCases.accounts.list()
            return Response(json: OperatorWire.Items(items: accounts.map(OperatorWire.Account.init)))
        }
        v1.post("accounts") { request, context in
            let draft = try await request.body(as: OperatorWire.NewAccount.self, context).parse()
            let made = try await useCases.accounts.create(draft)
            let tokens = try await useCases.apiTokens.createFirst(of: made.account.id)
            let answer = OperatorWire.CreatedAccount(
                account: .init(made.account), domain: .init(made.domain),
                tokens: tokens.map { .init($0, of: made.account) })
            return Response(json: answer, status: .created)
        }
        v1.get("accounts/:account") { _, context in
            Response(json: OperatorWire.Account(try await useCases.accounts.get(try context.account())))
        }
        v1.patch("accounts/:account") { request, context in
            let id = try context.account()
            let change = try await request.body(as: OperatorWire.AccountChange.self, context).parse()
            let account = try await useCases.accounts.update(
                id, enable: change.enable, disable: change.disable, ceiling: change.ceiling)
            return Response(json: OperatorWire.Account(account))
        }
        addAccountStatusRoutes(to: v1)
        addCallerRoutes(to: v1)
        addDomainRoutes(to: v1)
    }

    private func addAccountStatusRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.put("accounts/:account/suspension") { _, context in
            Response(json: OperatorWire.Account(try await useCases.accounts.suspend(try context.account())))
        }
        v1.delete("accounts/:account/suspension") { _, context in
            Response(json: OperatorWire.Account(try await useCases.accounts.resume(try context.account())))
        }
        v1.delete("accounts/:account") { _, context in
            let id = try context.account()
            let deletion = try await useCases.accounts.delete(id, rows: OperatorLimits.rowsPerRequest)
            return Response(json: OperatorWire.AccountDeletion(removed: deletion.removed, done: deletion.isDone))
        }
    }

    private func addCallerRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/callers") { _, context in
            let account = try await useCases.accounts.get(try context.account())
            let callers = try await useCases.callers.list(of: account.id)
            return Response(json: OperatorWire.Items(items: callers.map(OperatorWire.Caller.init)))
        }
        v1.post("accounts/:account/callers") { request, context in
            let account = try context.account()
            let new = try await request.body(as: OperatorWire.NewCaller.self, context).parse()
            let caller = try await useCases.callers.create(
                name: new.name, account: account, role: new.role, password: new.password)
            return Response(json: OperatorWire.Caller(caller), status: .created)
        }
        v1.put("callers/:name/password") { request, context in
            let name = try context.text("name")
            let password = try await request.body(as: OperatorWire.NewPassword.self, context).parse()
            try await useCases.callers.setPassword(password, of: name)
            return Response(status: .noContent)
        }
        v1.delete("callers/:name") { _, context in
            try await useCases.callers.delete(try context.text("name"))
            return Response(status: .noContent)
        }
    }

    private func addDomainRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/domains") { _, context in
            let account = try await useCases.accounts.get(try context.account())
            let domains = try await useCases.domains.list(of: account.id)
            return Response(json: OperatorWire.Items(items: domains.map(OperatorWire.Domain.init)))
        }
        v1.post("accounts/:account/domains") { request, context in
            let account = try context.account()
            let new = try await request.body(as: OperatorWire.NewDomain.self, context).parse()
            let domain = try await useCases.domains.create(
                new.name, description: new.description, isDefault: new.isDefault, account: account)
            return Response(json: OperatorWire.Domain(domain), status: .created)
        }
        v1.delete("accounts/:account/domains/:name") { _, context in
            try await useCases.domains.delete(try context.text("name"), account: try context.account())
            return Response(status: .noContent)
        }
    }
}
