/// What users of an application may be called, and what their passwords must be.
///
/// The vendor's page on AddUser; a password is asked to be as long as its error 112 says, and no more: the samples of the
/// vendor's own SDKs (`1234567`, `p@ssw0rd`) would not pass the page's rule.
enum EndUserRules {
    /// A lower-case letter or digit, then letters, digits, `-` and `_`: 3 to 50 characters.
    static func isName(_ name: some StringProtocol) -> Bool {
        guard (3...50).contains(name.utf8.count), let first = name.utf8.first, first.isLowerASCIIAlphanumeric else {
            return false
        }
        return name.utf8.allSatisfy {
            $0.isLowerASCIIAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
    }

    static func requireName(_ name: String) throws(ProvisioningError) {
        guard isName(name) else { throw ProvisioningError(.endUserNameInvalid, field: "user_name", name) }
    }

    static func requirePassword(_ password: Secret<String>) throws(ProvisioningError) {
        let text = password.reveal()
        guard text.length >= 6 else { throw ProvisioningError(.endUserPasswordTooShort, field: "user_password") }
        guard text.utf8.count <= 256 else {
            throw ProvisioningError(.parameterTooLong, field: "user_password", "user_password", "256")
        }
        guard !text.contains(where: \.isWhitespace), !text.hasControls else {
            throw ProvisioningError(.endUserPasswordHasSpaces, field: "user_password")
        }
    }

    static func requireDetails(_ details: EndUserDetails) throws(ProvisioningError) {
        guard (1...255).contains(details.displayName.length), !details.displayName.hasControls else {
            throw ProvisioningError(.endUserDisplayNameInvalid, field: "user_display_name")
        }
        guard (details.customData ?? "").length < 8192 else {
            throw ProvisioningError(.endUserCustomDataTooLong, field: "user_custom_data")
        }
    }
}

extension UInt8 {
    fileprivate var isLowerASCIIAlphanumeric: Bool {
        isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }
}
