import SIPEngine
import TestSupport
import Testing

@Suite("Pacer") struct PacerTests {
    private static let limits = Pacer.Limits(registrarRate: 10, registrarBurst: 5, overallRate: 100, overallBurst: 20)

    /// Lets time pass until nobody waits; when each was let through.
    private func drain(_ pacer: inout Pacer, from start: Int64) -> [(id: UInt64, at: Int64)] {
        var now = start
        var granted: [(UInt64, Int64)] = []
        while let next = pacer.nextGrant(at: now) {
            now = max(now, next)
            granted += pacer.grant(at: now).map { ($0, now) }
        }
        return granted
    }

    @Test("a thousand to one registrar are a burst of five and then an even stream")
    func oneRegistrar() {
        var pacer = Pacer(limits: Self.limits)
        for id in 0..<1000 { pacer.queue(UInt64(id), for: .test(1), due: 1000 - Int64(id), at: 0) }
        let granted = drain(&pacer, from: 0)
        #expect(granted.map(\.id) == (0..<1000).reversed().map { UInt64($0) }, "who ends soonest goes first")
        #expect(granted.filter { $0.at == 0 }.count == 5)
        for (place, grant) in granted.enumerated().dropFirst(5) { #expect(grant.at == Int64(place - 4) * 100) }
    }

    @Test("many registrars share the overall pace, and the most urgent of all goes first")
    func overall() {
        var pacer = Pacer(limits: Self.limits)
        for id in 0..<1000 {
            pacer.queue(UInt64(id), for: .test(UInt32(id)), due: Int64((id * 7919) % 1000), at: 0)
        }
        let granted = drain(&pacer, from: 0)
        #expect(granted.count == 1000)
        #expect(granted.filter { $0.at == 0 }.count == 20)
        #expect(granted.map { Int64(($0.id * 7919) % 1000) } == (0..<1000).map { Int64($0) })
        #expect(granted.last?.at == 9800)
    }

    @Test("a slow registrar holds nobody else up")
    func slowRegistrar() {
        var pacer = Pacer(limits: Self.limits)
        for id in 0..<100 { pacer.queue(UInt64(id), for: .test(1), due: 0, at: 0) }
        pacer.queue(1000, for: .test(2), due: 1_000_000, at: 0)
        #expect(pacer.grant(at: 0).contains(1000))
    }

    @Test("the line at two registrars with their own leases: nothing ends that could have been kept")
    func soonestFirst() {
        var pacer = Pacer(limits: Self.limits)
        // Cold ones first, as a start has them; then leases that end while the line stands.
        for id in 0..<600 { pacer.queue(UInt64(id), for: .test(UInt32(id % 2)), due: 30_000, at: 0) }
        for id in 600..<700 {
            pacer.queue(UInt64(id), for: .test(UInt32(id % 2)), due: Int64(id - 590) * 100, at: 0)
        }
        for grant in drain(&pacer, from: 0) where grant.id >= 600 {
            #expect(grant.at <= Int64(grant.id - 590) * 100, "\(grant)")
        }
    }

    @Test("who withdraws is not called, and who queues again waits in one line only")
    func withdrawn() {
        var pacer = Pacer(limits: Self.limits)
        for id in 0..<50 { pacer.queue(UInt64(id), for: .test(1), due: 0, at: 0) }
        for id in 0..<25 { pacer.withdraw(UInt64(id)) }
        for id in 25..<30 { pacer.queue(UInt64(id), for: .test(2), due: 0, at: 0) }
        #expect(pacer.waitingCount == 25)
        let granted = drain(&pacer, from: 0)
        #expect(granted.map(\.id).sorted() == (25..<50).map { UInt64($0) })
        #expect(pacer.nextGrant(at: 0) == nil)
        pacer.withdraw(99)
    }

    @Test("the schedule says when each will be called")
    func schedule() {
        var pacer = Pacer(limits: Self.limits)
        var random = SeededRandom(seed: 1)
        for id in 0..<500 {
            let due = Int64.random(in: 0..<10_000, using: &random)
            pacer.queue(UInt64(id), for: .test(UInt32(id % 7)), due: due, at: 0)
        }
        _ = pacer.grant(at: 0)
        let schedule = pacer.schedule(at: 0)
        let granted = drain(&pacer, from: 0)
        #expect(schedule == Dictionary(uniqueKeysWithValues: granted.map { ($0.id, $0.at) }))
    }

    @Test("a rate of 0 is no limit")
    func unlimited() {
        var pacer = Pacer(limits: .init(registrarRate: 0, registrarBurst: 1, overallRate: 0, overallBurst: 1))
        for id in 0..<1000 { pacer.queue(UInt64(id), for: .test(1), due: 0, at: 5) }
        #expect(pacer.grant(at: 5).count == 1000)
    }

    @Test("registrars that nobody waits for are forgotten, their spent tokens are not", arguments: [1, 2] as [UInt64])
    func manyRegistrars(seed: UInt64) {
        var pacer = Pacer(limits: .init(registrarRate: 1, registrarBurst: 1, overallRate: 0, overallBurst: 1))
        var random = SeededRandom(seed: seed)
        var last: [UInt32: Int64] = [:]
        var now: Int64 = 0
        var wanted: [UInt64: UInt32] = [:]
        for id in 0..<20_000 as Range<UInt64> {
            let place = UInt32.random(in: 0..<6000, using: &random)
            wanted[id] = place
            pacer.queue(id, for: SourceAddress(ipv4: place, port: 5060, transport: .udp), due: now, at: now)
            now += Int64.random(in: 0..<5, using: &random)
            for granted in pacer.grant(at: now) {
                let place = wanted[granted] ?? 0
                if let before = last[place] { #expect(now - before >= 1000) }
                last[place] = now
            }
        }
    }
}

@Suite("Deadline heap") struct DeadlineHeapTests {
    @Test("as a sorted dictionary, under random changes", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var heap = DeadlineHeap<UInt64>()
        var model: [UInt64: Int64] = [:]
        for _ in 0..<20_000 {
            let key = UInt64.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let time = Int64.random(in: 0..<1000, using: &random)
                heap.set(key, at: time)
                model[key] = time
            case 6:
                heap.set(key, at: nil)
                model[key] = nil
            case 7:
                heap.remove(key)
                model[key] = nil
            default:
                let now = Int64.random(in: 0..<1000, using: &random)
                let due = heap.removeFirst(dueAt: now)
                let least = model.values.min()
                #expect((due == nil) == (least.map { $0 > now } ?? true))
                if let due {
                    #expect(model[due] == least)
                    model[due] = nil
                }
            }
            #expect(heap.count == model.count)
            #expect(heap[key] == model[key])
            #expect(heap.first?.at == model.values.min())
        }
    }
}
