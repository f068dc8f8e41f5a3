import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/realms/{realmId}/sipcredentials`, where credentials are named by id.
enum RealmCredentialOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let query = try CredentialPaging.query(exchange.path)
        let (realm, page) = try await exchange.useCases.realmCredentials.list(
            query, in: exchange.captures[1], by: exchange.caller)
        let url = exchange.url("realms/\(realm.id)/sipcredentials")
        return CredentialWire.list(
            page.credentials, links: CredentialPaging.links(page, query, url: url), form: .full([realm]))
    }

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let entries = try exchange.document("SipCredentials").children("SipCredential")
        let (realm, outcomes) = try await exchange.useCases.realmCredentials.create(
            entries.map(CredentialWire.draft), in: exchange.captures[1], by: exchange.caller)
        return CredentialWire.outcomes(outcomes, of: entries, form: .full([realm]))
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        one(
            try await exchange.useCases.realmCredentials.get(
                exchange.captures[2], in: exchange.captures[1], by: exchange.caller))
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = CredentialWire.draft(try exchange.document("SipCredential"))
        return one(
            try await exchange.useCases.realmCredentials.update(
                exchange.captures[2], in: exchange.captures[1], to: draft, by: exchange.caller))
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.realmCredentials.delete(
            exchange.captures[2], in: exchange.captures[1], by: exchange.caller)
        return Response(status: .ok)
    }

    private static func one(_ found: RealmCredential) -> Response {
        CredentialWire.one(found.credential, form: .full([found.realm]))
    }
}
