/// Which addresses the server calls for a tenant: everything that sends to an address that a tenant can name asks here,
/// after the DNS and for each send (SIP, webhooks).
///
/// Private networks are allowed, since carriers live there; what only means this machine or its host is not.
package struct EgressPolicy: Sendable {
    /// Why an address may not be called.
    package enum Refusal: String, Sendable, CaseIterable {
        case unspecified, loopback, linkLocal, multicast, reserved
        /// Where a cloud tells a machine its secrets.
        case metadata
        case ownListener
    }

    /// What the operator allows in spite of it.
    package enum Allowance: Sendable, Hashable {
        /// Every port but those that we listen on.
        case network(IPNetwork)
        case endpoint(IPAddress, port: UInt16)
    }

    /// Where we listen; all of the machine's addresses where none is named.
    package struct Listener: Sendable, Hashable {
        package let address: IPAddress?
        package let port: UInt16

        package init(address: IPAddress?, port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    private let networks: [IPNetwork]
    private let endpoints: Set<Listener>
    private let listeners: Set<Listener>
    private let ports: Set<UInt16>
    private let machine: Set<IPAddress>

    /// - Parameters:
    ///   - allowed: what the operator set.
    ///   - listeners: all of them, the operator's and the vendors', too.
    ///   - machine: this machine's addresses, and those that it is known by outside.
    package init(allowed: [Allowance] = [], listeners: [Listener] = [], machine: [IPAddress] = []) {
        networks = allowed.compactMap { if case .network(let network) = $0 { network } else { nil } }
        endpoints = Set(
            allowed.compactMap { allowance in
                guard case .endpoint(let address, let port) = allowance else { return nil }
                return Listener(address: address, port: port)
            })
        self.listeners = Set(listeners)
        ports = Set(listeners.map(\.port))
        self.machine = Set(machine)
    }

    /// Why that address and port may not be called; nil where they may.
    package func refusal(of address: IPAddress, port: UInt16) -> Refusal? {
        let endpoint = Listener(address: address, port: port)
        if !endpoints.isEmpty, endpoints.contains(endpoint) { return nil }
        if ports.contains(port), reachesUs(endpoint) { return .ownListener }
        guard let refusal = Self.refusal(of: address) else { return nil }
        return networks.contains { $0.contains(address) } ? nil : refusal
    }

    private func reachesUs(_ endpoint: Listener) -> Bool {
        guard let address = endpoint.address else { return false }
        if listeners.contains(endpoint) { return true }
        // A listener for all addresses is reached by every one that ends here.
        guard listeners.contains(Listener(address: nil, port: endpoint.port)) else { return false }
        if machine.contains(address) { return true }
        let refusal = Self.refusal(of: address)
        return refusal == .loopback || refusal == .unspecified
    }

    private static func refusal(of address: IPAddress) -> Refusal? {
        if let embedded = embedded(in: address) { return refusal(of: embedded) }
        return refused.first { $0.network.contains(address) }?.refusal
    }

    /// The IPv4 address that a NAT64 makes of an IPv6 one (RFC 6052 section 2.1).
    private static func embedded(in address: IPAddress) -> IPAddress? {
        guard address.high == 0x0064_ff9b_0000_0000, address.low >> 32 == 0 else { return nil }
        return IPAddress(v4: UInt32(truncatingIfNeeded: address.low))
    }

    /// The first that holds an address says why.
    private static let refused: [(network: IPNetwork, refusal: Refusal)] = table.compactMap { text, refusal in
        (try? IPNetwork(parsing: text)).map { ($0, refusal) }
    }

    /// IANA's special-purpose registries (RFC 6890), and what clouds document of their metadata services, read 2026-11.
    static let table: [(text: String, refusal: Refusal)] = [
        ("169.254.169.254", .metadata), ("169.254.170.2", .metadata), ("100.100.100.200", .metadata),
        ("168.63.129.16", .metadata), ("192.0.0.192", .metadata), ("fd00:ec2::254", .metadata),
        ("fd20:ce::254", .metadata),
        ("0.0.0.0", .unspecified), ("::", .unspecified),
        ("127.0.0.0/8", .loopback), ("::1", .loopback),
        ("169.254.0.0/16", .linkLocal), ("fe80::/10", .linkLocal),
        ("224.0.0.0/4", .multicast), ("ff00::/8", .multicast),
        // "This network", protocol assignments, the future, and addresses that hide another one (IPv4-compatible, Teredo,
        // 6to4, a NAT64 of one's own).
        ("0.0.0.0/8", .reserved), ("192.0.0.0/24", .reserved), ("240.0.0.0/4", .reserved), ("::/96", .reserved),
        ("fec0::/10", .reserved), ("2001::/32", .reserved), ("2002::/16", .reserved), ("64:ff9b:1::/48", .reserved),
    ]
}
