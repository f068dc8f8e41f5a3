import Synchronization
import TestSupport

/// Somebody's port, from which calls are begun and ended one after the other.
final class PolicyCaller: Sendable {
    private let socket: LoopbackSocket
    private let server: UInt16
    private let state = Mutex(State())

    private struct State {
        var calls = 0
        /// Answers of the calls that are up.
        var up: [SIPText] = []
    }

    init(to server: UInt16, at port: UInt16? = nil) throws {
        self.server = server
        socket = try LoopbackSocket(.udp, to: server, at: port)
    }

    /// Calls that are up.
    var up: Int { state.withLock { $0.up.count } }

    /// The final status; nil where there is silence for so long.
    func call(_ uri: String, from: String, _ headers: [String] = [], within milliseconds: Int32 = 20_000) throws -> Int?
    {
        let name = state.withLock { state in
            state.calls += 1
            return "\(socket.port)x\(state.calls)"
        }
        let common = ["Max-Forwards: 70", "From: <\(from)>;tag=\(name)", "Call-ID: policy-\(name)"]
        let via = "Via: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bKp\(name);rport"
        let invite = SIPText.message(
            ["INVITE \(uri) SIP/2.0", via] + common + ["To: <\(uri)>", "CSeq: 1 INVITE", contact] + headers,
            SIPText.offer)
        guard let answer = try exchange(invite, "INVITE", of: "policy-\(name)", within: milliseconds) else {
            return nil
        }
        let to = "To: \(answer.header("To") ?? "")"
        if answer.status < 300 {
            try send(["ACK \(answer.contact) SIP/2.0", "\(via)a"] + common + [to, "CSeq: 1 ACK"])
            state.withLock { $0.up.append(answer) }
        } else {
            try send(["ACK \(uri) SIP/2.0", via] + common + [to, "CSeq: 1 ACK"])
        }
        return answer.status
    }

    /// Ends the oldest of its calls; the status of the answer.
    func hangUp() throws -> Int? {
        guard let call = state.withLock({ $0.up.isEmpty ? nil : $0.up.removeFirst() }) else { return nil }
        let bye = SIPText.message(
            [
                "BYE \(call.contact) SIP/2.0",
                "Via: SIP/2.0/UDP 127.0.0.1:\(socket.port);branch=z9hG4bKb\(call.fromTag);rport",
                "Max-Forwards: 70", "From: \(call.header("From") ?? "")", "To: \(call.header("To") ?? "")",
                "Call-ID: \(call.callID)", "CSeq: 2 BYE",
            ], "")
        return try exchange(bye, "BYE", of: call.callID, within: 20_000)?.status
    }

    private var contact: String { "Contact: <sip:caller@127.0.0.1:\(socket.port)>" }

    private func send(_ lines: [String]) throws { try socket.send(Array(SIPText.message(lines, "").utf8)) }

    /// Sends a request, again while nobody says anything, and waits for its final answer.
    private func exchange(_ request: String, _ method: String, of callID: String, within milliseconds: Int32) throws
        -> SIPText?
    {
        let deadline = ContinuousClock.now + .milliseconds(Int(milliseconds))
        var isHeard = false
        while ContinuousClock.now < deadline {
            if !isHeard { try socket.send(Array(request.utf8)) }
            while let bytes = try socket.receive(within: min(500, milliseconds)) {
                let message = SIPText(bytes)
                guard !message.isRequest, message.callID == callID, message.cseqMethod == method else { continue }
                if message.status >= 200 { return message }
                isHeard = true
            }
        }
        return nil
    }
}

/// A carrier that answers every call at once, and writes down what was called.
final class PolicyCarrier: Sendable {
    let port: UInt16
    private let socket: LoopbackSocket
    private let state = Mutex((called: [String](), isOpen: true))

    init(of server: UInt16) throws {
        socket = try LoopbackSocket(.udp, to: server)
        port = socket.port
    }

    /// What was called so far, in order.
    var called: [String] { state.withLock { $0.called } }

    func close() { state.withLock { $0.isOpen = false } }

    /// Serves until it is closed.
    func serve() throws {
        var seen: Set<String> = []
        while state.withLock({ $0.isOpen }) {
            guard let bytes = try socket.receive(within: 50) else { continue }
            let message = SIPText(bytes)
            guard message.isRequest, message.method != "ACK" else { continue }
            let isInvite = message.method == "INVITE"
            if isInvite, seen.insert(message.branch).inserted {
                let user = String(message.uri.dropFirst(4).prefix { $0 != "@" })
                state.withLock { $0.called.append(user) }
            }
            let answer = message.response(
                "200 OK", tag: "c", headers: ["Contact: <sip:carrier@127.0.0.1:\(port)>"],
                body: isInvite ? SIPText.answer : "")
            try socket.send(Array(answer.utf8))
        }
    }
}
