import Datagrams

/// What both ends need to know of a message, found in one pass. Header lines are ranges without their ends.
struct Message {
    /// 0 for a request.
    private(set) var status = 0
    private(set) var method = Method.other
    private(set) var vias: [Range<Int>] = []
    /// The lines, in their order.
    private(set) var recordRoutes: [Range<Int>] = []
    private(set) var from = 0..<0
    private(set) var to = 0..<0
    private(set) var callID = 0..<0
    private(set) var cseq = 0..<0
    /// The URI of Contact.
    private(set) var contact = 0..<0

    enum Method {
        case invite, ack, bye, options, other
    }

    /// Nil when it lacks a header that every message has.
    init?(_ bytes: Span<UInt8>) {
        var start = bytes.lineEnd(from: 0)
        if bytes.has("sip/2.0 ", at: 0), start > 11 {
            for digit in 8..<11 { status = status * 10 + Int(bytes[digit] &- UInt8(ascii: "0")) }
        }
        while start < bytes.count {
            let end = bytes.lineEnd(from: start)
            let line = start..<max(start, end - 2)
            if line.isEmpty { break }
            switch bytes[start] | 0x20 {
            case UInt8(ascii: "v") where bytes.has("via:", at: start): vias.append(line)
            case UInt8(ascii: "f") where bytes.has("from:", at: start): from = line
            case UInt8(ascii: "t") where bytes.has("to:", at: start): to = line
            case UInt8(ascii: "r") where bytes.has("record-route:", at: start): recordRoutes.append(line)
            case UInt8(ascii: "c"):
                if bytes.has("call-id:", at: start) { callID = line }
                if bytes.has("cseq:", at: start) { cseq = line }
                if bytes.has("contact:", at: start) { readContact(bytes, in: line) }
            default: break
            }
            start = end
        }
        guard !vias.isEmpty, !from.isEmpty, !to.isEmpty, !callID.isEmpty, !cseq.isEmpty else { return nil }
        readMethod(bytes)
    }

    private mutating func readContact(_ bytes: Span<UInt8>, in line: Range<Int>) {
        guard let open = line.first(where: { bytes[$0] == UInt8(ascii: "<") }),
            let close = line.first(where: { bytes[$0] == UInt8(ascii: ">") }), open < close
        else { return }
        contact = open + 1..<close
    }

    private mutating func readMethod(_ bytes: Span<UInt8>) {
        guard let space = cseq.last(where: { bytes[$0] == UInt8(ascii: " ") }) else { return }
        if bytes.has("invite", at: space + 1) { method = .invite }
        if bytes.has("ack", at: space + 1) { method = .ack }
        if bytes.has("bye", at: space + 1) { method = .bye }
        if bytes.has("options", at: space + 1) { method = .options }
    }

    /// The call that its Call-ID names, where it is one of ours.
    func name(_ bytes: Span<UInt8>) -> Ends.Name? {
        guard let mark = callID.first(where: { bytes[$0] == UInt8(ascii: ":") }), mark + 19 <= callID.upperBound,
            bytes[mark + 2] == UInt8(ascii: "c"), let place = Self.hex(bytes, from: mark + 3),
            let turn = Self.hex(bytes, from: mark + 11)
        else { return nil }
        return Ends.Name(place: Int(place), turn: turn)
    }

    /// The value of a line.
    static func value(of line: Range<Int>, _ bytes: Span<UInt8>) -> [UInt8] {
        var start = (line.first { bytes[$0] == UInt8(ascii: ":") } ?? line.lowerBound) + 1
        while start < line.upperBound, bytes[start] == UInt8(ascii: " ") { start += 1 }
        return bytes.bytes(in: start..<line.upperBound)
    }

    private static func hex(_ bytes: Span<UInt8>, from start: Int) -> UInt32? {
        var value: UInt32 = 0
        for place in start..<start + 8 {
            guard place < bytes.count, let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else {
                return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
