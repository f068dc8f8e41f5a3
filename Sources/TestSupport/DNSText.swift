/// DNS messages from and to text (RFC 1035 section 4), for tests.
enum DNSText {
    private static let types: [(UInt16, String)] = [
        (1, "A"), (5, "CNAME"), (6, "SOA"), (28, "AAAA"), (33, "SRV"), (35, "NAPTR"),
    ]

    /// `TYPE NAME` of a question.
    static func question(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 16 else { return nil }
        var (at, labels) = (12, [String]())
        while at < bytes.count, bytes[at] > 0 {
            let end = at + 1 + Int(bytes[at])
            guard end + 4 < bytes.count else { return nil }
            labels.append(String(decoding: bytes[at + 1..<end], as: UTF8.self))
            at = end
        }
        guard at + 2 < bytes.count else { return nil }
        let type = UInt16(bytes[at + 1]) << 8 | UInt16(bytes[at + 2])
        guard let name = types.first(where: { $0.0 == type })?.1 else { return nil }
        return "\(name) \(labels.joined(separator: "."))"
    }

    /// The answer to the question in `query`; its records' names are compressed where they are the question's.
    static func answer(to query: [UInt8], code: UInt8 = 0, records: [String], isCut: Bool = false) -> [UInt8] {
        let lines = records.map { $0.split(separator: " ").map(String.init) }.filter { $0.count > 3 }
        let answers = lines.filter { $0[2] != "SOA" }
        let authorities = lines.filter { $0[2] == "SOA" }
        var bytes = Array(query.prefix(2)) + [0x81 | (isCut ? 0x02 : 0), 0x80 | code, 0, 1]
        bytes += number(answers.count) + number(authorities.count) + [0, 0]
        bytes += query.dropFirst(12)
        let asked = question(query)?.split(separator: " ").last.map(String.init)
        for line in answers + authorities {
            guard let type = types.first(where: { $0.1 == line[2] })?.0, let ttl = UInt32(line[1]) else { continue }
            let data = data(of: line[2], Array(line.dropFirst(3)))
            bytes += line[0] == asked ? [0xC0, 0x0C] : name(line[0])
            bytes += number(Int(type)) + [0, 1] + number(Int(ttl >> 16)) + number(Int(ttl & 0xFFFF))
            bytes += number(data.count) + data
        }
        return bytes
    }

    private static func data(of type: String, _ words: [String]) -> [UInt8] {
        switch type {
        case "A": words[0].split(separator: ".").compactMap { UInt8($0) }
        case "AAAA": words[0].split(separator: ":").flatMap { number(Int($0, radix: 16) ?? 0) }
        case "CNAME": name(words[0])
        case "SRV": words[0..<3].flatMap { number(Int($0) ?? 0) } + name(words[3])
        case "NAPTR":
            words[0..<2].flatMap { number(Int($0) ?? 0) } + text(words[2]) + text(words[3]) + [0] + name(words[4])
        default:
            name("ns.example") + name("me.example") + [UInt8](repeating: 0, count: 16) + [0, 0]
                + number(Int(words[0]) ?? 0)
        }
    }

    private static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    private static func name(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { text(String($0)) } + [0]
    }
}
