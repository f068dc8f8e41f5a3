/// What carriers of all accounts refer to by name: forms of numbers and currencies. The operator adds to them.
package struct NumberFormats: Sendable {
    let store: any ProvisioningStore

    package func dialPlans() async throws(ProvisioningError) -> [DialPlan] {
        try await store.read { (store) throws(ProvisioningError) in try store.dialPlans() }
    }

    /// Throws `dialPlanInvalid`, `dialPlanTaken`. A new default demotes the old one.
    package func add(_ plan: DialPlan) async throws(ProvisioningError) {
        let prefixes = [plan.international, plan.national?.prefix ?? ""]
        let country = plan.national?.countryCode ?? "1"
        guard DialPlan.isName(plan.name), prefixes.allSatisfy(DialPlan.isPrefix), (1...3).contains(country.utf8.count),
            country.utf8.allSatisfy(\.isASCIIDigit)
        else { throw ProvisioningError(.dialPlanInvalid, field: "name", plan.name) }
        try await store.write { (store) throws(ProvisioningError) in try store.insert(plan) }
    }

    package func currencies() async throws(ProvisioningError) -> [CostCurrency] {
        try await store.read { (store) throws(ProvisioningError) in try store.currencies() }
    }

    /// Throws `currencyInvalid`, `currencyTaken`. A new default demotes the old one.
    package func add(_ currency: CostCurrency) async throws(ProvisioningError) {
        guard CostCurrency.isCode(currency.code) else {
            throw ProvisioningError(.currencyInvalid, field: "code", currency.code)
        }
        try await store.write { (store) throws(ProvisioningError) in try store.insert(currency) }
    }
}
