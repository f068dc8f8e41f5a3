import DialectKit
import Provisioning

/// SIP endpoints of the project itself, which have a call handler whatever the token's year.
enum ProjectEndpointWire {
    /// The vendor's long form: what would belong to the handlers that Demarc has not is null.
    static func json(_ endpoint: SIPEndpoint) -> JSON {
        var object = JSONObject([.init("type", "sip_endpoint")])
        for member in EndpointWire.members(endpoint, contract: .year2026) { object.append(member.name, member.value) }
        for member in EndpointWire.handlerMembers(endpoint.settings.handler) {
            // The vendor's enumeration has kinds of resources alone.
            let isPolicy = member.name == "call_handler" && !endpoint.settings.handler.isResource
            object.append(member.name, isPolicy ? .null : member.value)
        }
        for name in names { object.append(name, .null) }
        return .object(object)
    }

    private static let names = [
        "call_request_url", "call_request_method", "call_fallback_url", "call_fallback_method",
        "call_status_callback_url", "call_status_callback_method", "call_laml_application_id",
        "call_dialogflow_agent_id", "call_relay_topic", "call_relay_topic_status_callback_url", "call_relay_context",
        "call_relay_context_status_callback_url", "call_relay_application", "call_video_room_id",
        "call_relay_script_url",
    ]
}

extension CallHandler {
    fileprivate var isResource: Bool { if case .resource = self { true } else { false } }
}
