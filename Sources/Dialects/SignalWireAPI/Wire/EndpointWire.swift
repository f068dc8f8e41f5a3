import DialectKit
import Provisioning

/// SIP endpoints in the two forms that tokens are pinned to.
///
/// 2025 is the page that started the project: `password_confirmation`, and a call handler or a resource. 2026 is the
/// vendor's OpenAPI description of 2026-08-21, which knows neither.
enum EndpointWire {
    /// In the order of the vendor's pages.
    static let attributes = [
        "username", "password", "password_confirmation", "caller_id", "send_as", "ciphers", "codecs", "encryption",
        "call_handler", "calling_handler_resource_id",
    ]

    /// Which page of the vendor's a body follows.
    enum Form: Equatable {
        case ofSubscriber(APIToken.Contract)
        /// One of the project itself: a call handler or resource, no repeated password.
        case ofProject
    }

    static func draft(_ object: JSONObject, _ form: Form, isNew: Bool) -> SIPEndpointDraft {
        var reader = FieldReader(object)
        var draft = SIPEndpointDraft()
        draft.userName = reader.text("username", "userName", null: "")
        draft.password = reader.text("password", "password", null: "").map(Secret.init)
        draft.callerID = reader.text("caller_id", "callerID", null: "")
        draft.sendAs = sendAs(&reader)
        draft.ciphers = reader.choices(
            "ciphers", "ciphers", null: MediaPolicy.Cipher.allCases, among: MediaPolicy.Cipher.allCases)
        draft.codecs = reader.choices(
            "codecs", "codecs", null: MediaPolicy.Codec.standard,
            among: form == .ofSubscriber(.year2025) ? MediaPolicy.Codec.standard : MediaPolicy.Codec.allCases,
            takesCommas: true)
        draft.encryption = reader.choice(
            "encryption", "encryption", null: .default, among: MediaPolicy.Encryption.allCases)
        switch form {
        case .ofSubscriber(.year2025):
            confirm(draft.password, &reader, isNew: isNew)
            draft.handler = handler(&reader)
        case .ofSubscriber(.year2026): refuseWhatWouldBeLost(&reader)
        case .ofProject: draft.handler = projectHandler(&reader)
        }
        draft.faults = reader.faults
        return draft
    }

    /// Nothing and null mean any of the account's numbers.
    private static func sendAs(_ reader: inout FieldReader) -> SendAs? {
        guard let text = reader.text("send_as", "sendAs", null: "") else { return nil }
        guard !text.isEmpty else { return .random }
        let sendAs = SendAs(text)
        if sendAs == nil { reader.refuse(.numberInvalid, "sendAs", text) }
        return sendAs
    }

    /// A new endpoint needs the password twice, and so does a new password.
    private static func confirm(_ password: Secret<String>?, _ reader: inout FieldReader, isNew: Bool) {
        let confirmation = reader.text("password_confirmation", "confirmation", null: "").map(Secret.init)
        guard !reader.faults.contains(where: { $0.field == "confirmation" }) else { return }
        guard let confirmation, !confirmation.reveal().isEmpty else {
            if isNew || password != nil {
                reader.refuse(.elementRequired, "confirmation", "confirmation")
            }
            return
        }
        if confirmation != password { reader.refuse(.confirmationMismatch, "confirmation") }
    }

    private static func handler(_ reader: inout FieldReader) -> SIPEndpointDraft.Handler? {
        let handler = reader.choice("call_handler", "handler", among: HandlerName.allCases)
        guard let text = reader.text("calling_handler_resource_id", "handlerResource") else {
            return handler.map { .fixed($0.handler) }
        }
        if handler != nil { reader.refuse(.handlerAndResource, "handlerResource") }
        guard let id = UniqueID(text) else {
            reader.refuse(.handlerUnknown, "handlerResource", text)
            return nil
        }
        return .resource(id)
    }

    /// `resource` beside a resource's id says nothing new; a handler beside an id that is null stands.
    private static func projectHandler(_ reader: inout FieldReader) -> SIPEndpointDraft.Handler? {
        guard reader.object["call_handler"] == "resource" else { return handler(&reader) }
        guard let text = reader.text("calling_handler_resource_id", "handlerResource") else {
            reader.refuse(.elementRequired, "handlerResource", "handlerResource")
            return nil
        }
        let id = UniqueID(text)
        if id == nil { reader.refuse(.handlerUnknown, "handlerResource", text) }
        return id.map { .resource($0) }
    }

    /// What says where calls may go is not passed over in silence.
    private static func refuseWhatWouldBeLost(_ reader: inout FieldReader) {
        for (name, field) in [("call_handler", "handler"), ("calling_handler_resource_id", "handlerResource")]
        where reader.object[name] != nil { reader.refuse(.valueInvalid, field, field, "") }
    }

    private enum HandlerName: String, CaseIterable {
        case `default`, passthrough
        case blockPSTN = "block-pstn"

        var handler: CallHandler {
            switch self {
            case .default: .default
            case .passthrough: .passthrough
            case .blockPSTN: .blockPSTN
            }
        }
    }
}

extension EndpointWire {
    static func json(_ endpoint: SIPEndpoint, contract: APIToken.Contract) -> JSON {
        .object(JSONObject(members(endpoint, contract: contract)))
    }

    static func members(_ endpoint: SIPEndpoint, contract: APIToken.Contract) -> [JSONObject.Member] {
        let settings = endpoint.settings
        let members: [JSONObject.Member] = [
            .init("id", .string(endpoint.uniqueID.description)),
            .init("username", .string(endpoint.userName)),
            .init("caller_id", .string(settings.callerID)),
            .init("send_as", .string(settings.sendAs.text)),
            .init("ciphers", .array(settings.media.ciphers.map { .string($0.rawValue) })),
            .init("codecs", .array(codecs(settings.media.codecs, contract).map { .string($0.rawValue) })),
            .init("encryption", .string(settings.media.encryption.rawValue)),
        ]
        return contract == .year2026 ? members : members + handlerMembers(settings.handler)
    }

    /// A resource's kind stands for it as call handler.
    static func handlerMembers(_ handler: CallHandler) -> [JSONObject.Member] {
        let (name, resource): (String, UniqueID?) =
            switch handler {
            case .default: ("default", nil)
            case .passthrough: ("passthrough", nil)
            case .blockPSTN: ("block-pstn", nil)
            case .resource(let id, let kind): (kind.rawValue, id)
            }
        return [
            .init("call_handler", .string(name)), .init("calling_handler_resource_id", JSON(resource?.description)),
        ]
    }

    /// The pages of 2025 know no codec with a rate.
    private static func codecs(_ codecs: [MediaPolicy.Codec], _ contract: APIToken.Contract) -> [MediaPolicy.Codec] {
        guard contract == .year2025 else { return codecs }
        return codecs.map(\.withoutRate).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
