import DialectKit
import Hummingbird
import Provisioning

extension SignalWireAPI {
    /// Below the vendor's base path, and bare as its reference pages print them.
    static let routes = RouteTable(bases: ["/api/fabric", ""], routeList)
    static let relayRoutes = RouteTable(bases: ["/api/relay/rest"], relayRouteList)

    /// Literal paths stand before those with a place for any id.
    static let routeList =
        SubscriberOperations.routes + EndpointOperations.routes + GatewayOperations.routes + ResourceOperations.routes
        + TokenOperations.routes
    static let relayRouteList = ProfileOperations.routes
}

extension SubscriberOperations {
    static let routes = [
        Route(.get, "resources/subscribers", Operation(list)),
        Route(.post, "resources/subscribers", Operation(create, order: SubscriberWire.attributes)),
        Route(.get, "resources/subscribers/*", Operation(get)),
        Route(.put, "resources/subscribers/*", Operation(update, order: SubscriberWire.attributes)),
        Route(.delete, "resources/subscribers/*", Operation(delete)),
        Route(.get, "resources/subscribers/*/addresses", Operation(addresses)),
    ]
}

extension EndpointOperations {
    static let routes = [
        Route(.get, "resources/subscribers/*/sip_endpoints", Operation(list)),
        Route(.post, "resources/subscribers/*/sip_endpoints", Operation(create, order: EndpointWire.attributes)),
        Route(.get, "resources/subscribers/*/sip_endpoints/*", Operation(get)),
        Route(.patch, "resources/subscribers/*/sip_endpoints/*", Operation(update, order: EndpointWire.attributes)),
        Route(.delete, "resources/subscribers/*/sip_endpoints/*", Operation(delete)),
        Route(.get, "resources/sip_endpoints", Operation(listOfProject)),
        Route(.post, "resources/sip_endpoints", Operation(createInProject, order: EndpointWire.attributes)),
        Route(.get, "resources/sip_endpoints/*", Operation(getOfProject)),
        Route(.put, "resources/sip_endpoints/*", Operation(updateOfProject, order: EndpointWire.attributes)),
        Route(.delete, "resources/sip_endpoints/*", Operation(deleteOfProject)),
    ]
}

extension GatewayOperations {
    static let routes = [
        Route(.get, "resources/sip_gateways", Operation(list)),
        Route(.post, "resources/sip_gateways", Operation(create, order: GatewayWire.attributes)),
        Route(.get, "resources/sip_gateways/*", Operation(get)),
        Route(.patch, "resources/sip_gateways/*", Operation(update, order: GatewayWire.attributes)),
        Route(.delete, "resources/sip_gateways/*", Operation(delete)),
        Route(.get, "resources/sip_gateways/*/addresses", Operation(addresses)),
    ]
}

extension ResourceOperations {
    static let routes = [
        Route(.get, "resources", Operation(list)),
        Route(.get, "resources/*", Operation(get)),
        Route(.delete, "resources/*", Operation(delete)),
        Route(.get, "resources/*/addresses", Operation(addressesOfOne)),
        Route(.get, "addresses", Operation(addresses)),
        Route(.get, "addresses/*", Operation(address)),
    ]
}

extension TokenOperations {
    static let routes = [
        Route(.post, "subscribers/tokens", Operation(create, order: ["reference"] + SubscriberWire.attributes)),
        Route(.post, "subscribers/tokens/refresh", Operation(refresh)),
    ]
}

extension ProfileOperations {
    static let routes = [Route(.get, "sip_profile", Operation(get))]
}

/// One operation: what it does, and in which order the faults of its attributes are shown.
struct Operation: Sendable {
    let order: [String]
    let perform: @Sendable (Exchange) async throws(ProvisioningError) -> Response

    init(
        _ perform: @escaping @Sendable (Exchange) async throws(ProvisioningError) -> Response, order: [String] = []
    ) {
        self.order = order
        self.perform = perform
    }
}
