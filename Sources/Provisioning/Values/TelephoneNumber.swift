/// A number in E.164 form: `+` and 7 to 15 digits.
package struct TelephoneNumber: Sendable, Hashable, CustomStringConvertible {
    /// With the `+`.
    package let e164: String

    /// A number from `+` and digits, or from ten North American digits, or from eleven that begin with 1; else `nil`.
    package init?(_ text: some StringProtocol) {
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : String(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != "0" else {
            return nil
        }
        if text.hasPrefix("+") {
            guard (7...15).contains(digits.count) else { return nil }
            e164 = "+\(digits)"
        } else if digits.count == 10 {
            e164 = "+1\(digits)"
        } else if digits.count == 11, digits.first == "1" {
            e164 = "+\(digits)"
        } else {
            return nil
        }
    }

    package var description: String { e164 }

    /// The ten digits of a North American number, or `nil` for any other.
    package var nationalDigits: String? {
        e164.hasPrefix("+1") && e164.utf8.count == 12 ? String(e164.dropFirst(2)) : nil
    }

    /// The national digits of a North American number, any other with its `+`.
    package var shortText: String { nationalDigits ?? e164 }
}

/// A number in an account's inventory, and what its calls go to.
package struct InventoryNumber: Sendable, Equatable {
    package let number: TelephoneNumber
    package let account: AccountID
    /// `nil` while the number is in the inventory only.
    package var trunk: TrunkID? {
        didSet { if trunk != nil { destination = nil } }
    }
    /// What its calls go to that is no trunk.
    package var destination: NumberDestination? {
        didSet { if destination != nil { trunk = nil } }
    }
    package var settings: NumberSettings

    package init(
        number: TelephoneNumber, account: AccountID, trunk: TrunkID? = nil, destination: NumberDestination? = nil,
        settings: NumberSettings = NumberSettings()
    ) {
        self.number = number
        self.account = account
        self.trunk = trunk
        self.destination = destination
        self.settings = settings
    }
}
