/// Why a use case refused; the only error that leaves this target.
package struct ProvisioningError: Error, Sendable, Equatable {
    /// Every fault found, in the documented order of checks; never empty.
    package let faults: [Fault]

    package init(_ faults: [Fault]) {
        precondition(!faults.isEmpty, "an error names a fault")
        self.faults = faults
    }

    /// An error with one fault.
    package init(_ rule: Rule, field: String = "", _ values: String...) {
        faults = [Fault(rule, field: field, values: values)]
    }

    /// Throws all of them, if there are any.
    static func throwAny(_ faults: [Fault]) throws(ProvisioningError) {
        guard faults.isEmpty else { throw ProvisioningError(faults) }
    }

    /// The fault that dialects with room for one show.
    package var first: Fault { faults[0] }
}

/// One rule that was broken, and where.
package struct Fault: Sendable, Equatable {
    package let rule: Rule
    /// The field's path in the model's own words, such as `terminationHosts`; empty where there is none.
    package let field: String
    /// What the rule's text names, in the order of the rule's doc comment; never a secret.
    package let values: [String]

    package init(_ rule: Rule, field: String = "", values: [String] = []) {
        self.rule = rule
        self.field = field
        self.values = values
    }
}
