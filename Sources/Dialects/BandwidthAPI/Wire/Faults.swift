import Provisioning

/// What was wrong in a body, in the order in which it was found.
struct Faults {
    private var found: [Fault] = []

    /// - Parameter field: the element's name.
    mutating func add(_ rule: Rule, _ field: String, _ values: String...) {
        found.append(Fault(rule, field: field, values: values))
    }

    func throwAny() throws(ProvisioningError) {
        guard found.isEmpty else { throw ProvisioningError(found) }
    }
}
