import Foundation
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import TestSupport
import Testing

@testable import SIPEdge

/// What outlives a restart, and what must not.
@Suite struct RestartTests {
    private func rig() async throws -> (Rig, Tenant) {
        let rig = try await Rig { $0.durability = .journal }
        return (rig, try await rig.home.tenant("one", domain: "one.test"))
    }

    private func restarted(_ rig: Rig) async throws -> Rig {
        await rig.edge.stop()
        return try await Rig(after: rig) { $0.durability = .journal }
    }

    /// Registers and waits for the disk as a listener does.
    private func register(_ phone: inout Phone, at rig: Rig) async throws -> Answer {
        let given = phone.register(at: rig)
        let answer = try #require(given)
        guard case .replyWhenDurable(let sequence) = answer.disposition else {
            Issue.record("a 200 must wait for the disk: \(answer.text)")
            return answer
        }
        await rig.edge.gate.reached(sequence)
        return answer
    }

    @Test func bindingsAreBack() async throws {
        let (rig, tenant) = try await rig()
        for name in ["John", "Jane"] { try await rig.credential(name, realm: "one.test", of: tenant) }
        var phone = Phone()
        phone.contact = "<sip:a@192.0.2.7>;expires=600, <sip:b@192.0.2.7>;expires=60"
        _ = try await register(&phone, at: rig)
        var other = Phone(aor: "sip:Jane@one.test", username: "Jane", contact: "<sip:c@192.0.2.7>", callID: "jane")
        _ = try await register(&other, at: rig)
        other.contact = "<sip:c@192.0.2.7>;expires=0"
        _ = try await register(&other, at: rig)
        let before = rig.edge.bindings(matching: nil, limit: 10)
        #expect(rig.edge.counters().journalSyncs > 0)
        #expect(rig.edge.counters().journalBytes > 0)

        let second = try await restarted(rig)
        #expect(second.edge.bindings(matching: nil, limit: 10) == before)
        #expect(second.edge.counters().bindings == 2)
        rig.clock.advance(by: .seconds(60))
        let third = try await restarted(second)
        #expect(third.live == ["John@one.test sip:a@192.0.2.7"])
        #expect(third.edge.counters().bindings == 1)
        rig.clock.advance(by: .seconds(540))
        third.edge.sweep()
        #expect(third.edge.counters().bindings == 0)
        await third.edge.stop()
    }

    @Test func aRefreshAfterTheRestartKeepsItsOrder() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        phone.cseq = 10
        _ = try await register(&phone, at: rig)
        let second = try await restarted(rig)
        phone.cseq = 3
        #expect(phone.register(at: second)?.status == 500)
        phone.cseq = 20
        #expect(phone.register(at: second)?.status == 200)
        await second.edge.stop()
    }

    @Test func whatWasRevokedStaysAway() async throws {
        let (rig, tenant) = try await rig()
        let john = try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        _ = try await register(&phone, at: rig)
        // The process dies before the journal learns of the deletion: the store alone knows.
        await rig.edge.stop()
        try await rig.delete(john)
        let second = try await Rig(after: rig) { $0.durability = .journal }
        #expect(second.live.isEmpty)
        await second.edge.stop()

        try await rig.credential("John", realm: "one.test", of: tenant)
        let third = try await Rig(after: rig) { $0.durability = .journal }
        #expect(third.live.isEmpty, "another credential of that name")
        #expect(third.edge.counters().bindings == 0)
        await third.edge.stop()
    }

    @Test func aDeletionIsInTheJournalToo() async throws {
        let (rig, tenant) = try await rig()
        let john = try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        _ = try await register(&phone, at: rig)
        try await rig.delete(john)
        await rig.edge.stop()
        var last: [Int64: BindingSet] = [:]
        try BindingJournal(folder: rig.folder.path, gate: DurabilityGate(), logger: .quiet)
            .replay { last[$0.id] = $0.set }
        #expect(last == [john.id.rawValue: BindingSet()])
    }

    @Test func theOperatorsRemovalIsDurable() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        _ = try await register(&phone, at: rig)
        #expect(try await rig.edge.removeBindings(of: "John@one.test", contact: nil) == 1)
        #expect(rig.edge.gate.sequence == rig.edge.journal?.lastSequence)
        let second = try await restarted(rig)
        #expect(second.live.isEmpty)
        await second.edge.stop()
    }

    /// The answer to a copy of a request waits for the record that the first one made.
    @Test func aRetransmissionDoesNotOvertakeTheDisk() async throws {
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone()
        let challenge = try #require(rig.ask(phone.request()))
        let request = phone.request(authorization: phone.authorization(challenge))
        let first = rig.ask(request), second = rig.ask(request)
        #expect(first?.disposition == .replyWhenDurable(1))
        #expect(second?.disposition == .replyWhenDurable(1))
        await rig.edge.stop()
    }

    @Test func anEdgeThatNeverLoadedStops() async throws {
        let folder = try TemporaryFolder()
        let edge = SIPEdge(
            settings: EdgeSettings(listeners: [], dataDirectory: folder.path, uniformityKey: [1]),
            clock: EdgeClock { 0 }, logger: .quiet)
        await edge.stop()
    }

    /// A disk that refuses makes no promise, and says so.
    @Test(.timeLimit(.minutes(1))) func aFailingJournalIs503() async throws {
        let folder = try TemporaryFolder()
        let gate = DurabilityGate()
        let journal = BindingJournal(folder: folder.path + "/gone", gate: gate, logger: .quiet)
        let (rig, tenant) = try await rig()
        try await rig.credential("John", realm: "one.test", of: tenant)
        let flow = RequestFlow(
            directory: rig.edge.directory, location: LocationTable(journal: journal), journal: journal,
            registrar: rig.edge.flow.registrar, challenges: rig.edge.flow.challenges,
            bans: SourceBans(policy: BanPolicy()), observation: Observation())
        var phone = Phone()
        func register() -> Answer? {
            guard let challenge = flow.ask(phone.request()) else { return nil }
            return flow.ask(phone.request(authorization: phone.authorization(challenge)))
        }
        #expect(register()?.disposition == .replyWhenDurable(1))
        let (table, directory) = (flow.location, rig.edge.directory)
        journal.start(
            snapshot: { table.snapshot($0) },
            undo: { record in table.undo(record) { directory.identity(id: record.id) != nil } })
        #expect(await eventually { journal.isFailing && gate.sequence == 1 })
        #expect(gate.standing(of: 1) == .lost)
        #expect(table.count == 0, "what was not kept is not live")
        let refused = register()
        #expect(refused?.status == 503)
        #expect(refused?.values("Retry-After") == ["5"])
        #expect(flow.observation.refusals.latest(1).map(\.reason) == ["the journal cannot be written"])

        try FileManager.default.createDirectory(atPath: folder.path + "/gone", withIntermediateDirectories: true)
        #expect(await eventually { !journal.isFailing })
        let last = journal.lastSequence
        #expect(register()?.disposition == .replyWhenDurable(last + 1))
        #expect(await gate.reached(last + 1))
        #expect(table.count == 1)
        journal.stop()
        await rig.edge.stop()
    }
}

extension RequestFlow {
    func ask(_ text: String) -> Answer? {
        let message = Array(text.utf8)
        var exchange = Exchange(source: .phone, now: 1_767_225_600_000)
        let disposition = handle(message.span, &exchange)
        guard disposition != .silence else { return nil }
        return Answer(
            text: String(decoding: exchange.reply.array, as: UTF8.self), disposition: disposition,
            port: exchange.replyPort)
    }
}
