import DialectKit
import Provisioning

/// `Address` elements, both ways.
enum AddressWire {
    /// The address, or `nil` where the element is empty. Parts that are required stay empty here: a rule says so later.
    static func address(_ tree: XMLTree, _ faults: inout Faults) -> PostalAddress? {
        guard !tree.isEmpty else { return nil }
        return PostalAddress(
            houseNumber: tree.text("HouseNumber") ?? "", housePrefix: tree.value("HousePrefix"),
            houseSuffix: tree.value("HouseSuffix"), preDirectional: tree.value("PreDirectional"),
            streetName: tree.text("StreetName") ?? "", streetSuffix: tree.value("StreetSuffix"),
            postDirectional: tree.value("PostDirectional"), addressLine2: tree.value("AddressLine2"),
            city: tree.text("City") ?? "", stateCode: tree.text("StateCode") ?? "", zip: tree.text("Zip") ?? "",
            plusFour: tree.value("PlusFour"), county: tree.value("County"),
            country: tree.value("Country") ?? "United States", kind: kind(tree.value("AddressType"), &faults))
    }

    private static func kind(_ text: String?, _ faults: inout Faults) -> PostalAddress.Kind {
        guard let text else {
            faults.add(.addressKindRequired, "AddressType")
            return .service
        }
        guard let kind = PostalAddress.Kind(rawValue: text) else {
            faults.add(.addressKindInvalid, "AddressType")
            return .service
        }
        return kind
    }

    /// Every part that the vendor names stands, the missing ones empty; the house prefix, which came later, only if given.
    static func write(_ address: PostalAddress, _ xml: inout XMLWriter) {
        xml.element("Address") { xml in
            xml.element("HousePrefix", optional: address.housePrefix)
            xml.element("HouseNumber", address.houseNumber)
            xml.element("HouseSuffix", address.houseSuffix ?? "")
            xml.element("PreDirectional", address.preDirectional ?? "")
            xml.element("StreetName", address.streetName)
            xml.element("StreetSuffix", address.streetSuffix ?? "")
            xml.element("PostDirectional", address.postDirectional ?? "")
            xml.element("AddressLine2", address.addressLine2 ?? "")
            xml.element("City", address.city)
            xml.element("StateCode", address.stateCode)
            xml.element("Zip", address.zip)
            xml.element("PlusFour", address.plusFour ?? "")
            xml.element("County", address.county ?? "")
            xml.element("Country", address.country)
            xml.element("AddressType", address.kind.rawValue)
        }
    }
}
