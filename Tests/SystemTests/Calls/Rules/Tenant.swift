import Foundation
import Synchronization
import Testing

/// An account with everything that its calls need, provisioned by the vendors' dialects; the operator's part by `/v1`.
struct Tenant: Sendable {
    let server: ServerProcess
    let bandwidth: BandwidthAccount
    let signalWire: SignalWireAccount
    let voximplant: VoximplantAccount

    var id: Int { bandwidth.id }
    var domain: String { bandwidth.domain }

    /// The account of the first start.
    init(of server: ServerProcess) async throws {
        self.server = server
        bandwidth = try #require(BandwidthAccount(of: server))
        signalWire = try #require(SignalWireAccount(of: server))
        voximplant = try await VoximplantAccount(of: server)
        let features = #"{"enable":["UC","CNAM","CallForwarding"]}"#
        _ = try await server.operate("PATCH", "accounts/\(bandwidth.id)", features)
        _ = try await server.operate("POST", "accounts/\(bandwidth.id)/ledger/topups", #"{"amount":"1000"}"#)
    }

    /// One account more, with what `/v1` is told of it.
    init(_ name: String, on server: ServerProcess, _ members: String = "") async throws {
        struct Made: Decodable {
            struct Account: Decodable { let id: Int }
            struct Domain: Decodable { let name: String }
            struct Token: Decodable {
                struct Details: Decodable { let contract: String }
                let token: Details
                let project: String
                let secret: String
            }
            let account: Account
            let domain: Domain
            let tokens: [Token]
        }
        self.server = server
        let text = try await server.operate("POST", "accounts", "{\"name\":\"\(name)\"\(members)}")
        let made = try JSONDecoder().decode(Made.self, from: Data(text.utf8))
        let (port, id, domain) = (server.installation.vendorPort, made.account.id, made.domain.name)
        let password = "secret-of-\(name)"
        _ = try await server.operate(
            "POST", "accounts/\(id)/callers", "{\"name\":\"\(name)\",\"password\":\"\(password)\"}")
        bandwidth = BandwidthAccount(port: port, id: id, domain: domain, user: name, password: password)
        signalWire = SignalWireAccount(
            port: port, project: made.tokens.first?.project ?? "", domain: domain,
            tokens: Dictionary(uniqueKeysWithValues: made.tokens.map { ($0.token.contract, $0.secret) }))
        voximplant = try await VoximplantAccount(id, of: server)
    }

    struct Refused: Error {
        let answer: String
    }

    // MARK: Names of its own for each row

    private static let next = Mutex(0)

    static var count: Int {
        next.withLock { next in
            next += 1
            return next
        }
    }

    /// A name that no other row has.
    static func name(_ stem: String) -> String { "\(stem)\(count)" }

    /// A number at home that no other row has.
    static var number: String { "+1202556\(1000 + count)" }

    /// A toll-free number that no other row has.
    static var free: String { "+1800556\(1000 + count)" }

    /// A number abroad, in E.164 form, that no other row has.
    static var abroad: String { "+44207947\(1000 + count)" }

    // MARK: The operator's part

    /// Asks `/v1` for something of the account; the body of its answer.
    @discardableResult
    func operate(_ method: String, _ path: String, _ body: String) async throws -> String {
        try await server.operate(method, "accounts/\(id)/\(path)", body)
    }

    func grant(_ user: User, _ grant: String) async throws {
        try await operate("PUT", "grants/user/\(user.name)", grant)
    }

    func grant(trunk: SIPPeer, _ grant: String) async throws {
        try await operate("PUT", "grants/trunk/\(trunk)", grant)
    }

    /// Puts a number into the inventory and says where its calls go, such as `"trunk":7`.
    func number(_ number: String = Tenant.number, to destination: String? = nil) async throws -> String {
        try await operate("POST", "numbers", "{\"numbers\":[\"\(number)\"]}")
        if let destination { try await operate("PUT", "numbers/\(number)", "{\(destination)}") }
        return number
    }
}

extension ServerProcess {
    /// Asks `/v1` for what must be done; the body of its answer.
    func operate(_ method: String, _ path: String, _ body: String) async throws -> String {
        let answer = try await atOperator(method, "/v1/\(path)", body)
        guard 200..<300 ~= answer.status else { throw Tenant.Refused(answer: "\(method) \(path): \(answer.body)") }
        return answer.body
    }
}

// MARK: - Trunks and carriers

/// A SIP peer by its id, and the site that it is in.
struct SIPPeer: Sendable, CustomStringConvertible {
    let site: String
    let description: String
}

extension Tenant {
    /// A SIP peer of Bandwidth's API: calls from `source` are its own, and calls to its numbers go to `hosts` in turn.
    func trunk(
        from source: String = "127.0.0.1", port: UInt16? = nil, traffic: String = "ALL",
        beside others: [(String, UInt16?, String)] = [], to hosts: [UInt16] = [], groups: [[UInt16]] = [],
        _ elements: String = ""
    ) async throws -> SIPPeer {
        func list(_ ports: [UInt16]) -> String {
            ports.map { "<Host><HostName>127.0.0.1</HostName><Port>\($0)</Port></Host>" }.joined()
        }
        let name = Self.name("pbx")
        let site = try await made("sites", "<Site><Name>\(name)</Name>\(Self.address)</Site>")
        let sources = ([(source, port, traffic)] + others).map { host, port, traffic in
            "<TerminationHost><HostName>\(host)</HostName>\(port.map { "<Port>\($0)</Port>" } ?? "")"
                + "<CustomerTrafficAllowed>\(traffic)</CustomerTrafficAllowed><DataAllowed>true</DataAllowed></TerminationHost>"
        }.joined()
        let groups = groups.map { "<VoiceHostGroup>\(list($0))</VoiceHostGroup>" }.joined()
        let messaging =
            elements.contains("SmsHosts") ? "" : "<SmsHosts><Host><HostName>127.0.0.1</HostName></Host></SmsHosts>"
        let id = try await made(
            "sites/\(site)/sippeers",
            "<SipPeer><PeerName>\(name)</PeerName><IsDefaultPeer>true</IsDefaultPeer>\(messaging)"
                + "<VoiceHosts>\(list(hosts))</VoiceHosts><VoiceHostGroups>\(groups)</VoiceHostGroups>"
                + "<TerminationHosts>\(sources)</TerminationHosts>\(Self.address)\(elements)</SipPeer>")
        return SIPPeer(site: site, description: id)
    }

