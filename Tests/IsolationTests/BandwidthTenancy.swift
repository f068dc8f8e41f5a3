import DialectKit
import Hummingbird
import Provisioning
import TestSupport
import Testing

@testable import BandwidthAPI

/// What one account made, as its own answers told it.
struct TenantModel {
    /// Names by id.
    var sites: [String: String] = [:]
    /// Names by site and id.
    var peers: [String: [String: String]] = [:]
    /// Full names by id.
    var realms: [String: String] = [:]
    var defaultRealm = ""
    /// Realm's id and composite name, by id.
    var credentials: [String: (realm: String, name: String)] = [:]

    /// Where to go for what a star in a route stands for, by the literal before it.
    func id(of noun: String) -> String? {
        switch noun.lowercased() {
        case "sites": sites.keys.min()
        case "sippeers": peers.values.compactMap { $0.keys.min() }.min()
        case "realms": realms.keys.min()
        case "sipcredentials": credentials.keys.min()
        default: nil
        }
    }
}

/// Two accounts in Bandwidth's dialect.
struct BandwidthTenancy: Tenancy {
    private let world: World
    private var tenants = [TenantModel(), TenantModel()]

    init(_ world: World) async throws {
        self.world = world
        for tenant in 0..<2 { try await readRealms(of: tenant) }
    }

    private static let names = ["Raleigh", "Durham", "Cary"]
    private static let users = ["John", "Mathew", "alice", "bob"]
    private static let labels = ["alpha", "beta"]

    // MARK: Requests

    private func send(
        _ tenant: Int, _ method: String, _ path: String, _ body: String = "", account: AccountID? = nil
    ) async throws -> (status: Int, text: String) {
        let model = world.tenants[tenant]
        let answer = try await world.send(
            tenant, "\(method) /api/v2/accounts/\(account ?? model.account.id)/\(path)",
            headers: [model.basic(model.caller, "open sesame")], body: body)
        if (200..<300).contains(answer.status) { world.noteSuccess() }
        return (answer.status, answer.text)
    }

    private func mark(_ tenant: Int) -> String { world.mark(tenant) }

    private func captures(_ text: String, _ pattern: Regex<(Substring, Substring, Substring)>) -> [String: String] {
        Dictionary(text.matches(of: pattern).map { (String($0.output.1), String($0.output.2)) }) { first, _ in first }
    }

    private mutating func readRealms(of tenant: Int) async throws {
        let answer = try await send(tenant, "GET", "realms")
        tenants[tenant].realms = captures(answer.text, /<Id>([0-9]+)<\/Id><Realm>([^<]+)</)
        tenants[tenant].defaultRealm = try #require(tenants[tenant].realms.keys.first)
    }

    // MARK: Random operations

    mutating func step(_ tenant: Int) async throws {
        switch Int.random(in: 0..<16, using: &world.random) {
        case 0, 1: try await createSite(tenant)
        case 2: try await change(tenant, site: tenants[tenant].sites.keys.sorted().randomElement(using: &world.random))
        case 3: try await deleteSite(tenant)
        case 4, 5, 6: try await createPeer(tenant)
        case 7: try await deletePeer(tenant)
        case 8, 9: try await createCredential(tenant)
        case 10: try await createInRealm(tenant)
        case 11: try await moveCredential(tenant)
        case 12: try await deleteCredential(tenant)
        case 13: try await createRealm(tenant)
        case 14: try await deleteRealm(tenant)
        default: try await byName(tenant)
        }
    }

    private mutating func createSite(_ tenant: Int) async throws {
        let name = Self.names[Int.random(in: 0..<Self.names.count, using: &world.random)]
        let answer = try await send(
            tenant, "POST", "sites",
            """
            <Site><Name>\(name)</Name><CustomerName>\(mark(tenant))</CustomerName><Address><HouseNumber>1</HouseNumber>\
            <StreetName>S</StreetName><City>C</City><StateCode>NC</StateCode><Zip>27606</Zip>\
            <AddressType>Service</AddressType></Address></Site>
            """)
        #expect((answer.status == 201) == !tenants[tenant].sites.values.contains(name), "\(answer.text)")
        guard answer.status == 201 else { return }
        let id = try #require(answer.text.firstMatch(of: /<Id>([0-9]+)</)).output.1
        tenants[tenant].sites[String(id)] = name
    }

