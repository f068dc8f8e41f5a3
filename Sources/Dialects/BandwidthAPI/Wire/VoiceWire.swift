import DialectKit
import Hummingbird
import Provisioning

/// The voice settings of one direction, both ways; the two differ in their names only.
struct VoiceWire: Sendable {
    let direction: VoiceDirection
    /// In the path.
    let segment: String
    let element: String
    var response: String { "\(element)Response" }

    static let origination = VoiceWire(
        direction: .origination, segment: "origination", element: "SipPeerOriginationSettings")
    static let termination = VoiceWire(
        direction: .termination, segment: "termination", element: "SipPeerTerminationSettings")

    /// What the vendor writes around the errors of a change, whatever the direction.
    static let refusal = "SipPeerSmsFeatureResponse"

    /// A body of 2018 names no protocol: its `HttpSettings` say HTTP.
    static func settings(_ tree: XMLTree) throws(ProvisioningError) -> VoiceSettings {
        let http = tree["HttpSettings"].flatMap { $0.isEmpty ? nil : $0 }
        switch tree.value("VoiceProtocol") ?? (http == nil ? nil : "HTTP") {
        case "SIP":
            guard http == nil else { throw ProvisioningError(.applicationOnSIP, field: "HttpSettings") }
            return .sip
        case "HTTP":
            guard let text = http?.value("HttpVoiceV2AppId") else { return .http(application: nil) }
            guard let application = ApplicationID(text) else {
                throw ProvisioningError(.voiceApplicationInvalid, field: "HttpVoiceV2AppId", text)
            }
            return .http(application: application)
        case nil: throw ProvisioningError(.elementRequired, field: "VoiceProtocol", "VoiceProtocol")
        case let text?: throw ProvisioningError(.voiceProtocolUnknown, field: "VoiceProtocol", text)
        }
    }

    func answer(_ settings: VoiceSettings, _ status: HTTPResponse.Status) -> Response {
        var xml = XMLWriter()
        xml.element(response) { xml in
            xml.element(element) { Self.write(settings, &$0) }
        }
        return xml.response(status)
    }

    static func write(_ settings: VoiceSettings, _ xml: inout XMLWriter) {
        switch settings {
        case .sip: xml.element("VoiceProtocol", "SIP")
        case .http(let application):
            xml.element("VoiceProtocol", "HTTP")
            guard let application else { return }
            xml.element("HttpSettings") { $0.element("HttpVoiceV2AppId", application.text) }
        }
    }
}
