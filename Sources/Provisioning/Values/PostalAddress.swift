/// A civic address in the United States or Canada, as emergency services want it.
package struct PostalAddress: Sendable, Equatable {
    package var houseNumber: String
    package var housePrefix: String?
    package var houseSuffix: String?
    package var preDirectional: String?
    package var streetName: String
    package var streetSuffix: String?
    package var postDirectional: String?
    package var addressLine2: String?
    package var city: String
    package var stateCode: String
    package var zip: String
    package var plusFour: String?
    package var county: String?
    /// The country's name as the caller wrote it; "United States" when not given.
    package var country: String
    package var kind: Kind

    /// What the address is used for.
    package enum Kind: String, CaseIterable, Sendable {
        case service = "Service"
        case billing = "Billing"
        case directoryListing = "Dlda"
        case emergency = "E911"
    }

    package init(
        houseNumber: String, housePrefix: String? = nil, houseSuffix: String? = nil, preDirectional: String? = nil,
        streetName: String, streetSuffix: String? = nil, postDirectional: String? = nil, addressLine2: String? = nil,
        city: String, stateCode: String, zip: String, plusFour: String? = nil, county: String? = nil,
        country: String = "United States", kind: Kind
    ) {
        self.houseNumber = houseNumber
        self.housePrefix = housePrefix
        self.houseSuffix = houseSuffix
        self.preDirectional = preDirectional
        self.streetName = streetName
        self.streetSuffix = streetSuffix
        self.postDirectional = postDirectional
        self.addressLine2 = addressLine2
        self.city = city
        self.stateCode = stateCode
        self.zip = zip
        self.plusFour = plusFour
        self.county = county
        self.country = country
        self.kind = kind
    }
}