    private mutating func change(_ tenant: Int, site: String?) async throws {
        guard let site else { return }
        let body = "<Site><CustomerName>\(mark(tenant))</CustomerName></Site>"
        #expect(try await send(tenant, "PUT", "sites/\(site)", body).status == 200)
    }

    private mutating func deleteSite(_ tenant: Int) async throws {
        guard let site = tenants[tenant].sites.keys.sorted().randomElement(using: &world.random) else { return }
        let isEmpty = tenants[tenant].peers[site, default: [:]].isEmpty
        #expect((try await send(tenant, "DELETE", "sites/\(site)").status == 200) == isEmpty)
        if isEmpty { tenants[tenant].sites[site] = nil }
    }

    private mutating func createPeer(_ tenant: Int) async throws {
        guard let site = tenants[tenant].sites.keys.sorted().randomElement(using: &world.random) else { return }
        let name = Self.names[Int.random(in: 0..<Self.names.count, using: &world.random)]
        let answer = try await send(
            tenant, "POST", "sites/\(site)/sippeers",
            """
            <SipPeer><PeerName>\(name)</PeerName><Description>\(mark(tenant))</Description><VoiceHosts><Host>\
            <HostName>10.0.0.1</HostName></Host></VoiceHosts></SipPeer>
            """)
        let isNew = !tenants[tenant].peers[site, default: [:]].values.contains(name)
        #expect((answer.status == 201) == isNew, "\(answer.text)")
        guard answer.status == 201 else { return }
        let id = try #require(answer.text.firstMatch(of: /sippeers\/([0-9]+)\r\n/)).output.1
        tenants[tenant].peers[site, default: [:]][String(id)] = name
    }

    private mutating func deletePeer(_ tenant: Int) async throws {
        guard let site = tenants[tenant].sites.keys.sorted().randomElement(using: &world.random),
            let peer = tenants[tenant].peers[site, default: [:]].keys.sorted().randomElement(using: &world.random)
        else { return }
        let status = try await send(tenant, "DELETE", "sites/\(site)/sippeers/\(peer)").status
        if status == 200 { tenants[tenant].peers[site]?[peer] = nil }
    }

    private mutating func credentials(_ tenant: Int, _ path: String, realm: String) async throws {
        let name = Self.users[Int.random(in: 0..<Self.users.count, using: &world.random)]
        let body = """
            <SipCredentials><SipCredential><UserName>\(name)</UserName><Domain>bw.com</Domain>\
            <Hash1>\(mark(tenant))</Hash1></SipCredential></SipCredentials>
            """
        let answer = try await send(tenant, "POST", path, body)
        let composite = "\(name)@bw.com"
        let isNew = !tenants[tenant].credentials.values.contains { $0 == (realm, composite) }
        #expect((answer.status == 201) == isNew, "\(answer.text)")
        guard answer.status == 201 else { return }
        let found = try #require(answer.text.firstMatch(of: /<Id>([0-9]+)<\/Id><RealmId>([0-9]+)</)).output
        #expect(found.2 == realm)
        tenants[tenant].credentials[String(found.1)] = (realm, composite)
    }

    private mutating func createCredential(_ tenant: Int) async throws {
        try await credentials(tenant, "sipcredentials", realm: tenants[tenant].defaultRealm)
    }

    private mutating func createInRealm(_ tenant: Int) async throws {
        guard let realm = tenants[tenant].realms.keys.sorted().randomElement(using: &world.random) else { return }
        try await credentials(tenant, "realms/\(realm)/sipcredentials", realm: realm)
    }

