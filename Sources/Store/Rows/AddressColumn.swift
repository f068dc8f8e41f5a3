import Foundation
import Provisioning

extension PostalAddress {
    /// The address from its column, `nil` for none.
    init?(stored text: String?) throws(ProvisioningError) {
        guard let text else { return nil }
        do {
            let column = try JSONDecoder().decode(Column.self, from: Data(text.utf8))
            guard let kind = Kind(rawValue: column.kind) else { throw ProvisioningError(.unavailable) }
            self.init(
                houseNumber: column.houseNumber, housePrefix: column.housePrefix, houseSuffix: column.houseSuffix,
                preDirectional: column.preDirectional, streetName: column.streetName,
                streetSuffix: column.streetSuffix, postDirectional: column.postDirectional,
                addressLine2: column.addressLine2, city: column.city, stateCode: column.stateCode, zip: column.zip,
                plusFour: column.plusFour, county: column.county, country: column.country, kind: kind)
        } catch {
            throw ProvisioningError(.unavailable)
        }
    }

    /// The address as its column holds it: one JSON object.
    func stored() throws(ProvisioningError) -> String {
        let column = Column(
            houseNumber: houseNumber, housePrefix: housePrefix, houseSuffix: houseSuffix,
            preDirectional: preDirectional, streetName: streetName, streetSuffix: streetSuffix,
            postDirectional: postDirectional, addressLine2: addressLine2, city: city, stateCode: stateCode, zip: zip,
            plusFour: plusFour, county: county, country: country, kind: kind.rawValue)
        do {
            return String(decoding: try JSONEncoder().encode(column), as: UTF8.self)
        } catch {
            throw ProvisioningError(.unavailable)
        }
    }

    /// The object's names are part of the stored form: they stay when a property is renamed.
    private struct Column: Codable {
        var houseNumber: String
        var housePrefix: String?
        var houseSuffix: String?
        var preDirectional: String?
        var streetName: String
        var streetSuffix: String?
        var postDirectional: String?
        var addressLine2: String?
        var city: String
        var stateCode: String
        var zip: String
        var plusFour: String?
        var county: String?
        var country: String
        var kind: String
    }
}
