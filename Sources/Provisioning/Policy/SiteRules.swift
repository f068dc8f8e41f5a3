extension SiteDetails {
    /// Every broken rule of a site's shape, in the order of its fields.
    ///
    /// Limits and characters: codes 4015, 4016, 12544 and 12606 of Bandwidth's error list. The address is required, as
    /// its pages for POST and PUT say (code 1003, "Address is required").
    func faults() -> [Fault] {
        var faults: [Fault] = []
        if name.isBlank {
            faults.append(Fault(.siteNameRequired, field: "name"))
        } else if !Self.isText(name, atMost: 50) {
            faults.append(Fault(.siteNameInvalid, field: "name", values: [name]))
        }
        if let description, !Self.isText(description, atMost: 250) {
            faults.append(Fault(.siteDescriptionInvalid, field: "description", values: [description]))
        }
        if let customerName, customerName.length > 50 {
            faults.append(Self.tooLong("customerName", "CustomerName", customerName, limit: 50))
        } else if let customerName, customerName.hasControls {
            faults.append(Fault(.valueInvalid, field: "customerName", values: ["CustomerName", customerName]))
        }
        if let customerProvidedID {
            if customerProvidedID.length > 10 {
                faults.append(
                    Self.tooLong("customerProvidedID", "CustomerProvidedId", customerProvidedID, limit: 10))
            } else if !customerProvidedID.utf8.allSatisfy(\.isASCIIDigit) {
                faults.append(
                    Fault(.customerProvidedIDInvalid, field: "customerProvidedID", values: [customerProvidedID]))
            }
        }
        faults += address?.faults(in: "address") ?? [Fault(.addressRequired, field: "address")]
        return faults
    }

    private static func isText(_ text: String, atMost limit: Int) -> Bool {
        let marks = ".- ".utf8
        return text.utf8.count <= limit && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || marks.contains($0) }
    }

    private static func tooLong(_ field: String, _ element: String, _ value: String, limit: Int) -> Fault {
        Fault(.siteFieldTooLong, field: field, values: [element, value, String(limit)])
    }
}
