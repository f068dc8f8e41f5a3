/// How calls travel between a trunk and whoever is behind it, for each direction.
package struct TrunkVoice: Sendable, Equatable {
    /// Calls to the trunk's numbers.
    package var origination: VoiceSettings
    /// Calls that come from the trunk.
    package var termination: VoiceSettings

    package init(origination: VoiceSettings = .sip, termination: VoiceSettings = .sip) {
        self.origination = origination
        self.termination = termination
    }

    /// Whether an application has either direction, so that the trunk can have no hosts for voice.
    package var usesHTTP: Bool { origination != .sip || termination != .sip }

    subscript(direction: VoiceDirection) -> VoiceSettings {
        get { direction == .origination ? origination : termination }
        set {
            switch direction {
            case .origination: origination = newValue
            case .termination: termination = newValue
            }
        }
    }
}

/// From the side of whoever owns the trunk's numbers: originated calls come to them.
package enum VoiceDirection: Sendable {
    case origination, termination
}

/// Over what calls travel.
package enum VoiceSettings: Sendable, Equatable {
    case sip
    /// An application of the vendor's takes the calls; Demarc keeps its id and carries no calls for it.
    case http(application: ApplicationID?)
}

/// A UUID in lower case (RFC 9562 section 4).
package struct ApplicationID: Sendable, Equatable {
    package let text: String

    /// The text without a check; for rows that were checked when they were stored.
    package init(stored text: String) { self.text = text }

    package init?(_ text: String) {
        guard let id = UniqueID(text) else { return nil }
        self.text = "\(id)"
    }
}

/// A termination host with the id that the store gave it, which stays while the host stays.
package struct TerminationGateway: Sendable, Equatable {
    package let id: Identifier<TerminationGateway>
    package let host: TerminationHost

    package init(id: Identifier<TerminationGateway>, host: TerminationHost) {
        self.id = id
        self.host = host
    }
}
