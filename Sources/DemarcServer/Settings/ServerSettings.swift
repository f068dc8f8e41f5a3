package import DialectKit
package import Provisioning

/// The settings as the server uses them: parsed, in range, and consistent.
package struct ServerSettings: Sendable {
    package var dataDirectory: String
    package var sealingKeyPath: String
    package var vendorListen: [ListenAddress]
    package var vendorTLS: TLSSettings
    package var operatorListen: ListenAddress
    package var operatorToken: Secret<String>?
    package var sip: SIPSettings
    /// What tenants may have called in spite of `EgressPolicy`.
    package var egressAllow: [EgressPolicy.Allowance] = []
    /// What one caller of an API may ask.
    package var rate: RequestRate
    package var addressCheck: AddressCheckChoice
    package var logLevel: String
    package var logFormat: LogFormat

    package enum AddressCheckChoice: Equatable, Sendable {
        case embedded
        /// The URL that addresses are posted to.
        case service(String)
    }
}

/// Where TLS is served, and as whom.
package struct TLSSettings: Equatable, Sendable {
    package var listen: [ListenAddress] = []
    /// Names and addresses that clients may know us by, beside the machine's own.
    package var names: [String] = []
    /// PEM files; `nil` for a certificate that Demarc makes.
    package var certificate: Files?

    package struct Files: Equatable, Sendable {
        package var chain: String
        package var key: String
    }
}

/// What the SIP side is told; times are in seconds.
package struct SIPSettings: Equatable, Sendable {
    package enum Durability: String, Sendable {
        case memory, journal
    }

    package enum ContactOverflow: String, Sendable {
        case replaceOldest = "replace-oldest"
        case refuse
    }

    package enum Digest: String, Sendable {
        case sha256 = "sha-256"
        case md5
    }

    package var listen: [SIPListenAddress]
    package var durability: Durability
    package var minimumExpires: Int
    package var defaultExpires: Int
    package var maximumExpires: Int
    package var maximumContacts: Int
    package var contactOverflow: ContactOverflow
    package var digest: Digest
    package var nonceLifetime: Int
    /// PEM files; none for a certificate that Demarc makes.
    package var certificates: [TLSSettings.Files]
    /// A PEM file.
    package var clientAuthorities: String?
    /// Empty for the system's.
    package var nameservers: [Nameserver] = []
    /// A PEM file.
    package var authorities: String?
    package var mediaRelays: [MediaRelayAddress] = []
    package var registrations: RegistrationPaceSettings
    /// From one OPTIONS to the next to each destination of calls; 0 asks nobody.
    package var trunkProbe: Int
    /// What is asked of the ends of calls; 0 asks nobody.
    package var sessionTimer: Int
    /// Between two datagrams to a phone behind a NAT; 0 sends none.
    package var natKeepAlive: Int
    package var banAfter: Int
    package var banWindow: Int
    package var banDuration: Int
}

/// How fast we register elsewhere: REGISTERs a second, and how many at once; a rate of 0 is no limit.
package struct RegistrationPaceSettings: Equatable, Sendable {
    package var rate: Int
    package var burst: Int
    package var registrarRate: Int
    package var registrarBurst: Int
}

/// How standard error is written.
package enum LogFormat: String, Sendable {
    case text, json
}
