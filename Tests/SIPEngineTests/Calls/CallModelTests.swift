import Foundation
import SIPEngine
import SIPMessage
import TestSupport
import Testing

/// Calls between model ends over a network that loses a fifth, delays, doubles and reorders. `DEMARC_CALLS` makes the run
/// longer, `DEMARC_SEED` repeats one.
@Suite("Calls: property tests") struct CallModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let calls = environment["DEMARC_CALLS"].flatMap { Int($0) } ?? 2000
    private static let seeds: [UInt64] = environment["DEMARC_SEED"].flatMap { UInt64($0) }.map { [$0] } ?? [1, 2]

    @Test("no call, slot or dialog is left over, and every INVITE has one final answer", arguments: seeds)
    func walk(seed: UInt64) throws {
        var world = CallWorld(seed: seed)
        let count = Self.calls / Self.seeds.count
        try world.run(calls: count)
        try world.check(calls: count)
    }
}

/// Many calls at a time, each with a caller of its own and up to four places where it may go.
struct CallWorld {
    private enum Key: Hashable {
        case call(UInt64), end(UInt32), message(Int)
    }

    private var random: SeededRandom
    private let terms: CallTerms
    private var now: Int64 = 1_767_225_600_000
    private var calls: [UInt64: Call] = [:]
    private var ends: [UInt32: ModelEnd] = [:]
    private var deadlines = DeadlineHeap<Key>()
    private var inFlight: [Int: (to: UInt32?, from: UInt32, text: String)] = [:]
    private var messages = 0
    private var plans: [UInt64: [[OutgoingLeg]]] = [:]
    private var books: [UInt64: Book] = [:]
    private(set) var seen: [String: Int] = [:]

