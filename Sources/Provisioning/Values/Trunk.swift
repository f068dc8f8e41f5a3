/// An IP-authenticated trunk: termination hosts may send calls, voice hosts receive them.
package struct Trunk: Sendable, Equatable {
    package let id: TrunkID
    package let account: AccountID
    package let site: SiteID
    package var details: TrunkDetails
    package var voice: TrunkVoice

    package init(
        id: TrunkID, account: AccountID, site: SiteID, details: TrunkDetails, voice: TrunkVoice = TrunkVoice()
    ) {
        self.id = id
        self.account = account
        self.site = site
        self.details = details
        self.voice = voice
    }
}

/// What a caller says about a trunk.
package struct TrunkDetails: Sendable, Equatable {
    package var name: String
    package var description: String?
    /// Exactly one trunk of a site that has any is the default one.
    package var isDefault: Bool
    /// The last resort of calls to the trunk's numbers.
    package var finalDestination: FinalDestination?
    package var messagingProtocol: MessagingProtocol
    /// Tried in this order.
    package var voiceHosts: [HostAndPort]
    /// Each group is tried in random order.
    package var voiceHostGroups: [[HostAndPort]]
    package var messagingHosts: [HostName]
    package var terminationHosts: [TerminationHost]
    package var address: PostalAddress?
    /// Most calls at the same time; read only for accounts with `unifiedCommunications`.
    package var premiseTrunks: Int?
    package var callingName: CallingName?

    /// Who carries the trunk's short messages.
    package enum MessagingProtocol: String, CaseIterable, Sendable {
        case sip = "SIP"
        case smpp = "SMPP"
        case http = "HTTP"
    }

    /// Whether the caller's name is shown on calls to the trunk, and whether a number may override that.
    package struct CallingName: Sendable, Equatable {
        package var display: Bool
        package var enforced: Bool

        package init(display: Bool, enforced: Bool) {
            self.display = display
            self.enforced = enforced
        }
    }

    package init(
        name: String, description: String? = nil, isDefault: Bool = false, finalDestination: FinalDestination? = nil,
        messagingProtocol: MessagingProtocol = .smpp, voiceHosts: [HostAndPort] = [],
        voiceHostGroups: [[HostAndPort]] = [], messagingHosts: [HostName] = [],
        terminationHosts: [TerminationHost] = [], address: PostalAddress? = nil, premiseTrunks: Int? = nil,
        callingName: CallingName? = nil
    ) {
        self.name = name
        self.description = description
        self.isDefault = isDefault
        self.finalDestination = finalDestination
        self.messagingProtocol = messagingProtocol
        self.voiceHosts = voiceHosts
        self.voiceHostGroups = voiceHostGroups
        self.messagingHosts = messagingHosts
        self.terminationHosts = terminationHosts
        self.address = address
        self.premiseTrunks = premiseTrunks
        self.callingName = callingName
    }
}

/// A host that calls are sent to.
package struct HostAndPort: Sendable, Hashable {
    package var host: HostName
    /// `nil` is the transport's default, or what DNS says.
    package var port: UInt16?

    package init(host: HostName, port: UInt16? = nil) {
        self.host = host
        self.port = port
    }
}

/// A source that may send calls over a trunk; exclusive in the whole installation.
package struct TerminationHost: Sendable, Equatable {
    package var network: IPNetwork
    /// 0 is any port.
    package var port: UInt16
    /// `nil` when the caller named none: the account's ceiling.
    package var traffic: TrafficClass?
    package var dataAllowed: Bool?

    package init(network: IPNetwork, port: UInt16 = 0, traffic: TrafficClass? = nil, dataAllowed: Bool? = nil) {
        self.network = network
        self.port = port
        self.traffic = traffic
        self.dataAllowed = dataAllowed
    }
}
