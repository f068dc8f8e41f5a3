/// What may be said about a number, given its account and its trunk.
struct NumberRules {
    let account: Account
    let trunk: Trunk

    /// Every broken rule, in the order of the vendor's elements.
    func faults(of entry: InventoryNumber) -> [Fault] {
        let settings = entry.settings
        let name = entry.number.shortText
        var faults: [Fault] = []
        if let forward = settings.callForward {
            if !account.features.contains(.callForwarding) { faults.append(missing(.callForwarding)) }
            if forward == entry.number {
                faults.append(Fault(.callForwardToItself, field: "callForward", values: [name, name]))
            }
        }
        if settings.displaysName != nil {
            if !account.features.contains(.callingName) { faults.append(missing(.callingName)) }
            if trunk.details.callingName?.enforced == true {
                faults.append(Fault(.nameDisplayEnforced, field: "displaysName", values: [name]))
            }
        }
        return faults
    }

    private func missing(_ feature: ProductFeature) -> Fault {
        Fault(.numberFeatureMissing, values: ["\(account.id)", feature.rawValue])
    }
}
