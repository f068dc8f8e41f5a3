import DialectKit
import Provisioning

/// SIP endpoints of the project as the vendor showed them before they were resources.
enum FlatEndpointWire {
    /// The kinds of resources whose ids have a member of their own.
    static let resourceNames: [(kind: CallResource.Kind, name: String)] = [
        (.lamlApplication, "call_laml_application_id"), (.dialogflow, "call_dialogflow_agent_id"),
        (.videoRoom, "call_video_room_id"), (.callFlow, "call_flow_id"), (.agent, "call_ai_agent_id"),
    ]

    /// The vendor's long form: what would belong to the handlers that Demarc has not is null.
    static func json(_ endpoint: SIPEndpoint, in profile: SIPProfile) -> JSON {
        let handler = endpoint.settings.handler
        var object = JSONObject([.init("type", "sip_endpoint")])
        for member in EndpointWire.members(endpoint, in: profile, contract: .year2026) {
            object.append(member.name, member.value)
        }
        for member in EndpointWire.handlerMembers(handler, word: word) {
            // The vendor's enumeration has kinds of resources alone.
            let isPolicy = member.name == "call_handler" && handler.resource == nil
            object.append(member.name, isPolicy ? .null : member.value)
        }
        let taken = resourceNames.first { $0.kind == handler.resource?.kind }?.name
        for name in names { object.append(name, name == taken ? JSON(handler.resource?.id.description) : .null) }
        return .object(object)
    }

    /// The vendor has the plural for one kind here.
    private static func word(_ kind: CallResource.Kind) -> String {
        kind == .lamlWebhook ? "laml_webhooks" : kind.rawValue
    }

    static let names = [
        "call_request_url", "call_request_method", "call_fallback_url", "call_fallback_method",
        "call_status_callback_url", "call_status_callback_method", "call_laml_application_id",
        "call_dialogflow_agent_id", "call_relay_topic", "call_relay_topic_status_callback_url", "call_relay_context",
        "call_relay_context_status_callback_url", "call_relay_application", "call_video_room_id",
        "call_relay_script_url",
    ]
}

extension CallHandler {
    fileprivate var resource: (id: UniqueID, kind: CallResource.Kind)? {
        if case .resource(let id, let kind) = self { (id, kind) } else { nil }
    }
}
