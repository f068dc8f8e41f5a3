import CDatagrams
import Datagrams

/// Where calls come from, go through and arrive; and how the caller's messages are written.
struct Ends {
    let caller: Endpoint
    let callee: Endpoint
    let server: datagram_peer
    private let numbers: Int
    /// Tells calls from those of an earlier run, which servers remember for half a minute.
    private let run = UInt32.random(in: 0 ... .max)
    private let via: [UInt8]
    private let from: [UInt8]
    private let to: [UInt8]
    private let contact: [UInt8]
    private let host: [UInt8]

    init(server: Endpoint, caller: Endpoint, callee: Endpoint, numbers: Int) {
        (self.caller, self.callee, self.numbers) = (caller, callee, numbers)
        self.server = server.peer
        via = Array("Via: SIP/2.0/UDP \(caller);branch=z9hG4bK".utf8)
        from = Array("\r\nMax-Forwards: 70\r\nFrom: <sip:+12025550100@\(caller.address)>;tag=".utf8)
        to = Array("\r\nTo: ".utf8)
        contact = Array("\r\nContact: <sip:caller@\(caller)>\r\n".utf8)
        host = Array("@\(server)".utf8)
    }

    static let description = Array(
        """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio 40000 RTP/AVP 0 8 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000
        a=sendrecv

        """.replacing("\n", with: "\r\n").utf8)

    /// A call by the place that it has among those under way, and how many had the place before it.
    struct Name {
        let place: Int
        let turn: UInt32
    }

    private func append(_ name: Name, _ bytes: inout [UInt8]) {
        bytes.append(hex: UInt32(name.place))
        bytes.append(hex: name.turn)
        bytes.append(hex: run)
    }

    /// INVITE, or the ACK to its failure: of the same transaction.
    func appendFirst(_ method: StaticString, _ name: Name, to answered: [UInt8]?, _ bytes: inout [UInt8]) {
        append(method, &bytes)
        bytes += " sip:".utf8
        appendNumber(of: name, &bytes)
        bytes += " SIP/2.0\r\n".utf8
        appendHead(name, step: UInt8(ascii: "i"), &bytes)
        if let answered {
            bytes += answered
        } else {
            bytes += "<sip:".utf8
            appendNumber(of: name, &bytes)
            bytes.append(UInt8(ascii: ">"))
        }
        appendEnd(name, "1 ", method, &bytes)
        if answered == nil {
            bytes += "Content-Type: application/sdp\r\nContent-Length: ".utf8
            bytes.append(decimal: Self.description.count)
            bytes += "\r\n\r\n".utf8
            bytes += Self.description
        } else {
            bytes += "Content-Length: 0\r\n\r\n".utf8
        }
    }

    /// A request within the dialog: the ACK to its answer, or BYE.
    func appendWithin(
        _ method: StaticString, _ name: Name, sequence: StaticString, _ dialog: Dialog, _ bytes: inout [UInt8]
    ) {
        append(method, &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes += dialog.target
        bytes += " SIP/2.0\r\n".utf8
        appendHead(name, step: method.utf8CodeUnitCount == 3 ? unsafe method.utf8Start.pointee : 0, &bytes)
        bytes += dialog.to
        for route in dialog.routes {
            bytes += "\r\nRoute: ".utf8
            bytes += route
        }
        appendEnd(name, sequence, method, &bytes)
        bytes += "Content-Length: 0\r\n\r\n".utf8
    }

    /// What a dialog's requests need of its answer.
    struct Dialog {
        var to: [UInt8] = []
        var target: [UInt8] = []
        var routes: [[UInt8]] = []
    }

    private func append(_ text: StaticString, _ bytes: inout [UInt8]) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    private func appendNumber(of name: Name, _ bytes: inout [UInt8]) {
        bytes += "+1919555".utf8
        bytes.append(decimal: (name.place + Int(name.turn)) % numbers, width: 4)
        bytes += host
    }

    private func appendHead(_ name: Name, step: UInt8, _ bytes: inout [UInt8]) {
        bytes += via
        bytes.append(step)
        append(name, &bytes)
        bytes += ";rport".utf8
        bytes += from
        append(name, &bytes)
        bytes += to
    }

    private func appendEnd(_ name: Name, _ sequence: StaticString, _ method: StaticString, _ bytes: inout [UInt8]) {
        bytes += "\r\nCall-ID: c".utf8
        append(name, &bytes)
        bytes += "\r\nCSeq: ".utf8
        append(sequence, &bytes)
        append(method, &bytes)
        bytes += contact
    }
}
