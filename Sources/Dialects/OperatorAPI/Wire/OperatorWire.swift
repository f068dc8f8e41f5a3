package import Provisioning

/// The JSON of `/v1`: what the server writes and the `demarc` command reads. Nothing here holds a secret or a hash.
package enum OperatorWire {
    /// A list; `next` is the position to ask for when there is more.
    package struct Items<Item: Codable & Sendable>: Codable, Sendable {
        package var items: [Item]
        package var next: Int?
    }

    package struct Account: Codable, Sendable, Equatable {
        package var id: Int64
        package var project: String
        package var name: String
        package var features: [String]
        package var trafficCeiling: String
        package var country: String
        /// `active`, `suspended`, or `leaving` while it is being deleted.
        package var status: String
    }

    /// How far a rotation of sealed secrets came that takes several requests.
    package struct Rotation: Codable, Sendable, Equatable {
        package var total: Int
        package var resealed: Int
        /// Sealed under a key that is lost; they stay as they are.
        package var unreadable: Int
        package var done: Bool
    }

    /// How far a deletion came that takes several requests.
    package struct AccountDeletion: Codable, Sendable, Equatable {
        /// Rows that this request deleted.
        package var removed: Int
        package var done: Bool
    }

    /// An account just made, with the domain that its credentials live in.
    package struct CreatedAccount: Codable, Sendable, Equatable {
        package var account: Account
        package var domain: Domain
        /// One of each year's form.
        package var tokens: [CreatedToken]
    }

    package struct Caller: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var name: String
        package var role: String
    }

    package struct Domain: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var name: String
        package var description: String?
        package var isDefault: Bool
    }

    package struct Site: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var name: String
        package var description: String?
    }

    package struct Trunk: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var site: Int64
        package var name: String
        package var isDefault: Bool
        package var voiceHosts: [String]
        package var terminationHosts: [TerminationHost]
        package var finalDestination: String?
    }

    package struct TerminationHost: Codable, Sendable, Equatable {
        package var network: String
        /// 0 is any port.
        package var port: UInt16
        package var traffic: String?
    }

    /// A credential by name; `algorithms` says for which digests Demarc holds a hash.
    package struct Credential: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var name: String
        package var realm: String
        package var algorithms: [String]
    }

    package struct Number: Codable, Sendable, Equatable {
        package var number: String
        package var account: Int64
        package var trunk: Int64?
        /// The id of the credential whose bindings have its calls.
        package var user: Int64?
        /// The id of the application whose rules have its calls.
        package var application: Int64?
    }

    /// What the node is doing, in one answer.
    package struct Status: Codable, Sendable {
        package var version: String
        /// Milliseconds since 1970.
        package var startedAt: Int64
        package var uptimeSeconds: Int64
        package var sipListeners: [String]
        package var httpListeners: [String]
        package var health: Health
        /// Missing when the store cannot be read.
        package var totals: Totals?
        package var live: EdgeCounters
        /// Every registration at another server was given up, and none is tried until the next start.
        package var drained: Bool
    }

    /// What the disk does.
    package struct Health: Codable, Sendable, Equatable {
        package enum Part: String, Codable, Sendable, CaseIterable {
            case ok
            /// It can be read; what would change something is refused.
            case notWritable = "not writable"
            case down
        }

        package var store: Part
        package var journal: Part

        package var isWell: Bool { store == .ok && journal == .ok }
    }

    package struct Totals: Codable, Sendable, Equatable {
        package var accounts: Int
        package var sites: Int
        package var trunks: Int
        package var credentials: Int
        package var domains: Int
        package var numbers: Int
        package var lastChange: Int64
    }

    /// How many things an action ended.
    package struct Removed: Codable, Sendable, Equatable {
        package var removed: Int
    }

    /// Every answer that is not 2xx.
    package struct Failure: Codable, Sendable, Equatable {
        package var error: Reason
    }

    /// The first fault, and all of them.
    package struct Reason: Codable, Sendable, Equatable {
        package var code: String
        package var field: String
        package var message: String
        package var faults: [NamedFault]
    }

    package struct NamedFault: Codable, Sendable, Equatable {
        package var code: String
        package var field: String
        package var message: String
    }
}
