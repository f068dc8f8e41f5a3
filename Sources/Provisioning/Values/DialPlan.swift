/// A form that numbers are written in, by a name that carriers refer to; the operator's, for all accounts.
package struct DialPlan: Sendable, Equatable {
    package let name: String
    /// Stands before country code and number.
    package var international: String
    /// How numbers of one country are written instead; `nil` where they are as all others.
    package var national: National?
    /// The one that carriers use which name none.
    package var isDefault: Bool

    /// The numbers of one country.
    package struct National: Sendable, Equatable {
        /// Digits.
        package var countryCode: String
        /// Stands in the place of the country code.
        package var prefix: String

        package init(countryCode: String, prefix: String) {
            self.countryCode = countryCode
            self.prefix = prefix
        }
    }

    package init(name: String, international: String, national: National? = nil, isDefault: Bool = false) {
        self.name = name
        self.international = international
        self.national = national
        self.isDefault = isDefault
    }

    /// The number in this form.
    package func text(_ number: TelephoneNumber) -> String {
        let digits = number.e164.dropFirst()
        if let national, digits.hasPrefix(national.countryCode) {
            return national.prefix + digits.dropFirst(national.countryCode.count)
        }
        return international + digits
    }

    /// 1 to 64 letters, digits, hyphens, points and underscores.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._".utf8.contains($0) }
    }

    /// At most 16 digits, `+`, `*` and `#`.
    static func isPrefix(_ text: String) -> Bool {
        text.utf8.count <= 16 && text.utf8.allSatisfy { $0.isASCIIDigit || "+*#".utf8.contains($0) }
    }
}

/// A currency that costs may be in; the operator's, for all accounts.
package struct CostCurrency: Sendable, Equatable {
    /// Three letters in upper case (ISO 4217).
    package let code: String
    /// The one of carriers that name none.
    package var isDefault: Bool

    package init(code: String, isDefault: Bool = false) {
        self.code = code
        self.isDefault = isDefault
    }

    static func isCode(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { $0.isASCIILetter && $0 & 0x20 == 0 }
    }
}
