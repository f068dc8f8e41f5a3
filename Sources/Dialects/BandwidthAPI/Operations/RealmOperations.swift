import DialectKit
import Hummingbird
import Provisioning

/// `/accounts/{accountId}/realms`; one is named by id, full name, or short name.
enum RealmOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let fragment = try RealmWire.fragment(exchange.path)
        return RealmWire.list(try await exchange.useCases.realms.list(matching: fragment, by: exchange.caller))
    }

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = try RealmWire.draft(exchange.document("Realm"))
        let realm = try await exchange.useCases.realms.create(draft, by: exchange.caller)
        return RealmWire.one(
            realm, status: .created, headers: [.location: exchange.url("realms/\(realm.domain.id)")])
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        RealmWire.one(try await exchange.useCases.realms.get(exchange.captures[1], by: exchange.caller))
    }

    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let update = try RealmWire.update(exchange.document("Realm"))
        return RealmWire.one(
            try await exchange.useCases.realms.update(exchange.captures[1], to: update, by: exchange.caller))
    }

    /// 202, as the vendor does it later; here it is done.
    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.realms.delete(exchange.captures[1], by: exchange.caller)
        return Response(status: .accepted)
    }
}