    /// A number of a peer, with elements such as RewriteUser.
    func number(of peer: SIPPeer, _ elements: String) async throws -> String {
        let number = try await number(to: #""trunk":\#(peer)"#)
        let ten = number.dropFirst(2)
        let answer = try await bandwidth.send(
            "PUT", "sites/\(peer.site)/sippeers/\(peer)/tns/\(ten)",
            body: "<SipPeerTelephoneNumber><FullNumber>\(ten)</FullNumber>\(elements)</SipPeerTelephoneNumber>")
        guard answer.status == 200 else { throw Refused(answer: answer.body) }
        return number
    }

    private static let address = """
        <Address><HouseNumber>900</HouseNumber><StreetName>Main</StreetName><City>Raleigh</City><StateCode>NC</StateCode>\
        <Zip>27606</Zip><AddressType>Service</AddressType></Address>
        """

    private func made(_ path: String, _ body: String) async throws -> String {
        let answer = try await bandwidth.send("POST", path, body: body)
        guard answer.status == 201, let id = answer.headers["location"]?.split(separator: "/").last else {
            throw Refused(answer: answer.body)
        }
        return String(id)
    }

    /// A peer of Enswitch's API at these ports in turn; its id.
    func carrier(at ports: [UInt16], _ parameters: String = "") async throws -> String {
        let hosts = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        let destination = parameters.contains("destination=") ? "" : "&destination=\(hosts)"
        return try await enswitch("peers/create", "name=\(Self.name("carrier"))&type=sip\(destination)&\(parameters)")
    }

    /// A route of Enswitch's API over up to three carriers.
    func route(_ prefix: String, over carriers: [String], _ parameters: String = "") async throws {
        let peers = carriers.enumerated().map { "&peer\($0 + 1)=\($1)" }.joined()
        let prefix = prefix.replacing("+", with: "")
        _ = try await enswitch("routes/create", "called_prefix=\(prefix)&outgroup=1\(peers)&\(parameters)")
    }

    /// Asks a function that makes something; its id.
    func enswitch(_ function: String, _ parameters: String) async throws -> String {
        let answer = try await bandwidth.enswitch(function, parameters)
        guard answer.contains(#""code":"200""#), let id = answer.firstMatch(of: /"id":([0-9]+)/) else {
            throw Refused(answer: "\(function) \(parameters): \(answer)")
        }
        return String(id.1)
    }

    /// A call of the trunk at that port, which it was given a source for.
    func call(
        _ steps: [SippEnd.Step], from port: UInt16, to called: String, as party: SippEnd.Party = SippEnd.Party(),
        calls: Int = 1
    ) throws -> SippEnd {
        try SippEnd(
            steps, as: party, calls: calls, server: server.installation.sipPort, called: called, at: port)
    }

    /// A trunk that may call everything; the port that its calls come from.
    func caller(traffic: String = "ALL") async throws -> UInt16 {
        let port = try LoopbackSocket.freePort()
        _ = try await trunk(port: port, traffic: traffic)
        return port
    }
}
