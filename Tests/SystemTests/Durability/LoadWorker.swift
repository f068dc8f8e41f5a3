import Foundation
import Synchronization
import TestSupport

/// One client among several: creates, deletes and registers its own users, one request after the other, until the server
/// is gone; keeps book of what was answered.
final class LoadWorker {
    /// What the workers do.
    enum Load {
        /// A bit of everything.
        case everything
        /// Contacts so long and so many that the journal soon is worth compacting, and little that takes them away.
        case longContacts

        /// Registrations of a hundred steps with a user whose credential exists.
        var registrations: Int { self == .everything ? 65 : 97 }
        /// The contacts that a user has at most: one for each port.
        var ports: ClosedRange<Int> { self == .everything ? 9000...9002 : 9000...9008 }
        var contactParameters: String { self == .everything ? "" : ";pad=" + String(repeating: "x", count: 900) }
    }

    /// What all workers of a round share.
    final class Shared: Sendable {
        /// Requests that were answered with what was asked for.
        let answered = Atomic<Int>(0)
        /// Whether something was answered that should not have been: no use in going on.
        let hasComplaints = Atomic<Bool>(false)
        /// Said when the server is killed, so that a broken connection is no complaint.
        let isOver = Atomic<Bool>(false)
        /// Whether the server's end comes from within, and a broken connection never is a complaint.
        let endsByItself: Bool

        init(endsByItself: Bool) { self.endsByItself = endsByItself }
    }

    /// What a worker leaves behind.
    struct Report: Sendable {
        var users: [UserRecord]
        /// Answers that nobody should get.
        var complaints: [String] = []
    }

    static let password = "secret"
    static let expires: Int64 = 600

    private let account: BandwidthAccount
    private let load: Load
    private let shared: Shared
    private var random: SeededRandom
    private var connection: HTTPConnection?
    private var phones: [RegisteringUser]
    private var report: Report

    init(
        _ users: [UserRecord], account: BandwidthAccount, sipPort: UInt16, load: Load, shared: Shared, seed: UInt64
    ) throws {
        self.account = account
        self.load = load
        self.shared = shared
        random = SeededRandom(seed: seed)
        phones = try users.map { try RegisteringUser($0.name, domain: account.domain, port: sipPort) }
        report = Report(users: users)
    }

    func run() -> Report {
        do {
            connection = try HTTPConnection(to: account.port)
            while !shared.isOver.load(ordering: .relaxed) { try step() }
        } catch {
            if !shared.endsByItself { complain("broken off", 0, "\(error)") }
        }
        return report
    }

    private func step() throws {
        let user = Int.random(in: 0..<report.users.count, using: &random)
        guard case .known(let exists) = report.users[user].credential else { return }
        switch (exists, Int.random(in: 0..<100, using: &random)) {
        case (false, ..<75): try create(user)
        case (false, _): try registerInVain(user)
        case (true, ..<load.registrations): try register(user)
        case (true, let number): try number.isMultiple(of: 2) ? delete(user) : unregister(user)
        }
    }

    private func ask(_ method: String, _ rest: String, body: String? = nil) throws -> HTTPConnection.Answer {
        guard
            let answer = try connection?.send(
                method, account.path(rest), headers: [account.authorization], body: body)
        else { throw HTTPConnection.Broken() }
        return answer
    }

    private func create(_ user: Int) throws {
        let name = report.users[user].name
        report.users[user].credential = .either(false, true)
        let answer = try ask(
            "POST", "sipcredentials", body: account.credentials([(name, nil)], password: Self.password))
        guard answer.status == 201 else { return complain("create \(name)", answer.status, answer.body) }
        report.users[user].credential = .known(true)
        shared.answered.wrappingAdd(1, ordering: .relaxed)
    }

    private func delete(_ user: Int) throws {
        let name = report.users[user].name
        guard case .known(let contacts) = report.users[user].contacts else { return }
        report.users[user].credential = .either(true, false)
        report.users[user].contacts = .either(contacts, [:])
        let answer = try ask("DELETE", "sipcredentials/\(name)")
        guard answer.status == 200 else { return complain("delete \(name)", answer.status, answer.body) }
        report.users[user].credential = .known(false)
        report.users[user].contacts = .known([:])
        shared.answered.wrappingAdd(1, ordering: .relaxed)
    }

    private func register(_ user: Int) throws {
        let port = Int.random(in: load.ports, using: &random)
        let contact = "sip:\(report.users[user].name)@127.0.0.1:\(port)\(load.contactParameters)"
        let earliest = Self.expiry()
        try change(user, "<\(contact)>", expires: Self.expires) { contacts in
            // A second on either side: the server's clock was read at another moment than ours.
            contacts[contact] = (earliest - 1000)...(Self.expiry() + 1000)
        }
    }

    private func unregister(_ user: Int) throws {
        guard case .known(let contacts) = report.users[user].contacts else { return }
        guard let contact = contacts.keys.sorted().first, Bool.random(using: &random) else {
            return try change(user, "*", expires: 0) { $0 = [:] }
        }
        try change(user, "<\(contact)>", expires: 0) { $0[contact] = nil }
    }

    private func change(_ user: Int, _ header: String, expires: Int64, _ apply: (inout Contacts) -> Void) throws {
        guard case .known(let before) = report.users[user].contacts else { return }
        var after = before
        apply(&after)
        // What is in flight may have any expiry from now until it is answered, or until the server is killed.
        let unanswered = after.mapValues { before.values.contains($0) ? $0 : $0.lowerBound...($0.upperBound + 60_000) }
        report.users[user].contacts = .either(before, unanswered)
        let answer = try phones[user].phone.register(header, expires: Int(expires))
        guard let answer, answer.status == 200 else {
            return complain("REGISTER \(header)", answer?.status ?? 0, answer?.text ?? "silence")
        }
        after = before
        apply(&after)
        report.users[user].contacts = .known(after)
        shared.answered.wrappingAdd(1, ordering: .relaxed)
    }

    /// A user whose credential is gone is as unknown as any.
    private func registerInVain(_ user: Int) throws {
        let name = report.users[user].name
        let answer = try phones[user].phone.register("<sip:\(name)@127.0.0.1:9000>", expires: 600)
        if answer?.status != 401 { complain("REGISTER without a credential", answer?.status ?? 0, answer?.text ?? "") }
    }

    private func complain(_ what: String, _ status: Int, _ text: String) {
        guard !shared.isOver.load(ordering: .acquiring) else { return }
        report.complaints.append("\(what): \(status) \(text)")
        shared.hasComplaints.store(true, ordering: .releasing)
    }

    /// When a registration of this moment expires, to the second that the server keeps.
    private static func expiry() -> Int64 { (Int64(Date.now.timeIntervalSince1970) + expires) * 1000 }
}

/// A phone in a place of its own: it cannot be copied, and an array holds only what can.
final class RegisteringUser {
    var phone: TestPhone

    init(_ name: String, domain: String, port: UInt16) throws {
        phone = try TestPhone(name, domain: domain, password: LoadWorker.password, to: port)
    }
}
