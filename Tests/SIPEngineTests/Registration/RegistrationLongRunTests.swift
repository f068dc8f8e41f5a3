import SIPEngine
import TestSupport
import Testing

/// Hours and days on the injected clock, with the traffic that they must cost.
@Suite("Outbound registration: long runs") struct RegistrationLongRunTests {
    /// A line whose requests reach a registrar in no time, while it is up.
    private struct Scene {
        var line: RegistrationLine
        var registrar = ModelRegistrar()
        var isUp = true
        private var delivered = 0

        init(seed: UInt64, password: String = "s3") {
            line = RegistrationLine(.test(password: password), id: seed, terms: .test(seed: seed))
            registrar.granted = 3600
        }

        mutating func run(hours: Double) throws {
            let end = line.now + Int64(hours * 3_600_000)
            try carry()
            while let deadline = line.machine.deadline, deadline <= end {
                line.now = max(line.now, deadline)
                line.give(.deadline)
                try carry()
            }
            line.now = end
        }

        mutating func carry() throws {
            while delivered < line.sent.count {
                let sent = line.sent[delivered]
                delivered += 1
                if isUp { try line.deliver(registrar.answer(sent, at: line.now)) }
            }
        }
    }

    @Test("a week without trouble is one round trip for each refresh", arguments: 1...5 as ClosedRange<UInt64>)
    func week(seed: UInt64) throws {
        var scene = Scene(seed: seed)
        scene.registrar.nonceLifetime = .max
        scene.line.start()
        try scene.run(hours: 168)
        // 168 h at 30 to 54 minutes each, and one challenge.
        #expect((190...340).contains(scene.line.sent.count), "\(scene.line.sent.count)")
        #expect(scene.line.sent.filter { $0.answer == nil }.count == 1)
        #expect(scene.line.changes == ["registering 0", "registered 200"])
    }

    @Test("a registrar gone for an hour", arguments: 1...5 as ClosedRange<UInt64>)
    func hourGone(seed: UInt64) throws {
        var scene = Scene(seed: seed)
        scene.line.start()
        try scene.run(hours: 1)
        let before = scene.line.sent.count
        scene.isUp = false
        try scene.run(hours: 1)
        let requests = Set(scene.line.sent.dropFirst(before).map(\.branch)).count
        // From the refresh on: waits of up to 5, 10, ... 300 s, and 32 s for each request.
        #expect((6...24).contains(requests), "\(requests)")
        #expect(scene.line.sent.count - before <= 11 * requests)
        #expect(scene.line.status.state == .retrying || scene.line.status.state == .registered)

        scene.isUp = true
        let back = scene.line.now
        while scene.line.status.code != 200 { try scene.run(hours: 0.001) }
        #expect(scene.line.now - back <= 340_000, "registered again within the cap and one timeout")
        #expect(scene.line.status.state == .registered)
    }

    @Test("a wrong password for a day", arguments: 1...5 as ClosedRange<UInt64>)
    func wrongPassword(seed: UInt64) throws {
        var scene = Scene(seed: seed, password: "wrong")
        scene.line.start()
        try scene.run(hours: 24)
        // 10, 20, 40, 80 minutes and then every two hours, each half to all of it: two requests a try.
        let tries = scene.line.sent.count / 2
        #expect(scene.line.sent.count % 2 == 0)
        #expect((13...28).contains(tries), "\(tries)")
        #expect(scene.line.changes == ["registering 0", "rejected 401"])
        let first = scene.line.sent.filter { $0.at - scene.line.sent[0].at < 300_000 }
        #expect(first.count == 2, "no lock-out: one try in the first five minutes")

        scene.line.give(.settings(.test(password: "s3", version: 2)))
        try scene.carry()
        #expect(scene.line.status.state == .registered, "at once")
    }

    @Test("a password that was changed at the registrar and back", arguments: 1...3 as ClosedRange<UInt64>)
    func passwordChangedThere(seed: UInt64) throws {
        var scene = Scene(seed: seed)
        scene.registrar.nonceLifetime = 1000
        scene.line.start()
        try scene.run(hours: 1)
        scene.registrar.password = "other"
        try scene.run(hours: 24)
        #expect(scene.line.status.state == .rejected)
        scene.registrar.password = "s3"
        try scene.run(hours: 2.1)
        #expect(scene.line.status.state == .registered, "by itself, within the cap")
    }

    @Test("DNS moves to another address: the next refresh goes there, with one more challenge at most")
    func dnsChange() throws {
        var scene = Scene(seed: 1)
        scene.line.start()
        try scene.run(hours: 3)
        scene.line.targets = [.test(9)]
        let before = scene.line.sent.count
        try scene.run(hours: 0.9)
        let moved = scene.line.sent.dropFirst(before)
        #expect(!moved.isEmpty && moved.count <= 3)
        #expect(moved.allSatisfy { $0.target == .test(9) })
        #expect(scene.line.changes == ["registering 0", "registered 200"])
    }

    @Test("the clock jumps an hour, and a day: one refresh, no burst", arguments: [1.0, 24, 1000])
    func clockJump(hours: Double) throws {
        var scene = Scene(seed: 1)
        scene.line.start()
        try scene.run(hours: 1)
        let before = scene.line.sent.count
        scene.line.now += Int64(hours * 3_600_000)
        try scene.run(hours: 0.01)
        #expect((1...2).contains(scene.line.sent.count - before))
        #expect(scene.line.status.state == .registered)
        #expect(scene.registrar.live(at: scene.line.now) == ["sip:d7@192.0.2.99"])
    }

    @Test("a registrar whose nonces serve once costs two round trips, and no failure")
    func oneTimeNonces() throws {
        var scene = Scene(seed: 1)
        scene.registrar.nonceLifetime = 1
        scene.line.start()
        try scene.run(hours: 24)
        #expect(scene.line.changes == ["registering 0", "registered 200"])
        #expect((52...98).contains(scene.line.sent.count), "\(scene.line.sent.count)")
    }

    @Test("a registrar that restarts and forgets everything: one challenge, no gap that we could close")
    func registrarRestart() throws {
        var scene = Scene(seed: 1)
        scene.line.start()
        try scene.run(hours: 1)
        var fresh = ModelRegistrar()
        fresh.granted = 60
        fresh.algorithms = ["SHA-256", "MD5"]
        scene.registrar = fresh
        try scene.run(hours: 1)
        #expect(scene.line.changes == ["registering 0", "registered 200"])
        #expect(scene.line.status.granted == 60)
        #expect(scene.registrar.live(at: scene.line.now).count == 1)
    }
}
