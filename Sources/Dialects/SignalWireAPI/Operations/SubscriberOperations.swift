import DialectKit
import Hummingbird
import Provisioning

/// `/resources/subscribers`.
enum SubscriberOperations {
    static func list(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let page = try await exchange.useCases.subscribers.list(paging.query, by: exchange.caller)
        let project = try await exchange.project()
        return paging.response(page) { SubscriberWire.json($0, project: project) }
    }

    static func create(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = SubscriberWire.draft(try exchange.object())
        let subscriber = try await exchange.useCases.subscribers.create(draft, by: exchange.caller)
        return SubscriberWire.json(subscriber, project: try await exchange.project()).response(.created)
    }

    static func get(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let subscriber = try await exchange.useCases.subscribers.get(exchange.captures[0], by: exchange.caller)
        return SubscriberWire.json(subscriber, project: try await exchange.project()).response(.ok)
    }

    /// What the body does not name stays: the vendor's SDKs send the changed attributes only.
    static func update(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let draft = SubscriberWire.draft(try exchange.object())
        let subscriber = try await exchange.useCases.subscribers.update(
            exchange.captures[0], with: draft, by: exchange.caller)
        return SubscriberWire.json(subscriber, project: try await exchange.project()).response(.ok)
    }

    static func delete(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        try await exchange.useCases.subscribers.delete(exchange.captures[0], by: exchange.caller)
        return Response(status: .noContent)
    }

    static func addresses(_ exchange: Exchange) async throws(ProvisioningError) -> Response {
        let paging = try Paging(exchange)
        let subscriber = try await exchange.useCases.subscribers.get(exchange.captures[0], by: exchange.caller)
        return paging.response(.only(.subscriber(subscriber))) { AddressWire.json($0) }
    }
}

extension ListPage<Addressee> {
    /// The one address of something.
    static func only(_ addressee: Addressee) -> Self {
        ListPage(items: [addressee], bounds: nil, hasNext: false, hasPrevious: false)
    }
}
