import CDatagrams
import Datagrams

/// The end that calls: INVITE, ACK, BYE at once unless calls stay up.
struct Callers {
    private let ends: Ends
    private let staysUp: Bool
    private var calls: [Call]
    private var free: [Int]
    /// Calls that are up.
    private(set) var up = 0

    private struct Call {
        var phase = Phase.idle
        /// Grows with every call in this place, so that late messages are known.
        var turn: UInt32 = 0
        var began: UInt64 = 0
        var sent: UInt64 = 0
        var repetitions = 0
        var dialog = Ends.Dialog()
    }

    private enum Phase {
        case idle, calling, proceeding, up, leaving
    }

    private static let repetitionsAtMost = 20
    /// For an answer, once there is a provisional one.
    private static let patience = Clock.nanoseconds(20)

    init(_ ends: Ends, places: Int, staysUp: Bool) {
        self.ends = ends
        self.staysUp = staysUp
        calls = Array(repeating: Call(), count: places)
        free = Array((0..<places).reversed())
    }

    var places: Int { calls.count }
    var active: Int { calls.count - free.count }
    /// Whether no call waits for anything.
    var isQuiet: Bool { active == up }

    /// Begins so many calls, or as many as there are places for.
    mutating func begin(at most: Int, at now: UInt64, _ outbox: inout Outbox) -> Int {
        var begun = 0
        while begun < most, let place = free.popLast() {
            begun += 1
            calls[place] = Call(phase: .calling, turn: calls[place].turn &+ 1, began: now, sent: now)
            invite(place, &outbox)
        }
        return begun
    }

    private func invite(_ place: Int, _ outbox: inout Outbox) {
        let start = outbox.bytes.count
        ends.appendFirst("INVITE", name(place), to: nil, &outbox.bytes)
        outbox.close(from: start, to: ends.server)
    }

    private func name(_ place: Int) -> Ends.Name { Ends.Name(place: place, turn: calls[place].turn) }

    private func send(_ method: StaticString, _ sequence: StaticString, _ place: Int, _ outbox: inout Outbox) {
        let start = outbox.bytes.count
        ends.appendWithin(method, name(place), sequence: sequence, calls[place].dialog, &outbox.bytes)
        outbox.close(from: start, to: ends.server)
    }

    // MARK: Answers

    mutating func receive(_ bytes: Span<UInt8>, at now: UInt64, _ tally: inout Tally, _ outbox: inout Outbox) {
        guard let message = Message(bytes), message.status > 0, let name = message.name(bytes),
            calls.indices.contains(name.place)
        else { return tally.unexpected += 1 }
        guard calls[name.place].turn == name.turn else { return tally.late += 1 }
        switch (message.method, calls[name.place].phase) {
        case (.invite, .calling), (.invite, .proceeding):
            takeAnswer(message, bytes, name.place, at: now, &tally, &outbox)
        case (.invite, .up) where message.status >= 200, (.invite, .leaving) where message.status >= 200:
            tally.repetitions += 1
            send("ACK", "1 ", name.place, &outbox)
        case (.bye, .leaving) where message.status >= 200:
            if message.status == 200 { tally.completed += 1 } else { tally.unexpected += 1 }
            release(name.place)
        default: tally.late += 1
        }
    }

    private mutating func takeAnswer(
        _ message: Message, _ bytes: Span<UInt8>, _ place: Int, at now: UInt64, _ tally: inout Tally,
        _ outbox: inout Outbox
    ) {
        guard message.status >= 200 else {
            calls[place].phase = .proceeding
            return
        }
        guard message.status < 300, !message.contact.isEmpty else {
            tally.refuse(message.status)
            let start = outbox.bytes.count
            ends.appendFirst("ACK", name(place), to: Message.value(of: message.to, bytes), &outbox.bytes)
            outbox.close(from: start, to: ends.server)
            return release(place)
        }
        tally.setUp.add(now - calls[place].began)
        calls[place].dialog = Ends.Dialog(
            to: Message.value(of: message.to, bytes), target: bytes.bytes(in: message.contact),
            routes: message.recordRoutes.reversed().map { Message.value(of: $0, bytes) })
        calls[place].phase = .up
        up += 1
        send("ACK", "1 ", place, &outbox)
        if !staysUp { hangUp(place, at: now, &tally, &outbox) }
    }

    /// Says goodbye where the call is up.
    mutating func hangUp(_ place: Int, at now: UInt64, _ tally: inout Tally, _ outbox: inout Outbox) {
        guard calls[place].phase == .up else { return }
        up -= 1
        (calls[place].phase, calls[place].sent, calls[place].repetitions) = (.leaving, now, 0)
        send("BYE", "2 ", place, &outbox)
    }

    private mutating func release(_ place: Int) {
        calls[place].phase = .idle
        calls[place].dialog = Ends.Dialog()
        free.append(place)
    }

    // MARK: Time

    /// Sends again what has waited too long, and gives up what waited longer.
    mutating func sweep(at now: UInt64, _ tally: inout Tally, _ outbox: inout Outbox) {
        for place in calls.indices where now > calls[place].sent {
            let waited = now - calls[place].sent
            switch calls[place].phase {
            case .calling where waited > Load.repeatAfter:
                if isGivenUp(place, at: now, &tally) { continue }
                invite(place, &outbox)
            case .leaving where waited > Load.repeatAfter:
                if isGivenUp(place, at: now, &tally) { continue }
                send("BYE", "2 ", place, &outbox)
            case .proceeding where waited > Self.patience:
                tally.lost += 1
                release(place)
            default: break
            }
        }
    }

    private mutating func isGivenUp(_ place: Int, at now: UInt64, _ tally: inout Tally) -> Bool {
        guard calls[place].repetitions < Self.repetitionsAtMost else {
            tally.lost += 1
            release(place)
            return true
        }
        calls[place].repetitions += 1
        calls[place].sent = now
        tally.repetitions += 1
        return false
    }
}
