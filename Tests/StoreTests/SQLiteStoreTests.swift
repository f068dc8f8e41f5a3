import Foundation
import GRDB
import Provisioning
import TestSupport
import Testing

@testable import Store

@Suite struct SQLiteStoreTests {
    @Test func writesAreSynced() throws {
        let home = try TemporaryStore()
        #expect(try home.store.synchronous() == 2)
        let mode = try DatabaseQueue(path: home.path).read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
    }

    @Test func onlyTheOwnerReadsTheFiles() async throws {
        let home = try TemporaryStore()
        _ = try await home.tenant()
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(home.path + suffix) == 0o600) }
        await home.store.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: home.path)
        _ = try SQLiteStore(path: home.path)
        #expect(try mode(home.path) == 0o600)
    }

    @Test func reopenKeepsEverything() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(
            features: Set(ProductFeature.allCases.filter { $0 != .dedicatedPrivateNetwork }))
        let useCases = home.useCases()
        let site = try await useCases.sites.create(
            SiteDetails(
                name: "Raleigh", description: "d", customerName: "c", customerProvidedID: "7", address: .whiteHouse),
            by: tenant.administrator)
        _ = try await useCases.trunks.create(Self.fullTrunk(), makeDefault: nil, in: site.id, by: tenant.administrator)
        _ = try await useCases.trunks.create(
            Self.groupTrunk(), makeDefault: false, in: site.id, by: tenant.administrator)
        _ = try await useCases.credentials.create(
            CredentialName(userName: "John", domain: "bw.com"), password: Secret("p"), realm: nil,
            account: tenant.account.id)
        _ = try await useCases.numbers.add(["9195551234"], account: tenant.account.id)
        let before = try await Contents(of: home.store, tenant)
        #expect(before.trunks.map(\.details.name) == ["full", "groups"])
        #expect(before.trunks.map(\.details) == [try Self.fullTrunk(), try Self.groupTrunk()])
        await home.store.close()
        let reopened = try SQLiteStore(path: home.path)
        let after = try await Contents(of: reopened, tenant)
        #expect(after == before)
        #expect(try reopened.synchronous() == 2)
        await reopened.close()
    }

    private static func fullTrunk() throws -> TrunkDetails {
        var address = PostalAddress.whiteHouse
        (address.housePrefix, address.houseSuffix, address.preDirectional) = ("P", "S", "NW")
        (address.streetSuffix, address.postDirectional, address.addressLine2) = ("St", "SE", "Floor \"2\" & up")
        (address.plusFour, address.county, address.kind) = ("0001", "Cöunty", .emergency)
        return TrunkDetails(
            name: "full", description: "d", isDefault: true, finalDestination: FinalDestination("+19195551234"),
            messagingProtocol: .http,
            voiceHosts: [
                HostAndPort(host: HostName(stored: "b.example"), port: 5080),
                HostAndPort(host: HostName(stored: "a.example")),
            ],
            messagingHosts: [HostName(stored: "z.example"), HostName(stored: "1.1.1.1")],
            terminationHosts: [
                try TerminationHost("10.0.0.0/24", port: 5060, traffic: .lite, dataAllowed: true),
                try TerminationHost("2001:db8::/64"), try TerminationHost("9.9.9.9", dataAllowed: false),
            ], address: address, premiseTrunks: 4, callingName: .init(display: true, enforced: false))
    }

    private static func groupTrunk() throws -> TrunkDetails {
        let host = { (name: String) in HostAndPort(host: HostName(stored: name)) }
        return TrunkDetails(
            name: "groups", voiceHostGroups: [[host("b.example"), host("a.example")], [host("c.example")]],
            address: .whiteHouse)
    }

    /// Everything of one tenant.
    private struct Contents: Sendable, Equatable {
        let account: Account?
        let callers: [Caller]
        let domains: [SIPDomain]
        let sites: [Site]
        let trunks: [Trunk]
        let credentials: [Credential]
        let numbers: [InventoryNumber]
        let totals: StoreTotals

        init(of store: SQLiteStore, _ tenant: Tenant) async throws {
            let id = tenant.account.id
            self = try await store.read { (store) throws(ProvisioningError) in
                Contents(
                    account: try store.account(id), callers: try store.callers(of: id),
                    domains: try store.domains(of: id), sites: try store.sites(of: id),
                    trunks: try store.trunks(of: id),
                    credentials: try store.credentials(of: id, matching: CredentialQuery()).credentials,
                    numbers: try store.numbers(of: id), totals: try store.totals())
            }
        }

        private init(
            account: Account?, callers: [Caller], domains: [SIPDomain], sites: [Site], trunks: [Trunk],
            credentials: [Credential], numbers: [InventoryNumber], totals: StoreTotals
        ) {
            (self.account, self.callers, self.domains, self.sites) = (account, callers, domains, sites)
            (self.trunks, self.credentials, self.numbers, self.totals) = (trunks, credentials, numbers, totals)
        }
    }

    /// A file that cannot be opened says why.
    @Test func openErrors() async throws {
        #expect(throws: StoreOpenError.self) { try SQLiteStore(path: "/nonexistent/demarc.sqlite") }
        let home = try TemporaryStore()
        await home.store.close()
        try await DatabaseQueue(path: home.path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('999')")
        }
        let error = #expect(throws: StoreOpenError.self) { try SQLiteStore(path: home.path) }
        #expect(error?.description.contains("newer version") == true)
        try Data("this is no database, whatever its name says".utf8).write(to: URL(filePath: home.path))
        #expect(throws: StoreOpenError.self) { try SQLiteStore(path: home.path) }
    }
}

