import CDatagrams
import Datagrams

/// Both ends of the calls on one thread, each with a socket of its own.
struct Load {
    /// Counted since the caller last replaced it.
    var tally = Tally()
    private(set) var callers: Callers
    private(set) var callees: Callees
    private let callerSocket: DatagramSocket
    private let calleeSocket: DatagramSocket
    /// Calls begun in a second; nil begins one wherever one ended.
    private let pace: Int?
    private var outbox = Outbox()
    private var incoming = [UInt8](repeating: 0, count: DatagramSocket.datagramSize * DatagramSocket.batch)
    private var lengths = [UInt32](repeating: 0, count: DatagramSocket.batch)
    private var peers = [datagram_peer](repeating: datagram_peer(), count: DatagramSocket.batch)
    private var nextSweep: UInt64 = 0

    /// How long datagrams are left to gather, as in `register-load`; the same with every server.
    private static let tick = Clock.nanoseconds(0.0002)
    /// SIP's T1 (RFC 3261 section 17.1.1.1), not doubled: what is lost on this machine is an exception.
    static let repeatAfter = Clock.nanoseconds(0.5)

    /// - Parameter places: calls that there can be at a time.
    init(_ ends: Ends, places: Int, pace: Int?, staysUp: Bool) throws(SocketFailure) {
        callers = Callers(ends, places: places, staysUp: staysUp)
        callees = Callees(at: ends.callee)
        callerSocket = try DatagramSocket(on: ends.caller)
        calleeSocket = try DatagramSocket(on: ends.callee)
        self.pace = pace
        Clock.sleepExactly()
    }

    /// Calls that are up.
    var up: Int { callers.up }

    /// Calls for so many seconds.
    mutating func work(for seconds: Double) throws(SocketFailure) {
        let start = Clock.now()
        var begun = 0
        while Clock.seconds(since: start) < seconds {
            var due = Int.max
            if let pace { due = Int(Double(pace) * Clock.seconds(since: start)) - begun }
            begun += try turn(beginning: due)
        }
    }

    /// Begins so many calls at the pace, and returns when all of them are up or have failed.
    mutating func begin(_ count: Int) throws(SocketFailure) {
        let (start, goal) = (Clock.now(), callers.up + count)
        var begun = 0
        while callers.up < goal, Clock.seconds(since: start) < 60 + Double(count) / Double(pace ?? 1) {
            let due = min(count, Int(Double(pace ?? count) * Clock.seconds(since: start)))
            begun += try turn(beginning: due - begun)
        }
    }

    /// Begins nothing.
    mutating func rest(for seconds: Double) throws(SocketFailure) {
        let start = Clock.now()
        while Clock.seconds(since: start) < seconds {
            _ = try turn(beginning: 0)
            if callers.isQuiet { Clock.sleep(Clock.nanoseconds(0.02)) }
        }
    }

    /// Ends every call, at the pace where there is one, and waits until nothing is left.
    mutating func finish(within seconds: Double) throws(SocketFailure) {
        let start = Clock.now()
        var ended = 0
        while callers.active > 0 || callees.open > 0, Clock.seconds(since: start) < seconds {
            let due = min(callers.places, Int(Double(pace ?? 1_000_000) * Clock.seconds(since: start)))
            while ended < due {
                callers.hangUp(ended, at: Clock.now(), &tally, &outbox)
                ended += 1
            }
            try callerSocket.send(&outbox)
            _ = try turn(beginning: 0)
        }
    }

    /// One look at both sockets; how many calls were begun.
    private mutating func turn(beginning due: Int) throws(SocketFailure) -> Int {
        Clock.sleep(Self.tick)
        try receive(on: calleeSocket, isCaller: false)
        try receive(on: callerSocket, isCaller: true)
        let now = Clock.now()
        let begun = callers.begin(at: most(due), at: now, &outbox)
        try callerSocket.send(&outbox)
        if now >= nextSweep {
            callers.sweep(at: now, &tally, &outbox)
            try callerSocket.send(&outbox)
            callees.repeatAnswers(sentBefore: now - Self.repeatAfter, at: now, into: &outbox)
            try calleeSocket.send(&outbox)
            nextSweep = now + Self.repeatAfter / 10
        }
        return begun
    }

    /// Not more at once than a socket's buffer holds.
    private func most(_ due: Int) -> Int { min(due, 64) }

    private mutating func receive(on socket: DatagramSocket, isCaller: Bool) throws(SocketFailure) {
        while true {
            let count = try socket.receive(into: &incoming, lengths: &lengths, from: &peers)
            let now = Clock.now()
            // Copies the reference only, so that the bytes can be read while the ends change.
            let bytes = incoming
            for datagram in 0..<count {
                let start = datagram * DatagramSocket.datagramSize
                let text = bytes.span.extracting(start..<start + Int(lengths[datagram]))
                if isCaller {
                    callers.receive(text, at: now, &tally, &outbox)
                } else {
                    callees.receive(text, from: peers[datagram], at: now, into: &outbox)
                }
            }
            try socket.send(&outbox)
            if count < DatagramSocket.batch { return }
        }
    }
}
