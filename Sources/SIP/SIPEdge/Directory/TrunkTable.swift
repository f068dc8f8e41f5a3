import Provisioning
import SIPEngine

/// A trunk as its source names it.
struct TrunkSource: Equatable, Sendable {
    let trunk: Int64
    let account: Int64
    /// The class of the host that the source is; `nil` is the account's ceiling.
    let traffic: TrafficClass?
}

/// Every source that calls are taken from without a password, found by address and port.
///
/// A host with the source's port comes before one with any port, and then the longest prefix. One look-up in a hash table for
/// each length of prefix that is in use, however many hosts there are, and nothing is allocated.
struct TrunkTable {
    private var networks: [Network: Hosts] = [:]
    private var owned: [Int64: Owned] = [:]
    private var trunksOfAccount: [Int64: Set<Int64>] = [:]
    /// The transports that a trunk's sources are taken over, as bits; any where it has none.
    private var transports: [Int64: UInt8] = [:]
    /// How many networks have each length, over 128 bits; those of IPv4 and of IPv6 apart.
    private var counts = (v4: Lengths(), v6: Lengths())

    fileprivate struct Network: Hashable {
        let high: UInt64
        let low: UInt64
        let mask: UInt8
        let isIPv4: Bool
    }

    /// The hosts of one network: mostly one, and as many as it has ports.
    fileprivate struct Hosts {
        var first: Host
        var others: [Host] = []
    }

    fileprivate struct Host {
        let port: UInt16
        let source: TrunkSource
    }

    /// What a trunk has.
    private struct Owned {
        let account: Int64
        var networks: [Network] = []
    }

    /// Lengths that are in use, the longest first.
    private struct Lengths {
        private var counts: [UInt8: Int] = [:]
        private(set) var inUse: [UInt8] = []

        mutating func add(_ length: UInt8, _ number: Int) {
            let (old, new) = (counts[length] ?? 0, (counts[length] ?? 0) + number)
            counts[length] = new > 0 ? new : nil
            if (old > 0) != (new > 0) { inUse = counts.keys.sorted(by: >) }
        }
    }

    var count: Int { networks.values.reduce(0) { $0 + 1 + $1.others.count } }

    /// The trunk of a source; `nil` where it has none, or one that is not taken over this transport.
    func find(_ source: SourceAddress) -> TrunkSource? {
        let isIPv4 = source.isIPv4
        var found: TrunkSource?
        for mask in isIPv4 ? counts.v4.inUse : counts.v6.inUse {
            let first = IPNetwork.first(of: IPAddress(high: source.high, low: source.low), mask: Int(mask))
            guard let hosts = networks[Network(high: first.high, low: first.low, mask: mask, isIPv4: isIPv4)] else {
                continue
            }
            if let exact = hosts.find(port: source.port) {
                found = exact
                break
            }
            if found == nil { found = hosts.find(port: 0) }
        }
        guard let found, let allowed = transports[found.trunk] else { return found }
        return allowed & source.transport.bit == 0 ? nil : found
    }

    /// Puts these hosts in the place of all that a trunk had.
    mutating func set(_ trunk: Int64, account: Int64, _ hosts: [TerminationHost]) {
        removeHosts(of: trunk)
        for host in hosts { add(host, of: trunk, account: account) }
    }

    mutating func add(_ host: TerminationHost, of trunk: Int64, account: Int64) {
        let range = host.network
        let network = Network(
            high: range.address.high, low: range.address.low, mask: UInt8(range.mask), isIPv4: range.isIPv4)
        let entry = Host(port: host.port, source: TrunkSource(trunk: trunk, account: account, traffic: host.traffic))
        if networks[network]?.others.append(entry) == nil {
            networks[network] = Hosts(first: entry)
            count(network, 1)
        }
        owned[trunk, default: Owned(account: account)].networks.append(network)
        trunksOfAccount[account, default: []].insert(trunk)
    }

    mutating func remove(_ trunk: Int64) {
        removeHosts(of: trunk)
        transports[trunk] = nil
    }

    mutating func removeAll(of account: Int64) {
        for trunk in trunksOfAccount[account] ?? [] { remove(trunk) }
    }

    /// Takes a trunk's sources over these transports only; over any where there are none.
    mutating func restrict(_ trunk: Int64, to allowed: [Transport]) {
        transports[trunk] = allowed.isEmpty ? nil : allowed.reduce(0) { $0 | $1.bit }
    }

    private mutating func removeHosts(of trunk: Int64) {
        guard let owned = owned.removeValue(forKey: trunk) else { return }
        trunksOfAccount[owned.account]?.remove(trunk)
        if trunksOfAccount[owned.account]?.isEmpty == true { trunksOfAccount[owned.account] = nil }
        for network in owned.networks {
            guard var hosts = networks[network] else { continue }
            let left = ([hosts.first] + hosts.others).filter { $0.source.trunk != trunk }
            guard let first = left.first else {
                networks[network] = nil
                count(network, -1)
                continue
            }
            hosts.first = first
            hosts.others = Array(left.dropFirst())
            networks[network] = hosts
        }
    }

    private mutating func count(_ network: Network, _ number: Int) {
        if network.isIPv4 { counts.v4.add(network.mask, number) } else { counts.v6.add(network.mask, number) }
    }
}

extension TrunkTable.Hosts {
    fileprivate func find(port: UInt16) -> TrunkSource? {
        if first.port == port { return first.source }
        return others.first { $0.port == port }?.source
    }
}

extension Transport {
    fileprivate var bit: UInt8 { 1 << rawValue }
}
