package import Provisioning
package import SIPEngine
package import SIPTransport

/// What an operator decides about the SIP side.
package struct EdgeSettings: Sendable {
    package var listeners: [ListenerAddress]
    /// Where the journal of bindings lives.
    package var dataDirectory: String
    package var durability: Durability
    package var registrar: RegistrarPolicy
    package var bans: BanPolicy
    /// Seconds that a nonce may be used.
    package var nonceLifetime: UInt32
    /// Threads that read each UDP socket.
    package var threads: Int
    package var streams: StreamLimits
    /// Decides how unknown users are challenged; the same after a restart, so that a restart tells nobody who exists.
    package var uniformityKey: [UInt8]
    /// The best that phones are challenged with.
    package var digest: DigestAlgorithm = .sha256
    /// As whom TLS listeners speak; they need it.
    package var tls: ServerTLS?
    /// Who is asked for names; empty for the system's.
    package var nameservers: [SourceAddress] = []
    /// A PEM file with authorities that are trusted beside the system's.
    package var trustedAuthorities: String?
    /// Where media relays listen for commands; none where media goes between the ends only.
    package var mediaRelays: [SourceAddress] = []
    /// What may be called for a tenant.
    package var egress = EgressPolicy()

    /// Opens the passwords that other servers ask us for; without it there are none.
    package var seal: Seal?
    /// Makes the contacts' users of our registrations elsewhere; the same after a restart.
    package var contactKey: [UInt8]
    package var registrations = RegistrationOptions()
    /// Seconds between two datagrams that keep the way to a phone behind a NAT open; 0 sends none.
    package var natKeepAlive: Int64 = 25
    /// How destinations of calls are probed.
    package var probes = ProbePolicy()
    /// How calls behave.
    package var calls = CallPolicy()

    /// How our registrations at other servers behave.
    package struct RegistrationOptions: Sendable {
        package var policy = RegistrationPolicy()
        package var limits = Pacer.Limits(
            registrarRate: 100, registrarBurst: 100, overallRate: 1000, overallBurst: 1000)

        package init() {}
    }

    /// When a REGISTER is answered.
    package enum Durability: String, Sendable, CaseIterable {
        /// At once; a restart forgets the bindings.
        case memory
        /// Once the binding is on disk.
        case journal
    }

    package init(
        listeners: [ListenerAddress], dataDirectory: String, durability: Durability = .journal,
        registrar: RegistrarPolicy = RegistrarPolicy(), bans: BanPolicy = BanPolicy(), nonceLifetime: UInt32 = 300,
        threads: Int = 2, streams: StreamLimits = StreamLimits(), uniformityKey: [UInt8]
    ) {
        self.listeners = listeners
        self.dataDirectory = dataDirectory
        self.durability = durability
        self.registrar = registrar
        self.bans = bans
        self.nonceLifetime = nonceLifetime
        self.threads = threads
        self.streams = streams
        self.uniformityKey = uniformityKey
        contactKey = uniformityKey
    }
}
