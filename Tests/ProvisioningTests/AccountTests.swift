import Provisioning
import TestSupport
import Testing

@Suite struct AccountTests {
    private let home: TemporaryStore
    private var useCases: UseCases { home.useCases() }

    init() throws { home = try TemporaryStore() }

    @Test func createsWithADomain() async throws {
        let (account, domain) = try await useCases.accounts.create(AccountDraft(name: "Acme", country: "ca"))
        #expect(domain.name == "a\(account.id).sip.internal")
        #expect(domain.isDefault)
        #expect(account.country == "CA")
        #expect(
            account.project.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
        )
        let (_, named) = try await useCases.accounts.create(AccountDraft(name: "Acme", domain: "Sip.Example.com"))
        #expect(named.name == "sip.example.com")
        #expect(try await useCases.accounts.get(account.id) == account)
        #expect(try await useCases.accounts.list().count == 2)
    }

    @Test func rules() async throws {
        _ = try await useCases.accounts.create(AccountDraft(name: "a", domain: "taken.example"))
        let cases: [(AccountDraft, [Rule])] = [
            (AccountDraft(name: ""), [.accountNameInvalid]),
            (AccountDraft(name: SiteTests.text(101)), [.accountNameInvalid]),
            (AccountDraft(name: "a", country: "XX"), [.countryInvalid]),
            (AccountDraft(name: "a", domain: "a b"), [.domainInvalid]),
            (AccountDraft(name: "a", domain: "10.0.0.1"), [.domainInvalid]),
            (AccountDraft(name: "a", domain: "-"), [.domainInvalid]),
            (AccountDraft(name: "a", domain: "TAKEN.example"), [.domainTaken]),
            (
                AccountDraft(name: " ", domain: "", country: "u"),
                [.accountNameInvalid, .countryInvalid, .domainInvalid]
            ),
        ]
        for (draft, rules) in cases {
            let found = await faults { () throws(ProvisioningError) in try await useCases.accounts.create(draft) }
            #expect(found.map(\.rule) == rules)
        }
        #expect(try await useCases.accounts.list().count == 1, "an account without a domain is undone")
    }

    @Test func featuresAndCeiling() async throws {
        let tenant = try await home.tenant(features: [.messaging])
        let updated = try await useCases.accounts.update(
            tenant.account.id, enable: [.callingName, .unifiedCommunications], disable: [.messaging], ceiling: .lite)
        #expect(updated.features == [.callingName, .unifiedCommunications])
        #expect(updated.trafficCeiling == .lite)
        let kept = try await useCases.accounts.update(updated.id, enable: [], disable: [], ceiling: nil)
        #expect(kept == updated)
        #expect(try await useCases.accounts.get(updated.id) == updated)
        let unknown = await faults { () throws(ProvisioningError) in
            try await useCases.accounts.update(AccountID(rawValue: 9), enable: [], disable: [], ceiling: nil)
        }
        #expect(unknown == [Fault(.accountUnknown, values: ["9"])])
    }

    @Test func domains() async throws {
        let tenant = try await home.tenant()
        let other = try await home.tenant("other")
        let (domains, id) = (useCases.domains, tenant.account.id)
        let second = try await domains.create("Two.example", description: "d", isDefault: true, account: id)
        #expect(try await domains.list(of: id).map(\.isDefault) == [false, true])
        #expect(second.name == "two.example")
        let cases: [(String, AccountID, Rule)] = [
            ("TWO.example", id, .domainInUse), ("no.example", id, .domainUnknown),
            ("two.example", other.account.id, .domainUnknown),
        ]
        for (name, account, rule) in cases {
            let found = await faults { () throws(ProvisioningError) in
                try await domains.delete(name, account: account)
            }
            #expect(found.map(\.rule) == [rule])
        }
        _ = try await useCases.credentials.create(
            CredentialName(userName: "a"), password: Secret("p"), realm: tenant.domain.name, account: id)
        let inUse = await faults { () throws(ProvisioningError) in
            try await domains.delete(tenant.domain.name, account: id)
        }
        #expect(inUse == [Fault(.domainInUse, values: [tenant.domain.name])])
        try await useCases.credentials.delete("a", by: tenant.administrator)
        try await domains.delete(tenant.domain.name, account: id)
        #expect(try await domains.list(of: id) == [second])
        let creations: [(String, AccountID, Rule)] = [
            ("two.example", other.account.id, .domainTaken), ("a..b", id, .domainInvalid),
            ("new.example", AccountID(rawValue: 9), .accountUnknown),
        ]
        for (name, account, rule) in creations {
            let found = await faults { () throws(ProvisioningError) in
                try await domains.create(name, description: nil, isDefault: false, account: account)
            }
            #expect(found.map(\.rule) == [rule])
        }
    }

    @Test func numbers() async throws {
        let tenant = try await home.tenant()
        let other = try await home.tenant("other")
        let (numbers, id) = (useCases.numbers, tenant.account.id)
        let site = try await home.site(of: tenant)
        let trunk = try await useCases.trunks.create(
            TrunkDetails(name: "t"), makeDefault: nil, in: site.id, by: tenant.administrator)
        let added = try await numbers.add(["9195551234", "+4930123456"], account: id)
        #expect(added.map(\.number.e164) == ["+19195551234", "+4930123456"])
        let invalid = await faults { () throws(ProvisioningError) in
            try await numbers.add(["1", "9195550000", "x"], account: id)
        }
        #expect(invalid.map(\.values) == [["1"], ["x"]])
        let taken = await faults { () throws(ProvisioningError) in
            try await numbers.add(["9195550000", "19195551234", "9195550000"], account: other.account.id)
        }
        #expect(taken.map(\.rule) == [.numberTaken, .numberTaken])
        #expect(try await numbers.list(of: other.account.id).isEmpty)
        let assigned = try await numbers.assign("9195551234", to: trunk.id, account: id)
        #expect(assigned.trunk == trunk.id)
        let held = await faults { () throws(ProvisioningError) in
            try await useCases.trunks.delete(trunk.id, in: site.id, by: tenant.administrator)
        }
        #expect(held.map(\.rule) == [.trunkHasNumbers])
        let cases: [(String, TrunkID?, AccountID, Rule)] = [
            ("x", nil, id, .numberInvalid), ("9195559999", nil, id, .numberUnknown),
            ("9195551234", nil, other.account.id, .numberUnknown),
            ("9195551234", TrunkID(rawValue: 99), id, .trunkUnknown),
        ]
        for (number, trunk, account, rule) in cases {
            let found = await faults { () throws(ProvisioningError) in
                try await numbers.assign(number, to: trunk, account: account)
            }
            #expect(found.map(\.rule) == [rule])
        }
        _ = try await numbers.add(["9195557777"], account: other.account.id)
        let foreign = await faults { () throws(ProvisioningError) in
            try await numbers.assign("9195557777", to: trunk.id, account: other.account.id)
        }
        #expect(foreign.map(\.rule) == [.trunkUnknown], "a trunk of another tenant is no trunk")
        #expect(try await numbers.assign("9195551234", to: nil, account: id).trunk == nil)
        try await useCases.trunks.delete(trunk.id, in: site.id, by: tenant.administrator)
        try await numbers.remove("9195551234", account: id)
        #expect(try await numbers.list(of: id).map(\.number.e164) == ["+4930123456"])
        let gone = await faults { () throws(ProvisioningError) in
            try await numbers.remove("9195551234", account: id)
        }
        #expect(gone.map(\.rule) == [.numberUnknown])
    }
}
