import Testing

/// Somebody who registers and calls with digest, by whichever dialect.
struct User: Sendable {
    let name: String
    let domain: String
    let password: String
    let server: UInt16

    var aor: String { "\(name)@\(domain)" }
}

extension Tenant {
    static let password = "Secret-0f-mine"

    private func user(_ name: String, _ domain: String) -> User {
        User(name: name, domain: domain, password: Self.password, server: server.installation.sipPort)
    }

    /// A SIP credential of Bandwidth's API.
    func credential() async throws -> User {
        let name = Self.name("cred")
        let answer = try await bandwidth.createCredential(name, password: Self.password)
        guard answer.status == 201 else { throw Refused(answer: answer.body) }
        return user(name, domain)
    }

    /// A subscriber's SIP endpoint of SignalWire's API, with members such as `"encryption":"required"`.
    func endpoint(_ members: String...) async throws -> User {
        let name = Self.name("end")
        let subscribers = "/api/fabric/resources/subscribers"
        let subscriber = try await signalWire.make(subscribers, #"{"email":"\#(name)@example.com"}"#)
        let own = ["username": name, "password": Self.password, "password_confirmation": Self.password]
            .map { "\"\($0)\":\"\($1)\"" }
        // The contract in which an endpoint of a subscriber has a call handler.
        _ = try await signalWire.make(
            "\(subscribers)/\(subscriber)/sip_endpoints", contract: "2025",
            "{\((own + members).joined(separator: ","))}")
        return user(name, domain)
    }

    /// An application of Voximplant's API: its id and its domain.
    func application() async throws -> (id: String, domain: String) {
        let name = Self.name("app")
        let id = try await voximplant("AddApplication", "application_name=\(name)", "application_id")
        return (id, "\(name).\(domain)")
    }

    /// A user of an application, and its id.
    func user(of application: (id: String, domain: String)) async throws -> (user: User, id: String) {
        let name = Self.name("user")
        let id = try await voximplant(
            "AddUser",
            "user_name=\(name)&user_display_name=\(name)&user_password=\(Self.password)&application_id=\(application.id)",
            "user_id")
        return (user(name, application.domain), id)
    }

    func user() async throws -> User { try await user(of: application()).user }

    /// Asks a command of Voximplant's API that makes something; the number that it answers under that name.
    @discardableResult
    func voximplant(_ command: String, _ query: String, _ answers: String = "result") async throws -> String {
        let answer = try await voximplant.send(command, query)
        let start = answer.firstRange(of: "\"\(answers)\":")
        let digits = start.map { answer[$0.upperBound...].prefix { $0.isNumber } } ?? ""
        guard !digits.isEmpty, !answer.contains(#""error""#) else {
            throw Refused(answer: "\(command) \(query): \(answer)")
        }
        return String(digits)
    }
}

extension User {
    /// A phone that is registered and does as the steps say.
    func phone(
        _ steps: [SippEnd.Step], as party: SippEnd.Party = SippEnd.Party(), calls: Int = 1, q: String? = nil
    ) throws -> SippEnd {
        let port = try LoopbackSocket.freePort()
        try register(at: port, q)
        return try SippEnd(steps, as: party, calls: calls, at: port)
    }

    private func register(at port: UInt16, _ q: String?) throws {
        var phone = try TestPhone(name, domain: domain, password: password, to: server, at: port)
        let contact = "<sip:\(name)@127.0.0.1:\(port)>" + (q.map { ";q=\($0)" } ?? "")
        #expect(try phone.register(contact, expires: 300)?.status == 200)
    }

    /// A call by somebody who has answered the challenge already: SIPp knows one algorithm, and reads the first challenge only.
    func call(_ steps: [SippEnd.Step], to called: String, as party: SippEnd.Party = SippEnd.Party()) throws -> SippEnd {
        let port = try LoopbackSocket.freePort()
        var party = party
        party.uri = called.contains(":") ? called : "sip:\(called)@\(domain)"
        (party.from, party.to) = ("<sip:\(aor)>", "<\(party.uri)>")
        let method = steps.contains { $0.xml.contains("MESSAGE {uri}") } ? "MESSAGE" : "INVITE"
        let authorization = try authorization(for: method, party.uri, at: port)
        party.headers.append(try #require(authorization))
        return try SippEnd(steps, as: party, server: server, called: called, at: port)
    }

    private func authorization(for method: String, _ uri: String, at port: UInt16) throws -> String? {
        var phone = try TestPhone(name, domain: domain, password: password, to: server, at: port)
        return try phone.authorization(for: method, uri)
    }
}
