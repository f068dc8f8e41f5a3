import DialectKit
import Hummingbird
import Provisioning

/// Termination hosts with their ids.
enum GatewayWire {
    static func product(_ gateways: [TerminationGateway], _ settings: VoiceSettings) -> Response {
        var xml = XMLWriter()
        xml.element("TerminationResponse") { xml in
            xml.element("TerminationProduct") { xml in
                xml.element("TerminationSettings") { VoiceWire.write(settings, &$0) }
                write(gateways, &xml)
            }
        }
        return xml.response(.ok)
    }

    /// The list is the root itself.
    static func list(_ gateways: [TerminationGateway]) -> Response {
        var xml = XMLWriter()
        write(gateways, &xml)
        return xml.response(.ok)
    }

    static func one(_ gateway: TerminationGateway) -> Response {
        var xml = XMLWriter()
        xml.element("SipPeerGatewayIpResponse") { xml in
            xml.element("SipPeerGatewayIp") { write(gateway, &$0) }
        }
        return xml.response(.ok)
    }

    private static func write(_ gateways: [TerminationGateway], _ xml: inout XMLWriter) {
        xml.element("TerminationHosts") { xml in
            for gateway in gateways { xml.element("TerminationHost") { write(gateway, &$0) } }
        }
    }

    private static func write(_ gateway: TerminationGateway, _ xml: inout XMLWriter) {
        xml.element("HostName", gateway.host.network.description)
        xml.element("Port", gateway.host.port.description)
        xml.element("id", gateway.id.description)
    }
}
