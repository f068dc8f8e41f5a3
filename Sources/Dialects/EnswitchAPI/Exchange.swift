import DialectKit
import Provisioning

/// An admitted request: whose it is, and its parameters.
struct Exchange: Sendable {
    let useCases: UseCases
    let edge: any LiveEdge
    let caller: Caller
    let form: FormBody
    let source: IPAddress?
    let now: @Sendable () -> Timestamp

    /// The number in a parameter that names what is asked for.
    func id<Resource>(_ name: String = "id") throws(ProvisioningError) -> Identifier<Resource> {
        var parameters = Parameters(form)
        let id: Identifier<Resource>? = parameters.id(name)
        try parameters.throwAny()
        guard let id else { throw ProvisioningError(.elementRequired, field: name, name) }
        return id
    }

    /// A parameter that is 0 or 1; 0 where it is missing.
    func flag(_ name: String) throws(ProvisioningError) -> Bool {
        var parameters = Parameters(form)
        var flag = false
        parameters.flag(name, into: &flag)
        try parameters.throwAny()
        return flag
    }

    /// Throws `customerUnknown` where `customer` names another than the caller's own account.
    func requireOwnCustomer() throws(ProvisioningError) {
        guard let text = form["customer"] else { return }
        guard AccountID(text) == caller.account else {
            throw ProvisioningError(.customerUnknown, field: "customer", text)
        }
    }

    /// Throws `forbidden` where the caller's role is none of the system.
    func require(_ privilege: Privilege) throws(ProvisioningError) {
        guard privilege.isHeld(by: caller) else { throw ProvisioningError(.forbidden) }
    }
}

/// What a function asks of a caller's role.
enum Privilege: Sendable {
    /// The vendor's `user`: every role.
    case user
    /// The vendor's `system`, `system owner` and `commerce`: roles that change things.
    case system

    func isHeld(by caller: Caller) -> Bool {
        switch self {
        case .user: true
        case .system: caller.role.mayChange
        }
    }
}
