import Provisioning
import Store
import TestSupport
import Testing

/// The trigger against a model that compares every pair.
@Suite struct TerminationHostTests {
    private struct Held {
        let trunk: Trunk
        var hosts: [TerminationHost] { trunk.details.terminationHosts }

        func clashes(with host: TerminationHost) -> Bool {
            hosts.contains {
                $0.network.overlaps(host.network) && ($0.port == host.port || $0.port == 0 || host.port == 0)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func modelAgrees(seed: UInt64) async throws {
        let home = try TemporaryStore()
        let tenants = [try await home.tenant("a"), try await home.tenant("b")]
        let sites = [try await home.site(of: tenants[0]), try await home.site(of: tenants[1])]
        try await home.store.write { (store) throws(ProvisioningError) in
            var random = SeededRandom(seed: seed)
            var held: [Held] = []
            var refusals = 0
            for number in 0..<600 {
                let hosts = (0..<Int.random(in: 1...2, using: &random)).map { _ in Self.host(using: &random) }
                guard hosts.count == 1 || hosts[0] != hosts[1] else { continue }
                let site = sites[Int.random(in: 0...1, using: &random)]
                let expected = hosts.filter { host in held.contains { $0.clashes(with: host) } }
                let details = TrunkDetails(name: "t\(number)", terminationHosts: hosts)
                do throws(ProvisioningError) {
                    let trunk = try store.insertTrunk(details, site: site.id, account: site.account)
                    #expect(expected.isEmpty, "\(hosts)")
                    held.append(Held(trunk: trunk))
                } catch {
                    refusals += 1
                    #expect(error.faults.map(\.values) == expected.map(Self.values), "\(hosts)")
                }
                if held.count > 60 {
                    try store.delete(held.remove(at: Int.random(in: held.indices, using: &random)).trunk)
                }
            }
            #expect(refusals > 50 && refusals < 550, "\(refusals): both outcomes must be common")
        }
    }

    private static func values(_ host: TerminationHost) -> [String] {
        host.port == 0 ? ["\(host.network)"] : ["\(host.network)", "\(host.port)"]
    }

    /// Hosts of a small space, so that they meet: IPv4 masks 20 to 32 across a /16 border, IPv6 masks 48 to 128.
    private static func host(using random: inout SeededRandom) -> TerminationHost {
        let port: UInt16 = [0, 5060, 5061].randomElement(using: &random) ?? 0
        let isV4 = Bool.random(using: &random)
        let address =
            isV4
            ? IPAddress(v4: 0x0a00_8000 + UInt32.random(in: 0...0xffff, using: &random))
            : IPAddress(
                high: 0x2001_0db8_0000_0000 | UInt64.random(in: 0...0x7_ffff, using: &random),
                low: UInt64.random(in: 0...15, using: &random))
        let masks = isV4 ? Array(20...32) : [48, 56, 63, 64, 65, 127, 128]
        let mask = masks.randomElement(using: &random) ?? 32
        do throws(IPNetworkFault) {
            return TerminationHost(network: try IPNetwork(parsing: "\(address)/\(mask)"), port: port)
        } catch .hostBits(let network) {
            return TerminationHost(network: network, port: port)
        } catch {
            return TerminationHost(network: IPNetwork(address), port: port)
        }
    }

    @Test func updateKeepsItsOwn() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: [.termination])
        let site = try await home.site(of: tenant)
        let hosts = [try TerminationHost("10.0.0.0/24"), try TerminationHost("10.0.1.1")]
        try await home.store.write { (store) throws(ProvisioningError) in
            var first = try store.insertTrunk(
                TrunkDetails(name: "1", terminationHosts: hosts), site: site.id, account: site.account)
            let second = try store.insertTrunk(
                TrunkDetails(name: "2", terminationHosts: []), site: site.id, account: site.account)
            first.details.terminationHosts.removeLast()
            try store.update(first)
            var greedy = second
            greedy.details.terminationHosts = hosts
            let wanted = greedy
            let found = storeFaults { () throws(ProvisioningError) in try store.update(wanted) }
            #expect(found == [Fault(.terminationHostTaken, field: "terminationHosts", values: ["10.0.0.0/24"])])
            let kept = try store.trunks(in: site.id, of: site.account)
            #expect(kept == [first, second], "a refused update has changed nothing")
        }
    }
}

/// The faults that `body` throws; empty when it throws none.
func storeFaults<Result>(_ body: () throws(ProvisioningError) -> Result) -> [Fault] {
    do throws(ProvisioningError) {
        _ = try body()
        return []
    } catch {
        return error.faults
    }
}
