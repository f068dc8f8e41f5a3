extension PostalAddress {
    /// Every broken rule of the address's own shape, part by part in the order of the civic form, then the region.
    ///
    /// Parts and limits: Bandwidth's numbers API, element `Address` of sites and SIP peers.
    func faults(in field: String) -> [Fault] {
        let parts: [Part] = [
            Part("houseNumber", houseNumber, limit: 45, .houseNumberTooLong, missing: .houseNumberRequired),
            Part("housePrefix", housePrefix, limit: 6, .housePrefixTooLong),
            Part("houseSuffix", houseSuffix, limit: 45, .houseSuffixTooLong),
            Part("preDirectional", preDirectional, limit: 2, .preDirectionalTooLong, Self.directionals),
            Part("streetName", streetName, limit: 200, .streetNameTooLong, missing: .streetNameRequired),
            Part("streetSuffix", streetSuffix, limit: 45, .streetSuffixTooLong),
            Part("postDirectional", postDirectional, limit: 2, .postDirectionalTooLong, Self.directionals),
            Part("addressLine2", addressLine2, limit: 200, .addressLine2TooLong),
            Part("city", city, limit: 100, .cityTooLong, missing: .cityRequired),
            Part("stateCode", stateCode, limit: 2, .stateCodeInvalid, missing: .stateCodeRequired),
            Part("zip", zip, limit: 7, .zipInvalid, missing: .zipRequired),
            Part("plusFour", plusFour, limit: 4, .plusFourTooLong),
            Part("county", county, limit: 45, .countyTooLong),
        ]
        return parts.compactMap { $0.fault(in: field) } + zipFaults(in: field) + regionFaults(in: field)
    }

    private static let directionals: Set<String> = ["N", "S", "E", "W", "NE", "NW", "SE", "SW"]

    private func zipFaults(in field: String) -> [Fault] {
        let isShaped = Regions.isCanada(country) ? Self.isCanadianCode(zip) : Self.isDigits(zip, count: 5)
        guard !zip.isBlank, zip.length <= 7, !isShaped else { return [] }
        return [Fault(.zipInvalid, field: "\(field).zip", values: [zip])]
    }

    private static func isDigits(_ text: String, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy(\.isASCIIDigit)
    }

    /// A letter and a digit in turn, with or without a space in the middle, as in `K1A 0B1`.
    private static func isCanadianCode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let code = bytes.count == 7 && bytes[3] == UInt8(ascii: " ") ? Array(bytes[..<3] + bytes[4...]) : bytes
        return code.count == 6
            && code.enumerated().allSatisfy { $0.offset % 2 == 0 ? $0.element.isASCIILetter : $0.element.isASCIIDigit }
    }

    private func regionFaults(in field: String) -> [Fault] {
        guard !stateCode.isBlank, stateCode.length <= 2, !Regions.contains(state: stateCode, country: country) else {
            return []
        }
        guard stateCode.utf8.count == 2, stateCode.utf8.allSatisfy(\.isASCIILetter) else {
            return [Fault(.stateCodeInvalid, field: "\(field).stateCode", values: [stateCode])]
        }
        return [Fault(.regionUnknown, field: "\(field).stateCode", values: [stateCode, country])]
    }

    /// One row of the table above.
    private struct Part {
        let name: String
        let value: String?
        let limit: Int
        let tooLong: Rule
        let missing: Rule?
        let allowed: Set<String>?

        init(
            _ name: String, _ value: String?, limit: Int, _ tooLong: Rule, _ allowed: Set<String>? = nil,
            missing: Rule? = nil
        ) {
            self.name = name
            self.value = value
            self.limit = limit
            self.tooLong = tooLong
            self.missing = missing
            self.allowed = allowed
        }

        func fault(in field: String) -> Fault? {
            let path = "\(field).\(name)"
            guard let value, !value.isBlank else { return missing.map { Fault($0, field: path) } }
            if value.length > limit { return Fault(tooLong, field: path, values: [value]) }
            if value.hasControls || allowed?.contains(value) == false {
                return Fault(.valueInvalid, field: path, values: [name.capitalizedFirst, value])
            }
            return nil
        }
    }
}

extension AddressCheck {
    /// Throws `addressNotRecognized`, `addressCheckUnavailable`; an absent or unchanged address needs no check.
    func require(_ address: PostalAddress?, unlike old: PostalAddress? = nil) async throws(ProvisioningError) {
        guard let address, address != old else { return }
        switch await check(address) {
        case .valid: return
        case .notRecognized: throw ProvisioningError(.addressNotRecognized, field: "address")
        case .unavailable: throw ProvisioningError(.addressCheckUnavailable, field: "address")
        }
    }
}
