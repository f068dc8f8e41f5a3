import DialectKit
import Hummingbird
import Provisioning

/// What routes take.
extension SignalWireAPI {
    /// What is said of one route.
    struct Page {
        let summary: String
        var status = HTTPResponse.Status.ok
        var body: Schema?
        /// `nil` for an answer without a body.
        var answer: Schema?
        /// Whether the answer is a page of a list.
        var isList = false

        static func show(_ summary: String, _ answer: String) -> Page { Page(summary: summary, answer: .named(answer)) }

        static func list(_ summary: String, _ item: String) -> Page {
            Page(summary: summary, answer: .named(item), isList: true)
        }

        static func delete(_ summary: String) -> Page { Page(summary: summary, status: .noContent) }

        static func write(
            _ summary: String, _ body: Schema, _ answer: Schema, _ status: HTTPResponse.Status = .ok
        ) -> Page {
            Page(summary: summary, status: status, body: body, answer: answer)
        }
    }

    /// By the routes' names; what PUT does, PATCH does as well.
    static let pages: [String: Page] = {
        var pages = subscribers.merging(endpoints) { $1 }.merging(resources) { $1 }.merging(tokens) { $1 }
        for (name, page) in pages where name.hasPrefix("PUT ") { pages["PATCH \(name.dropFirst(4))"] = page }
        return pages
    }()

    private static func object(_ attributes: [String], _ known: [String: Schema], required: [String] = []) -> Schema {
        .object(attributes.map { ($0, known[$0] ?? .string) }, required: required, isOpen: true)
    }

    private static let media = ["ciphers": ciphers, "codecs": codecs, "encryption": encryption]
    private static let profile = ["password": Schema.string(upTo: 72), "email": .string(format: "email")]
    private static let subscriber = object(SubscriberWire.attributes, profile)

    private static func endpoint(_ required: [String] = []) -> Schema {
        object(EndpointWire.attributes, media, required: required)
    }

    private static let subscribers: [String: Page] = {
        let one = "resources/subscribers/*"
        return [
            "GET resources/subscribers": .list("Shows subscribers.", "Subscriber"),
            "POST resources/subscribers": .write(
                "Makes a subscriber.", object(SubscriberWire.attributes, profile, required: ["email"]),
                .named("Subscriber"), .created),
            "GET \(one)": .show("Shows a subscriber.", "Subscriber"),
            "PUT \(one)": .write("Changes what is named of a subscriber.", subscriber, .named("Subscriber")),
            "DELETE \(one)": .delete("Deletes a subscriber with its endpoints."),
            "GET \(one)/addresses": .list("Shows a subscriber's addresses.", "Address"),
        ]
    }()

    private static let endpoints: [String: Page] = {
        let (all, project) = ("resources/subscribers/*/sip_endpoints", "resources/sip_endpoints")
        return [
            "GET \(all)": .list("Shows a subscriber's SIP endpoints.", "Endpoint"),
            "POST \(all)": .write(
                "Makes a SIP endpoint, which can register at once.", endpoint(["username", "password"]),
                .named("Endpoint"), .created),
            "GET \(all)/*": .show("Shows a SIP endpoint.", "Endpoint"),
            "PUT \(all)/*": .write("Changes what is named of a SIP endpoint.", endpoint(), .named("Endpoint")),
            "DELETE \(all)/*": .delete("Deletes a SIP endpoint; its phones are refused at once."),
            "GET \(project)/*/addresses": .list("Shows the address of a SIP endpoint of the project.", "Address"),
        ].merging(projectEndpoints(below: project, "ProjectEndpoint")) { $1 }
            .merging(projectEndpoints(below: "endpoints/sip", "FlatEndpoint")) { $1 }
    }()

    private static func projectEndpoints(below all: String, _ schema: String) -> [String: Page] {
        [
            "GET \(all)": .list("Shows the project's own SIP endpoints.", schema),
            "POST \(all)": .write(
                "Makes a SIP endpoint of the project.", endpoint(["username", "password"]), .named(schema)),
            "GET \(all)/*": .show("Shows a SIP endpoint of the project.", schema),
            "PUT \(all)/*": .write(
                "Changes what is named of a SIP endpoint of the project.", endpoint(), .named(schema)),
            "DELETE \(all)/*": .delete("Deletes a SIP endpoint of the project."),
        ]
    }

    private static let resources: [String: Page] = {
        let gateways = "resources/sip_gateways"
        let gateway = object(GatewayWire.attributes, media)
        let newGateway = object(GatewayWire.attributes, media, required: GatewayWire.attributes)
        return [
            "GET \(gateways)": .list("Shows SIP gateways.", "Gateway"),
            "POST \(gateways)": .write("Makes a SIP gateway.", newGateway, .named("Gateway"), .created),
            "GET \(gateways)/*": .show("Shows a SIP gateway.", "Gateway"),
            "PUT \(gateways)/*": .write("Changes what is named of a SIP gateway.", gateway, .named("Gateway")),
            "DELETE \(gateways)/*": .delete("Deletes a SIP gateway."),
            "GET \(gateways)/*/addresses": .list("Shows a SIP gateway's addresses.", "Address"),
            "GET resources": .list("Shows everything that has an address.", "Resource"),
            "GET resources/*": .show("Shows what has an address.", "Resource"),
            "DELETE resources/*": .delete("Deletes what has an address."),
            "GET resources/*/addresses": .list("Shows the addresses of one resource.", "Address"),
            "POST resources/*/sip_endpoints": .write(
                "Sends the calls of one of the project's SIP endpoints there.",
                object(
                    ["sip_endpoint_id"], ["sip_endpoint_id": .string(format: "uuid")], required: ["sip_endpoint_id"]),
                .named("Assignment")),
            "GET addresses": .list("Shows every address.", "Address"),
            "GET addresses/*": .show("Shows an address.", "Address"),
        ]
    }()

    private static let tokens: [String: Page] = {
        let pair: [(String, Schema)] = [("token", .string), ("refresh_token", .string)]
        let reference = ["reference", "expire_at"] + SubscriberWire.attributes
        return [
            "POST subscribers/tokens": .write(
                "Makes tokens for a subscriber, and the subscriber where there is none.",
                object(reference, ["expire_at": .integer], required: ["reference"]),
                .object([("subscriber_id", .string(format: "uuid"))] + pair)),
            "POST subscribers/tokens/refresh": .write(
                "Makes new tokens of a refresh token.", object(["refresh_token"], [:], required: ["refresh_token"]),
                .object(pair), .created),
            "GET sip_profile": .show("Shows what endpoints that say nothing have.", "Profile"),
            "PUT sip_profile": .write(
                "Changes what is named of that.",
                object(ProfileWire.attributes, ["default_ciphers": ciphers, "default_codecs": codecs]),
                .named("Profile"), .created),
        ]
    }()
}