    /// To a realm of its own, or to one of the other's, which it has not.
    private mutating func moveCredential(_ tenant: Int) async throws {
        guard let id = tenants[tenant].credentials.keys.sorted().randomElement(using: &world.random),
            let old = tenants[tenant].credentials[id],
            let target = (tenants[0].realms.keys.sorted() + tenants[1].realms.keys.sorted()).randomElement(
                using: &world.random)
        else { return }
        let body = "<SipCredential><Hash1>\(mark(tenant))</Hash1><RealmId>\(target)</RealmId></SipCredential>"
        let status = try await send(tenant, "PUT", "realms/\(old.realm)/sipcredentials/\(id)", body).status
        let isTaken = tenants[tenant].credentials.contains { $0.key != id && $0.value == (target, old.name) }
        #expect((status == 200) == (tenants[tenant].realms[target] != nil && !isTaken))
        if status == 200 { tenants[tenant].credentials[id] = (target, old.name) }
    }

    private mutating func deleteCredential(_ tenant: Int) async throws {
        guard let id = tenants[tenant].credentials.keys.sorted().randomElement(using: &world.random),
            let realm = tenants[tenant].credentials[id]?.realm
        else { return }
        #expect(try await send(tenant, "DELETE", "realms/\(realm)/sipcredentials/\(id)").status == 200)
        tenants[tenant].credentials[id] = nil
    }

    private mutating func createRealm(_ tenant: Int) async throws {
        let label = Self.labels[Int.random(in: 0..<Self.labels.count, using: &world.random)]
        let body =
            "<Realm><Realm>\(label)</Realm><Description>\(mark(tenant))</Description><Default>false</Default></Realm>"
        let answer = try await send(tenant, "POST", "realms", body)
        #expect((answer.status == 201) == !tenants[tenant].realms.values.contains { $0.hasPrefix("\(label)-") })
        guard answer.status == 201 else { return }
        tenants[tenant].realms.merge(captures(answer.text, /<Id>([0-9]+)<\/Id><Realm>([^<]+)</)) { $1 }
    }

    private mutating func deleteRealm(_ tenant: Int) async throws {
        guard let realm = tenants[tenant].realms.keys.sorted().randomElement(using: &world.random) else { return }
        let isUsed = tenants[tenant].credentials.values.contains { $0.realm == realm }
        let status = try await send(tenant, "DELETE", "realms/\(realm)").status
        #expect((status == 202) == (!isUsed && realm != tenants[tenant].defaultRealm))
        if status == 202 { tenants[tenant].realms[realm] = nil }
    }

