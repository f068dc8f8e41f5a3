/// Numbers from the side of the trunks that they are on.
///
/// Every call that names a trunk throws `siteUnknown` and `trunkUnknown`, every change `forbidden`.
package struct TrunkNumbers: Sendable {
    let store: any ProvisioningStore

    /// Most numbers that are moved at once.
    package static let moveLimit = 5000

    package func list(on trunk: TrunkID, in site: SiteID, page: NumberPage, by caller: Caller)
        async throws(ProvisioningError) -> [InventoryNumber]
    {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requirePlacedTrunk(trunk, in: site, of: caller.account)
            return try store.numbers(on: trunk, of: caller.account, page: page)
        }
    }

    package func counts(on trunk: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError)
        -> NumberCounts
    {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requirePlacedTrunk(trunk, in: site, of: caller.account)
            return try store.numberCounts(on: trunk, of: caller.account)
        }
    }

    /// How many numbers the site's trunks have. Throws `siteUnknown`.
    package func count(in site: SiteID, by caller: Caller) async throws(ProvisioningError) -> Int {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireSite(site, of: caller.account)
            return try store.numberCount(in: site, of: caller.account)
        }
    }

    /// How many numbers each site has; sites without numbers are missing.
    package func counts(by caller: Caller) async throws(ProvisioningError) -> [SiteID: Int] {
        try await store.read { (store) throws(ProvisioningError) in try store.numberCounts(of: caller.account) }
    }

    /// Throws `numberNotOnTrunk`.
    package func get(_ number: TelephoneNumber, on trunk: TrunkID, in site: SiteID, by caller: Caller)
        async throws(ProvisioningError) -> InventoryNumber
    {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requirePlacedTrunk(trunk, in: site, of: caller.account)
            return try store.requireNumber(number, on: trunk, in: site, of: caller.account)
        }
    }

    /// Replaces what is said about a number.
    ///
    /// Throws `numberNotOnTrunk`; then every one of `numberFeatureMissing`, `callForwardToItself`, `nameDisplayEnforced`.
    package func update(
        _ number: TelephoneNumber, to settings: NumberSettings, on trunk: TrunkID, in site: SiteID, by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            let place = try store.requirePlacedTrunk(trunk, in: site, of: caller.account)
            var entry = try store.requireNumber(number, on: trunk, in: site, of: caller.account)
            let account = try store.requireAccount(caller.account)
            entry.settings = settings
            try ProvisioningError.throwAny(NumberRules(account: account, trunk: place).faults(of: entry))
            try store.update(entry)
        }
    }

    /// Sends the calls of all these numbers to the trunk, or of none of them; where they went before does not matter.
    ///
    /// Throws `numberRequired`, `numberCountInvalid`, every `numberRepeated`; then every `numberUnknown`.
    package func move(_ numbers: [TelephoneNumber], to trunk: TrunkID, in site: SiteID, by caller: Caller)
        async throws(ProvisioningError)
    {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requirePlacedTrunk(trunk, in: site, of: caller.account)
            try ProvisioningError.throwAny(Self.faults(of: numbers))
            var entries: [InventoryNumber] = []
            var faults: [Fault] = []
            for number in numbers {
                if let entry = try store.number(number), entry.account == caller.account {
                    entries.append(entry)
                } else {
                    faults.append(Fault(.numberUnknown, field: "numbers", values: [number.shortText]))
                }
            }
            try ProvisioningError.throwAny(faults)
            for var entry in entries where entry.trunk != trunk {
                entry.trunk = trunk
                try store.update(entry)
            }
        }
    }

    /// The trunk that a number of the caller's account is on, and its site.
    ///
    /// Throws `numberUnknown`, `numberNotInService`.
    package func place(of number: TelephoneNumber, by caller: Caller) async throws(ProvisioningError)
        -> (site: Site, trunk: Trunk)
    {
        try await store.read { (store) throws(ProvisioningError) in
            guard let entry = try store.number(number), entry.account == caller.account else {
                throw ProvisioningError(.numberUnknown, number.shortText)
            }
            guard let id = entry.trunk, let trunk = try store.trunk(id, of: caller.account) else {
                throw ProvisioningError(.numberNotInService, number.shortText)
            }
            return (try store.requireSite(trunk.site, of: caller.account), trunk)
        }
    }

    private static func faults(of numbers: [TelephoneNumber]) -> [Fault] {
        guard !numbers.isEmpty else { return [Fault(.numberRequired, field: "numbers")] }
        guard numbers.count <= moveLimit else {
            return [Fault(.numberCountInvalid, field: "numbers", values: ["FullNumber", "1", String(moveLimit)])]
        }
        var seen: Set<TelephoneNumber> = []
        return numbers.filter { !seen.insert($0).inserted }.map {
            Fault(.numberRepeated, field: "numbers", values: [$0.shortText])
        }
    }
}

extension ProvisioningReader {
    /// Throws `siteUnknown`, `trunkUnknown`.
    func requirePlacedTrunk(_ id: TrunkID, in site: SiteID, of account: AccountID) throws(ProvisioningError) -> Trunk {
        _ = try requireSite(site, of: account)
        return try requireTrunk(id, in: site, of: account)
    }

    /// Throws `numberNotOnTrunk`.
    fileprivate func requireNumber(
        _ number: TelephoneNumber, on trunk: TrunkID, in site: SiteID, of account: AccountID
    ) throws(ProvisioningError) -> InventoryNumber {
        guard let entry = try self.number(number), entry.account == account, entry.trunk == trunk else {
            throw ProvisioningError(.numberNotOnTrunk, number.shortText, "\(account)", "\(site)", "\(trunk)")
        }
        return entry
    }
}
