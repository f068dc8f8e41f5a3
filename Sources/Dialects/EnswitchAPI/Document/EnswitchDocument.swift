package import DialectKit
import Hummingbird
import Provisioning

extension EnswitchAPI {
    /// What this dialect answers, for programs to read; made of what its functions read and write.
    package static var document: PublishedDocument {
        var document = OpenAPI(
            title: "Enswitch's dialect",
            summary: "Every function takes GET and POST, and answers 200 with the outcome in responses.", server: "/")
        let names = [key("auth_username"), key("auth_password")]
        document.security = [names, [key("auth_token")]]
        document.operations = pages.flatMap { path, page in
            [operation(.get, path, page), operation(.post, path, page)]
        }
        return PublishedDocument(name: "enswitch.json", document)
    }

    private static func key(_ name: String) -> (name: String, scheme: JSON) {
        (name, ["type": "apiKey", "in": "query", "name": .string(name)])
    }

    private static func operation(_ method: HTTPRequest.Method, _ path: String, _ page: Page) -> OpenAPI.Operation {
        let answers = [OpenAPI.Answer(.ok, "application/json", answer(page.data))]
        let path = "/api/json/\(path)"
        guard method == .post else {
            return OpenAPI.Operation(method, path, page.summary, parameters: page.parameters, answers: answers)
        }
        let form = Schema.object(
            page.parameters.map { ($0.name, $0.schema) },
            required: page.parameters.filter(\.isRequired).map(\.name), isOpen: true)
        return OpenAPI.Operation(
            method, path, page.summary, body: .init(["application/x-www-form-urlencoded"], form), answers: answers)
    }

    /// `data` stands where there is something to say.
    private static func answer(_ data: Schema?) -> Schema {
        let codes = Set(errors.rows.values.map(\.code)).union(["200", "201", "204"]).sorted()
        let entry = Schema.object([("code", .string(among: codes)), ("key", .string), ("message", .string)])
        let members = [("responses", Schema.array(of: entry))]
        return .object(members + (data.map { [("data", $0)] } ?? []), required: ["responses"])
    }

    /// What is said of one function.
    struct Page {
        let summary: String
        let parameters: [OpenAPI.Parameter]
        let data: Schema?

        init(_ summary: String, _ parameters: [OpenAPI.Parameter] = [], data: Schema? = nil) {
            self.summary = summary
            self.parameters = parameters
            self.data = data
        }
    }

    /// By the functions' paths, in the order of their list.
    static let pages: [(path: String, page: Page)] = peers + peerCosts + routeFunctions + others

    private static let identifier = OpenAPI.Parameter("id", .integer(from: 1), isRequired: true)
    private static let validation = OpenAPI.Parameter("validation", .integer(among: [0, 1]))
    private static let customer = OpenAPI.Parameter("customer", .integer(from: 1))
    private static let created = Schema.object([("id", .integer)])
    private static let count = Schema.object([("count", .integer)])

    private static func flag(_ name: String) -> OpenAPI.Parameter { .init(name, .integer(among: [0, 1])) }
    private static func text(_ name: String) -> OpenAPI.Parameter { .init(name, .string) }

    /// A row as `sample` has it; a member that a parameter sets is as that.
    private static func row(_ sample: JSON, _ parameters: [OpenAPI.Parameter]) -> Schema {
        Schema(of: sample, known: Dictionary(parameters.map { ($0.name, $0.schema) }) { first, _ in first })
    }

    private static var peers: [(String, Page)] {
        func parameters(_ required: [String]) -> [OpenAPI.Parameter] {
            Parameters.noted { parameters in
                var draft = CarrierDraft(details: CarrierDetails())
                PeerWire.read(&parameters, into: &draft)
                for name in required { parameters.require(name) }
            }
        }
        let carrier = Carrier(id: CarrierID(rawValue: 1), account: AccountID(rawValue: 1), details: CarrierDetails())
        let row = Schema.oneOf([row(PeerWire.row(carrier), parameters([])), row(PeerWire.briefRow(carrier), [])])
        return [
            ("peers/create", Page("Makes a peer.", parameters(PeerWire.required) + [validation], data: created)),
            ("peers/update", Page("Changes what is named of a peer.", [identifier] + parameters([]) + [validation])),
            ("peers/get", Page("Shows a peer.", [identifier, flag("destination"), customer], data: row)),
            (
                "peers/list",
                Page("Shows peers.", [flag("destination"), flag("routing"), customer], data: .array(of: row))
            ),
            ("peers/delete", Page("Deletes a peer.", [identifier])),
        ]
    }

