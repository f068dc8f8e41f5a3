import Foundation
import Synchronization

/// What was promised to one client of the soak, and what nobody can know because the answer never came.
final class MixedLedger: Sendable {
    struct Records: Sendable {
        var users: [UserRecord]
        var peers: [PeerRecord]
        /// Answers that nobody should get.
        var complaints: [String] = []
        var answers = 0
        var refusals = 0
        /// Steps whose answer never came.
        var unanswered = 0
    }

    let records: Mutex<Records>

    init(worker: Int, users: Int, peers: Int) {
        records = Mutex(
            Records(
                users: (0..<users).map { UserRecord(name: "m\(worker)x\($0)") },
                peers: (0..<peers).map { PeerRecord(name: "peer \(worker) \($0)") }))
    }
}

/// What was promised about a SIP peer: what its description says; `nil` when there is none.
struct PeerRecord: Sendable {
    let name: String
    var description: Certainty<String?> = .known(nil)
    /// Its number, once it was told.
    var id: String?

    /// What is there, in place of what could not be known; says what was promised and is not so.
    mutating func settle(_ found: ListedPeer?) -> [String] {
        defer {
            description = .known(found?.description)
            id = found?.id
        }
        let possible = description.possible
        guard possible.contains(found?.description) else {
            return ["\(name) is \(found?.description ?? "gone"), promised was \(possible.map { $0 ?? "gone" })"]
        }
        return []
    }
}

/// A SIP peer as the list of a site shows it.
struct ListedPeer: Sendable {
    let id: String
    let description: String
}

extension UserRecord {
    /// What a client found out, as `settle` does, but for the contacts whose time is up, and those of which nobody can say
    /// that yet: the server's clock is read at other moments than ours, and rounds. Milliseconds since 1970.
    mutating func settle(exists: Bool, registered: [String: Int64], at now: Int64, slack: Int64 = 3000) -> [String] {
        var perhaps: Contacts = [:]
        for (contact, expiry) in contacts.possible.joined() where (expiry.lowerBound - slack) <= now {
            guard expiry.upperBound + slack >= now else { continue }
            let other = perhaps[contact] ?? expiry
            perhaps[contact] =
                min(other.lowerBound, expiry.lowerBound)...max(other.upperBound, expiry.upperBound)
        }
        contacts = contacts.mapped { contacts in
            contacts.filter { $0.value.lowerBound - slack > now && perhaps[$0.key] == nil }.widened(by: slack)
        }
        let violations = settle(exists: exists, registered: registered.filter { perhaps[$0.key] == nil })
        contacts = contacts.mapped { $0.widened(by: -slack) }
        guard case .known(var settled) = contacts else { return violations }
        for (contact, expiry) in perhaps where registered[contact] != nil { settled[contact] = expiry }
        contacts = .known(settled)
        return violations
    }
}

extension Certainty {
    fileprivate func mapped(_ body: (State) -> State) -> Self {
        switch self {
        case .known(let state): .known(body(state))
        case .either(let before, let after): .either(body(before), body(after))
        }
    }
}

extension Contacts {
    /// Allows each expiry so many milliseconds more on either side.
    fileprivate func widened(by slack: Int64) -> Self {
        mapValues { ($0.lowerBound - slack)...Swift.max($0.lowerBound - slack, $0.upperBound + slack) }
    }
}
