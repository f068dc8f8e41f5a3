import Foundation
import SIPEngine
import SIPMessage
import TestSupport
import Testing

/// The machine against model registrars behind a network that loses, delays, doubles and reorders, while its owner
/// changes his mind. `DEMARC_REGISTRATION_STEPS` makes the walk longer, `DEMARC_SEED` repeats one.
@Suite("Outbound registration: property tests") struct RegistrationModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let steps = environment["DEMARC_REGISTRATION_STEPS"].flatMap { Int($0) } ?? 20_000
    private static let seeds: [UInt64] = environment["DEMARC_SEED"].flatMap { UInt64($0) }.map { [$0] } ?? [1, 2, 3, 4]

    @Test("it never stops, never hammers and never has two requests under way", arguments: seeds)
    func walk(seed: UInt64) throws {
        var walk = RegistrationWalk(seed: seed)
        var left = Self.steps / Self.seeds.count
        while left > 0 {
            let stretch = min(left, 500)
            for _ in 0..<stretch { try walk.step() }
            left -= stretch
            try walk.recover()
        }
        // Every way that the machine has must have been walked.
        #expect(
            walk.seen.isSuperset(of: ["registered", "retrying", "rejected", "unregistering", "frozen"]), "\(walk.seen)")
        #expect(walk.transactions > 500 && walk.waits > 300 || Self.steps < 20_000)
    }
}

