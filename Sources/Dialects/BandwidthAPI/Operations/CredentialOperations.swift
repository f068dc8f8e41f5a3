import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/sipcredentials`.
enum CredentialOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let query = try CredentialPaging.query(exchange.path)
        let page = try await exchange.useCases.credentials.list(query, by: exchange.caller)
        return CredentialWire.list(
            page.credentials, links: CredentialPaging.links(page, query, url: exchange.url("sipcredentials")),
            form: try await form(exchange))
    }

    /// 201 as soon as one entry is valid, else 400; the entries that failed stand in either answer.
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let entries = try exchange.document("SipCredentials").children("SipCredential")
        let drafts = entries.map(CredentialWire.draft)
        let outcomes = try await exchange.useCases.credentials.create(drafts, by: exchange.caller)
        let showsRealm = exchange.isVersion2 || drafts.contains { $0.realm != nil }
        return CredentialWire.outcomes(
            outcomes, of: entries, form: showsRealm ? try await form(exchange) : .plain(defaultRealm: nil))
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let credential = try await exchange.useCases.credentials.get(exchange.captures[1], by: exchange.caller)
        return CredentialWire.one(credential, form: try await form(exchange))
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = CredentialWire.draft(try exchange.document("SipCredential"))
        let credential = try await exchange.useCases.credentials.update(
            exchange.captures[1], to: draft, by: exchange.caller)
        return CredentialWire.one(credential, form: try await form(exchange))
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.credentials.delete(exchange.captures[1], by: exchange.caller)
        return Response(status: .ok)
    }

    /// The later elements stand below `/api/v2` only: elsewhere answers are what the vendor's first pages print.
    private static func form(_ exchange: Exchange) async throws(ProvisioningError) -> CredentialForm {
        let realms = try await exchange.useCases.domains.list(of: exchange.caller.account)
        return exchange.isVersion2 ? .full(realms) : .plain(defaultRealm: realms.first(where: \.isDefault)?.name)
    }
}
