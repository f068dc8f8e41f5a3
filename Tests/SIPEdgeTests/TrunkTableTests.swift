import Provisioning
import SIPEngine
import TestSupport
import Testing

@testable import SIPEdge

/// Sources and the trunks that they are.
@Suite struct TrunkTableTests {
    private static func source(_ address: String, _ port: UInt16 = 5060, _ transport: Transport = .udp) throws
        -> SourceAddress
    {
        let address = try #require(IPAddress(address))
        return SourceAddress(high: address.high, low: address.low, port: port, transport: transport)
    }

    private static func table(_ hosts: [(trunk: Int64, TerminationHost)]) -> TrunkTable {
        var table = TrunkTable()
        for (trunk, host) in hosts { table.add(host, of: trunk, account: 1) }
        return table
    }

    @Test func aPortComesBeforeAnyPortAndThenTheLongestPrefix() throws {
        let table = try Self.table([
            (1, TerminationHost("10.0.0.0/24", traffic: .lite)), (1, TerminationHost("10.0.0.7", traffic: .all)),
            (1, TerminationHost("10.0.0.0/25", port: 5070, traffic: .domestic)),
            (2, TerminationHost("2001:db8::/48")), (3, TerminationHost("2001:db8:1::5", port: 5061)),
        ])
        func found(_ address: String, _ port: UInt16 = 5060) throws -> (Int64, TrafficClass?)? {
            try table.find(Self.source(address, port)).map { ($0.trunk, $0.traffic) }
        }
        #expect(try found("10.0.0.9")?.1 == .lite)
        #expect(try found("10.0.0.7")?.1 == .all)
        #expect(try found("10.0.0.7", 5070)?.1 == .domestic)
        #expect(try found("10.0.0.200", 5070)?.1 == .lite)
        #expect(try found("10.0.1.1") == nil)
        #expect(try found("2001:db8::1")?.0 == 2)
        #expect(try found("2001:db8:1::5", 5061)?.0 == 3)
        #expect(try found("2001:db8:1::5") == nil)
        // An IPv6 network takes no IPv4 source, and the reverse.
        #expect(try found("::a00:7") == nil)
        #expect(table.count == 5)
    }

    @Test func aTrunkMayBeTakenOverSomeTransportsOnly() throws {
        var table = try Self.table([(1, TerminationHost("10.0.0.7")), (2, TerminationHost("10.0.0.8"))])
        table.restrict(1, to: [.tls, .tcp])
        #expect(try table.find(Self.source("10.0.0.7")) == nil)
        #expect(try table.find(Self.source("10.0.0.7", 5060, .tls))?.trunk == 1)
        #expect(try table.find(Self.source("10.0.0.8"))?.trunk == 2)
        table.restrict(1, to: [])
        #expect(try table.find(Self.source("10.0.0.7"))?.trunk == 1)
        table.restrict(2, to: [.tcp])
        table.remove(2)
        table.add(try TerminationHost("10.0.0.8"), of: 2, account: 1)
        #expect(try table.find(Self.source("10.0.0.8"))?.trunk == 2)
    }

    /// What the table must find, by looking at every host.
    private static func naive(_ hosts: [(trunk: Int64, host: TerminationHost)], _ source: SourceAddress) -> TrunkSource? {
        let address = IPAddress(high: source.high, low: source.low)
        let around = hosts.filter { $0.host.network.contains(address) && [0, source.port].contains($0.host.port) }
        let best = around.max {
            ($0.host.port != 0 ? 1 : 0, $0.host.network.prefixLength) < ($1.host.port != 0 ? 1 : 0, $1.host.network.prefixLength)
        }
        return best.map { TrunkSource(trunk: $0.trunk, account: $0.trunk % 3, traffic: $0.host.traffic) }
    }