@Suite struct TenantIsolationTests {
    @Test func nothingOfAnotherTenantIsRead() async throws {
        let home = try TemporaryStore()
        let (mine, other) = (try await home.tenant("mine"), try await home.tenant("other"))
        let site = try await home.site(of: mine)
        let trunk = try await home.useCases().trunks.create(
            TrunkDetails(
                name: "t", messagingHosts: [HostName(stored: "1.1.1.1")],
                terminationHosts: [try TerminationHost("1.1.1.1")]), makeDefault: nil, in: site.id,
            by: mine.administrator)
        let credential = try await home.useCases().credentials.create(
            CredentialName(userName: "John"), password: Secret("p"), realm: nil, account: mine.account.id)
        let number = try #require(
            try await home.useCases().numbers.add(["9195551234"], account: mine.account.id).first)
        try await home.useCases().trunkNumbers.move(
            [number.number], to: trunk.id, in: site.id, by: mine.administrator)
        let id = other.account.id
        try await home.store.read { (store) throws(ProvisioningError) in
            #expect(try store.site(site.id, of: id) == nil)
            #expect(try store.sites(of: id).isEmpty)
            #expect(try store.trunk(trunk.id, in: site.id, of: id) == nil)
            #expect(try store.trunks(in: site.id, of: id).isEmpty)
            #expect(try store.trunks(of: id).isEmpty)
            #expect(try store.defaultTrunk(in: site.id, of: id) == nil)
            #expect(try store.credential(named: "John", realm: mine.domain.name, of: id) == nil)
            #expect(try store.credential(named: "John", realm: mine.domain.name, of: mine.account.id) == credential)
            #expect(try store.credentials(userName: "John", of: id).isEmpty)
            let query = CredentialQuery(realm: mine.domain.name)
            #expect(try store.credentials(of: id, matching: query).credentials.isEmpty)
            #expect(try store.numbers(of: id).isEmpty)
            #expect(try store.numbers(on: trunk.id, of: id, page: NumberPage()).isEmpty)
            #expect(try store.trunk(trunk.id, of: id) == nil)
            #expect(try store.gateways(of: trunk.id, account: id).isEmpty)
            #expect(try store.numberCounts(on: trunk.id, of: id) == NumberCounts(total: 0, displayingNames: 0))
            #expect(try store.numberCount(in: site.id, of: id) == 0)
            #expect(try store.numberCounts(of: id).isEmpty)
            #expect(try store.domains(of: id) == [other.domain])
            #expect(try store.callers(of: id) == [other.administrator, other.reader])
        }
        let forged = Forged(site: site, trunk: trunk, credential: credential, number: number, account: id)
        try await home.store.write { (store) throws(ProvisioningError) in try forged.expectRefused(by: store) }
    }

    /// The first tenant's resources with the second's account on them.
    private struct Forged: Sendable {
        let site: Site
        let trunk: Trunk
        let credential: Credential
        let number: InventoryNumber

        init(site: Site, trunk: Trunk, credential: Credential, number: InventoryNumber, account: AccountID) {
            self.site = Site(id: site.id, account: account, details: site.details)
            self.trunk = Trunk(id: trunk.id, account: account, site: trunk.site, details: trunk.details)
            self.credential = Credential(
                id: credential.id, account: account, name: credential.name, realm: credential.realm,
                hashes: credential.hashes, created: credential.created)
            self.number = InventoryNumber(number: number.number, account: account)
        }

        func expectRefused(by store: any ProvisioningTransaction) throws(ProvisioningError) {
            let attempts: [(Rule, () throws(ProvisioningError) -> Void)] = [
                (.siteUnknown, { () throws(ProvisioningError) in try store.update(site) }),
                (.siteUnknown, { () throws(ProvisioningError) in try store.delete(site) }),
                (.trunkUnknown, { () throws(ProvisioningError) in try store.update(trunk) }),
                (.trunkGone, { () throws(ProvisioningError) in try store.delete(trunk) }),
                (.credentialUnknown, { () throws(ProvisioningError) in try store.delete(credential) }),
                (.numberUnknown, { () throws(ProvisioningError) in try store.delete(number) }),
                (
                    .siteUnknown,
                    { () throws(ProvisioningError) in
                        _ = try store.insertTrunk(TrunkDetails(name: "x"), site: site.id, account: site.account)
                    }
                ),
                (
                    .realmUnknown,
                    { () throws(ProvisioningError) in
                        _ = try store.insertCredential(
                            CredentialName(userName: "x"), realm: credential.realm, hashes: credential.hashes,
                            account: credential.account)
                    }
                ),
            ]
            for (rule, attempt) in attempts { #expect(storeFaults(attempt).map(\.rule) == [rule]) }
        }
    }
}
