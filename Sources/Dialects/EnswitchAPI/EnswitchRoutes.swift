import DialectKit
import Hummingbird
import Provisioning

extension EnswitchAPI {
    /// Functions by their paths below the base.
    typealias Functions = [(path: String, operation: Operation)]

    static let functions: Functions =
        PeerOperations.functions + PeerCostOperations.functions + RouteOperations.functions
        + RegistrationOperations.functions + UserOperations.functions

    /// Every function takes GET and POST, as the client prefers.
    static let routes = RouteTable(
        bases: ["/api/json"],
        functions.flatMap { function in
            [Route(.get, function.path, function.operation), Route(.post, function.path, function.operation)]
        })
}

/// One function: what it asks of the caller's role, and what it does.
struct Operation: Sendable {
    let privilege: Privilege
    let perform: @Sendable (Exchange) async throws(ProvisioningError) -> Answer

    init(
        _ privilege: Privilege, _ perform: @escaping @Sendable (Exchange) async throws(ProvisioningError) -> Answer
    ) {
        self.privilege = privilege
        self.perform = perform
    }
}