    /// Trunks come, change and go at random; every source is found as by looking at all of them.
    @Test(arguments: 1...6 as ClosedRange<UInt64>) func findsWhatIsThere(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var table = TrunkTable()
        var known: [Int64: [TerminationHost]] = [:]
        func address() -> IPAddress {
            let low = UInt64.random(in: 0..<64, using: &random)
            return Bool.random(using: &random)
                ? IPAddress(v4: 0x0A00_0000 | UInt32(low)) : IPAddress(high: 0x2001_0db8_0000_0000, low: low << 58)
        }
        func host(_ trunk: Int64) -> TerminationHost {
            let address = address()
            let length = address.isIPv4 ? Int.random(in: 24...32, using: &random) : Int.random(in: 60...70, using: &random)
            let mask = address.isIPv4 ? length + 96 : length
            let network = IPNetwork(address: IPNetwork.first(of: address, mask: mask), prefixLength: length)
            // Of one network and port there is one host at a time, as the store sees to.
            return TerminationHost(network: network, port: [0, 5060, 5070].randomElement(using: &random) ?? 0)
        }
        for _ in 0..<3000 {
            let trunk = Int64.random(in: 0..<20, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                known[trunk] = nil
                table.remove(trunk)
            } else {
                let others = known.filter { $0.key != trunk }.values.flatMap(\.self)
                var hosts: [TerminationHost] = []
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let new = host(trunk)
                    let isTaken = (others + hosts).contains { $0.network == new.network && $0.port == new.port }
                    if !isTaken { hosts.append(new) }
                }
                known[trunk] = hosts
                table.set(trunk, account: trunk % 3, hosts)
            }
            let all = known.flatMap { entry in entry.value.map { (trunk: entry.key, host: $0) } }
            #expect(table.count == all.count)
            for _ in 0..<5 {
                let place = address()
                let source = SourceAddress(
                    high: place.high, low: place.low, port: Bool.random(using: &random) ? 5060 : 5070, transport: .udp)
                #expect(table.find(source) == Self.naive(all, source))
            }
        }
        table.removeAll(of: 0)
        table.removeAll(of: 1)
        table.removeAll(of: 2)
        #expect(table.count == 0)
    }

    @Test func manyHostsAreFoundAsFastAsFew() throws {
        func time(_ count: Int) throws -> Duration {
            var table = TrunkTable()
            for index in 0..<count {
                let length = 24 + index % 9
                let network = IPNetwork.first(of: IPAddress(v4: UInt32(index) << 8), mask: length + 96)
                let host = TerminationHost(network: IPNetwork(address: network, prefixLength: length))
                table.add(host, of: Int64(index), account: 1)
            }
            var found = 0
            let time = ContinuousClock().measure {
                for index in 0..<20_000 {
                    let source = SourceAddress(
                        ipv4: UInt32(index % count) << 8, port: 5060, transport: .udp)
                    if table.find(source) != nil { found += 1 }
                }
            }
            #expect(found == 20_000)
            return time
        }
        let (few, many) = (try time(100), try time(100_000))
        // The same look-ups in a larger table: slower by misses of the processor's cache, not by a thousand times.
        #expect(many < few * 20)
    }

    @Test func theDirectoryFollowsChanges() throws {
        let directory = Directory()
        let account = AccountID(rawValue: 7)
        var tenant = Account(
            id: account, project: "", name: "acme", features: [], trafficCeiling: .all, country: "US")
        directory.set(tenant)
        var trunk = Trunk(
            id: TrunkID(rawValue: 3), account: account, site: SiteID(rawValue: 1), details: TrunkDetails(name: "a"))
        trunk.details.terminationHosts = [try TerminationHost("10.0.0.7", traffic: .lite)]
        directory.set(trunk)
        let source = try Self.source("10.0.0.7")
        #expect(directory.trunk(from: source) == TrunkSource(trunk: 3, account: 7, traffic: .lite))
        var grant = CallGrant(account: account, subject: .trunk(trunk.id))
        grant.transports = [.tls]
        directory.set(grant)
        #expect(directory.trunk(from: source) == nil)
        directory.remove(grant.subject)
        #expect(directory.trunk(from: source) != nil)
        tenant.status = .suspended
        directory.set(tenant)
        #expect(directory.trunk(from: source) == nil)
        tenant.status = .active
        directory.set(tenant)
        trunk.details.terminationHosts = []
        directory.set(trunk)
        #expect(directory.trunk(from: source) == nil)
        directory.add(try TerminationHost("10.0.0.8"), of: trunk.id, account: account)
        directory.removeAccount(7)
        #expect(try directory.trunk(from: Self.source("10.0.0.8")) == nil)
    }
}