    /// What a call told its owner.
    struct Book {
        var tried: Set<UInt8> = []
        var closed: Set<UInt8> = []
        var endings = 0
        var releases = 0
        var finals: Set<String> = []
    }

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        terms = .test(seed: seed) {
            $0.ringing = 60_000; $0.length = 120_000
        }
    }

    mutating func run(calls count: Int) throws {
        for number in 0..<count {
            begin(number)
            try advance(until: now + Int64.random(in: 0...800, using: &random))
        }
        try advance(until: now + 600_000)
    }

    private mutating func begin(_ number: Int) {
        let caller = UInt32(number * 8 + 10)
        let end = ModelEnd(address: caller, seed: UInt64(number) &* 77 &+ 1)
        ends[caller] = end
        end.call(number, now, patience: chance(0.2) ? Int64.random(in: 0...9000, using: &random) : nil)
        pump(caller)
    }

    /// One to three rounds of one or two legs each.
    private mutating func legs(for caller: UInt32) -> [[OutgoingLeg]] {
        var place = caller
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in
            (0..<Int.random(in: 1...2, using: &random)).map { _ in
                place += 1
                let end = ModelEnd(address: place, seed: UInt64(place))
                end.manner = ModelEnd.Manner.allCases.randomElement(using: &random) ?? .answers
                seen["\(end.manner)", default: 0] += 1
                ends[place] = end
                return .test(9) {
                    $0.targets = [Target(address: Self.source(place), serverName: "")]
                    $0.requestURI = Array("sip:bob@192.0.2.9".utf8)
                    $0.credentials = .init(user: Array("u".utf8)) { _, _ in ShortText() }
                    $0.timer = SessionTimerTerms(wish: 90)
                }
            }
        }
    }

    private static func source(_ place: UInt32) -> SourceAddress {
        SourceAddress(ipv4: 0x0A00_0000 | place, port: 5060, transport: .udp)
    }

    private static func place(_ address: SourceAddress) -> UInt32 { UInt32(address.low & 0xFF_FFFF) }

    private mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    // MARK: Time and the network

    private mutating func advance(until end: Int64) throws {
        while let next = deadlines.first, next.at <= end {
            now = max(now, next.at)
            deadlines.remove(next.key)
            switch next.key {
            case .message(let number): try deliver(number)
            case .end(let address):
                ends[address]?.reachDeadline(now)
                pump(address)
            case .call(let id):
                guard let effects = calls[id]?.receive(.deadline, at: now) else { continue }
                carryOut(effects, id)
            }
        }
        now = end
    }

    private mutating func post(_ text: String, from: UInt32, to: UInt32?) {
        for _ in 0..<(chance(0.05) ? 2 : 1) where !chance(0.2) {
            messages += 1
            inFlight[messages] = (to, from, text)
            let delay =
                chance(0.1) ? Int64.random(in: 100...3000, using: &random) : Int64.random(in: 1...80, using: &random)
            deadlines.set(.message(messages), at: now + delay)
        }
    }

    private mutating func pump(_ address: UInt32) {
        guard let end = ends[address] else { return }
        for text in end.takeOutbox() { post(text, from: address, to: nil) }
        deadlines.set(.end(address), at: end.deadline)
    }

    private mutating func deliver(_ number: Int) throws {
        guard let message = inFlight.removeValue(forKey: number) else { return }
        if let address = message.to {
            ends[address]?.receive(message.text, now)
            return pump(address)
        }
        let bytes = Array(message.text.utf8)
        var index = MessageIndex()
        let verdict = index.admit(bytes.span)
        try #require(verdict == .accept, "\(message.text)")
        guard let id = CallName.call(of: index, bytes.span, terms: terms) else { return }
        let source = Self.source(message.from)
        if let effects = calls[id]?.receive(index, bytes.span, .init(source: source), at: now) {
            return carryOut(effects, id)
        }
        let text = SIPText(message.text)
        if text.isRequest, text.method == "INVITE", text.toTag.isEmpty, books[id] == nil {
            try begin(index, bytes.span, id, source)
        } else if text.isRequest, text.method != "ACK" {
            // As the edge answers what is nothing of ours.
            post(text.response("481 Call/Transaction Does Not Exist", tag: "x"), from: 0, to: message.from)
        }
    }

    private mutating func begin(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ id: UInt64, _ source: SourceAddress
    ) throws {
        let begun = Call.begin(
            index, bytes, .init(source: source), id: id, terms: terms,
            incoming: IncomingLeg(timer: SessionTimerTerms(wish: 90)), at: now)
        let (call, effects) = try #require(begun)
        calls[id] = call
        books[id] = Book()
        plans[id] = legs(for: Self.place(source))
        carryOut(effects, id)
    }

    // MARK: The owner

    private mutating func carryOut(_ effects: [Call.Effect], _ id: UInt64) {
        for effect in effects {
            #expect(books[id]?.releases == 0, "nothing comes after the release")
            switch effect {
            case .send(let bytes, let target, let leg):
                let text = String(decoding: bytes, as: UTF8.self)
                if leg == 0 { noteFinal(SIPText(text), id) }
                post(text, from: 0, to: Self.place(target.address))
            case .route:
                let legs = plans[id]?.isEmpty == false ? plans[id]?.removeFirst() ?? [] : []
                if let more = calls[id]?.receive(.legs(legs), at: now) { carryOut(more, id) }
            case .report(let event): note(event, id)
            case .released:
                books[id]?.releases += 1
                calls[id] = nil
            case .locate, .moved, .refer, .store, .erase: break
            }
        }
        deadlines.set(.call(id), at: calls[id]?.deadline)
        if calls[id] != nil { #expect(calls[id]?.deadline != nil, "a call always has something to wait for") }
    }

    private mutating func noteFinal(_ message: SIPText, _ id: UInt64) {
        guard !message.isRequest, message.cseqMethod == "INVITE", message.cseq == 1, message.status >= 200 else {
            return
        }
        books[id]?.finals.insert("\(message.status) \(message.toTag)")
    }

    private mutating func note(_ event: Call.Event, _ id: UInt64) {
        switch event {
        case .trying(let leg):
            let isNew = books[id]?.tried.insert(leg).inserted ?? false
            #expect(isNew)
        case .legEnded(let leg, let cause, _):
            seen["\(cause)".prefix { $0 != "(" }.description, default: 0] += 1
            let isNew = books[id]?.closed.insert(leg).inserted ?? false
            #expect(isNew, "a slot is freed once")
        case .ended(let cause):
            seen["ended \(cause)".prefix { $0 != "(" }.description, default: 0] += 1
            books[id]?.endings += 1
        case .answered: seen["answered", default: 0] += 1
        case .ringing, .transferred: break
        }
    }

    // MARK: What must hold

    func check(calls count: Int) throws {
        print("\(messages) messages, \(seen.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })")
        #expect(calls.isEmpty, "leaked calls: \(calls.values.map { "\($0.phase)" })")
        for (id, book) in books {
            #expect(book.tried == book.closed, "leaked slots of \(id)")
            #expect(book.endings == 1 && book.releases == 1)
            #expect(book.finals.count == 1, "one final answer: \(book.finals)")
        }
        let halfOpen = ends.values.filter { !$0.openDialogs.isEmpty }
        #expect(halfOpen.isEmpty, "half-open at \(halfOpen.map { "\($0.address) \($0.manner) \($0.openDialogs)" })")
        for end in ends.values {
            #expect(end.finals.count <= 1, "\(end.finals)")
            #expect(!end.isCalling && end.isIdle, "\(end.address)")
        }
        #expect(books.count > count * 9 / 10)
        let ways = [
            "answered", "elsewhere", "silent", "cancelled", "hungUp", "ended hungUp", "ended cancelled", "unanswered",
        ]
        for way in ways where count > 200 { #expect(seen[way, default: 0] > 0, "\(way) was not walked") }
    }
}
