import SIPEngine
import Testing

/// RFC 3261 section 17 with RFC 6026: when what is sent again, and when it is over.
@Suite("Transactions") struct TransactionTests {
    private static let timers = TransactionTimers()

    /// The moments of the steps in milliseconds, until there is no deadline.
    private func walk(_ next: (Int64) -> (steps: TransactionSteps, deadline: Int64?), from first: Int64?) -> [(
        Int64, TransactionSteps
    )] {
        var found: [(Int64, TransactionSteps)] = []
        var deadline = first
        while let at = deadline, found.count < 100 {
            let (steps, following) = next(at)
            if !steps.isEmpty { found.append((at, steps)) }
            deadline = following
        }
        return found
    }

    @Test("INVITE client: timers A and B", arguments: [(false, [500, 1500, 3500, 7500, 15500, 31500]), (true, [])])
    func inviteClientTimers(isReliable: Bool, resends: [Int64]) {
        var machine = InviteClientTransaction(isReliable: isReliable, timers: Self.timers, at: 0)
        let steps = walk({ (machine.receiveDeadline(at: $0), machine.deadline) }, from: machine.deadline)
        #expect(steps.filter { $0.1 == .resend }.map(\.0) == resends)
        #expect(steps.last.map { $0.0 } == 32_000 && steps.last?.1 == [.timeOut, .end])
    }

    @Test(
        "other client: timers E and F",
        arguments: [
            (false, [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]), (true, []),
        ] as [(Bool, [Int64])])
    func clientTimers(isReliable: Bool, resends: [Int64]) {
        var machine = ClientTransaction(isReliable: isReliable, timers: Self.timers, at: 0)
        let steps = walk({ (machine.receiveDeadline(at: $0), machine.deadline) }, from: machine.deadline)
        #expect(steps.filter { $0.1 == .resend }.map(\.0) == resends)
        #expect(steps.last.map { $0.0 } == 32_000 && steps.last?.1 == [.timeOut, .end])
    }

    @Test(
        "INVITE client: what each status does in each state",
        arguments: [
            ([180], [.deliver], .proceeding, nil), ([180, 183], [.deliver, .deliver], .proceeding, nil),
            ([200], [.deliver], .accepted, 32_000), ([200, 200], [.deliver, .deliver], .accepted, 32_000),
            ([486], [[.acknowledge, .deliver]], .completed, 32_000),
            ([100, 486, 486], [.deliver, [.acknowledge, .deliver], .acknowledge], .completed, 32_000),
            ([486, 200], [[.acknowledge, .deliver], []], .completed, 32_000),
            ([200, 486], [.deliver, []], .accepted, 32_000),
            ([486, 180], [[.acknowledge, .deliver], []], .completed, 32_000),
        ] as [([Int], [TransactionSteps], InviteClientTransaction.State, Int64?)])
    func inviteClient(
        statuses: [Int], steps: [TransactionSteps], state: InviteClientTransaction.State, deadline: Int64?
    ) {
        var machine = InviteClientTransaction(isReliable: false, timers: Self.timers, at: 0)
        #expect(statuses.map { machine.receive(status: $0, at: 0) } == steps)
        #expect(machine.state == state && machine.deadline == deadline)
    }

    @Test("INVITE client over TCP: a failure ends it, a 2xx waits for its copies (RFC 6026 section 7.1)")
    func inviteClientReliable() {
        var failed = InviteClientTransaction(isReliable: true, timers: Self.timers, at: 0)
        #expect(failed.receive(status: 486, at: 1) == [.acknowledge, .deliver, .end] && failed.deadline == nil)
        var answered = InviteClientTransaction(isReliable: true, timers: Self.timers, at: 0)
        #expect(answered.receive(status: 200, at: 1) == .deliver && answered.deadline == 32_001)
    }

