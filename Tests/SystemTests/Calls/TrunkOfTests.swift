/// A server with one SIP peer, which has a number.
struct TrunkOfTests {
    static let number = "+12025550123"

    let server: ServerProcess
    let tenant: Tenant
    /// The SIP peer's id.
    let peer: String

    /// Calls from `callerPort` are the peer's own, and its number's calls go to `hosts` in turn; others of this machine may
    /// be called as `egress` says. The server listens at `otherPort`, too.
    static func start(
        from callerPort: UInt16, hosts: [UInt16], egress: String = "127.0.0.0/8", arguments: [String] = [],
        otherPort: UInt16? = nil
    ) async throws -> TrunkOfTests {
        var installation = try Installation(["--egress-allow", egress] + arguments)
        installation.otherSIPPort = otherPort
        let server = try await installation.start()
        let tenant = try await Tenant(of: server)
        let peer = try await tenant.trunk(port: callerPort, to: hosts)
        _ = try await tenant.number(number, to: #""trunk":\#(peer)"#)
        return TrunkOfTests(server: server, tenant: tenant, peer: peer.description)
    }
}