    /// A name that both may have stands for one's own, or for nothing.
    private mutating func byName(_ tenant: Int) async throws {
        let name = "\(Self.users[Int.random(in: 0..<Self.users.count, using: &world.random)])@bw.com"
        let own = tenants[tenant].credentials.filter { $0.value.name == name }
        let answer = try await send(tenant, "GET", "sipcredentials/\(name)")
        if own.isEmpty { #expect(answer.status == 404) }
        guard own.count == 1 else { return }
        #expect(answer.status == 200 && answer.text.contains("of-\(world.tenants[tenant].marker)-"))
        let update = "<SipCredential><Hash1>\(mark(tenant))</Hash1></SipCredential>"
        #expect(try await send(tenant, "PUT", "sipcredentials/\(name)", update).status == 200)
    }

    // MARK: What must hold

    mutating func compare(_ tenant: Int) async throws {
        let model = tenants[tenant]
        let sites = try await send(tenant, "GET", "sites").text
        #expect(captures(sites, /<Id>([0-9]+)<\/Id><Name>([^<]+)</) == model.sites)
        for site in model.sites.keys {
            let peers = try await send(tenant, "GET", "sites/\(site)/sippeers").text
            #expect(captures(peers, /<PeerId>([0-9]+)<\/PeerId><PeerName>([^<]+)</) == model.peers[site] ?? [:])
        }
        let realms = try await send(tenant, "GET", "realms").text
        let domains = captures(realms, /<Id>([0-9]+)<\/Id><Realm>([^<]+)</)
        #expect(domains.filter { model.realms[$0.key] != nil } == model.realms)
        #expect(domains.count - model.realms.count == world.elsewhere[tenant].domains)
        for (id, name) in model.realms {
            let guests = id == model.defaultRealm ? world.elsewhere[tenant].usersOfDefault : 0
            let count = model.credentials.values.count { $0.realm == id } + guests
            let realm = try await send(tenant, "GET", "realms/\(name)").text
            #expect(realm.contains("<Id>\(id)</Id>") && realm.contains("<SipCredentialCount>\(count)<"))
        }
        for query in ["", "?usernamefragment=John", "?domainfragment=bw.&realmFragment=sip", "?page=1&size=5000"] {
            let credentials = try await send(tenant, "GET", "sipcredentials\(query)").text
            let wanted = model.credentials.filter { !query.contains("John") || $0.value.name.hasPrefix("John") }
            let found = captures(credentials, /<SipCredential><Id>([0-9]+)<\/Id><RealmId>([0-9]+)</)
            #expect(found.filter { wanted[$0.key] != nil } == wanted.mapValues(\.realm))
            let guests = query.contains("ragment") ? 0 : world.elsewhere[tenant].users
            #expect(found.count - wanted.count == guests, "\(query): \(credentials)")
        }
    }

    /// Every route with the ids of the other account, and under the other account's number.
    mutating func trespass(as tenant: Int) async throws {
        let victim = tenants[1 - tenant]
        for route in BandwidthAPI.routes.all where route.pattern.first == "accounts" {
            let body = Self.body(for: route.method, route.pattern)
            let foreign = Self.path(route.pattern) { victim.id(of: $0) }
            if let foreign, foreign.hasID {
                let answer = try await send(tenant, route.method.rawValue, foreign.text, body)
                #expect(!(200..<300).contains(answer.status), "\(route.method) \(foreign.text): \(answer.text)")
                let nobody = try #require(Self.path(route.pattern) { _ in "987654321" })
                let expected = try await send(tenant, route.method.rawValue, nobody.text, body)
                #expect(answer.status == expected.status)
                #expect(World.withoutIDs(answer.text) == World.withoutIDs(expected.text))
                world.noteTrespass()
            }
            let own = foreign ?? Self.path(route.pattern) { _ in "1" }
            let answer = try await send(
                tenant, route.method.rawValue, own?.text ?? "", body, account: world.tenants[1 - tenant].account.id)
            #expect(answer.status == 404 && answer.text.contains("<ErrorCode>4022<"), "\(answer.text)")
            world.noteTrespass()
        }
    }

    /// The path below the account, or `nil` where a star has no id.
    private static func path(_ pattern: [String], id: (String) -> String?) -> (text: String, hasID: Bool)? {
        var segments: [String] = []
        var hasID = false
        for (index, segment) in pattern.enumerated().dropFirst(2) {
            guard segment == "*" else {
                segments.append(segment)
                continue
            }
            guard let id = id(pattern[index - 1]) else { return nil }
            segments.append(id)
            hasID = true
        }
        return (segments.joined(separator: "/"), hasID)
    }

    private static func body(for method: HTTPRequest.Method, _ pattern: [String]) -> String {
        guard method == .post || method == .put else { return "" }
        switch (pattern.last { $0 != "*" }, method) {
        case ("sites", _): return "<Site><CustomerName>of-nobody</CustomerName></Site>"
        case ("sippeers", _): return "<SipPeer><PeerName>trespasser</PeerName></SipPeer>"
        case ("realms", _): return "<Realm><Realm/><Default>true</Default></Realm>"
        case ("sipcredentials", .post):
            return "<SipCredentials><SipCredential><UserName/><Hash1>x</Hash1></SipCredential></SipCredentials>"
        case ("sipcredentials", _): return "<SipCredential><Hash1>x</Hash1></SipCredential>"
        default: return "<Nothing/>"
        }
    }
}