/// One machine, two registrars, a bad network and a moody owner.
struct RegistrationWalk {
    private var random: SeededRandom
    private var line: RegistrationLine
    private var registrars = [ModelRegistrar(), ModelRegistrar()]
    private var isDown = [false, false]
    private var delivered = 0
    private var inFlight: [(at: Int64, text: String)] = []
    private var password = "s3"
    private var version: UInt64 = 1
    private var isWanted = true
    private var loss = 0.2
    private(set) var seen: Set<String> = []
    private(set) var transactions = 0
    private(set) var waits = 0
    private var wasInProgress = false
    /// The request under way: its branch, since when, and from when on it may be followed by another.
    private var open: (branch: String, since: Int64, target: Target)?
    private var closed: Set<String> = []
    private var interrupted: Int64?
    /// Since when the requests in a row give the binding up, which has a time limit.
    private var departing: Int64?
    /// When transactions began since the owner or the network last did something.
    private var beginnings: [Int64] = []

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        line = RegistrationLine(.test(), terms: .test(seed: seed))
        line.targets = [.test(1), .test(2)]
        line.start()
    }

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<3: meddle()
        case 3..<6: disturb()
        default: break
        }
        try advance()
    }

    /// To the next event: a message that arrives or a deadline.
    private mutating func advance() throws {
        let arrival = inFlight.min { $0.at < $1.at }?.at
        guard let next = [arrival, line.machine.deadline].compactMap({ $0 }).min() else {
            #expect(!isWanted, "one that is wanted always has something to wait for")
            line.now += 1000
            return
        }
        line.now = max(line.now, next)
        if let arrival, arrival <= line.now, let place = inFlight.firstIndex(where: { $0.at == arrival }) {
            let text = inFlight.remove(at: place).text
            if let branch = text.split(separator: "branch=").dropFirst().first?.prefix(while: { $0 != ";" }),
                !text.hasPrefix("SIP/2.0 1")
            {
                closed.insert(String(branch))
            }
            try line.deliver(text)
        } else {
            line.give(.deadline)
        }
        carry()
        check()
    }

    /// What was sent goes to its registrar and comes back, perhaps, later, twice.
    private mutating func carry() {
        while delivered < line.sent.count {
            let sent = line.sent[delivered]
            delivered += 1
            noteTransaction(sent)
            let place = sent.target == .test(1) ? 0 : 1
            for _ in 0..<(chance(0.1) ? 2 : 1) where !isDown[place] && !chance(loss) {
                if chance(0.2) { inFlight.append((arrival(), provisional(sent))) }
                let text = registrars[place].answer(sent, at: line.now)
                for _ in 0..<(chance(0.1) ? 2 : 1) where !chance(loss) { inFlight.append((arrival(), text)) }
            }
        }
    }

    private func provisional(_ sent: RegistrationLine.Sent) -> String {
        "SIP/2.0 100 Trying\r\nVia: \(sent.header("Via") ?? "")\r\nCSeq: \(sent.header("CSeq") ?? "")\r\n\r\n"
    }

    private mutating func arrival() -> Int64 {
        line.now
            + (chance(0.1) ? Int64.random(in: 500..<40_000, using: &random) : Int64.random(in: 1..<300, using: &random))
    }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    /// A new request only when the one before was answered, timed out, or was cut short by its owner's new wish.
    private mutating func noteTransaction(_ sent: RegistrationLine.Sent) {
        if let open, open.branch == sent.branch { return }
        if let open {
            let isOver = closed.contains(open.branch) || sent.at - open.since >= 32_000
            let isCutShort =
                interrupted.map { $0 >= open.since && sent.at - $0 >= 2000 } ?? false
                || departing.map { sent.at - $0 >= 2000 } ?? false
            #expect(isOver || isCutShort, "\(sent.text) while \(open) is under way")
            #expect(sent.callID == line.sent[0].callID)
        }
        transactions += 1
        departing = sent.expires == 0 ? departing ?? sent.at : nil
        open = (sent.branch, sent.at, sent.target)
        closed = []
        beginnings.append(sent.at)
        #expect(sent.headers("Authorization").count <= 1)
    }

    private mutating func check() {
        seen.insert("\(line.status.state)")
        if isWanted {
            #expect(line.machine.deadline != nil || line.status.isInProgress, "it must not stop: \(line.status)")
        }
        let isInProgress = line.status.isInProgress
        if wasInProgress, !isInProgress, let next = line.status.nextActionAt {
            #expect(next - line.now >= (line.status.attempts > 0 ? 2500 : 4000), "it must not hurry: \(line.status)")
            waits += 1
        }
        wasInProgress = isInProgress
        // Two targets, five requests each, and waits of 2.5 s and more that double: 10 minutes can hold no more.
        beginnings.removeAll { line.now - $0 > 600_000 }
        #expect(beginnings.count <= 120, "\(beginnings.count) requests in ten minutes: \(line.status)")
        if line.status.state == .registered { #expect((line.status.expiresAt ?? 0) > line.now - 1) }
    }

    /// The owner, who is the reason for what follows at once.
    private mutating func meddle() {
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            password = password == "s3" ? "wrong" : "s3"
            change()
        case 1: change()
        case 2:
            isWanted = false
            line.give(.leave(chance(0.5) ? .freeze : .rest))
        case 3: line.give(.retry)
        case 4:
            line.give(.transportFailed(line.status.target?.address ?? Target.test(1).address))
            if let open { closed.insert(open.branch) }
        default: break
        }
        if !isWanted, chance(0.5) {
            isWanted = true
            line.start()
        }
        noteInterruption()
        beginnings = []
        carry()
        check()
    }

    /// The first wish since the request under way began is what gives it a limit.
    private mutating func noteInterruption() {
        if interrupted.map({ $0 < open?.since ?? 0 }) ?? true { interrupted = line.now }
    }

    private mutating func change() {
        version += 1
        line.give(.settings(.test(password: password, version: version)))
    }

    /// The world.
    private mutating func disturb() {
        let place = Int.random(in: 0..<2, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0: isDown[place].toggle()
        case 1: isDown = [true, true]
        case 2: registrars[place].refusal = ("503 Service Unavailable", chance(0.5) ? ["Retry-After: 30"] : [])
        case 3: registrars[place].refusal = ("403 Forbidden", [])
        case 4: registrars[place].minimum = chance(0.5) ? 60 : 4000
        case 5: registrars[place].granted = [20, 60, 300, 3600].randomElement(using: &random) ?? 60
        case 6: registrars[place].nonceLifetime = chance(0.5) ? 1 : 600_000
        case 7: line.targets = chance(0.3) ? [] : [.test(1), .test(2)].shuffled(using: &random)
        default:
            loss = [0, 0.2, 0.6].randomElement(using: &random) ?? 0
            registrars[place].refusal = nil
        }
    }

    /// All is well again: within the longest wait it is registered, and only there.
    mutating func recover() throws {
        isDown = [false, false]
        for place in registrars.indices {
            registrars[place].refusal = nil
            registrars[place].nonceLifetime = 600_000
        }
        loss = 0
        line.targets = [.test(1), .test(2)]
        if !isWanted {
            isWanted = true
            line.start()
            carry()
        }
        if password != "s3" {
            password = "s3"
            change()
        }
        noteInterruption()
        beginnings = []
        carry()
        let end = line.now + 2 * 7_200_000
        while line.status.state != .registered || line.status.isInProgress || line.status.code != 200, line.now < end {
            try advance()
        }
        #expect(line.status.state == .registered, "\(line.status)")
        let place = line.status.target == .test(1) ? 0 : 1
        #expect(registrars[place].live(at: line.now) == ["sip:d7@192.0.2.99"])
        trim()
    }

    /// A long walk must not keep everything that was ever sent.
    private mutating func trim() {
        delivered -= line.forgetSent()
    }
}
