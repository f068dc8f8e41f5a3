import SIPEngine
import SIPTransport

/// An answer of the DNS: only one to the question counts, its names are names, and it reads the same twice.
enum DNSTarget {
    static func check(_ bytes: [UInt8]) throws(Violation) {
        guard let name = DNSName("example.com") else { return }
        let types = DNSRecordType.allCases
        let question = DNSQuestion(name, types[Int(bytes.first ?? 0) % types.count])
        let id = bytes.count > 1 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
        try check(bytes, question, id)
        // Behind the head and the question that belong there, so that most inputs get as far as the records.
        guard let asked = DNSMessage.bytes(of: question, id: id) else {
            throw Violation(description: "a name can be asked for")
        }
        try hold(DNSMessage.read(asked, for: question, id: id) == .stray, "a question is no answer")
        var answer = asked
        answer[2] |= 0x80
        try hold(DNSMessage.read(answer, for: question, id: id) == .answer(.none(ttl: 0)), "an empty answer is one")
        answer[7] = (bytes.last ?? 0) & 0x0F
        answer[9] = (bytes.last ?? 0) >> 4
        try check(answer + bytes.dropFirst(2).dropLast(), question, id)
    }

    private static func check(_ bytes: [UInt8], _ question: DNSQuestion, _ id: UInt16) throws(Violation) {
        let reading = DNSMessage.read(bytes, for: question, id: id)
        try hold(reading == DNSMessage.read(bytes, for: question, id: id), "an answer reads the same twice")
        try hold(DNSMessage.read(bytes, for: question, id: ~id) == .stray, "an answer to another question is none")
        guard case .answer(.records(let records, _)) = reading else { return }
        try hold(!records.isEmpty && records.count <= 64, "records are bounded")
        for record in records {
            switch (record, question.type) {
            case (.address(let high, let low), .a): try hold(high == 0 && low >> 32 == 0xFFFF, "A is IPv4")
            case (.address, .aaaa): break
            case (.srv(let service), .srv):
                try hold(service.host.map { DNSName($0.text) == $0 } ?? true, "a host is a name")
            case (.naptr(let authority), .naptr):
                try hold(authority.replacement.map { DNSName($0.text) == $0 } ?? true, "a replacement is a name")
                try hold(authority.service == authority.service.lowercased(), "a service has small letters")
            default: throw Violation(description: "\(record) answers \(question.type)")
            }
        }
    }
}
