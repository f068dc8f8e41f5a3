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
            defaultRealm: try await defaultRealm(exchange))
    }

    /// 201 as soon as one entry is valid, else 400; the entries that failed stand in either answer.
    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let entries = try exchange.document("SipCredentials").children("SipCredential")
        let drafts = entries.map(CredentialWire.draft)
        let outcomes = try await exchange.useCases.credentials.create(drafts, by: exchange.caller)
        let namesRealm = drafts.contains { $0.realm != nil }
        return CredentialWire.outcomes(
            outcomes, of: entries, defaultRealm: namesRealm ? try await defaultRealm(exchange) : nil)
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let credential = try await exchange.useCases.credentials.get(exchange.captures[1], by: exchange.caller)
        return CredentialWire.one(credential, defaultRealm: try await defaultRealm(exchange))
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = CredentialWire.draft(try exchange.document("SipCredential"))
        let credential = try await exchange.useCases.credentials.update(
            exchange.captures[1], to: draft, by: exchange.caller)
        return CredentialWire.one(credential, defaultRealm: try await defaultRealm(exchange))
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.credentials.delete(exchange.captures[1], by: exchange.caller)
        return Response(status: .ok)
    }

    /// The realm that goes without saying in answers.
    private static func defaultRealm(_ exchange: Exchange) async throws(ProvisioningError) -> String? {
        try await exchange.useCases.domains.list(of: exchange.caller.account).first(where: \.isDefault)?.name
    }
}
