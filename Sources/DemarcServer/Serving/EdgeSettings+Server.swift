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
        mediaRelays = sip.mediaRelays.map {
            SourceAddress(high: $0.address.high, low: $0.address.low, port: $0.port, transport: .udp)
        }
        trustedAuthorities = sip.authorities
        egress = EgressPolicy(settings)
        let pace = sip.registrations
        registrations.limits = Pacer.Limits(
            registrarRate: Double(pace.registrarRate), registrarBurst: Double(pace.registrarBurst),
            overallRate: Double(pace.rate), overallBurst: Double(pace.burst))
        digest = sip.digest == .md5 ? .md5 : .sha256
        natKeepAlive = Int64(sip.natKeepAlive)
        calls.sessionTimer = UInt32(sip.sessionTimer)
        probes.interval = Int64(sip.trunkProbe) * 1000
        probes.patience = min(probes.patience, max(1000, probes.interval))
    }
}

extension SIPSettings {
    /// As whom TLS listeners speak; `nil` where there are none.
    func tls(in directory: String) throws(StartFailure) -> ServerTLS? {
        let secure = listen.filter(\.transport.isSecure)
        guard !secure.isEmpty else { return nil }
        do {
            // One of our own is made once: it has nothing to renew.
            let own =
                certificates.isEmpty
                ? try TLSSettings(listen: secure.map(\.address), names: secure.compactMap(\.advertisedHost))
                    .configuration(in: directory) : nil
            return try ServerTLS { [certificates, clientAuthorities] in
                try (own.map { [$0] } ?? certificates.map { try $0.configuration(.sipCertificate, .sipCertificateKey) })
                    .map { try $0.trusting(clientsOf: clientAuthorities) }
            }
        } catch let failure as StartFailure {
            throw failure
        } catch let fault as SettingFault {
            throw StartFailure(fault.description)
        } catch {
            throw StartFailure("the certificate of SIP cannot be used: \(error)")
        }
    }
}

extension SIPListenAddress {
    /// One listener, or an IPv4 and an IPv6 one for every address of the machine.
    fileprivate var listeners: [ListenerAddress] {
        let hosts = address.isWildcard ? ["0.0.0.0", "::"] : [address.host]
        return hosts.map { host in
            ListenerAddress(
                transport: transport, host: host, port: UInt16(address.port),
                advertisedHost: advertisedHost, advertisedPort: advertisedPort.map { UInt16($0) },
                isOptional: address.isWildcard && host == "::")
        }
    }
}
