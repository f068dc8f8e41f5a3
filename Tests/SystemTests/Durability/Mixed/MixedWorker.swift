import Foundation
import Synchronization
import TestSupport

/// One client of the soak: makes, changes and takes away credentials and SIP peers, and registers phones, for as long as it
/// is told to, whatever happens to the server; keeps book of every answer.
///
/// After every step it rests as long as the step took, so that all of them together are half of what they could be.
final class MixedWorker {
    /// What is being done to the server.
    enum Disturbance: Int {
        case none
        /// The disk refuses: an error is an answer, and nothing of what it is about was kept.
        case disk
        /// The disk fails in the middle of things: after an error nobody knows.
        case brokenDisk
        /// The server is killed: there may be no answer at all.
        case kill
    }

    /// What all workers share.
    final class Shared: Sendable {
        let disturbance = Atomic<Int>(0)
        let isPaused = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)
        let parked = Atomic<Int>(0)
        /// How often the server was started again: connections from before are of no use.
        let lives = Atomic<Int>(0)
    }

    private typealias Users = WritableKeyPath<MixedLedger.Records, UserRecord>

    static let password = "secret"
    private static let slack: Int64 = 1000

    private let ledger: MixedLedger
    private let account: BandwidthAccount
    private let site: String
    private let shared: Shared
    private var random: SeededRandom
    private var connection: HTTPConnection?
    private var life = 0
    private var phones: [RegisteringUser]
    private var changes = 0

    init(
        _ ledger: MixedLedger, account: BandwidthAccount, site: String, sipPort: UInt16, shared: Shared, seed: UInt64
    ) throws {
        self.ledger = ledger
        self.account = account
        self.site = site
        self.shared = shared
        random = SeededRandom(seed: seed)
        phones = try ledger.records.withLock { $0.users }.map {
            try RegisteringUser($0.name, domain: account.domain, port: sipPort)
        }
    }

    func run() {
        while !shared.isOver.load(ordering: .acquiring) {
            if shared.isPaused.load(ordering: .acquiring) {
                park()
                continue
            }
            let (start, before) = (ContinuousClock.now, disturbance)
            do {
                try step()
            } catch {
                connection = nil
                ledger.records.withLock { $0.unanswered += 1 }
                if worst(before) != .kill { complain("no answer: \(error)") }
            }
            rest(for: ContinuousClock.now - start)
        }
    }

    private func park() {
        shared.parked.wrappingAdd(1, ordering: .acquiringAndReleasing)
        while shared.isPaused.load(ordering: .acquiring), !shared.isOver.load(ordering: .acquiring) { usleep(500) }
        shared.parked.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    }

    private func rest(for duration: Duration) {
        usleep(UInt32(min(200_000, max(100, duration / .microseconds(1)))))
    }

    private var disturbance: Disturbance {
        Disturbance(rawValue: shared.disturbance.load(ordering: .acquiring)) ?? .none
    }

    private func worst(_ before: Disturbance) -> Disturbance {
        disturbance.rawValue > before.rawValue ? disturbance : before
    }

    private func step() throws {
        let number = Int.random(in: 0..<100, using: &random)
        let (user, peer) = ledger.records.withLock { records in
            (
                Int.random(in: 0..<records.users.count, using: &random),
                Int.random(in: 0..<records.peers.count, using: &random)
            )
        }
        if number < 12 { return try changePeer(peer) }
        let record = ledger.records.withLock { $0.users[user] }
        guard case .known(let exists) = record.credential, case .known(let contacts) = record.contacts else { return }
        switch (exists, number) {
        case (false, _): try create(user)
        case (true, ..<70): try register(user, contacts)
        case (true, ..<85): try unregister(user, contacts)
        case (true, ..<90): try delete(user, contacts)
        case (true, _): try registerShortly(user, contacts)
        }
    }

    // MARK: Credentials

    private func create(_ user: Int) throws {
        let name = phones[user].phone.user
        let body = account.credentials([(name, nil)], password: Self.password)
        note { $0.users[user].credential = .either(false, true) }
        let kept = try change("POST", "sipcredentials", body: body, expecting: 201)
        note { $0.users[user].credential = kept.map { .known($0) } ?? .either(false, true) }
    }

    private func delete(_ user: Int, _ contacts: Contacts) throws {
        note {
            $0.users[user].credential = .either(true, false)
            $0.users[user].contacts = .either(contacts, [:])
        }
        let kept = try change("DELETE", "sipcredentials/\(phones[user].phone.user)", expecting: 200)
        guard let kept else { return }
        note {
            $0.users[user].credential = .known(!kept)
            $0.users[user].contacts = .known(kept ? [:] : contacts)
        }
    }

    // MARK: Peers

    private func changePeer(_ index: Int) throws {
        let record = ledger.records.withLock { $0.peers[index] }
        guard case .known(let present) = record.description else { return }
        changes += 1
        let text = "change \(changes)"
        let body = "<SipPeer><PeerName>\(record.name)</PeerName><Description>\(text)</Description></SipPeer>"
        switch (present, record.id) {
        case (nil, _):
            try settle(index, nil, text) { try self.change("POST", self.peers, body: body, expecting: 201) }
        case (let before?, let id?) where Bool.random(using: &random):
            try settle(index, before, text) {
                try self.change("PUT", "\(self.peers)/\(id)", body: body, expecting: 200)
            }
        case (let before?, let id?):
            try settle(index, before, nil) { try self.change("DELETE", "\(self.peers)/\(id)", expecting: 200) }
        case (_?, nil): break
        }
    }

    private var peers: String { "sites/\(site)/sippeers" }

    private func settle(_ index: Int, _ before: String?, _ after: String?, _ body: () throws -> Bool?) throws {
        note { $0.peers[index].description = .either(before, after) }
        guard let kept = try body() else { return }
        let id = kept ? location : nil
        note { records in
            records.peers[index].description = .known(kept ? after : before)
            if before == nil { records.peers[index].id = id }
        }
    }

    /// The last part of the latest Location.
    private var location: String?

    // MARK: Phones

    private func register(_ user: Int, _ contacts: Contacts) throws {
        try bind(user, contacts, port: Int.random(in: 9000...9002, using: &random), expires: 600)
    }

    /// A binding that soon ends by itself.
    private func registerShortly(_ user: Int, _ contacts: Contacts) throws {
        try bind(user, contacts, port: 9100, expires: 4)
    }

    private func bind(_ user: Int, _ contacts: Contacts, port: Int, expires: Int64) throws {
        let contact = "sip:\(phones[user].phone.user)@127.0.0.1:\(port)"
        let earliest = Self.expiry(expires) - Self.slack
        try register(user, "<\(contact)>", expires, contacts) {
            $0[contact] = earliest...(Self.expiry(expires) + Self.slack)
        }
    }

    private func unregister(_ user: Int, _ contacts: Contacts) throws {
        guard let contact = contacts.keys.sorted().first, Bool.random(using: &random) else {
            return try register(user, "*", 0, contacts) { $0 = [:] }
        }
        try register(user, "<\(contact)>", 0, contacts) { $0[contact] = nil }
    }

    private func register(
        _ user: Int, _ header: String, _ expires: Int64, _ before: Contacts, _ apply: (inout Contacts) -> Void
    ) throws {
        var after = before
        apply(&after)
        // What is in flight may end at any time from now until it is answered.
        let unanswered = after.mapValues { before.values.contains($0) ? $0 : $0.lowerBound...($0.upperBound + 60_000) }
        note { $0.users[user].contacts = .either(before, unanswered) }
        let start = disturbance
        let answer = try phones[user].phone.register(header, expires: Int(expires))
        guard let answer else { throw HTTPConnection.Broken() }
        after = before
        apply(&after)
        switch verdict(answer.status, expecting: 200, start, "REGISTER \(header)", answer.text) {
        case true?: note { $0.users[user].contacts = .known(after) }
        case false?: note { $0.users[user].contacts = .known(before) }
        case nil: break
        }
    }

    // MARK: Answers

    /// Whether it was carried out; `nil` when nobody can know.
    private func change(_ method: String, _ path: String, body: String? = nil, expecting status: Int) throws -> Bool? {
        let start = disturbance
        let current = shared.lives.load(ordering: .acquiring)
        if connection == nil || life != current { connection = try HTTPConnection(to: account.port) }
        life = current
        guard
            let answer = try connection?.send(
                method, account.path(path), headers: [account.authorization], body: body)
        else { throw HTTPConnection.Broken() }
        location = answer.headers["location"]?.split(separator: "/").last.map(String.init)
        return verdict(answer.status, expecting: status, start, "\(method) \(path)", answer.body)
    }

    private func verdict(
        _ status: Int, expecting expected: Int, _ before: Disturbance, _ what: String, _ text: String
    ) -> Bool? {
        if status == expected {
            note { $0.answers += 1 }
            return true
        }
        let disturbance = worst(before)
        guard status == 503, disturbance != .none else {
            complain("\(what): \(status) \(text)")
            return nil
        }
        note { $0.refusals += 1 }
        return disturbance == .disk ? false : nil
    }

    private func note(_ body: (inout MixedLedger.Records) -> Void) { ledger.records.withLock { body(&$0) } }

    private func complain(_ text: String) {
        ledger.records.withLock { if $0.complaints.count < 20 { $0.complaints.append(text) } }
    }

    private static func expiry(_ seconds: Int64) -> Int64 { (Int64(Date.now.timeIntervalSince1970) + seconds) * 1000 }
}
