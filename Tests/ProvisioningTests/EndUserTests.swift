import Provisioning
import Store
import Synchronization
import TestSupport
import Testing

/// Users of applications are credentials of the one name space.
@Suite struct EndUserTests {
    private final class Seen: ChangeObserver {
        let changes = Mutex<[Change]>([])

        func committed(_ changes: [Change]) { self.changes.withLock { $0 += changes } }
    }

    private let seen = Seen()
    private let store: TemporaryStore
    private let useCases: UseCases
    private let tenant: Tenant
    private let application: CallApplication

    init() async throws {
        store = try TemporaryStore(observers: [seen])
        useCases = store.useCases()
        tenant = try await store.tenant(domain: "acme.example")
        application = try await useCases.callApplications.create(
            "support", securesRecords: false, by: tenant.administrator)
    }

    private func create(_ name: String = "alice", isActive: Bool = true) async throws(ProvisioningError) -> EndUser {
        try await useCases.endUsers.create(
            name, password: Secret("Secr3t!pass"), details: EndUserDetails(displayName: "A", isActive: isActive),
            in: .id(application.id), by: tenant.administrator)
    }

    private func credential(_ user: EndUser) async throws -> Credential? {
        try await store.store.read { (store) throws(ProvisioningError) in
            try store.credential(user.credential, of: user.account)
        }
    }

    /// `printf alice:support.acme.example:Secr3t!pass | md5sum` and `sha256sum`, 2026-11-21.
    @Test func aPasswordMakesHashesInTheDomain() async throws {
        let made = try await create()
        let credential = try #require(try await credential(made))
        #expect(credential.realm == "support.acme.example")
        #expect(credential.name.composite == "alice")
        #expect(credential.hashes.hash1 == "af8f278fa8f070b4af1ff25aeb917215")
        #expect(credential.hashes.sha256 == "79c4861aab6b4bb46d17268d5b2019095640f40af76c6585154946cf742ec3a9")
    }

    @Test func aNameIsOneOverAllDialects() async throws {
        _ = try await useCases.credentials.create(
            CredentialName(userName: "bob"), password: Secret("x"), realm: "support.acme.example",
            account: tenant.account.id)
        #expect(
            await faults { () throws(ProvisioningError) in try await create("bob") }.map(\.rule) == [.endUserNameTaken])
        _ = try await create()
        let other = await faults { () throws(ProvisioningError) in
            try await useCases.credentials.create(
                CredentialName(userName: "alice"), password: Secret("x"), realm: "support.acme.example",
                account: tenant.account.id)
        }
        #expect(other.map(\.rule) == [.credentialTaken])
    }

    @Test func aDeletedCredentialTakesItsUserAlong() async throws {
        let user = try await create()
        let credential = try #require(try await credential(user))
        try await store.store.write { (store) throws(ProvisioningError) in try store.delete(credential) }
        let left = try await useCases.endUsers.list(EndUserQuery(), in: nil, by: tenant.administrator)
        #expect(left.total == 0)
    }

    @Test func anInactiveUserLosesItsBindingsAndItsPassword() async throws {
        let user = try await create()
        let before = try #require(try await credential(user))
        var change = EndUserChange()
        change.isActive = false
        seen.changes.withLock { $0 = [] }
        try await useCases.endUsers.update(.id(user.id), in: nil, to: change, by: tenant.administrator)
        let after = try #require(try await credential(user))
        #expect(after.id == before.id && after.created > before.created)
        #expect(after.hashes.md5Candidates.isEmpty && after.hashes.sha256Candidates.isEmpty)
        let kinds = seen.changes.withLock { changes in
            changes.map { change in
                switch change.subject {
                case .credentialDeleted: "deleted"
                case .credential: "made"
                default: "other"
                }
            }
        }
        #expect(kinds == ["deleted", "made", "other"])

        change.isActive = true
        let again = await faults { () throws(ProvisioningError) in
            try await useCases.endUsers.update(.id(user.id), in: nil, to: change, by: tenant.administrator)
        }
        #expect(again.map(\.rule) == [.parameterNeeded])
        change.password = Secret("An0ther!one")
        try await useCases.endUsers.update(.id(user.id), in: nil, to: change, by: tenant.administrator)
        #expect(try await credential(user)?.hashes.md5Candidates.isEmpty == false)
    }

    @Test func anApplicationTakesItsUsersAndDomainAlong() async throws {
        _ = try await create()
        try await useCases.callApplications.delete(.ids([application.id]), by: tenant.administrator)
        #expect(try await useCases.domains.list(of: tenant.account.id).map(\.name) == ["acme.example"])
        #expect(try await store.store.read { (store) throws(ProvisioningError) in try store.totals() }.credentials == 0)
    }
}
