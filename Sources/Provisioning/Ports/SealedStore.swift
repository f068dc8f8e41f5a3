/// What is kept sealed, wherever it lies.
package protocol SealedReader {
    /// How many values there are.
    func sealedCount() throws(ProvisioningError) -> Int
    /// The values of one purpose in rows above `row`, in the order of the rows.
    func sealedValues(_ purpose: Seal.Purpose, above row: Int64, limit: Int) throws(ProvisioningError) -> [SealedValue]
}

/// What is kept sealed, to be sealed anew.
package protocol SealedTransaction: SealedReader {
    /// Puts the value in its place; whoever keeps a copy of the row sees it change.
    func replace(_ value: SealedValue) throws(ProvisioningError)
}

/// A sealed value and where it lies.
package struct SealedValue: Sendable {
    package let place: Seal.Context
    package var sealed: [UInt8]

    package init(_ place: Seal.Context, sealed: [UInt8]) {
        self.place = place
        self.sealed = sealed
    }
}
