import CDatagrams
import Datagrams

/// The end that is called: 180 and 200 at once, the 200 again until there is an ACK, and 200 to BYE and OPTIONS.
struct Callees {
    private(set) var invitations = 0
    private(set) var repetitions = 0
    /// Requests of dialogs that are not here.
    private(set) var strangers = 0
    /// By a hash of their Call-ID; with the answer until it is acknowledged.
    private var dialogs: [UInt64: Dialog] = [:]
    /// Answers sent, oldest first, that may have to be sent again.
    private var unacknowledged: [(dialog: UInt64, sent: UInt64)] = []
    private let contact: [UInt8]

    private struct Dialog {
        var answer: [UInt8]
        let peer: datagram_peer
    }

    init(at own: Endpoint) { contact = Array("Contact: <sip:callee@\(own)>\r\n".utf8) }

    /// Dialogs that nobody has ended.
    var open: Int { dialogs.count }

    mutating func receive(_ bytes: Span<UInt8>, from peer: datagram_peer, at now: UInt64, into outbox: inout Outbox) {
        guard let message = Message(bytes), message.status == 0 else { return strangers += 1 }
        let name = Self.hash(bytes, in: message.callID)
        switch message.method {
        case .invite: answer(message, bytes, name, from: peer, at: now, into: &outbox)
        case .ack: dialogs[name]?.answer = []
        case .bye:
            // One that comes again is confirmed again.
            if dialogs.removeValue(forKey: name) == nil { repetitions += 1 }
            confirm(message, bytes, name, from: peer, into: &outbox)
        // Whether we are there.
        case .options: confirm(message, bytes, name, from: peer, into: &outbox)
        case .other: strangers += 1
        }
    }

    private func confirm(
        _ message: Message, _ bytes: Span<UInt8>, _ name: UInt64, from peer: datagram_peer, into outbox: inout Outbox
    ) {
        let start = outbox.bytes.count
        outbox.bytes += "SIP/2.0 200 OK\r\n".utf8
        appendHead(message, bytes, name, to: &outbox.bytes)
        outbox.bytes += "Content-Length: 0\r\n\r\n".utf8
        outbox.close(from: start, to: peer)
    }

    private mutating func answer(
        _ message: Message, _ bytes: Span<UInt8>, _ name: UInt64, from peer: datagram_peer, at now: UInt64,
        into outbox: inout Outbox
    ) {
        if let known = dialogs[name] {
            repetitions += 1
            if !known.answer.isEmpty { send(known, into: &outbox) }
            return
        }
        invitations += 1
        let start = outbox.bytes.count
        outbox.bytes += "SIP/2.0 180 Ringing\r\n".utf8
        appendHead(message, bytes, name, to: &outbox.bytes)
        outbox.bytes += contact
        outbox.bytes += "Content-Length: 0\r\n\r\n".utf8
        outbox.close(from: start, to: peer)
        var answer: [UInt8] = []
        answer.reserveCapacity(1024)
        answer += "SIP/2.0 200 OK\r\n".utf8
        appendHead(message, bytes, name, to: &answer)
        answer += contact
        answer += "Content-Type: application/sdp\r\nContent-Length: ".utf8
        answer.append(decimal: Ends.description.count)
        answer += "\r\n\r\n".utf8
        answer += Ends.description
        let dialog = Dialog(answer: answer, peer: peer)
        dialogs[name] = dialog
        unacknowledged.append((name, now))
        send(dialog, into: &outbox)
    }

    private func send(_ dialog: Dialog, into outbox: inout Outbox) {
        let start = outbox.bytes.count
        outbox.bytes += dialog.answer
        outbox.close(from: start, to: dialog.peer)
    }

    /// Sends answers again that were not acknowledged for so long (RFC 3261 section 13.3.1.4, its interval not doubled).
    mutating func repeatAnswers(sentBefore limit: UInt64, at now: UInt64, into outbox: inout Outbox) {
        let due = unacknowledged.prefix { $0.sent < limit }.count
        guard due > 0 else { return }
        let names = unacknowledged[..<due].map(\.dialog)
        unacknowledged.removeFirst(due)
        for name in names {
            guard let dialog = dialogs[name], !dialog.answer.isEmpty else { continue }
            repetitions += 1
            send(dialog, into: &outbox)
            unacknowledged.append((name, now))
        }
    }

    /// Via, Record-Route, From, To with our tag, Call-ID and CSeq.
    private func appendHead(_ message: Message, _ bytes: Span<UInt8>, _ name: UInt64, to answer: inout [UInt8]) {
        func line(_ range: Range<Int>) {
            for index in range { answer.append(bytes[index]) }
        }
        func end() { answer += "\r\n".utf8 }
        for via in message.vias { line(via); end() }
        for route in message.recordRoutes { line(route); end() }
        line(message.from)
        end()
        line(message.to)
        if bytes.firstRange(of: ";tag=", in: message.to) == nil {
            answer += ";tag=".utf8
            answer.append(hex: UInt32(truncatingIfNeeded: name))
        }
        end()
        line(message.callID)
        end()
        line(message.cseq)
        end()
    }

    /// FNV-1a.
    private static func hash(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return hash
    }
}
