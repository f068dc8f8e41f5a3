/// The inventory of telephone numbers.
package struct Numbers: Sendable {
    let store: any ProvisioningStore

    /// Throws `numberInvalid`, `numberTaken`, `accountUnknown`; all or none are added.
    package func add(_ numbers: [String], account: AccountID) async throws(ProvisioningError) -> [InventoryNumber] {
        throw ProvisioningError(.unavailable)
    }

    /// Sends a number's calls to a trunk of its account, or to none.
    ///
    /// Throws `numberInvalid`, `numberUnknown`, `trunkUnknown`.
    package func assign(_ number: String, to trunk: TrunkID?, account: AccountID) async throws(ProvisioningError)
        -> InventoryNumber
    { throw ProvisioningError(.unavailable) }

    package func list(of account: AccountID) async throws(ProvisioningError) -> [InventoryNumber] {
        throw ProvisioningError(.unavailable)
    }

    /// Throws `numberInvalid`, `numberUnknown`.
    package func remove(_ number: String, account: AccountID) async throws(ProvisioningError) {
        throw ProvisioningError(.unavailable)
    }
}
