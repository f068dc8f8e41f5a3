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

    /// Has new carriers that name no plan use that one. Throws `dialPlanUnknown`.
    package func makeDefault(dialPlan name: String) async throws(ProvisioningError) -> DialPlan {
        try await store.write { (store) throws(ProvisioningError) in
            guard var plan = try store.dialPlans().first(where: { $0.name == name }) else {
                throw ProvisioningError(.dialPlanUnknown, field: "name", name)
            }
            plan.isDefault = true
            try store.makeDefault(plan)
            return plan
        }
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

    /// Has new costs that name no currency use that one. Throws `currencyUnknown`.
    package func makeDefault(currency code: String) async throws(ProvisioningError) -> CostCurrency {
        try await store.write { (store) throws(ProvisioningError) in
            guard var currency = try store.currencies().first(where: { $0.code == code }) else {
                throw ProvisioningError(.currencyUnknown, field: "code", code)
            }
            currency.isDefault = true
            try store.makeDefault(currency)
            return currency
        }
    }
}
