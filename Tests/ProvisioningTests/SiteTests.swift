import Provisioning
import TestSupport
import Testing

/// Rules of sites and addresses: Bandwidth's error list, codes 4015, 4016, 12024 and 12533 to 13103 (2023).
@Suite struct SiteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let change: @Sendable (inout SiteDetails) -> Void
        let faults: [Fault]

        init(_ faults: Fault..., change: @escaping @Sendable (inout SiteDetails) -> Void) {
            self.change = change
            self.faults = faults
        }

        var testDescription: String { "\(faults.map(\.rule))" }
    }

    static let long = String(repeating: "a", count: 251)

    @Test(arguments: [
        Case { $0.name = "Raleigh-2.b " },
        Case {
            $0.address?.zip = "27606"; $0.address?.preDirectional = "NW"; $0.address?.country = "usa"
        },
        Case {
            $0.address?.country = "Canada"
            $0.address?.stateCode = "ON"
            $0.address?.zip = "K1A 0B1"
        },
        Case(Fault(.siteNameRequired, field: "name")) { $0.name = " " },
        Case(Fault(.siteNameInvalid, field: "name", values: ["a_b"])) { $0.name = "a_b" },
        Case(Fault(.siteNameInvalid, field: "name", values: [String(long.prefix(51))])) {
            $0.name = String(long.prefix(51))
        },
        Case(Fault(.siteDescriptionInvalid, field: "description", values: [long])) { $0.description = long },
        Case(Fault(.siteDescriptionInvalid, field: "description", values: ["é"])) { $0.description = "é" },
        Case(
            Fault(.siteFieldTooLong, field: "customerName", values: ["CustomerName", String(long.prefix(51)), "50"])
        ) { $0.customerName = String(long.prefix(51)) },
        Case(Fault(.valueInvalid, field: "customerName", values: ["CustomerName", "a\u{0}"])) {
            $0.customerName = "a\u{0}"
        },
        Case(
            Fault(.siteFieldTooLong, field: "customerProvidedID", values: ["CustomerProvidedId", "12345678901", "10"])
        ) { $0.customerProvidedID = "12345678901" },
        Case(Fault(.customerProvidedIDInvalid, field: "customerProvidedID", values: ["12a"])) {
            $0.customerProvidedID = "12a"
        },
        Case(Fault(.addressRequired, field: "address")) { $0.address = nil },
        Case(Fault(.siteNameRequired, field: "name"), Fault(.addressRequired, field: "address")) {
            $0.name = ""
            $0.address = nil
        },
    ])
    func site(_ example: Case) async throws { try await expect(example) }

    @Test(arguments: [
        Case(Fault(.houseNumberRequired, field: "address.houseNumber")) { $0.address?.houseNumber = "" },
        Case(Fault(.streetNameRequired, field: "address.streetName")) { $0.address?.streetName = "" },
        Case(Fault(.cityRequired, field: "address.city")) { $0.address?.city = " " },
        Case(Fault(.stateCodeRequired, field: "address.stateCode")) { $0.address?.stateCode = "" },
        Case(Fault(.zipRequired, field: "address.zip")) { $0.address?.zip = "" },
        Case(tooLong(.houseNumberTooLong, "houseNumber", 46)) { $0.address?.houseNumber = text(46) },
        Case(tooLong(.housePrefixTooLong, "housePrefix", 7)) { $0.address?.housePrefix = text(7) },
        Case(tooLong(.houseSuffixTooLong, "houseSuffix", 46)) { $0.address?.houseSuffix = text(46) },
        Case(tooLong(.preDirectionalTooLong, "preDirectional", 3)) { $0.address?.preDirectional = text(3) },
        Case(tooLong(.streetNameTooLong, "streetName", 201)) { $0.address?.streetName = text(201) },
        Case(tooLong(.streetSuffixTooLong, "streetSuffix", 46)) { $0.address?.streetSuffix = text(46) },
        Case(tooLong(.postDirectionalTooLong, "postDirectional", 3)) { $0.address?.postDirectional = text(3) },
        Case(tooLong(.addressLine2TooLong, "addressLine2", 201)) { $0.address?.addressLine2 = text(201) },
        Case(tooLong(.cityTooLong, "city", 101)) { $0.address?.city = text(101) },
        Case(tooLong(.stateCodeInvalid, "stateCode", 3)) { $0.address?.stateCode = text(3) },
        Case(tooLong(.plusFourTooLong, "plusFour", 5)) { $0.address?.plusFour = text(5) },
        Case(tooLong(.countyTooLong, "county", 46)) { $0.address?.county = text(46) },
        Case(Fault(.stateCodeInvalid, field: "address.stateCode", values: ["1"])) { $0.address?.stateCode = "1" },
        Case(Fault(.zipInvalid, field: "address.zip", values: ["2760"])) { $0.address?.zip = "2760" },
        Case(Fault(.zipInvalid, field: "address.zip", values: ["27606-12"])) { $0.address?.zip = "27606-12" },
        Case(Fault(.zipInvalid, field: "address.zip", values: ["K1A0B1"])) { $0.address?.zip = "K1A0B1" },
        Case(Fault(.valueInvalid, field: "address.preDirectional", values: ["PreDirectional", "XX"])) {
            $0.address?.preDirectional = "XX"
        },
        Case(Fault(.regionUnknown, field: "address.stateCode", values: ["XX", "United States"])) {
            $0.address?.stateCode = "XX"
        },
        Case(Fault(.regionUnknown, field: "address.stateCode", values: ["DC", "Canada"])) {
            $0.address?.country = "Canada"
            $0.address?.zip = "K1A0B1"
        },
        Case(Fault(.regionUnknown, field: "address.stateCode", values: ["DC", "Atlantis"])) {
            $0.address?.country = "Atlantis"
        },
    ])
    func address(_ example: Case) async throws { try await expect(example) }

    private func expect(_ example: Case) async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        var details = SiteDetails(name: "Raleigh", address: .whiteHouse)
        example.change(&details)
        let sites = home.useCases().sites
        let found = await faults { () throws(ProvisioningError) in
            try await sites.create(details, by: tenant.administrator)
        }
        #expect(found == example.faults)
        let kept = try await sites.list(by: tenant.administrator)
        #expect(kept.map(\.details) == (example.faults.isEmpty ? [details] : []))
    }

    static func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    static func tooLong(_ rule: Rule, _ field: String, _ count: Int) -> Fault {
        Fault(rule, field: "address.\(field)", values: [text(count)])
    }

    @Test func addressCheckDecides() async throws {
        struct Check: AddressCheck {
            let verdict: AddressVerdict
            func check(_ address: PostalAddress) async -> AddressVerdict { verdict }
        }
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        let site = try await home.site(of: tenant)
        for (verdict, rule) in [
            (AddressVerdict.notRecognized, Rule.addressNotRecognized), (.unavailable("down"), .addressCheckUnavailable),
        ] {
            let sites = home.useCases(addressCheck: Check(verdict: verdict)).sites
            var details = SiteDetails(name: "Other", address: .whiteHouse)
            let created = await faults { () throws(ProvisioningError) in
                try await sites.create(details, by: tenant.administrator)
            }
            #expect(created.map(\.rule) == [rule])
            // An address that stays as it is asks nobody, so an outage stops no other change.
            _ = try await sites.update(site.id, to: details, by: tenant.administrator)
            details.address?.houseNumber = "1602"
            let updated = await faults { () throws(ProvisioningError) in
                try await sites.update(site.id, to: details, by: tenant.administrator)
            }
            #expect(updated.map(\.rule) == [rule])
        }
    }

    @Test func storeRules() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        let sites = home.useCases().sites
        let site = try await home.site("One", of: tenant)
        let other = try await home.site("Two", of: tenant)
        let taken = await faults { () throws(ProvisioningError) in
            try await sites.create(site.details, by: tenant.administrator)
        }
        #expect(taken == [Fault(.siteNameTaken, field: "name", values: ["One", "\(tenant.account.id)"])])
        let renamed = await faults { () throws(ProvisioningError) in
            try await sites.update(other.id, to: site.details, by: tenant.administrator)
        }
        #expect(renamed.map(\.rule) == [.siteNameTaken])
        let same = try await sites.update(site.id, to: site.details, by: tenant.administrator)
        #expect(same == site)
        _ = try await home.useCases().trunks.create(
            TrunkDetails(name: "t"), makeDefault: nil, in: site.id, by: tenant.administrator)
        let full = await faults { () throws(ProvisioningError) in
            try await sites.delete(site.id, by: tenant.administrator)
        }
        #expect(full.map(\.rule) == [.siteHasTrunks])
        try await sites.delete(other.id, by: tenant.administrator)
        let gone = await faults { () throws(ProvisioningError) in
            try await sites.get(other.id, by: tenant.administrator)
        }
        #expect(gone == [Fault(.siteUnknown, values: ["\(other.id)"])])
    }
}
