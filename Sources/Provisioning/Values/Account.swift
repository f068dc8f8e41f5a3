/// One tenant: everything provisioned belongs to exactly one account.
package struct Account: Sendable, Equatable {
    package let id: AccountID
    /// The id that dialects with UUIDs show.
    package let project: String
    package var name: String
    package var features: Set<ProductFeature>
    /// No trunk of the account may allow more than this.
    package var trafficCeiling: TrafficClass
    /// ISO 3166-1 alpha-2 code of the country that "domestic" means.
    package var country: String
    package var status: AccountStatus

    package init(
        id: AccountID, project: String, name: String, features: Set<ProductFeature>, trafficCeiling: TrafficClass,
        country: String, status: AccountStatus = .active
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.features = features
        self.trafficCeiling = trafficCeiling
        self.country = country
        self.status = status
    }
}

/// What the operator decided about an account.
package enum AccountStatus: String, CaseIterable, Sendable {
    case active
    /// Nobody of it is let in and nothing of it is on the wire; all of it is kept.
    case suspended
    /// It is being deleted, some rows at a time, and does not come back.
    case leaving
}

/// A product that an operator switches on for an account; the raw value is the name that commands and dialects use.
package enum ProductFeature: String, CaseIterable, Sendable {
    case callingName = "CNAM"
    case messaging = "SMS"
    case unifiedCommunications = "UC"
    case termination = "TERMINATION"
    case dedicatedPrivateNetwork = "DedicatedPrivateNetworkTopology"
    case callForwarding = "CallForwarding"
    case httpVoice = "HttpVoice"
}

/// What the calls of a trunk may reach, least first.
package enum TrafficClass: String, CaseIterable, Sendable, Comparable {
    /// The account's country without toll-free and premium numbers.
    case lite = "LITE"
    /// The account's country.
    case domestic = "DOMESTIC"
    /// Everything.
    case all = "ALL"

    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .lite: 0
        case .domestic: 1
        case .all: 2
        }
    }
}
