import Hummingbird
import Provisioning

/// Digest credentials, and how the SIP side sees them.
extension OperatorAPI {
    func addCredentialRoutes(to v1: RouterGroup<OperatorContext>) {
        v1.get("accounts/:account/credentials", use: listCredentials)
        v1.post("accounts/:account/credentials") { request, context in
            let caller = try await administrator(of: try context.account())
            let command = try await request.body(as: OperatorWire.NewCredential.self, context).parse()
            let credential = try await create(command, by: caller)
            return Response(json: OperatorWire.Credential(credential), status: .created)
        }
        v1.delete("accounts/:account/credentials/:name") { request, context in
            let caller = try await administrator(of: try context.account())
            let realm = request.uri.queryParameters.get("realm")
            try await useCases.credentials.delete(try context.text("name"), realm: realm, by: caller)
            return Response(status: .noContent)
        }
        v1.get("credentials/:user/explanation") { _, context in
            Response(json: OperatorWire.Items(items: edge.explain(user: try context.text("user"))))
        }
    }

    @Sendable private func listCredentials(_ request: Request, _ context: OperatorContext) async throws -> Response {
        let caller = try await administrator(of: try context.account())
        let count = try request.number(
            "count", default: OperatorLimits.defaultCount, maximum: OperatorLimits.maximumCount)
        let start = try request.number("start", default: 1, maximum: .max)
        let query = CredentialQuery(
            userNameFragment: request.uri.queryParameters.get("user"), start: .position(start), count: count)
        var answer = OperatorWire.Items<OperatorWire.Credential>(items: [])
        do throws(ProvisioningError) {
            let page = try await useCases.credentials.list(query, by: caller)
            answer.items = page.credentials.map(OperatorWire.Credential.init)
            answer.next = page.hasMore ? page.position + page.credentials.count : nil
        } catch {
            guard error.first.rule == .credentialsNone else { throw error }
        }
        return Response(json: answer)
    }

    private func create(_ command: OperatorWire.NewCredential.Command, by caller: Caller)
        async throws(ProvisioningError) -> Credential
    {
        switch command {
        case .withPassword(let name, let password, let realm):
            return try await useCases.credentials.create(
                name, password: password, realm: realm, account: caller.account)
        case .hashed(let draft):
            switch try await useCases.credentials.create([draft], by: caller).first {
            case .created(let credential): return credential
            case .refused(let fault): throw ProvisioningError([fault])
            case nil: throw ProvisioningError(.unavailable)
            }
        }
    }
}
