import SIPEngine
import TestSupport
import Testing

@Suite struct TargetSearchTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let hop: NextHop
        var zone: [String] = []
        var reach = Reach()
        /// In the order of asking, a step a line.
        var asked: [String] = []
        /// The targets, or the fault.
        let outcome: [String]
    }

    /// RFC 3263 sections 4.1 and 4.2; the zone of its section 4.1 example.
    static let cases: [Case] = [
        Case(
            testDescription: "a numeric host is where it is", hop: .address("192.0.2.1"),
            outcome: ["udp:192.0.2.1:5060 192.0.2.1"]),
        Case(
            testDescription: "numeric with port and transport", hop: .address("192.0.2.1", port: 5070, transport: .tcp),
            outcome: ["tcp:192.0.2.1:5070 192.0.2.1"]),
        Case(
            testDescription: "numeric and sips", hop: .address("192.0.2.1", isSecure: true),
            outcome: ["tls:192.0.2.1:5061 192.0.2.1"]),
        Case(
            testDescription: "numeric IPv6", hop: NextHop(host: .address(high: 0x2001_0db8_0000_0000, low: 1)),
            outcome: ["udp:[2001:db8::1]:5060 2001:db8::1"]),
        Case(
            testDescription: "numeric IPv6 where there is none",
            hop: NextHop(host: .address(high: 0x2001_0db8_0000_0000, low: 1)), reach: Reach(ipv6: false),
            outcome: ["unreachable"]),
        Case(
            testDescription: "numeric without UDP", hop: .address("192.0.2.1"), reach: Reach(transports: [.tcp, .tls]),
            outcome: ["tcp:192.0.2.1:5060 192.0.2.1"]),
        Case(
            testDescription: "sips over UDP", hop: .name("example.com", transport: .udp, isSecure: true),
            outcome: ["insecureTransport"]),
        Case(
            testDescription: "a transport that is not there", hop: .name("example.com", transport: .tls),
            reach: Reach(transports: [.udp, .tcp]), outcome: ["unreachable"]),
        Case(
            testDescription: "a port asks for addresses only", hop: .name("example.com", port: 5080),
            zone: ["example.com A 192.0.2.7", "_sip._udp.example.com SRV 1 1 5060 other.example.com"],
            asked: ["AAAA example.com, A example.com"], outcome: ["udp:192.0.2.7:5080 example.com"]),
        Case(
            testDescription: "a port and sips", hop: .name("example.com", port: 5081, isSecure: true),
            zone: ["example.com AAAA 2001:db8::7", "example.com A 192.0.2.7"],
            asked: ["AAAA example.com, A example.com"],
            outcome: ["tls:[2001:db8::7]:5081 example.com", "tls:192.0.2.7:5081 example.com"]),
        Case(
            testDescription: "NAPTR chooses the most preferred that we have", hop: .name("example.com"),
            zone: [
                "example.com NAPTR 50 50 s SIPS+D2T _sips._tcp.example.com",
                "example.com NAPTR 90 50 s SIP+D2T _sip._tcp.example.com",
                "example.com NAPTR 100 50 s SIP+D2U _sip._udp.example.com",
                "_sip._tcp.example.com SRV 0 1 5060 server1.example.com",
                "_sip._tcp.example.com SRV 1 2 5070 server2.example.com",
                "server1.example.com A 192.0.2.1", "server2.example.com A 192.0.2.2",
            ],
            reach: Reach(transports: [.udp, .tcp], ipv6: false),
            asked: [
                "NAPTR example.com", "SRV _sip._tcp.example.com", "A server1.example.com, A server2.example.com",
            ],
            outcome: ["tcp:192.0.2.1:5060 example.com", "tcp:192.0.2.2:5070 example.com"]),
        Case(
            testDescription: "NAPTR for sips takes TLS alone", hop: .name("example.com", isSecure: true),
            zone: [
                "example.com NAPTR 10 50 s SIP+D2U _sip._udp.example.com",
                "example.com NAPTR 20 50 s SIPS+D2T _secure.example.com",
                "_secure.example.com SRV 0 1 5062 server1.example.com", "server1.example.com A 192.0.2.1",
            ],
            reach: Reach(ipv6: false),
            asked: ["NAPTR example.com", "SRV _secure.example.com", "A server1.example.com"],
            outcome: ["tls:192.0.2.1:5062 example.com"]),
        Case(
            testDescription: "a NAPTR that SIP has no use for", hop: .name("example.com"),
            zone: [
                "example.com NAPTR 10 50 u E2U+sip _x.example.com", "example.com NAPTR 10 60 s SIP+D2S _y.example.com",
                "_sip._udp.example.com SRV 0 1 5066 server1.example.com", "server1.example.com A 192.0.2.1",
            ],
            reach: Reach(ipv6: false),
            asked: [
                "NAPTR example.com", "SRV _sip._udp.example.com, SRV _sip._tcp.example.com", "A server1.example.com",
            ],
            outcome: ["udp:192.0.2.1:5066 example.com"]),
        Case(
            testDescription: "without NAPTR, SRV of the transport that we prefer", hop: .name("example.com"),
            zone: [
                "_sip._udp.example.com SRV 0 1 5060 u.example.com", "_sip._tcp.example.com SRV 0 1 5060 t.example.com",
                "u.example.com A 192.0.2.1", "t.example.com A 192.0.2.2",
            ],
            reach: Reach(transports: [.tcp, .udp], ipv6: false),
            asked: ["NAPTR example.com", "SRV _sip._tcp.example.com, SRV _sip._udp.example.com", "A t.example.com"],
            outcome: ["tcp:192.0.2.2:5060 example.com"]),
        Case(
            testDescription: "the transport parameter leaves one SRV", hop: .name("example.com", transport: .tls),
            zone: ["_sips._tcp.example.com SRV 0 1 5071 t.example.com", "t.example.com A 192.0.2.2"],
            reach: Reach(ipv6: false), asked: ["SRV _sips._tcp.example.com", "A t.example.com"],
            outcome: ["tls:192.0.2.2:5071 example.com"]),
        Case(
            testDescription: "sips with transport=tcp is TLS",
            hop: .name("example.com", transport: .tcp, isSecure: true),
            zone: ["_sips._tcp.example.com SRV 0 1 5071 t.example.com", "t.example.com A 192.0.2.2"],
            reach: Reach(ipv6: false), asked: ["SRV _sips._tcp.example.com", "A t.example.com"],
            outcome: ["tls:192.0.2.2:5071 example.com"]),
        Case(
            testDescription: "neither NAPTR nor SRV: the addresses of the name", hop: .name("example.com"),
            zone: ["example.com A 192.0.2.9"],
            asked: [
                "NAPTR example.com", "SRV _sip._udp.example.com, SRV _sip._tcp.example.com",
                "AAAA example.com, A example.com",
            ],
            outcome: ["udp:192.0.2.9:5060 example.com"]),
        Case(
            testDescription: "the same for sips", hop: .name("example.com", isSecure: true),
            zone: ["example.com A 192.0.2.9"],
            asked: ["NAPTR example.com", "SRV _sips._tcp.example.com", "AAAA example.com, A example.com"],
            outcome: ["tls:192.0.2.9:5061 example.com"]),
        Case(
            testDescription: "SRV says that there is no such service", hop: .name("example.com", transport: .udp),
            zone: ["_sip._udp.example.com SRV 0 0 0 .", "example.com A 192.0.2.9"],
            asked: ["SRV _sip._udp.example.com"], outcome: ["unknownHost"]),
        Case(
            testDescription: "no such service over one transport leaves the others", hop: .name("example.com"),
            zone: [
                "_sip._udp.example.com SRV 0 0 0 .", "_sip._tcp.example.com SRV 0 1 5070 t.example.com",
                "t.example.com A 192.0.2.2", "example.com A 192.0.2.9",
            ],
            reach: Reach(ipv6: false),
            asked: [
                "NAPTR example.com", "SRV _sip._udp.example.com, SRV _sip._tcp.example.com", "A t.example.com",
            ],
            outcome: ["tcp:192.0.2.2:5070 example.com"]),
        Case(
            testDescription: "no such service over one transport, and nothing of the others", hop: .name("example.com"),
            zone: ["_sip._udp.example.com SRV 0 0 0 .", "example.com A 192.0.2.9"],
            asked: ["NAPTR example.com", "SRV _sip._udp.example.com, SRV _sip._tcp.example.com"],
            outcome: ["unknownHost"]),
        Case(
            testDescription: "the transport that NAPTR chose stays without SRV", hop: .name("example.com"),
            zone: [
                "example.com NAPTR 10 50 s SIPS+D2T _sips._tcp.example.com", "_sips._tcp.example.com SRV FAILS",
                "example.com A 192.0.2.9",
            ],
            reach: Reach(ipv6: false),
            asked: ["NAPTR example.com", "SRV _sips._tcp.example.com", "A example.com"],
            outcome: ["tls:192.0.2.9:5061 example.com"]),
        Case(
            testDescription: "a server whose address is not known is left out",
            hop: .name("example.com", transport: .udp),
            zone: [
                "_sip._udp.example.com SRV 0 1 5060 gone.example.com",
                "_sip._udp.example.com SRV 1 1 5060 there.example.com", "there.example.com A 192.0.2.4",
            ],
            reach: Reach(ipv6: false), asked: ["SRV _sip._udp.example.com", "A gone.example.com, A there.example.com"],
            outcome: ["udp:192.0.2.4:5060 example.com"]),
        Case(
            testDescription: "two services of one host are asked for once", hop: .name("example.com", transport: .udp),
            zone: [
                "_sip._udp.example.com SRV 0 1 5060 one.example.com",
                "_sip._udp.example.com SRV 1 1 5070 one.example.com",
                "one.example.com A 192.0.2.4",
            ],
            reach: Reach(ipv6: false), asked: ["SRV _sip._udp.example.com", "A one.example.com"],
            outcome: ["udp:192.0.2.4:5060 example.com", "udp:192.0.2.4:5070 example.com"]),
        Case(
            testDescription: "nothing at all", hop: .name("example.com", port: 5060),
            asked: ["AAAA example.com, A example.com"], outcome: ["unknownHost"]),
        Case(
            testDescription: "NAPTR and SRV that fail hide no address", hop: .name("example.com"),
            zone: [
                "example.com NAPTR FAILS", "_sip._udp.example.com SRV FAILS", "_sip._tcp.example.com SRV FAILS",
                "example.com A 192.0.2.9",
            ],
            asked: [
                "NAPTR example.com", "SRV _sip._udp.example.com, SRV _sip._tcp.example.com",
                "AAAA example.com, A example.com",
            ],
            outcome: ["udp:192.0.2.9:5060 example.com"]),
        Case(
            testDescription: "a failure without anything else is no absence", hop: .name("example.com", port: 5060),
            zone: ["example.com AAAA FAILS"], asked: ["AAAA example.com, A example.com"], outcome: ["noAnswer"]),
        Case(
            testDescription: "neither family", hop: .name("example.com", port: 5060),
            reach: Reach(ipv4: false, ipv6: false), outcome: ["unreachable"]),
    ]

    @Test(arguments: cases) func branch(_ row: Case) {
        let zone = Zone(row.zone)
        var search = TargetSearch(row.hop, reach: row.reach)
        var step = search.start()
        var asked: [String] = []
        while case .ask(let questions) = step {
            asked.append(questions.map { "\("\($0.type)".uppercased()) \($0.name.text)" }.joined(separator: ", "))
            step = search.receive(zone.answers(to: questions))
        }
        #expect(asked == row.asked)
        switch step {
        case .found(let choices):
            var random = SeededRandom(seed: 1)
            let targets = choices.ordered(using: &random)
            #expect(targets.map { "\($0.address.text) \($0.serverName)" } == row.outcome)
        case .failed(let fault): #expect(["\(fault)"] == row.outcome)
        case .ask: break
        }
    }

    @Test func boundsWhatOneNameCanCost() {
        let services = (0..<100).map { "_sip._udp.example.com SRV \($0) 1 5060 s\($0).example.com" }
        let addresses = (0..<100).flatMap { host in
            (0..<100).map { "s\(host).example.com A 192.0.\(host).\($0)" }
        }
        let zone = Zone(services + addresses)
        var search = TargetSearch(.name("example.com", transport: .udp), reach: Reach(ipv6: false))
        var step = search.start()
        var questions = 0
        while case .ask(let asked) = step {
            questions += asked.count
            step = search.receive(zone.answers(to: asked))
        }
        #expect(questions == 1 + 16)
        guard case .found(let choices) = step else {
            Issue.record("found nothing")
            return
        }
        var random = SeededRandom(seed: 1)
        #expect(choices.ordered(using: &random).count == TargetChoices.limit)
    }

    @Test(
        arguments: [
            ("Example.COM.", "example.com"), ("_sip._udp.x", "_sip._udp.x"), ("a", "a"), ("1.2.3.4", "1.2.3.4"),
            ("", nil),
            (".", nil), ("a..b", nil), ("a b", nil), ("-x", "-x"), ("münchen.de", nil), ("a\u{0}b", nil),
            (String(repeating: "a", count: 64), nil), (String(repeating: "a.", count: 128), nil),
        ] as [(String, String?)])
    func names(text: String, expected: String?) {
        #expect(DNSName(text)?.text == expected)
    }
}

