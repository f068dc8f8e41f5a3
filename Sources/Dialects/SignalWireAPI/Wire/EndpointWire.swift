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
        draft.sendAs = reader.setting("send_as") { $0.sendAs("send_as", "sendAs") }
        draft.ciphers = reader.setting("ciphers") {
            $0.choices("ciphers", "ciphers", among: MediaPolicy.Cipher.allCases)
        }
        let codecs = form == .ofSubscriber(.year2025) ? MediaPolicy.Codec.standard : MediaPolicy.Codec.allCases
        draft.codecs = reader.setting("codecs") { $0.choices("codecs", "codecs", among: codecs, takesCommas: true) }
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

    /// A resource that is null takes the calls away from the one that had them.
    private static func handler(_ reader: inout FieldReader) -> SIPEndpointDraft.Handler? {
        let handler = reader.choice("call_handler", "handler", among: HandlerName.allCases)
        guard let text = reader.text(resourceName, "handlerResource") else {
            return handler.map { .fixed($0.handler) } ?? (reader.object[resourceName] == .null ? .unassigned : nil)
        }
        if handler != nil { reader.refuse(.handlerAndResource, "handlerResource") }
        return resource(text, "handlerResource", &reader).map { .resource($0) }
    }

    /// `resource` beside a resource's id says nothing new; a kind has its id in a member of its own.
    private static func projectHandler(_ reader: inout FieldReader) -> SIPEndpointDraft.Handler? {
        let name = reader.object["call_handler"]
        let kind = FlatEndpointWire.resourceNames.first { name == .string($0.kind.rawValue) }
        guard kind != nil || name == "resource" else { return handler(&reader) }
        let (member, field) = kind.map { ($0.name, $0.name) } ?? (resourceName, "handlerResource")
        guard let text = reader.text(member, field) else {
            reader.refuse(.elementRequired, field, field)
            return nil
        }
        return resource(text, field, &reader).map { .resource($0, kind?.kind) }
    }

    private static func resource(_ text: String, _ field: String, _ reader: inout FieldReader) -> UniqueID? {
        let id = UniqueID(text)
        if id == nil { reader.refuse(.handlerUnknown, field, text) }
        return id
    }

    private static let resourceName = "calling_handler_resource_id"

    /// What says where calls may go is not passed over in silence.
    private static func refuseWhatWouldBeLost(_ reader: inout FieldReader) {
        for (name, field) in [("call_handler", "handler"), (resourceName, "handlerResource")]
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
    static func json(_ endpoint: SIPEndpoint, in profile: SIPProfile, contract: APIToken.Contract) -> JSON {
        let members = members(endpoint, in: profile, contract: contract)
        let handler = endpoint.settings.handler
        return .object(JSONObject(contract == .year2026 ? members : members + handlerMembers(handler)))
    }

    /// What the endpoint leaves to the profile is shown as the profile has it, where no `default` can say so.
    static func members(_ endpoint: SIPEndpoint, in profile: SIPProfile, contract: APIToken.Contract)
        -> [JSONObject.Member]
    {
        let settings = endpoint.settings
        let policy = SIPEndpointPolicy(of: settings, in: profile)
        return [
            .init("id", .string(endpoint.uniqueID.description)),
            .init("username", .string(endpoint.userName)),
            .init("caller_id", .string(settings.callerID)),
            .init("send_as", .string(policy.sendAs.text)),
            .init("ciphers", .array(policy.ciphers.map { .string($0.rawValue) })),
            .init("codecs", .array(codecs(policy.codecs, contract).map { .string($0.rawValue) })),
            .init("encryption", .string(settings.encryption.rawValue)),
        ]
    }

    /// - Parameter word: what stands for a resource as call handler.
    static func handlerMembers(_ handler: CallHandler, word: (CallResource.Kind) -> String = \.rawValue)
        -> [JSONObject.Member]
    {
        let (name, resource): (String, UniqueID?) =
            switch handler {
            case .default: ("default", nil)
            case .passthrough: ("passthrough", nil)
            case .blockPSTN: ("block-pstn", nil)
            case .resource(let id, let kind): (word(kind), id)
            }
        return [
            .init("call_handler", .string(name)), .init(resourceName, JSON(resource?.description)),
        ]
    }

    /// The pages of 2025 know no codec with a rate.
    private static func codecs(_ codecs: [MediaPolicy.Codec], _ contract: APIToken.Contract) -> [MediaPolicy.Codec] {
        guard contract == .year2025 else { return codecs }
        return codecs.map(\.withoutRate).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
