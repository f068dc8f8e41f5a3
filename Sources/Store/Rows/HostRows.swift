import Foundation
import GRDB
import Provisioning

extension SQLReader {
    /// Fills in the trunk's four lists of hosts.
    func readHosts(of trunk: inout Trunk) throws(ProvisioningError) {
        try readCalledHosts(of: &trunk)
        trunk.details.terminationHosts = try gateways(of: trunk.id, account: trunk.account).map(\.host)
    }

    /// Fills in the lists of hosts that are called.
    func readCalledHosts(of trunk: inout Trunk) throws(ProvisioningError) {
        var details = trunk.details
        try forEachRow(
            "SELECT list, list_group, host, port FROM trunk_host WHERE trunk = ? ORDER BY list, list_group, position",
            [trunk.id.rawValue]
        ) { (row) throws(ProvisioningError) in
            let host = HostAndPort(host: HostName(stored: row[2]), port: row[3])
            switch try row.value(0, as: HostList.self) {
            case .voice: details.voiceHosts.append(host)
            case .messaging: details.messagingHosts.append(host.host)
            case .group:
                let group: Int = row[1]
                while details.voiceHostGroups.count <= group { details.voiceHostGroups.append([]) }
                details.voiceHostGroups[group].append(host)
            }
        }
        trunk.details = details
    }

    func gateways(of trunk: TrunkID, account: AccountID) throws(ProvisioningError) -> [TerminationGateway] {
        try rows(
            """
            SELECT host.first, host.mask, host.port, host.traffic, host.data_allowed, host.id
            FROM trunk JOIN termination_host AS host ON host.trunk = trunk.id
            WHERE trunk.id = ? AND trunk.account = ? ORDER BY host.position, host.id
            """, [trunk.rawValue, account.rawValue]
        ) { (row) throws(ProvisioningError) in
            TerminationGateway(id: Identifier(rawValue: row[5]), host: try TerminationHost(row))
        }
    }
}

extension SQLReader {
    func forEachTerminationHost(_ body: (TrunkID, AccountID, TerminationHost) -> Void) throws(ProvisioningError) {
        try forEachRow(
            """
            SELECT host.first, host.mask, host.port, host.traffic, host.data_allowed, trunk.id, trunk.account
            FROM termination_host AS host JOIN trunk ON trunk.id = host.trunk
            """, []
        ) { (row) throws(ProvisioningError) in
            body(TrunkID(rawValue: row[5]), AccountID(rawValue: row[6]), try TerminationHost(row))
        }
    }
}

extension SQLiteTransaction {
    /// Writes the trunk's hosts; throws every `terminationHostTaken` and `terminationHostAndPortTaken`.
    ///
    /// - Parameter old: the termination hosts that it had, whose ids stay with their network and port.
    func writeHosts(of trunk: Trunk, over old: [TerminationGateway] = []) throws(ProvisioningError) {
        let details = trunk.details
        try write(details.voiceHosts, to: .voice, of: trunk.id)
        try write(details.messagingHosts.map { HostAndPort(host: $0) }, to: .messaging, of: trunk.id)
        for (index, group) in details.voiceHostGroups.enumerated() {
            try write(group, to: .group, number: index, of: trunk.id)
        }
        var faults: [Fault] = []
        for (position, host) in details.terminationHosts.enumerated() {
            let id = old.first { $0.host.network == host.network && $0.host.port == host.port }?.id
            do throws(ProvisioningError) {
                try write(host, at: position, id: id, of: trunk.id)
            } catch {
                guard failure == nil else { throw error }
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw ProvisioningError(faults) }
    }

    private func write(_ hosts: [HostAndPort], to list: HostList, number: Int = 0, of trunk: TrunkID)
        throws(ProvisioningError)
    {
        for (position, host) in hosts.enumerated() {
            try run(
                "INSERT INTO trunk_host (trunk, list, list_group, position, host, port) VALUES (?, ?, ?, ?, ?, ?)",
                [trunk.rawValue, list.rawValue, number, position, host.host.text, host.port])
        }
    }

    private func write(
        _ host: TerminationHost, at position: Int, id: Identifier<TerminationGateway>?, of trunk: TrunkID
    ) throws(ProvisioningError) {
        let network = host.network
        let fault =
            host.port == 0
            ? ProvisioningError(.terminationHostTaken, field: "terminationHosts", "\(network)")
            : ProvisioningError(.terminationHostAndPortTaken, field: "terminationHosts", "\(network)", "\(host.port)")
        try run(
            """
            INSERT INTO termination_host (trunk, first, last, mask, port, traffic, data_allowed, position, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                trunk.rawValue, network.address.bytes, network.last.bytes, network.prefixLength, host.port,
                host.traffic?.rawValue, host.dataAllowed, position, id?.rawValue,
            ], else: [.terminationHostTaken: fault])
    }
}

/// Which of a trunk's lists a host stands in.
private enum HostList: String {
    case voice, group, messaging
}

extension TerminationHost {
    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let first: Data = row[0]
        let traffic: String? = row[3]
        self.init(
            network: IPNetwork(address: IPAddress(bytes: first), prefixLength: row[1]), port: row[2],
            traffic: traffic.flatMap(TrafficClass.init(rawValue:)), dataAllowed: row[4])
    }
}

extension IPAddress {
    /// The address from 16 bytes in network order.
    fileprivate init(bytes: Data) {
        func half(_ bytes: Data) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: half(bytes.prefix(8)), low: half(bytes.suffix(8)))
    }

    /// 16 bytes in network order, whose order is the order of addresses.
    fileprivate var bytes: Data {
        Data([high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } })
    }
}
