package import DialectKit
import Hummingbird
import Provisioning

extension SignalWireAPI {
    /// What this dialect answers, for programs to read: the route tables, and what each route takes and answers.
    package static var document: PublishedDocument {
        var document = OpenAPI(
            title: "SignalWire's dialect",
            summary: "Answers to tokens of both contracts, 2025 and 2026, whose endpoints differ.", server: "/")
        document.security = [[("token", ["type": "http", "scheme": "basic"])]]
        document.schemas = schemas
        document.operations =
            operations(routeList, below: "/api/fabric", faults: "Faults")
            + operations(relayRouteList, below: "/api/relay/rest", faults: "RelayFaults")
        return PublishedDocument(name: "signalwire.json", document)
    }

    /// What a route is called in the pages.
    static func name(_ route: Route<Operation>) -> String {
        "\(route.method.rawValue) \(route.pattern.map { $0 ?? "*" }.joined(separator: "/"))"
    }

    private static func operations(_ routes: [Route<Operation>], below base: String, faults: String)
        -> [OpenAPI.Operation]
    {
        routes.compactMap { route in
            guard let page = pages[name(route)] else { return nil }
            var captures = 0
            let segments = route.pattern.map { literal -> String in
                guard literal == nil else { return literal ?? "" }
                captures += 1
                return captures == 1 ? "{id}" : "{endpoint_id}"
            }
            let names = ["id", "endpoint_id"].prefix(captures)
            let place = names.map { OpenAPI.Parameter($0, in: .path, .string) }
            let body = page.body.map { OpenAPI.Body(["application/json"], $0, isRequired: true) }
            return OpenAPI.Operation(
                route.method, "\(base)/\(segments.joined(separator: "/"))", page.summary,
                parameters: place + (page.isList ? window : []), body: body, answers: answers(page, faults: faults))
        }
    }

    private static let type = "application/json"

    private static func answers(_ page: Page, faults: String) -> [OpenAPI.Answer] {
        let success = page.answer.map { OpenAPI.Answer(page.status, type, page.isList ? list(of: $0) : $0) }
        let refusals = [.badRequest, .unauthorized, .notFound, .contentTooLarge, .internalServerError].map {
            OpenAPI.Answer($0, type, .named("Refusal"))
        }
        return [success ?? OpenAPI.Answer(page.status)] + refusals
            + [OpenAPI.Answer(.unprocessableContent, type, .named(faults))]
    }

    private static let window: [OpenAPI.Parameter] = [
        .init("page_number", .integer(from: 0)), .init("page_size", .integer(in: 1...Int64(Paging.limit))),
        .init("page_token", .string),
    ]

    private static func list(of item: Schema) -> Schema {
        let links = ["self", "first", "next", "prev"].map { ($0, Schema.string(format: "uri")) }
        return .object([("data", .array(of: item)), ("links", .object(links, required: ["self", "first"]))])
    }
}