/// What the DNS knows, a record a line.
struct Zone {
    private var records: [DNSQuestion: [DNSRecord]] = [:]
    private var failing: Set<DNSQuestion> = []

    init(_ lines: [String]) {
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 2, let name = DNSName(words[0]),
                let type = DNSRecordType.allCases.first(where: { "\($0)".uppercased() == words[1] })
            else { continue }
            let question = DNSQuestion(name, type)
            if words[2] == "FAILS" {
                failing.insert(question)
            } else if let record = Self.record(type, Array(words.dropFirst(2))) {
                records[question, default: []].append(record)
            }
        }
    }

    func answers(to questions: [DNSQuestion]) -> [DNSQuestion: DNSAnswer] {
        var answers: [DNSQuestion: DNSAnswer] = [:]
        for question in questions {
            answers[question] =
                failing.contains(question)
                ? .failed : records[question].map { .records($0, ttl: 60) } ?? DNSAnswer.none(ttl: 60)
        }
        return answers
    }

    private static func record(_ type: DNSRecordType, _ words: [String]) -> DNSRecord? {
        let numbers = words.map { UInt16($0) ?? 0 }
        switch type {
        case .a: return SourceAddress.ipv4(words[0]).map { .address(high: $0.high, low: $0.low) }
        case .aaaa: return words[0] == "2001:db8::7" ? .address(high: 0x2001_0db8_0000_0000, low: 7) : nil
        case .srv:
            return .srv(
                ServiceRecord(priority: numbers[0], weight: numbers[1], port: numbers[2], host: DNSName(words[3])))
        case .naptr:
            return .naptr(
                NamingAuthorityRecord(
                    order: numbers[0], preference: numbers[1], flags: words[2], service: words[3].lowercased(),
                    replacement: DNSName(words[4])))
        }
    }
}

extension SourceAddress {
    static func ipv4(_ text: String) -> SourceAddress? {
        let parts = text.split(separator: ".").compactMap { UInt32($0) }
        guard parts.count == 4 else { return nil }
        return SourceAddress(ipv4: parts.reduce(0) { $0 << 8 | $1 }, port: 0, transport: .udp)
    }
}

extension NextHop {
    static func address(
        _ text: String, port: UInt16? = nil, transport: Transport? = nil, isSecure: Bool = false
    ) -> NextHop {
        let address = SourceAddress.ipv4(text) ?? SourceAddress(high: 0, low: 0, port: 0, transport: .udp)
        return NextHop(
            host: .address(high: address.high, low: address.low), port: port, transport: transport, isSecure: isSecure)
    }

    static func name(
        _ text: String, port: UInt16? = nil, transport: Transport? = nil, isSecure: Bool = false
    ) -> NextHop {
        guard let name = DNSName(text) else { return .address("0.0.0.0") }
        return NextHop(host: .name(name), port: port, transport: transport, isSecure: isSecure)
    }
}
