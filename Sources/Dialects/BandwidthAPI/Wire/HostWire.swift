import DialectKit
import Hummingbird
import Provisioning

/// Which hosts are asked for.
struct HostFilter {
    enum Kind: String {
        case messaging = "SMS"
        case termination = "TERMINATION"
        case origination = "ORIGINATION"
    }

    private let host: String?
    private let kind: Kind?

    /// From the query parameters `host` and `type`.
    init(_ path: RequestPath) throws(ProvisioningError) {
        host = path.parameter("host").map(Self.canonical)
        let name = path.parameter("type")
        kind = name.flatMap { Kind(rawValue: $0.uppercased()) }
        if let name, kind == nil { throw ProvisioningError(.hostKindUnknown, field: "type", name) }
    }

    /// What is left of the hosts of one kind.
    func keep(_ hosts: [HostAndPort], _ kind: Kind) -> [HostAndPort] {
        guard self.kind == nil || self.kind == kind else { return [] }
        return hosts.filter { host == nil || Self.canonical($0.host.text) == host }
    }

    private static func canonical(_ text: String) -> String {
        (try? IPNetwork(parsing: text).description) ?? text.lowercased()
    }
}

/// The hosts of an account by site and SIP peer.
enum HostWire {
    private struct PeerHosts {
        let peer: Trunk
        let messaging: [HostAndPort]
        let voice: [HostAndPort]
        let termination: [HostAndPort]

        init(_ peer: Trunk, _ filter: HostFilter) {
            let details = peer.details
            self.peer = peer
            messaging = filter.keep(details.messagingHosts.map { HostAndPort(host: $0) }, .messaging)
            voice = filter.keep(details.voiceHosts + details.voiceHostGroups.flatMap(\.self), .origination)
            termination = filter.keep(
                details.terminationHosts.map {
                    HostAndPort(host: HostName(stored: $0.network.description), port: $0.port)
                }, .termination)
        }

        var isEmpty: Bool { messaging.isEmpty && voice.isEmpty && termination.isEmpty }
    }

    static func list(_ peers: [Trunk], _ filter: HostFilter) -> Response {
        let bySite = Dictionary(
            grouping: peers.map { PeerHosts($0, filter) }.filter { !$0.isEmpty }, by: \.peer.site)
        var xml = XMLWriter()
        xml.element("SiteHostsResponse") { xml in
            xml.element("SiteHosts") { xml in
                for (site, peers) in bySite.sorted(by: { $0.key < $1.key }) {
                    xml.element("SiteHost") { xml in
                        xml.element("SiteId", site.description)
                        xml.element("SipPeerHosts") { xml in for hosts in peers { write(hosts, &xml) } }
                    }
                }
            }
        }
        return xml.response(.ok)
    }

    private static func write(_ hosts: PeerHosts, _ xml: inout XMLWriter) {
        xml.element("SipPeerHost") { xml in
            xml.element("SipPeerId", hosts.peer.id.description)
            write(hosts.messaging, in: "SmsHosts", &xml)
            write(hosts.voice, in: "VoiceHosts", &xml)
            write(hosts.termination, in: "TerminationHosts", &xml)
        }
    }

    private static func write(_ hosts: [HostAndPort], in list: String, _ xml: inout XMLWriter) {
        xml.element(list) { xml in
            for host in hosts {
                xml.element("Host") { xml in
                    xml.element("HostName", host.host.text)
                    xml.element("Port", optional: host.port?.description)
                }
            }
        }
    }
}
