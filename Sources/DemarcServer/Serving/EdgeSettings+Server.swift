import Foundation
import Provisioning
import SIPEdge
import SIPEngine
import SIPTransport

extension EdgeSettings {
    /// The SIP side's part of the server's settings.
    init(_ settings: ServerSettings, uniformityKey: [UInt8]) {
        let sip = settings.sip
        self.init(
            listeners: sip.listen.flatMap(\.listeners), dataDirectory: settings.dataDirectory,
            durability: sip.durability == .journal ? .journal : .memory,
            registrar: RegistrarPolicy(
                minimumExpires: UInt32(sip.minimumExpires), maximumExpires: UInt32(sip.maximumExpires),
                defaultExpires: UInt32(sip.defaultExpires), maximumContacts: sip.maximumContacts,
                overflow: sip.contactOverflow == .refuse ? .refuse : .replaceOldest),
            bans: BanPolicy(
                failures: sip.banAfter, window: UInt32(sip.banWindow), duration: UInt32(sip.banDuration)),
            nonceLifetime: UInt32(sip.nonceLifetime),
            threads: max(1, min(4, ProcessInfo.processInfo.activeProcessorCount)), uniformityKey: uniformityKey)
        nameservers = sip.nameservers.map {
            SourceAddress(high: $0.address.high, low: $0.address.low, port: $0.port, transport: .udp)
        }
        trustedAuthorities = sip.authorities
        egress = EgressPolicy(settings)
    }
}

extension SIPListenAddress {
    /// One listener, or an IPv4 and an IPv6 one for every address of the machine.
    fileprivate var listeners: [ListenerAddress] {
        let hosts = address.isWildcard ? ["0.0.0.0", "::"] : [address.host]
        return hosts.map { host in
            ListenerAddress(
                transport: transport == .udp ? .udp : .tcp, host: host, port: UInt16(address.port),
                advertisedHost: advertisedHost, advertisedPort: advertisedPort.map { UInt16($0) },
                isOptional: address.isWildcard && host == "::")
        }
    }
}
