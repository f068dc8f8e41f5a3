import Testing

@testable import Provisioning

@Suite struct EgressPolicyTests {
    /// The special-purpose registries of IANA (RFC 6890), read 2026-11.
    @Test(
        arguments: [
            ("127.0.0.1", .loopback), ("127.255.255.254", .loopback), ("::1", .loopback),
            ("::ffff:127.0.0.1", .loopback),
            ("::ffff:7f00:1", .loopback), ("64:ff9b::127.0.0.1", .loopback), ("64:ff9b::a9fe:a9fe", .metadata),
            ("169.254.169.254", .metadata), ("::ffff:169.254.169.254", .metadata), ("169.254.170.2", .metadata),
            ("100.100.100.200", .metadata), ("168.63.129.16", .metadata), ("fd00:ec2::254", .metadata),
            ("fd20:ce::254", .metadata), ("192.0.0.192", .metadata), ("169.254.1.1", .linkLocal),
            ("fe80::1", .linkLocal),
            ("febf::1", .linkLocal), ("0.0.0.0", .unspecified), ("::", .unspecified), ("::ffff:0.0.0.0", .unspecified),
            ("0.1.2.3", .reserved), ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("ff02::1", .multicast),
            ("240.0.0.1", .reserved), ("255.255.255.255", .reserved), ("::7f00:1", .reserved),
            ("2002:7f00:1::", .reserved),
            ("2001::1", .reserved), ("fec0::1", .reserved), ("64:ff9b:1::1", .reserved), ("192.0.0.8", .reserved),
            ("192.0.2.1", nil), ("10.0.0.1", nil), ("172.16.0.1", nil), ("192.168.1.1", nil), ("100.64.0.1", nil),
            ("8.8.8.8", nil), ("126.255.255.255", nil), ("128.0.0.1", nil), ("223.255.255.255", nil),
            ("169.253.1.1", nil),
            ("2001:db8::1", nil), ("2606:4700::1", nil), ("fd00::1", nil), ("64:ff9b::8.8.8.8", nil),
            ("fec0:1::", .reserved),
        ] as [(String, EgressPolicy.Refusal?)])
    func table(text: String, expected: EgressPolicy.Refusal?) throws {
        #expect(EgressPolicy().refusal(of: try #require(IPAddress(text)), port: 5060) == expected)
    }

    @Test func everyRowIsRead() throws {
        for row in EgressPolicy.table {
            let network = try IPNetwork(parsing: row.text)
            #expect(EgressPolicy().refusal(of: network.address, port: 1) != nil, "\(row.text)")
        }
        #expect(Set(EgressPolicy.table.map(\.refusal)).union([.ownListener]) == Set(EgressPolicy.Refusal.allCases))
    }

    private static func network(_ text: String) throws -> EgressPolicy.Allowance {
        .network(try IPNetwork(parsing: text))
    }

    @Test func theOperatorAllows() throws {
        let policy = EgressPolicy(allowed: [
            try Self.network("127.0.0.0/8"), .endpoint(try #require(IPAddress("169.254.169.254")), port: 5060),
        ])
        let loopback = try #require(IPAddress("127.0.0.1"))
        let metadata = try #require(IPAddress("169.254.169.254"))
        #expect(policy.refusal(of: loopback, port: 5060) == nil)
        #expect(policy.refusal(of: metadata, port: 5060) == nil)
        #expect(policy.refusal(of: metadata, port: 80) == .metadata)
        #expect(policy.refusal(of: try #require(IPAddress("::1")), port: 5060) == .loopback)
    }

    /// Address and port of the call, and whether it would reach us: we listen on *:5060, 10.0.0.5:5070 and 127.0.0.1:8081,
    /// and are 10.0.0.5 and fd00::5.
    @Test(
        arguments: [
            ("10.0.0.5", 5060, true), ("fd00::5", 5060, true), ("127.0.0.1", 5060, true), ("127.9.9.9", 5060, true),
            ("0.0.0.0", 5060, true), ("::1", 5060, true), ("10.0.0.6", 5060, false), ("10.0.0.5", 5070, true),
            ("127.0.0.1", 5070, false), ("127.0.0.1", 8081, true), ("127.0.0.2", 8081, false), ("10.0.0.5", 80, false),
            ("203.0.113.9", 5060, true), ("203.0.113.9", 5061, false), ("127.0.0.1", 5099, false),
        ] as [(String, UInt16, Bool)])
    func ourOwnListeners(text: String, port: UInt16, reachesUs: Bool) throws {
        let address: (String) throws -> IPAddress = { try #require(IPAddress($0)) }
        let listeners = [
            EgressPolicy.Listener(address: nil, port: 5060), .init(address: try address("10.0.0.5"), port: 5070),
            .init(address: try address("127.0.0.1"), port: 8081),
            .init(address: try address("203.0.113.9"), port: 5060),
        ]
        let machine = [try address("10.0.0.5"), try address("fd00::5")]
        let everything = [try Self.network("0.0.0.0/0"), try Self.network("::/0")]
        let policy = EgressPolicy(allowed: everything, listeners: listeners, machine: machine)
        #expect(policy.refusal(of: try address(text), port: port) == (reachesUs ? .ownListener : nil))
        let named = EgressPolicy(
            allowed: everything + [.endpoint(try address(text), port: port)], listeners: listeners, machine: machine)
        #expect(named.refusal(of: try address(text), port: port) == nil)
    }
}
