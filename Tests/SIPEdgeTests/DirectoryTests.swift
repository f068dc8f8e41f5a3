import Provisioning
import SIPEngine
import SIPMessage
import TestSupport
import Testing

@testable import SIPEdge

extension Credential {
    /// A credential of no importance.
    static func numbered(
        _ id: Int64, _ userName: String? = nil, domain: String? = nil, realm: String = "one.test", account: Int64 = 1,
        password: String = "pw"
    ) -> Credential {
        let name = CredentialName(userName: userName ?? "u\(id)", domain: domain)
        return Credential(
            id: CredentialID(rawValue: id), account: AccountID(rawValue: account), name: name, realm: realm,
            hashes: CredentialHashes(hash1: md5("\(name.composite):\(realm):\(password)")), created: id)
    }
}

@Suite struct DirectoryTests {
    private let directory = Directory(ownHosts: ["SIP.example.net"])

    private func domain(_ name: String, account: Int64 = 1, isDefault: Bool = false) -> SIPDomain {
        SIPDomain(
            id: DomainID(rawValue: account), account: AccountID(rawValue: account), name: name, isDefault: isDefault)
    }

    private func realm(_ host: String) -> Realm? {
        let bytes = Array(host.utf8)
        return directory.realm(host: ByteRange(0, bytes.count), bytes.span)
    }

    private func find(_ name: String, realm: String = "one.test", account: Int64 = 1) -> Int64? {
        let realm = Realm(account: account, name: Array(realm.utf8), realm: Array(realm.utf8))
        return directory.identity(named: Array(name.utf8).span, in: realm)?.id
    }

    private func isOwn(_ host: String, of account: Int64) -> Bool {
        let bytes = Array(host.utf8)
        return directory.isOwn(host: ByteRange(0, bytes.count), bytes.span, of: account)
    }

    private func isOurs(_ host: String) -> Bool {
        let bytes = Array(host.utf8)
        return directory.isOurs(host: ByteRange(0, bytes.count), bytes.span)
    }

    @Test func domains() {
        directory.set(domain("one.test", isDefault: true))
        directory.set(domain("second.test"))
        for host in ["one.test", "ONE.Test", "one.TEST"] {
            #expect(realm(host)?.realm == Array("one.test".utf8))
            #expect(isOurs(host))
        }
        for host in ["one.tes", "one.testx", "xone.test", "", "127.0.0.1.test", "1.2.3.4a"] {
            #expect(realm(host) == nil)
            #expect(!isOurs(host))
        }
        for host in ["192.0.2.1", "[2001:db8::1]", "2001:db8::1", "sip.EXAMPLE.net"] {
            #expect(realm(host)?.realm == Array("one.test".utf8), "\(host)")
            #expect(isOurs(host))
            #expect(isOwn(host, of: 1))
        }

        directory.set(domain("two.test", account: 2, isDefault: true))
        #expect(realm("192.0.2.1") == nil, "two accounts")
        #expect(isOurs("192.0.2.1"))
        #expect(realm("two.test")?.account == 2)
        #expect(isOwn("two.test", of: 2))
        #expect(!isOwn("two.test", of: 1))
        #expect(isOwn("Second.test", of: 1))
        #expect(!isOwn("bw.com", of: 1))

        directory.removeAccount(2)
        #expect(realm("192.0.2.1")?.account == 1)
        directory.remove(domain("one.test", isDefault: true))
        #expect(realm("one.test") == nil)
        #expect(realm("192.0.2.1") == nil, "no default domain, no realm")
        #expect(realm("second.test")?.account == 1)
    }

    @Test func aNewDefaultDomain() {
        directory.set(domain("one.test", isDefault: true))
        directory.set(domain("second.test", isDefault: true))
        #expect(realm("192.0.2.1")?.realm == Array("second.test".utf8))
        #expect(realm("one.test")?.realm == Array("one.test".utf8))
        directory.remove(domain("one.test"))
        #expect(realm("192.0.2.1")?.realm == Array("second.test".utf8))
    }

