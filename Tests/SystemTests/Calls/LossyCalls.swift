import SIPEngine
import TestSupport

/// Callers and callees with the timers of RFC 3261, on two ports of one server, and a line to each that loses of what goes
/// either way. What is lost follows from a seed.
///
/// SIPp can lose messages itself (`-lost`), but then forgets to acknowledge what it is told again, and does not say
/// which dialogs it left; a forwarder in between would hide the ports by which a trunk is known.
final class LossyCalls {
    private let callerLine: LoopbackSocket
    private let calleeLine: LoopbackSocket
    let callerPort: UInt16
    let calleePort: UInt16
    /// The share of messages that is lost, in each direction.
    var loss = 0.2
    /// How the ends behave.
    var manners: [ModelEnd.Manner] = [.answers]
    var longestRinging: Int64 = 1000
    var longestTalk: Int64 = 6000
    /// Whether calls stay up until somebody says otherwise.
    var staysUp = false
    private(set) var report = Report()

    private let server: UInt16
    private var random: SeededRandom
    private var ends: [Name: ModelEnd] = [:]
    private var deadlines = DeadlineHeap<Name>()
    private var unfinished: Set<Name> = []
    private var finishedAt: [Name: Int64] = [:]
    /// What the line of each caller let through.
    private var passages: [Name: Passage] = [:]
    private var callees: UInt32 = 0
    private var calls = 0
    private var nextSweep: Int64 = 0

    private enum Name: Hashable {
        case caller(Int), callee(String)
    }

    private struct Passage {
        /// Something that the caller said, and something that it was told.
        var hasAsked = false
        var hasHeard = false
        /// An answer was lost.
        var hasMissed = false
        /// Every message with its time in ms, its way, and whether it was lost.
        var story: [String] = []

        /// Whether that the caller heard no final answer is the line's doing alone.
        var excusesSilence: Bool { !hasHeard && (!hasAsked || hasMissed) }
    }

    struct Report: Sendable, CustomStringConvertible {
        var calls = 0
        var messages = 0
        var lost = 0
        /// Final answers that callers got, by status; 0 is none at all.
        var finals: [String: Int] = [:]
        /// Callers that heard no final answer although the line is no excuse: what passed between them and the server.
        var unanswered: [[String]] = []
        /// Callers that were told two different ends of one INVITE.
        var contradictions: [String] = []

        var description: String {
            "\(calls) calls, \(messages) messages, \(lost) lost, \(finals.sorted { $0.key < $1.key }), \(unanswered.count) unanswered"
        }
    }

    init(to server: UInt16, seed: UInt64) throws {
        self.server = server
        random = SeededRandom(seed: seed)
        callerLine = try LoopbackSocket(.udp, to: server)
        calleeLine = try LoopbackSocket(.udp, to: server)
        (callerPort, calleePort) = (callerLine.port, calleeLine.port)
    }

    /// Begins so many calls, each to the next of the numbers, and lets time pass until the ends have nothing left to do, or
    /// too long.
    func run(_ count: Int, perSecond rate: Int, to numbers: [String], within seconds: Int) {
        let start = Self.now
        var begun = 0
        while Self.now - start < Int64(seconds) * 1000 {
            let due = min(count, Int(Self.now - start) * rate / 1000 + 1)
            while begun < due {
                begin(numbers[begun % numbers.count])
                begun += 1
            }
            turn()
            if begun == count, staysUp ? isQuiet : unfinished.isEmpty { return }
        }
    }

    /// Lets every caller say goodbye, and time pass.
    func hangUp(within seconds: Int) {
        staysUp = false
        let start = Self.now
        for (name, end) in ends {
            end.hangUpAll(start)
            pump(name)
        }
        while Self.now - start < Int64(seconds) * 1000, !unfinished.isEmpty { turn() }
    }

    /// Dialogs that an end holds for open, by what it is.
    var halfOpen: [String] { ends.values.filter { !$0.openDialogs.isEmpty }.map { "\($0.address) \($0.manner)" } }
    /// Ends that still wait for something: what passed between them and the server.
    var waiting: [[String]] { unfinished.map { passages[$0]?.story ?? [] } }
    /// Calls that are up at their callers.
    var up: Int {
        ends.count { name, end in
            if case .caller = name { !end.openDialogs.isEmpty } else { false }
        }
    }

    private static let origin = ContinuousClock.now
    private static var now: Int64 { Int64((ContinuousClock.now - origin) / .milliseconds(1)) + 1 }

