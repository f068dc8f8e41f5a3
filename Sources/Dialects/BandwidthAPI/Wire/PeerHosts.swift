import DialectKit
import Provisioning

/// The host lists of a `SipPeer` element, both ways.
enum PeerHosts {
    static func voice(_ list: XMLTree?, _ faults: inout Faults) -> [HostAndPort] {
        hosts(list).compactMap { host($0, &faults) }
    }

    static func voiceGroups(_ list: XMLTree?, _ faults: inout Faults) -> [[HostAndPort]] {
        (list?.children("VoiceHostGroup") ?? []).map { voice($0, &faults) }.filter { !$0.isEmpty }
    }

    /// C#'s SDK sends a port of 0 for every host, which is none.
    static func messaging(_ list: XMLTree?, _ faults: inout Faults) -> [HostName] {
        hosts(list).compactMap { element in
            guard let host = host(element, &faults) else { return nil }
            if host.port != nil { faults.add(.messagingPortNotAllowed, "SmsHosts") }
            return host.host
        }
    }

    static func termination(_ list: XMLTree?, _ maskRule: Rule, _ faults: inout Faults) -> [TerminationHost] {
        (list?.children("TerminationHost") ?? []).compactMap { element in
            guard !element.isEmpty, let name = hostName(element, &faults) else { return nil }
            let port = port(element, &faults)
            let traffic = traffic(element, &faults)
            let dataAllowed = element.value("DataAllowed").flatMap { text in
                Boolean.read(text) { faults.add(.dataAllowedInvalid, "DataAllowed") }
            }
            guard let network = network(name, maskRule, &faults) else { return nil }
            return TerminationHost(network: network, port: port ?? 0, traffic: traffic, dataAllowed: dataAllowed)
        }
    }

    private static func hosts(_ list: XMLTree?) -> [XMLTree] { (list?.children("Host") ?? []).filter { !$0.isEmpty } }

    private static func host(_ element: XMLTree, _ faults: inout Faults) -> HostAndPort? {
        guard let name = hostName(element, &faults) else { return nil }
        let port = port(element, &faults)
        guard let host = HostName(name) else {
            faults.add(.hostInvalid, "HostName", name)
            return nil
        }
        return HostAndPort(host: host, port: port)
    }

    private static func hostName(_ element: XMLTree, _ faults: inout Faults) -> String? {
        let name = element.value("HostName")
        if name == nil { faults.add(.elementRequired, "HostName", "HostName") }
        return name
    }

    /// `nil` where there is none, or where it is 0.
    private static func port(_ element: XMLTree, _ faults: inout Faults) -> UInt16? {
        guard let text = element.value("Port") else { return nil }
        guard let port = UInt16(text) else {
            faults.add(.portInvalid, "Port", text)
            return nil
        }
        return port == 0 ? nil : port
    }

    private static func traffic(_ element: XMLTree, _ faults: inout Faults) -> TrafficClass? {
        guard let text = element.value("CustomerTrafficAllowed") else { return nil }
        let traffic = TrafficClass(rawValue: text)
        if traffic == nil { faults.add(.trafficClassInvalid, "CustomerTrafficAllowed", text) }
        return traffic
    }

    private static func network(_ text: String, _ maskRule: Rule, _ faults: inout Faults) -> IPNetwork? {
        do throws(IPNetworkFault) {
            return try IPNetwork(parsing: text)
        } catch {
            switch error {
            case .notAnAddress: faults.add(.terminationHostInvalid, "TerminationHosts", text)
            case .badMask: faults.add(maskRule, "TerminationHosts", text)
            case .hostBits(let suggestion):
                faults.add(.terminationHostBits, "TerminationHosts", text, suggestion.description)
            }
            return nil
        }
    }

    /// The four lists, each of which stands even if empty.
    static func write(_ details: TrunkDetails, _ xml: inout XMLWriter) {
        xml.element("VoiceHosts") { write(details.voiceHosts, &$0) }
        xml.element("VoiceHostGroups") { xml in
            for group in details.voiceHostGroups {
                xml.element("VoiceHostGroup") { write(group, &$0) }
            }
        }
        xml.element("SmsHosts") { xml in
            write(details.messagingHosts.map { HostAndPort(host: $0) }, &xml)
        }
        xml.element("TerminationHosts") { xml in
            for host in details.terminationHosts { write(host, &xml) }
        }
    }

    private static func write(_ hosts: [HostAndPort], _ xml: inout XMLWriter) {
        for host in hosts {
            xml.element("Host") { xml in
                xml.element("HostName", host.host.text)
                xml.element("Port", optional: host.port?.description)
            }
        }
    }

    private static func write(_ host: TerminationHost, _ xml: inout XMLWriter) {
        xml.element("TerminationHost") { xml in
            xml.element("HostName", host.network.description)
            xml.element("Port", host.port.description)
            xml.element("CustomerTrafficAllowed", optional: host.traffic?.rawValue)
            xml.element("DataAllowed", optional: host.dataAllowed?.description)
        }
    }
}
