import Provisioning
import SIPEngine
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// What the SIP side does with an account that is suspended, comes back, or is deleted.
@Suite struct StoppedAccountTests {
    private func rig() async throws -> (Rig, Tenant) {
        let rig = try await Rig { $0.durability = .journal }
        let tenant = try await rig.home.tenant("one", domain: "one.test")
        try await rig.credential("John", realm: "one.test", of: tenant)
        let other = try await rig.home.tenant("two", domain: "two.test")
        try await rig.credential("Jane", realm: "two.test", of: other)
        return (rig, tenant)
    }

    private func restarted(_ rig: Rig) async throws -> Rig {
        await rig.edge.stop()
        return try await Rig(after: rig) { $0.durability = .journal }
    }

    private static let jane = Phone(
        aor: "sip:Jane@two.test", registrar: "sip:two.test", username: "Jane", contact: "<sip:c@192.0.2.7>",
        callID: "jane")

    private func status(_ phone: inout Phone, at rig: Rig) -> Int? { phone.register(at: rig)?.status }

    @Test func phonesOfASuspendedAccountAreRefusedAtOnceAndLetInAgain() async throws {
        let (rig, tenant) = try await rig()
        let accounts = rig.home.useCases().accounts
        var (john, jane) = (Phone(), Self.jane)
        #expect(status(&john, at: rig) == 200)
        #expect(status(&jane, at: rig) == 200)
        var events = rig.edge.events().makeAsyncIterator()
        _ = try await accounts.suspend(tenant.account.id)
        #expect(rig.live == ["Jane@two.test sip:c@192.0.2.7"])
        let event = try #require(await events.next())
        #expect(event.kind == .revoked && event.aor == "John@one.test" && event.detail == "the account is suspended")

        john.cseq += 2
        #expect(status(&john, at: rig) == 403)
        let refusal = try #require(rig.edge.refusals(limit: 1).first)
        #expect(refusal.reason == "the account is suspended" && refusal.status == 403)
        var stranger = Phone(username: "Nobody", password: "guess")
        #expect(status(&stranger, at: rig) == 401, "who does not know the password learns nothing")
        jane.cseq += 2
        #expect(status(&jane, at: rig) == 200)

        _ = try await accounts.resume(tenant.account.id)
        john.cseq += 2
        #expect(status(&john, at: rig) == 200)
        await rig.edge.stop()
    }

    /// Bindings of before stay away, also when the account goes on before the next start.
    @Test func aRestartBringsNothingBack() async throws {
        let (rig, tenant) = try await rig()
        let accounts = rig.home.useCases().accounts
        var john = Phone()
        #expect(status(&john, at: rig) == 200)
        await rig.edge.gate.reached(rig.edge.journal?.lastSequence ?? 0)
        // The edge stops first: its journal does not hear that the bindings end.
        await rig.edge.stop()
        _ = try await accounts.suspend(tenant.account.id)
        let second = try await Rig(after: rig) { $0.durability = .journal }
        #expect(second.live.isEmpty)
        john.cseq += 2
        #expect(status(&john, at: second) == 403)
        await second.edge.stop()
        _ = try await accounts.resume(tenant.account.id)
        let third = try await Rig(after: second) { $0.durability = .journal }
        #expect(third.live.isEmpty)
        john.cseq += 2
        #expect(status(&john, at: third) == 200)
        await third.edge.stop()
    }

    /// From the first step of the deletion on nothing of it is answered, although most of it is still in the store.
    @Test func anAccountThatLeavesIsForgottenAtOnce() async throws {
        let (rig, tenant) = try await rig()
        let accounts = rig.home.useCases().accounts
        for number in 0..<50 { try await rig.credential("user\(number)", realm: "one.test", of: tenant) }
        var john = Phone()
        #expect(status(&john, at: rig) == 200)
        _ = try await accounts.suspend(tenant.account.id)
        #expect(try await accounts.delete(tenant.account.id, rows: 0).isDone == false)
        #expect(rig.ask(john.request()) == nil, "its domain is unknown")
        #expect(rig.edge.counters().credentials == 1)
        let second = try await restarted(rig)
        #expect(second.ask(john.request()) == nil)
        #expect(second.edge.counters().credentials == 1)
        #expect(try await accounts.finishDeletions() == [tenant.account.id])
        var jane = Self.jane
        #expect(status(&jane, at: second) == 200)
        await second.edge.stop()
    }
}