    private func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }

    // MARK: Ends

    private func begin(_ number: String) {
        calls += 1
        report.calls += 1
        let name = Name.caller(calls)
        let end = made(.caller(calls), port: callerPort)
        end.call(
            calls, to: "sip:\(number)@127.0.0.1:\(server)", Self.now,
            patience: !staysUp && chance(0.2) ? Int64.random(in: 0...3000, using: &random) : nil)
        pump(name)
    }

    private func made(_ name: Name, port: UInt16) -> ModelEnd {
        callees += 1
        let end = ModelEnd(address: callees, host: "127.0.0.1:\(port)", seed: random.next())
        end.manner = manners.randomElement(using: &random) ?? .answers
        (end.longestRinging, end.longestTalk) = (longestRinging, longestTalk)
        if case .caller = name {
            end.shareOfGoodbyes = staysUp ? 0 : 1
        } else {
            end.shareOfGoodbyes = staysUp ? 0 : 0.3
        }
        ends[name] = end
        return end
    }

    /// Sends what an end wants to say, and notes what it waits for.
    private func pump(_ name: Name) {
        guard let end = ends[name] else { return }
        for text in end.takeOutbox() where !loses(text, "->", of: name) {
            passages[name]?.hasAsked = true
            // What the system does not take is lost, too.
            if case .caller = name {
                try? callerLine.send(Array(text.utf8))
            } else {
                try? calleeLine.send(Array(text.utf8))
            }
        }
        deadlines.set(name, at: end.deadline)
        if end.isIdle, end.openDialogs.isEmpty, !end.isCalling {
            if unfinished.remove(name) != nil { finishedAt[name] = Self.now }
        } else {
            unfinished.insert(name)
            finishedAt[name] = nil
        }
    }

    /// Whether nothing is under way but calls that are up.
    private var isQuiet: Bool { unfinished.allSatisfy { ends[$0].map { $0.isIdle && !$0.isCalling } ?? true } }

    /// Forgets ends whose last copies nobody sends any more (64*T1).
    private func sweep(_ now: Int64) {
        guard now >= nextSweep else { return }
        nextSweep = now + 1000
        for (name, time) in finishedAt where now - time > 40_000 {
            finishedAt[name] = nil
            if let end = ends.removeValue(forKey: name) { note(name, end) }
        }
    }

    private func note(_ name: Name, _ end: ModelEnd) {
        let passage = passages.removeValue(forKey: name) ?? Passage()
        guard case .caller = name else { return }
        report.finals[end.finals.first.map { String($0.prefix(3)) } ?? "none", default: 0] += 1
        if end.finals.isEmpty, !passage.excusesSilence { report.unanswered.append(passage.story) }
        if end.finals.count > 1 { report.contradictions.append("\(end.finals)") }
    }

    /// What is left of the ends goes into the report.
    func finish() -> Report {
        for (name, end) in ends { note(name, end) }
        ends = [:]
        return report
    }

    // MARK: Time and the lines

    /// Whether the line loses a message.
    private func loses(_ text: String, _ way: String, of name: Name) -> Bool {
        let isLost = chance(loss)
        report.messages += 1
        report.lost += isLost ? 1 : 0
        let line = text.prefix { !$0.isNewline }
        passages[name, default: Passage()].story.append("\(Self.now) \(way) \(isLost ? "lost " : "")\(line)")
        return isLost
    }

    private func turn() {
        if let bytes = (try? callerLine.receive(within: 1)) ?? nil { receive(bytes, isCaller: true) }
        for _ in 0..<64 {
            guard let bytes = (try? callerLine.receive(within: 0)) ?? nil else { break }
            receive(bytes, isCaller: true)
        }
        for _ in 0..<64 {
            guard let bytes = (try? calleeLine.receive(within: 0)) ?? nil else { break }
            receive(bytes, isCaller: false)
        }
        let now = Self.now
        while let name = deadlines.removeFirst(dueAt: now) {
            ends[name]?.reachDeadline(now)
            pump(name)
        }
        sweep(now)
    }

    private func receive(_ bytes: [UInt8], isCaller: Bool) {
        let text = String(decoding: bytes, as: UTF8.self)
        let callID = SIPText(text).callID
        let name: Name =
            isCaller ? .caller(Int(callID.dropFirst("model-".count)) ?? 0) : .callee(callID)
        guard !loses(text, "<-", of: name) else {
            passages[name]?.hasMissed = true
            return
        }
        passages[name]?.hasHeard = true
        let end = ends[name] ?? made(name, port: isCaller ? callerPort : calleePort)
        end.receive(text, Self.now)
        pump(name)
    }
}
