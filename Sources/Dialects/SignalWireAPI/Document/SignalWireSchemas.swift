import DialectKit
import Provisioning

/// What answers hold.
extension SignalWireAPI {
    static let schemas: [(String, Schema)] = [
        ("Refusal", .object([("error", .string)])),
        ("Faults", .object([("errors", .array(of: fault))])),
        ("RelayFaults", .object([("errors", .array(of: relayFault))])),
        ("Subscriber", resource("subscriber", person)),
        ("Endpoint", .object(endpoint + handler, required: endpoint.map(\.0))),
        ("ProjectEndpoint", endpointResource), ("FlatEndpoint", flatEndpoint),
        ("Gateway", resource(CallResource.Kind.gateway.rawValue, gateway)),
        ("Resource", .oneOf([.named("Subscriber"), .named("Gateway"), .named("ProjectEndpoint")] + otherResources)),
        ("Address", address), ("Assignment", assignment), ("Profile", profile),
    ]

    private static let uuid = Schema.string(format: "uuid")
    private static let moment = Schema.string(format: "date-time")
    static let ciphers = Schema.array(of: .string(among: MediaPolicy.Cipher.allCases.map(\.rawValue)))
    static let codecs = Schema.array(of: .string(among: MediaPolicy.Codec.allCases.map(\.rawValue)))
    static let encryption = Schema.string(among: MediaPolicy.Encryption.allCases.map(\.rawValue))

    private static let fault: Schema = {
        let codes = Set(SignalWireErrors.table.rows.values.map(\.code)).subtracting([""]).sorted()
        return .object([
            ("type", .string(among: ["validation_error"])), ("code", .string(among: codes)), ("message", .string),
            ("attribute", Schema.string.orNull), ("url", .string(format: "uri")),
        ])
    }()

    private static let relayFault = Schema.object(
        ["detail", "status", "title", "code"].map { ($0, .string) })

    /// What every resource looks like, whatever it holds.
    private static func resource(_ kind: String, _ content: Schema) -> Schema {
        .object([
            ("id", uuid), ("project_id", uuid), ("display_name", .string), ("type", .string(among: [kind])),
            ("created_at", moment), ("updated_at", moment), (kind, content),
        ])
    }

    private static let person = Schema.object(
        [("id", uuid), ("email", .string)] + SubscriberWire.attributes.dropFirst(2).map { ($0, .string) })

    private static let media: [(String, Schema)] = [
        ("ciphers", ciphers), ("codecs", codecs), ("encryption", encryption),
    ]

    private static let endpoint: [(String, Schema)] =
        [("id", uuid), ("username", .string), ("caller_id", .string), ("send_as", .string)] + media

    /// Tokens of 2025 see where an endpoint's calls may go.
    private static let handler: [(String, Schema)] = [
        ("call_handler", .string), ("calling_handler_resource_id", uuid.orNull),
    ]

    private static let flatEndpoint = Schema.object(
        [("type", .string(among: ["sip_endpoint"]))] + endpoint + [
            ("call_handler", Schema.string.orNull), ("calling_handler_resource_id", uuid.orNull),
        ] + FlatEndpointWire.names.map { ($0, uuid.orNull) })

    private static let endpointResource = resource("sip_endpoint", .object(endpoint + handler))

    private static let gateway = Schema.object([("id", uuid), ("uri", .string), ("name", .string)] + media)

    private static let otherResources = CallResource.Kind.allCases.filter { $0 != .gateway }.map { kind in
        resource(kind.rawValue, .object([("id", uuid), ("uri", .string), ("name", .string)]))
    }

    private static let address = Schema.object([
        ("id", uuid), ("name", .string), ("display_name", .string), ("cover_url", .string),
        ("preview_url", .string), ("locked", .boolean), ("channels", .object([("audio", .string)])),
        ("created_at", moment), ("type", .string(among: ["app", "call", "room", "subscriber"])),
    ])

    private static let assignment = Schema.object([
        ("id", uuid), ("name", .string), ("type", .string(among: ["call"])), ("cover_url", .null),
        ("preview_url", .null), ("channels", .object([("audio", .string)])),
    ])

    private static let profile = Schema.object([
        ("domain", .string), ("domain_identifier", .string), ("default_codecs", codecs),
        ("default_ciphers", ciphers), ("default_encryption", encryption), ("default_send_as", .string),
        ("default_outbound_policy", .string(among: SIPProfile.Outbound.allCases.map(\.rawValue))),
    ])
}