    @Test(
        "INVITE server: timers G and H, then I",
        arguments: [
            (false, [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]), (true, []),
        ] as [(Bool, [Int64])])
    func inviteServerTimers(isReliable: Bool, resends: [Int64]) {
        var machine = InviteServerTransaction(isReliable: isReliable, timers: Self.timers)
        #expect(machine.respond(status: 100, at: 0) && machine.deadline == nil && machine.receiveCopy() == .resend)
        #expect(machine.respond(status: 486, at: 0) && !machine.respond(status: 200, at: 0))
        var confirmed = machine
        let steps = walk({ (machine.receiveDeadline(at: $0), machine.deadline) }, from: machine.deadline)
        #expect(steps.filter { $0.1 == .resend }.map(\.0) == resends)
        #expect(steps.last?.1 == [.timeOut, .end] && steps.last?.0 == 32_000)
        #expect(confirmed.receiveAcknowledgement(at: 100) == (isReliable ? .end : []))
        #expect(confirmed.deadline == (isReliable ? nil : 5100))
        #expect(confirmed.receiveCopy() == [], "no response after the ACK")
    }

    @Test("INVITE server: a 2xx is not its to send again; copies of the INVITE are absorbed (RFC 6026 section 7.1)")
    func inviteServerAccepted() {
        var machine = InviteServerTransaction(isReliable: false, timers: Self.timers)
        let isSent = machine.respond(status: 200, at: 0)
        #expect(isSent)
        #expect(
            machine.state == .accepted && machine.receiveCopy() == [] && machine.receiveAcknowledgement(at: 1) == [])
        #expect(machine.deadline == 32_000 && machine.receiveDeadline(at: 32_000) == .end && machine.deadline == nil)
    }

    @Test(
        "other server: copies get the last response, until timer J",
        arguments: [(false, 32_000), (true, nil)] as [(Bool, Int64?)])
    func server(isReliable: Bool, deadline: Int64?) {
        var machine = ServerTransaction(isReliable: isReliable, timers: Self.timers)
        #expect(machine.receiveCopy() == [])
        #expect(machine.respond(status: 200, at: 0) && !machine.respond(status: 500, at: 0))
        #expect(machine.deadline == deadline)
        if let deadline {
            #expect(machine.receiveCopy() == .resend && machine.receiveDeadline(at: deadline) == .end)
        }
    }

    @Test("other client: a provisional response slows it to T2, a final one waits for T4")
    func client() {
        var machine = ClientTransaction(isReliable: false, timers: Self.timers, at: 0)
        #expect(machine.receive(status: 100, at: 100) == .deliver)
        #expect(machine.receiveDeadline(at: 500) == .resend && machine.deadline == 4500)
        #expect(machine.receive(status: 200, at: 4600) == .deliver && machine.deadline == 9600)
        #expect(machine.receive(status: 200, at: 4700) == [] && machine.receiveDeadline(at: 9600) == .end)
    }

    @Test(
        "what must be confirmed is sent until it is, or given up",
        arguments: [
            (true, [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]),
            (false, [500, 1500, 3500, 7500, 15500, 31500]),
        ] as [(Bool, [Int64])])
    func repetition(isCapped: Bool, resends: [Int64]) {
        var machine = AnswerRepetition(timers: Self.timers, isCapped: isCapped, at: 0)
        let steps = walk(
            { at in
                let steps = machine.receiveDeadline(at: at)
                return (steps, steps.contains(.end) ? nil : machine.deadline)
            }, from: machine.deadline)
        #expect(steps.filter { $0.1 == .resend }.map(\.0) == resends)
        #expect(steps.last?.1 == [.timeOut, .end] && steps.last?.0 == 32_000)
    }

    @Test("a cancelled INVITE does not wait for ever (RFC 3261 section 9.1)")
    func expiry() {
        var machine = InviteClientTransaction(isReliable: false, timers: Self.timers, at: 0)
        _ = machine.receive(status: 180, at: 100)
        #expect(machine.deadline == nil)
        machine.expire(by: 32_100)
        #expect(machine.deadline == 32_100 && machine.receiveDeadline(at: 32_100) == [.timeOut, .end])
    }
}
