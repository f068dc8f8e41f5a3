import SIPEngine
import TestSupport
import Testing

@Suite("Outbound registration: stops, crashes and clocks") struct RegistrationResumeTests {
    /// The next run of a line: another process with another key, at a later time.
    private func next(
        _ line: RegistrationLine, after seconds: Double, settings: RegistrationSettings = .test(), epoch: UInt32 = 0,
        lease: RegistrationLease? = nil
    ) -> RegistrationLine {
        var resumed = RegistrationLine(settings)
        resumed.machine = Registration(
            id: 7, settings: settings, terms: .test(seed: 2), resuming: lease ?? line.stored, epoch: epoch)
        resumed.now = line.now + Int64(seconds * 1000)
        return resumed
    }

    private func registered(_ lease: Int = 1000) throws -> RegistrationLine {
        var line = RegistrationLine()
        line.start()
        try line.grant(lease)
        return line
    }

    @Test("a stop sends nothing; the next start keeps the lease, its moment, the Call-ID and the order of CSeq")
    func stopAndResume() throws {
        var line = try registered()
        line.step()
        try line.grant(1000)
        let due = try #require(line.machine.deadline)
        line.give(.stop)
        #expect(line.sent.count == 2)
        #expect(line.machine.deadline == nil)

        var resumed = next(line, after: 20)
        resumed.start()
        #expect(resumed.status.state == .registered)
        #expect(resumed.sent.isEmpty, "no burst")
        #expect(resumed.machine.deadline == due)
        resumed.step()
        #expect(resumed.last.callID == line.last.callID)
        #expect(resumed.last.cseq > line.last.cseq)
        #expect(resumed.last.contactURI == line.last.contactURI)
        #expect(resumed.queued.last?.due == line.status.expiresAt)
        try resumed.grant(1000)
        #expect(resumed.changes == ["registered 200"])
    }

    @Test("what is overdue after a long stop is done at once, as early as its lease ends")
    func overdue() throws {
        let line = try registered()
        var late = next(line, after: 950)
        late.permits = false
        late.start()
        late.pass(seconds: 0)
        #expect(late.queued.last?.due == line.status.expiresAt)
        #expect(late.status.state == .registered)
        late.pass(seconds: 50)
        #expect(late.status.state == .retrying, "the lease ended in the line")

        var dead = next(line, after: 5000)
        dead.start()
        #expect(dead.changes == ["registering 0"])
        #expect(dead.last.callID == line.last.callID)
        #expect(dead.last.cseq > line.last.cseq)
    }

    @Test("a crash may lose the last records and CSeq still grows", arguments: [0, 1, 15, 31])
    func crash(lost: Int) throws {
        var line = try registered(60)
        var records: [RegistrationLease] = []
        var sent = 0
        for _ in 0..<200 {
            line.step()
            try line.answer("503 No")
            if let stored = line.stored, records.last != stored { records.append(stored) }
            sent = line.last.cseq
            // The record of half a reserve ago is what a crash may leave us with.
            let durable = records.last { Int($0.sequenceCeiling) - 64 + lost <= sent } ?? records[0]
            var resumed = next(line, after: 1, lease: durable)
            resumed.start()
            resumed.step()
            if resumed.sent.isEmpty { resumed.step() }
            #expect(resumed.last.cseq > sent, "after \(sent), \(lost) requests behind")
        }
    }

    @Test("every record is ahead of what is sent before it can be lost")
    func ceilings() throws {
        var line = RegistrationLine()
        line.start()
        for _ in 0..<300 {
            let ceiling = try #require(line.stored?.sequenceCeiling)
            #expect(Int(ceiling) - line.last.cseq >= 31)
            try line.answer("503 No")
            line.step()
        }
    }

    @Test("a later owner's epoch stands above everything an earlier one can send under the same Call-ID")
    func epochs() throws {
        var first = RegistrationLine()
        first.machine = Registration(id: 7, settings: .test(), terms: .test(), epoch: 5)
        first.start()
        try first.grant(1000)
        #expect(first.last.cseq == 5 << 19 + 1)
        var second = next(first, after: 600, epoch: 6)
        second.start()
        second.step()
        #expect(second.last.callID == first.last.callID)
        #expect(second.last.cseq == 6 << 19 + 1)
        // An epoch that does not fit begins a new Call-ID, and so does a CSeq that is used up.
        var spent = try #require(first.stored)
        spent.sequenceCeiling = (1 << 31) - 60
        for (epoch, lease) in [(UInt32(4096), first.stored), (6, spent)] {
            var line = next(first, after: 5000, epoch: epoch, lease: lease)
            line.start()
            #expect(line.last.callID != first.last.callID)
            #expect(line.last.cseq < 1 << 31)
        }
    }

    @Test("a CSeq that is used up in the run begins a new Call-ID")
    func spentInRun() throws {
        let line = try registered()
        var lease = try #require(line.stored)
        lease.sequenceCeiling = (1 << 31) - 70
        var resumed = next(line, after: 5000, lease: lease)
        resumed.start()
        for _ in 0..<20 {
            try resumed.answer("503 No")
            resumed.step()
        }
        #expect(Set(resumed.sent.map(\.callID)).count == 2)
        #expect(resumed.sent.allSatisfy { $0.cseq < 1 << 31 })
        #expect(resumed.last.cseq < 100)
    }

    @Test("a lease for other settings is not taken for ours, and a contact that moved is renewed at once")
    func otherSettings() throws {
        let line = try registered()
        var other = next(line, after: 10, settings: .test { $0.addressOfRecord = "sip:bob@sip.test" })
        other.start()
        #expect(other.changes == ["registering 0"])

        var moved = next(line, after: 10, settings: .test { $0.contactUser = "e8" })
        moved.start()
        moved.step()
        #expect(moved.last.contactURI == "sip:e8@192.0.2.99")
        try moved.grant()
        #expect(moved.last.contactURI == "sip:d7@192.0.2.99")
        #expect(moved.last.expires == 0)
    }

    @Test("no clock makes a lease longer than it was granted")
    func wrongClock() throws {
        var line = try registered()
        line.now -= 1_000_000_000
        var resumed = next(line, after: 0)
        resumed.start()
        #expect(resumed.status.expiresAt == resumed.now + 1_000_000)
        #expect(resumed.wait <= 1000)
    }

    @Test("removed while the process was down, it still un-registers what is left at the registrar")
    func removedWhileDown() throws {
        let line = try registered()
        var resumed = next(line, after: 10)
        resumed.give(.leave(.remove))
        #expect(resumed.last.expires == 0)
        #expect(resumed.last.contactURI == line.last.contactURI)
        try resumed.answer("200 OK")
        #expect(resumed.isEnded)
    }

    @Test("a machine that slept wakes to one refresh; a clock that is set moves what is planned with it")
    func clockJumps() throws {
        var slept = try registered()
        slept.now += 7_200_000
        slept.give(.deadline)
        #expect(slept.sent.count == 2)
        try slept.grant(1000)
        #expect(slept.changes == ["registering 0", "registered 200", "retrying 200", "registered 200"])

        var set = try registered()
        let wait = set.wait
        for distance: Int64 in [-86_400_000, 172_800_000, -1] {
            set.now += distance
            set.give(.clockMoved(by: distance))
            #expect(set.wait == wait)
            #expect(set.status.expiresAt == set.now + 1_000_000)
        }
    }
}