    private static var peerCosts: [(String, Page)] {
        let parameters = Parameters.noted { _ = PeerCostWire.read(&$0) }
        let cost = CarrierCost(
            id: CarrierCostID(rawValue: 1), account: AccountID(rawValue: 1),
            details: CarrierCostDetails(carrier: CarrierID(rawValue: 1)))
        let whole = row(PeerCostWire.row(cost), parameters)
        let rows = Schema.array(of: .oneOf([whole, row(PeerCostWire.briefRow(cost), parameters)]))
        let peer = OpenAPI.Parameter("peer", .integer(from: 1), isRequired: true)
        let filters = ["called_prefix", "prefix", "media"].map(text)
        let window = ListWindow.noted(sortedBy: PeerCostOperations.sorts)
        return [
            ("peers/costs/create", Page("Makes a cost of a peer.", parameters + [validation])),
            ("peers/costs/get", Page("Shows a cost.", [identifier], data: whole)),
            (
                "peers/costs/list",
                Page("Shows costs of a peer.", [peer] + filters + window, data: .oneOf([rows, count]))
            ),
            ("peers/costs/delete", Page("Deletes a cost.", [identifier])),
        ]
    }

    private static var routeFunctions: [(String, Page)] {
        func parameters(_ required: [String]) -> [OpenAPI.Parameter] {
            Parameters.noted { parameters in
                var details = CarrierRouteDetails()
                RouteWire.read(&parameters, into: &details)
                for name in required { parameters.require(name) }
            }
        }
        let route = CarrierRoute(
            id: CarrierRouteID(rawValue: 1), account: AccountID(rawValue: 1), details: CarrierRouteDetails())
        let whole = row(RouteWire.row(route), parameters([]))
        let rows = Schema.array(of: .oneOf([whole, row(RouteWire.briefRow(route), [])]))
        let filters = ["called", "not_called", "contains", "not_contains", "media", "tag"].map(text)
        let group = OpenAPI.Parameter("outgroup", .integer)
        return [
            ("routes/create", Page("Makes a route.", parameters(RouteWire.required) + [validation], data: created)),
            ("routes/update", Page("Changes what is named of a route.", [identifier] + parameters([]) + [validation])),
            ("routes/get", Page("Shows a route.", [identifier], data: whole)),
            (
                "routes/list",
                Page(
                    "Shows routes.", filters + [group] + ListWindow.noted(sortedBy: []), data: .oneOf([rows, count]))
            ),
            ("routes/delete", Page("Deletes a route.", [identifier])),
        ]
    }

    private static var others: [(String, Page)] {
        let binding = LiveBinding(
            account: 1, aor: "", contact: "", source: "", registeredAt: 0, expiresAt: 0, callID: "", cseq: 0,
            userAgent: "", instance: "", regID: nil, path: [], q: 0)
        let caller: [(String, Schema)] = [
            ("id", .integer), ("username", .string), ("customer", .integer),
            ("role", .string(among: Role.allCases.map(\.rawValue))),
        ]
        let token: [(String, Schema)] = [
            ("auth_token", .string), ("auth_token_expiry", .integer), ("auth_token_expires", .integer),
        ]
        return [
            (
                "phones/registrations/list",
                Page(
                    "Shows who is registered.", [text("name")],
                    data: .array(of: row(RegistrationWire.row(binding, number: 1), [])))
            ),
            (
                "user/login",
                Page(
                    "Shows the caller, or makes a token.", [flag("token")],
                    data: .oneOf([.object(caller), .object(caller + token)]))
            ),
        ]
    }
}