    @Test func names() {
        directory.set(.numbered(1, "John", domain: "bw.com"))
        directory.set(.numbered(2, "Jane"))
        directory.set(.numbered(3, "John@bw.com", realm: "second.test"))
        directory.set(.numbered(4, "John", domain: "bw.com", realm: "two.test", account: 2))
        #expect(find("John@bw.com") == 1)
        #expect(find("John@bw.com", realm: "second.test") == 3, "that of the realm first")
        #expect(find("John@bw.com", realm: "third.test").map { [1, 3].contains($0) } == true)
        #expect(find("John@bw.com", realm: "two.test", account: 2) == 4)
        #expect(find("Jane") == 2)
        #expect(find("Jane", realm: "second.test") == 2)
        #expect(find("John") == nil, "two have that name")
        #expect(find("John", realm: "two.test", account: 2) == 4)
        for name in ["john@bw.com", "John@", "@bw.com", "", "John@bw.co", "Jan", "Jane@"] {
            #expect(find(name) == nil, "\(name)")
        }
        directory.remove(credential: 3)
        #expect(find("John") == 1)
        directory.set(.numbered(5, "John"))
        #expect(find("John") == 5, "a whole name before part of one")
        directory.remove(credential: 5)
        directory.remove(credential: 5)
        #expect(directory.credentialCount == 3)
    }

    @Test func liveIdentities() throws {
        directory.set(.numbered(1, "John"))
        let identity = try #require(directory.identity(id: 1))
        #expect(directory.isLive(identity))
        directory.set(.numbered(1, "John", password: "new"))
        #expect(directory.isLive(identity), "new hashes do not end it")
        #expect(directory.identity(id: 1)?.secrets != identity.secrets)
        directory.remove(credential: 1)
        #expect(!directory.isLive(identity))
        directory.set(.numbered(2, "John"))
        #expect(!directory.isLive(identity), "another took its place")
        #expect(directory.identity(id: 2)?.slot == identity.slot)
    }

    @Test func anotherRealmOrName() {
        directory.set(.numbered(1, "John"))
        directory.set(.numbered(1, "John", realm: "second.test"))
        #expect(directory.identity(id: 1)?.aor == "John@second.test")
        #expect(directory.identity(aor: "John@one.test") == nil)
        #expect(directory.identity(aor: "John@second.test")?.id == 1)
        directory.set(.numbered(1, "Jane", realm: "second.test"))
        #expect(find("John") == nil)
        #expect(find("Jane") == 1)
        #expect(directory.credentialCount == 1)
    }

    @Test func search() {
        for id in 1...30 as ClosedRange<Int64> { directory.set(.numbered(id)) }
        #expect(Set(directory.search("u1", limit: 100).map(\.id)) == Set([1]).union(10...19))
        #expect(directory.search("u1", limit: 3).count == 3)
        #expect(directory.search("@one.test", limit: 100).count == 30)
        #expect(directory.search("nobody", limit: 100).isEmpty)
    }

    /// Against a list that is searched from end to end, while credentials come, change and go.
    @Test(arguments: [1, 2, 3] as [UInt64]) func againstAModel(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model: [Int64: Credential] = [:]
        let users: [String] = ["a", "b", "c@x", "d"], domains = [nil, "x", "y"], realms = ["one.test", "second.test"]
        for step in 1...4000 as ClosedRange<Int64> {
            if Int.random(in: 0..<5, using: &random) < 2, let id = model.keys.randomElement(using: &random) {
                directory.remove(credential: id)
                model[id] = nil
            } else {
                let isNew = Bool.random(using: &random)
                let id = isNew ? step : model.keys.randomElement(using: &random) ?? step
                let credential = Credential.numbered(
                    id, users[Int.random(in: 0..<4, using: &random)],
                    domain: domains[Int.random(in: 0..<3, using: &random)],
                    realm: realms[Int.random(in: 0..<2, using: &random)],
                    account: Int64.random(in: 1...2, using: &random))
                let isTaken = model.values.contains {
                    $0.id != credential.id && $0.account == credential.account && $0.realm == credential.realm
                        && $0.name.composite == credential.name.composite
                }
                if isTaken || model.count > 40 { continue }
                directory.set(credential)
                model[id] = credential
            }
            #expect(directory.credentialCount == model.count)
            let name = ["a", "b", "c", "d", "a@x", "c@x", "c@x@y", "b@y"][Int.random(in: 0..<8, using: &random)]
            let realm = realms[Int.random(in: 0..<2, using: &random)], account = Int64.random(in: 1...2, using: &random)
            let own = model.values.filter { $0.account.rawValue == account }
            let exact = own.filter { $0.name.composite == name }
            let bare = own.filter {
                $0.name.composite.contains("@") && $0.name.composite.prefix { $0 != "@" } == name
            }
            let allowed =
                if let preferred = exact.first(where: { $0.realm == realm }) { [preferred] } else if !exact.isEmpty {
                    exact
                } else { bare.count == 1 ? bare : [] }
            let found = find(name, realm: realm, account: account)
            #expect(found == nil ? allowed.isEmpty : allowed.contains { $0.id.rawValue == found ?? 0 })
        }
    }
}
