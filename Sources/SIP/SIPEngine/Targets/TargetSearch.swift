/// Finds the targets of a next hop (RFC 3263 section 4): says what to ask the DNS, and takes the answers.
///
/// A question that fails counts as one without records, so that a DNS server that cannot do NAPTR or SRV hides nobody;
/// only when nothing else is found, the search ends with `noAnswer`.
package struct TargetSearch: Sendable {
    package enum Step: Sendable, Hashable {
        /// Ask these, and give all the answers back.
        case ask([DNSQuestion])
        case found(TargetChoices)
        case failed(TargetFault)
    }

    private enum Stage: Sendable {
        case naptr(DNSName)
        /// The ways that are left, the best first: where SRV is asked for, and the transport that it stands for; then the
        /// transport that stays without any SRV.
        case services([Service], DNSName, Transport)
        case addresses([Place], Transport)
    }

    private struct Service: Sendable {
        let question: DNSQuestion
        let transport: Transport
    }

    /// A host whose addresses are looked for.
    private struct Place: Sendable {
        let host: DNSName
        let priority: UInt16
        let weight: UInt16
        let port: UInt16
    }

    private let hop: NextHop
    private let reach: Reach
    private var stage: Stage?
    private var sawFailure = false

    /// SRV records, and NAPTR records, of one name that are looked at.
    private static let recordLimit = 16

    package init(_ hop: NextHop, reach: Reach) {
        self.hop = hop
        self.reach = reach
    }

    package mutating func start() -> Step {
        let wanted = hop.isSecure ? Transport.tls : hop.transport
        if hop.isSecure, let asked = hop.transport, asked == .udp { return .failed(.insecureTransport) }
        if let wanted, !reach.transports.contains(wanted) { return .failed(.unreachable) }
        switch hop.host {
        case .address(let high, let low):
            return found(high: high, low: low, transport: wanted ?? plainTransport)
        case .name(let name):
            guard hop.port == nil else { return askAddresses(of: name, transport: wanted ?? plainTransport) }
            if let transport = hop.transport {
                let transport = hop.isSecure ? .tls : transport
                return askServices(Self.service(of: name, transport), of: name, else: transport)
            }
            stage = .naptr(name)
            return .ask([DNSQuestion(name, .naptr)])
        }
    }

    /// Takes the answers to what was asked; one that is missing has failed.
    package mutating func receive(_ answers: [DNSQuestion: DNSAnswer]) -> Step {
        switch stage {
        case nil: .failed(.noAnswer)
        case .naptr(let name): afterNAPTR(name, take(DNSQuestion(name, .naptr), of: answers))
        case .services(let services, let name, let transport): afterServices(services, name, transport, answers)
        case .addresses(let places, let transport): afterAddresses(places, transport, answers)
        }
    }

    /// Without a word about it: UDP, or whatever comes first where that is not there.
    private var plainTransport: Transport {
        reach.transports.contains(.udp) ? .udp : reach.transports.first ?? .udp
    }

    private mutating func take(_ question: DNSQuestion, of answers: [DNSQuestion: DNSAnswer]) -> [DNSRecord] {
        let answer = answers[question] ?? .failed
        if answer == .failed { sawFailure = true }
        return answer.records
    }

    // MARK: NAPTR and SRV

    /// Section 4.1: the most preferred service that we can use decides; those behind it of the same transport, too.
    private mutating func afterNAPTR(_ name: DNSName, _ records: [DNSRecord]) -> Step {
        var found: [(record: NamingAuthorityRecord, transport: Transport)] = []
        for case .naptr(let record) in records.prefix(Self.recordLimit) {
            guard record.flags == "s", let transport = Self.transport(of: record.service),
                reach.transports.contains(transport), transport == .tls || !hop.isSecure
            else { continue }
            found.append((record, transport))
        }
        found.sort { ($0.record.order, $0.record.preference) < ($1.record.order, $1.record.preference) }
        let services = found.compactMap { record, transport in
            transport == found[0].transport
                ? record.replacement.map { Service(question: DNSQuestion($0, .srv), transport: transport) } : nil
        }
        if let chosen = services.first { return askServices(services, of: name, else: chosen.transport) }
        let transports = hop.isSecure ? [.tls] : reach.transports.filter { $0 != .tls }
        return askServices(
            transports.flatMap { Self.service(of: name, $0) }, of: name, else: hop.isSecure ? .tls : plainTransport)
    }

    private mutating func askServices(
        _ services: [Service], of name: DNSName, else transport: Transport
    ) -> Step {
        stage = .services(services, name, transport)
        guard !services.isEmpty else { return afterServices([], name, transport, [:]) }
        return .ask(services.map(\.question))
    }

    /// The first that has a host is it; where none has records, the name itself stands for the host (section 4.2), reached by
    /// the transport that was chosen. A `.` says that the service is not there over one transport (RFC 2782), no more.
    private mutating func afterServices(
        _ services: [Service], _ name: DNSName, _ transport: Transport, _ answers: [DNSQuestion: DNSAnswer]
    ) -> Step {
        var isDenied = false
        for service in services {
            var places: [Place] = []
            let records = take(service.question, of: answers)
            for case .srv(let record) in records {
                guard let host = record.host, record.port > 0 else { continue }
                places.append(
                    Place(host: host, priority: record.priority, weight: record.weight, port: record.port))
            }
            if !records.isEmpty, places.isEmpty { isDenied = true }
            places.sort { $0.priority < $1.priority }
            if !places.isEmpty {
                return askAddresses(of: Array(places.prefix(Self.recordLimit)), transport: service.transport)
            }
        }
        guard !isDenied else { return .failed(sawFailure ? .noAnswer : .unknownHost) }
        return askAddresses(of: name, transport: transport)
    }

    private static func transport(of service: String) -> Transport? {
        switch service {
        case "sip+d2u": .udp
        case "sip+d2t": .tcp
        case "sips+d2t": .tls
        default: nil
        }
    }

    private static func service(of name: DNSName, _ transport: Transport) -> [Service] {
        let found =
            switch transport {
            case .udp: name.service("_sip", "_udp")
            case .tcp: name.service("_sip", "_tcp")
            case .tls: name.service("_sips", "_tcp")
            case .ws, .wss: DNSName?.none
            }
        return found.map { [Service(question: DNSQuestion($0, .srv), transport: transport)] } ?? []
    }

    // MARK: A and AAAA

    private mutating func askAddresses(of name: DNSName, transport: Transport) -> Step {
        let port = hop.port ?? transport.defaultPort
        return askAddresses(of: [Place(host: name, priority: 0, weight: 0, port: port)], transport: transport)
    }

    private mutating func askAddresses(of places: [Place], transport: Transport) -> Step {
        stage = .addresses(places, transport)
        var questions: [DNSQuestion] = []
        for place in places {
            for question in self.questions(for: place.host) where !questions.contains(question) {
                questions.append(question)
            }
        }
        guard !questions.isEmpty else { return .failed(.unreachable) }
        return .ask(questions)
    }

    private func questions(for host: DNSName) -> [DNSQuestion] {
        (reach.ipv6 ? [DNSQuestion(host, .aaaa)] : []) + (reach.ipv4 ? [DNSQuestion(host, .a)] : [])
    }

    private mutating func afterAddresses(
        _ places: [Place], _ transport: Transport, _ answers: [DNSQuestion: DNSAnswer]
    ) -> Step {
        var choices: [TargetChoices.Choice] = []
        for place in places {
            let addresses = questions(for: place.host).flatMap { take($0, of: answers).prefix(Self.recordLimit) }
            guard !addresses.isEmpty else { continue }
            choices.append(
                .init(priority: place.priority, weight: place.weight, port: place.port, addresses: addresses))
        }
        guard !choices.isEmpty else { return .failed(sawFailure ? .noAnswer : .unknownHost) }
        return .found(TargetChoices(choices, transport: transport, serverName: serverName))
    }

    private func found(high: UInt64, low: UInt64, transport: Transport) -> Step {
        guard reach.has(high: high, low: low), reach.transports.contains(transport) else {
            return .failed(.unreachable)
        }
        let choice = TargetChoices.Choice(
            priority: 0, weight: 0, port: hop.port ?? transport.defaultPort,
            addresses: [.address(high: high, low: low)])
        return .found(TargetChoices([choice], transport: transport, serverName: serverName))
    }

    private var serverName: String {
        switch hop.host {
        case .name(let name): name.text
        case .address(let high, let low): SourceAddress(high: high, low: low, port: 0, transport: .udp).host
        }
    }
}
