import Foundation
import Testing

/// What a change of a credential does to phones that are registered with it, over UDP to the real program.
@Suite(.serialized)
struct RotationTests {
    /// A server, an account, and phone `dave` registered with the password `old`.
    private func start() async throws -> (ServerProcess, BandwidthAccount) {
        let server = try await Installation().start()
        let account = try #require(BandwidthAccount(of: server))
        #expect(try await account.createCredential("dave", password: "old").status == 201)
        #expect(try await register("old", account, server) == 200)
        return (server, account)
    }

    /// The final status of a new registration: a phone that was switched on again, with a Call-ID of its own.
    private func register(
        _ password: String, _ account: BandwidthAccount, _ server: ServerProcess, realm: String? = nil,
        contact: String = "<sip:dave@127.0.0.1:9>"
    ) async throws -> Int? {
        let port = server.installation.sipPort
        return try await onThread {
            var phone = try TestPhone("dave", domain: realm ?? account.domain, password: password, to: port)
            return try phone.register(contact, expires: 300)?.status
        }
    }

    private func hashes(_ password: String, realm: String) -> String {
        "<Hash1>\(MD5Text.of("dave:\(realm):\(password)"))</Hash1>"
            + "<Hash1b>\(MD5Text.of("dave@\(realm):\(realm):\(password)"))</Hash1b>"
    }

    @Test func aNewHashTakesOverAndLeavesTheBindings() async throws {
        let (server, account) = try await start()
        let before = try await server.bindings()
        #expect(before.count == 1)
        let port = server.installation.sipPort
        let statuses = try await onThread {
            // A phone with a nonce from before the change.
            var phone = try TestPhone("dave", domain: account.domain, password: "old", to: port)
            let first = try phone.register("<sip:dave@127.0.0.1:10>", expires: 300)?.status
            var connection = try HTTPConnection(to: account.port)
            let body = "<SipCredential>\(hashes("new", realm: account.domain))</SipCredential>"
            let update = try connection.send(
                "PUT", account.path("sipcredentials/dave"), headers: [account.authorization], body: body)
            let second = try phone.register("<sip:dave@127.0.0.1:10>", expires: 300)?.status
            return [first, update.status, second]
        }
        #expect(statuses == [200, 200, 401])
        let kept = try await server.bindings()
        #expect(Set(kept.map(\.contact)) == ["sip:dave@127.0.0.1:9", "sip:dave@127.0.0.1:10"])
        #expect(try await register("old", account, server) == 401)
        #expect(try await register("new", account, server) == 200)
        #expect(try await server.bindings().count == 2)

        // It is the same credential, so a restart keeps the bindings as well.
        try await server.kill()
        let again = try await server.installation.start()
        #expect(try await again.bindings().count == 2)
        #expect(try await register("old", account, again) == 401)
        try await again.stop()
    }

    @Test func aMoveToAnotherRealmLeavesTheBindingsAndAsksForTheNewRealm() async throws {
        let (server, account) = try await start()
        let made = try await account.send(
            "POST", "realms", body: "<Realm><Realm>other</Realm><Default>false</Default></Realm>")
        let realm = try #require(made.body.firstMatch(of: /<Id>([0-9]+)<\/Id><Realm>([^<]+)<\/Realm>/))
        let (realmID, realmName) = (String(realm.1), String(realm.2))
        let old = try await account.send("GET", "realms/\(account.domain)")
        let oldID = try #require(old.body.firstMatch(of: /<Id>([0-9]+)<\/Id>/)).1
        let listed = try await account.send("GET", "realms/\(oldID)/sipcredentials")
        let id = try #require(listed.body.firstMatch(of: /<SipCredential><Id>([0-9]+)<\/Id>/)).1
        let moved = try await account.send(
            "PUT", "realms/\(oldID)/sipcredentials/\(id)",
            body: "<SipCredential>\(hashes("moved", realm: realmName))<RealmId>\(realmID)</RealmId></SipCredential>")
        #expect(moved.status == 200, "\(moved.body)")

        #expect(try await server.bindings().map(\.aor) == ["dave@\(realmName)"])
        #expect(try await register("old", account, server) == 401)
        #expect(try await register("moved", account, server, realm: realmName) == 200)
        #expect(try await server.bindings().count == 1)
        try await server.stop()
    }

    @Test func aDeletedCredentialEndsItsBindingsAtOnce() async throws {
        let (server, account) = try await start()
        #expect(try await account.send("DELETE", "sipcredentials/dave").status == 200)
        #expect(try await server.bindings().isEmpty)
        #expect(try await register("old", account, server) == 401)
        #expect(try await account.createCredential("dave", password: "old").status == 201)
        #expect(try await server.bindings().isEmpty, "another credential of that name has none of its bindings")
        #expect(try await register("old", account, server) == 200)
        try await server.stop()
    }

    @Test func aDeletedRealmIsNotServed() async throws {
        let (server, account) = try await start()
        let made = try await account.send(
            "POST", "realms", body: "<Realm><Realm>gone</Realm><Default>false</Default></Realm>")
        let name = String(try #require(made.body.firstMatch(of: /<Realm>([^<]+)<\/Realm>/)).1)
        #expect(try await register("old", account, server, realm: name) == 401, "known, and the password is another's")
        #expect(try await account.send("DELETE", "realms/\(name)").status == 202)
        let port = server.installation.sipPort
        let silence = try await onThread {
            var phone = try TestPhone("dave", domain: name, password: "old", to: port)
            return try phone.register("<sip:dave@127.0.0.1:9>", expires: 300, within: 700)?.status
        }
        #expect(silence == nil)
        try await server.stop()
    }
}
