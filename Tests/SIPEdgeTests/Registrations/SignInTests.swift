import Provisioning
import SIPEngine
import Store
import TestSupport
import Testing

@testable import SIPEdge

/// A registration that is not persistent lives as long as its user is signed in here.
@Suite(.timeLimit(.minutes(2))) struct SignInTests {
    private func rig() async throws -> (RegistrationRig, EndUser) {
        let rig = try await RegistrationRig()
        let (domain, now) = (rig.tenant.domain, rig.home.clock.now)
        let user = try await rig.home.store.write { (store) throws(ProvisioningError) in
            let application = try store.insertApplication(
                name: "app", domain: domain, securesRecords: false, at: now)
            let credential = try store.insertCredential(
                CredentialName(userName: "bob", domain: nil), realm: domain.name,
                hashes: CredentialHashes(of: "bob", realm: domain.name, password: Secret("pw")),
                account: domain.account)
            return try store.insertEndUser(
                credential, details: EndUserDetails(displayName: "Bob"), in: application, at: now)
        }
        return (rig, user)
    }

    private func phone(_ host: String = "192.0.2.7") -> Phone {
        Phone(aor: "sip:bob@one.test", username: "bob", contact: "<sip:bob@\(host)>", callID: host)
    }

    @Test func fromTheFirstBindingToTheLast() async throws {
        let registrar = try await TestRegistrar.start()
        let (rig, user) = try await rig()
        let registration = try await rig.create(at: registrar, user: user)
        #expect(rig.live.registration(registration.id)?.state == .unregistered)
        #expect(registrar.requestCount == 0)
        var (one, two) = (phone(), phone("192.0.2.8"))
        #expect(rig.register(&one) == 200)
        #expect(await rig.stands(registration, .registered))
        let count = registrar.requestCount
        #expect(rig.register(&two) == 200)
        #expect(rig.register(&one) == 200)
        one.contact += ";expires=0"
        #expect(rig.register(&one) == 200)
        #expect(rig.live.registration(registration.id)?.state == .registered)
        #expect(registrar.requestCount == count, "one of two phones makes no difference")
        two.contact += ";expires=0"
        #expect(rig.register(&two) == 200)
        #expect(await rig.stands(registration, .unregistered))
        #expect(registrar.bindings.isEmpty)
        await rig.stop()
    }

    @Test func throughExpiryAndRevocation() async throws {
        let registrar = try await TestRegistrar.start()
        let (rig, user) = try await rig()
        let registration = try await rig.create(at: registrar, user: user)
        var phone = phone()
        #expect(rig.register(&phone) == 200)
        #expect(await rig.stands(registration, .registered))
        rig.edge.location.expire(to: .max) { _, _ in }
        #expect(await rig.stands(registration, .unregistered))

        // A second is over that was looked through: what is new lives in the next.
        let (second, _) = (try await RegistrationRig(after: rig), await rig.stop())
        #expect(second.register(&phone) == 200)
        #expect(await second.stands(registration, .registered))
        let credential = try #require(
            try await second.home.store.read { (store) throws(ProvisioningError) in
                try store.credential(user.credential, of: user.account)
            })
        try await second.home.store.write { (store) throws(ProvisioningError) in try store.reissue(credential) }
        #expect(await second.stands(registration, .unregistered))
        #expect(registrar.bindings.isEmpty)
        await second.stop()
    }

    @Test func oneThatBecomesPersistentStays() async throws {
        let registrar = try await TestRegistrar.start()
        let (rig, user) = try await rig()
        let registration = try await rig.create(at: registrar, user: user)
        try await rig.update(registration) { $0.details.isPersistent = true }
        #expect(await rig.stands(registration, .registered))
        try await rig.update(registration) { $0.details.isPersistent = false }
        #expect(await rig.stands(registration, .unregistered))
        await rig.stop()
    }
}

extension RegistrationRig {
    /// Registers as a phone does; the status of the last answer.
    fileprivate func register(_ phone: inout Phone) -> Int? {
        guard let challenge = edge.flow.ask(phone.request()) else { return nil }
        return edge.flow.ask(phone.request(authorization: phone.authorization(challenge)))?.status
    }
}
