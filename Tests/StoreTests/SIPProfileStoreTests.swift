import Foundation
import GRDB
import Provisioning
import TestSupport
import Testing

@testable import Store

/// What step 8 of the schema added: SIP profiles, settings that endpoints leave to them, addresses of endpoints.
@Suite struct SIPProfileStoreTests {
    @Test func profilesComeBackFromAnotherStart() async throws {
        let home = try TemporaryStore()
        let (mine, other) = (try await home.tenant("mine"), try await home.tenant("other"))
        var profile = SIPProfile(account: mine.account.id)
        profile.ciphers = [.aes128with32]
        profile.codecs = []
        profile.requiresEncryption = true
        profile.sendAs = try #require(SendAs("+19195551234"))
        profile.outbound = .blockPSTN
        for kept in [SIPProfile(account: mine.account.id), profile] {
            try await home.store.write { (store) throws(ProvisioningError) in try store.put(kept) }
        }
        await home.store.close()
        let again = try SQLiteStore(path: home.path)
        let found = try await again.read { (store) throws(ProvisioningError) in
            (try store.sipProfile(of: mine.account.id), try store.sipProfile(of: other.account.id))
        }
        #expect(found.0 == profile)
        #expect(found.1 == SIPProfile(account: other.account.id))
        await again.close()
    }

    @Test func endpointsKeepWhatTheySayAndWhatTheyLeaveOpen() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        let endpoints = home.useCases().endpoints
        var draft = SIPEndpointDraft()
        (draft.userName, draft.password) = ("alice", Secret("secret"))
        let open = try await endpoints.create(draft, of: nil, by: tenant.administrator)
        #expect(open.settings == SIPEndpointSettings())
        (draft.userName, draft.sendAs, draft.ciphers) = ("bob", .own(.random), .own([]))
        draft.codecs = .own([.g722, .opus8])
        let said = try await endpoints.create(draft, of: nil, by: tenant.administrator)
        for endpoint in [open, said] {
            let found = try await endpoints.get(endpoint.uniqueID.description, of: nil, by: tenant.administrator)
            #expect(found == endpoint)
        }
    }

    /// Endpoints that were there before keep their settings and get an address; everything keeps its order.
    @Test func addressesAreTakenOver() async throws {
        let home = try TemporaryStore()
        await home.store.close()
        try FileManager.default.removeItem(atPath: home.path)
        let old = try DatabaseQueue(path: home.path)
        try Schema.migrator.migrate(old, upTo: "6")
        let ids = (0..<8).map { _ in UniqueID.random().description }
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO account (id, project, name, features, ceiling, country)
                    VALUES (1, 'p', 'old', 'TERMINATION', 'ALL', 'US');
                    INSERT INTO domain (account, name, is_default) VALUES (1, 'a1.example.com', 1);
                    INSERT INTO credential (id, user_name, realm, hash1, account, created)
                    VALUES (3, 'alice', 'a1.example.com', 'x', 1, 1), (4, 'bob', 'a1.example.com', 'x', 1, 1);
                    """)
            try database.execute(
                sql: """
                    INSERT INTO subscriber (id, account, uid, reference, email, first_name, last_name, display_name,
                        job_title, time_zone, country, company_name, created_at, updated_at)
                    VALUES (5, 1, ?, ?, 'a@example.com', '', '', '', '', '', '', '', 0, 0);
                    INSERT INTO call_resource (id, account, uid, content, kind, name, target, created_at, updated_at)
                    VALUES (6, 1, ?, ?, 'ai_agent', 'agent', 'sip:agent@example.com', 0, 0);
                    INSERT INTO fabric_address (id, account, uid, subscriber, resource)
                    VALUES (7, 1, ?, NULL, 6), (8, 1, ?, 5, NULL);
                    INSERT INTO sip_endpoint (account, uid, subscriber, credential, caller_id, send_as, ciphers, codecs,
                        encryption, handler, resource, created_at, updated_at)
                    VALUES (1, ?, 5, 3, '', 'random', '', 'PCMU', 'default', 'default', NULL, 0, 0),
                        (1, ?, NULL, 4, '', 'random', '', 'PCMU', 'default', 'resource', 6, 0, 0);
                    """, arguments: StatementArguments(ids))
        }
        try old.close()
        let store = try SQLiteStore(path: home.path)
        let account = AccountID(rawValue: 1)
        try await store.write { (store) throws(ProvisioningError) in
            let page = try store.addressees(of: account, ListQuery())
            #expect(page.items.map(\.kind) == ["ai_agent", "subscriber", "sip_endpoint"])
            guard case .endpoint(let bob) = page.items.last, let address = bob.address,
                let credential = try store.credential(bob.credential, of: account)
            else {
                Issue.record("the endpoint has no address")
                return
            }
            #expect(bob.userName == "bob")
            #expect(bob.settings.codecs == .own([.pcmu]))
            #expect(try store.addressee(address, of: account) == .endpoint(bob))
            try store.delete(credential)
            #expect(try store.addressee(address, of: account) == nil)
        }
        await store.close()
    }
}
