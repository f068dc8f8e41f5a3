package import DialectKit
import Hummingbird
import Provisioning

extension OperatorAPI {
    /// What `/v1` answers, for programs to read; the schemas are those of the types that are read and written.
    package static var document: PublishedDocument {
        var document = OpenAPI(
            title: "Demarc's own API", summary: "Everything provisioned, and what is live.", server: "/")
        document.security = [
            [("token", ["type": "http", "scheme": "bearer"])], [("password", ["type": "http", "scheme": "basic"])],
        ]
        document.schemas = [("Failure", Schema(of: OperatorWire.Failure.self))]
        document.operations = pages.map(operation)
        return PublishedDocument(name: "operator.json", document)
    }

    private static let json = "application/json"

    private static func operation(_ page: Page) -> OpenAPI.Operation {
        let segments = page.path.split(separator: "/")
        let captures = segments.filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
        let path = segments.map { $0.hasPrefix(":") ? "/{\($0.dropFirst())}" : "/\($0)" }.joined()
        var operation = OpenAPI.Operation(
            page.method, path, page.summary,
            parameters: captures.map { .init($0, in: .path, .string) } + page.query,
            body: page.body.map { .init([json], $0, isRequired: true) },
            answers: page.answers + (page.isOpen ? [] : refusals))
        operation.isOpen = page.isOpen
        return operation
    }

    /// Every status that something on this listener can be refused with.
    private static let refusals: [OpenAPI.Answer] = {
        let rules = OperatorErrorTable.rows.values.map(\.status)
        let kinds = OperatorError.Kind.allCases.map { OperatorError($0).status }
        return Set(rules + kinds).sorted { $0.code < $1.code }.map { .init($0, json, .named("Failure")) }
    }()
}

extension OperatorAPI {
    /// What is said of one route.
    struct Page: Sendable {
        let method: HTTPRequest.Method
        /// As the router has it.
        let path: String
        let summary: String
        var query: [OpenAPI.Parameter] = []
        var body: Schema?
        var answers: [OpenAPI.Answer]
        var isOpen = false
    }

    private static func show(
        _ path: String, _ summary: String, _ answer: (some Decodable).Type, query: [OpenAPI.Parameter] = []
    ) -> Page {
        Page(
            method: .get, path: path, summary: summary, query: query,
            answers: [.init(.ok, json, Schema(of: answer))])
    }

    private static func list<Item: Codable & Sendable>(
        _ path: String, _ summary: String, of item: Item.Type, query: [OpenAPI.Parameter] = []
    ) -> Page {
        show(path, summary, OperatorWire.Items<Item>.self, query: query)
    }

    private static func write(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ body: (some Decodable).Type,
        _ answer: (some Decodable).Type, _ status: HTTPResponse.Status = .ok
    ) -> Page {
        Page(
            method: method, path: path, summary: summary, body: Schema(of: body),
            answers: [.init(status, json, Schema(of: answer))])
    }

    private static func delete(_ path: String, _ summary: String, query: [OpenAPI.Parameter] = []) -> Page {
        Page(method: .delete, path: path, summary: summary, query: query, answers: [.init(.noContent)])
    }

    private static func makeDefault(_ path: String, _ summary: String, _ type: (some Decodable).Type) -> Page {
        Page(method: .put, path: path, summary: summary, answers: [.init(.ok, json, Schema(of: type))])
    }

    private static func text(_ path: String, _ summary: String, _ mediaType: String) -> Page {
        Page(method: .get, path: path, summary: summary, answers: [.init(.ok, mediaType, .string)])
    }

    private static let count = OpenAPI.Parameter("count", .integer(in: 1...Int64(OperatorLimits.maximumCount)))
    private static let user = OpenAPI.Parameter("user", .string)
    private static let account = "/v1/accounts/:account"

    static let pages =
        accountPages + formatPages + credentialPages + resourcePages + moneyPages + secretPages + callPages + livePages
        + registrationPages
        + openPages

    private static let accountPages: [Page] = [
        list("/v1/accounts", "Shows accounts.", of: OperatorWire.Account.self),
        write(
            .post, "/v1/accounts", "Makes an account with its domain.", OperatorWire.NewAccount.self,
            OperatorWire.CreatedAccount.self, .created),
        show(account, "Shows an account.", OperatorWire.Account.self),
        write(
            .patch, account, "Changes an account.", OperatorWire.AccountChange.self, OperatorWire.Account.self),
        Page(
            method: .put, path: "\(account)/suspension", summary: "Suspends an account: nobody of it is served.",
            answers: [.init(.ok, json, Schema(of: OperatorWire.Account.self))]),
        Page(
            method: .delete, path: "\(account)/suspension", summary: "Lets a suspended account go on.",
            answers: [.init(.ok, json, Schema(of: OperatorWire.Account.self))]),
        Page(
            method: .delete, path: account, summary: "Deletes a part of a suspended account; asked until it is done.",
            answers: [.init(.ok, json, Schema(of: OperatorWire.AccountDeletion.self))]),
        list("\(account)/callers", "Shows who may ask for an account.", of: OperatorWire.Caller.self),
        write(
            .post, "\(account)/callers", "Makes a caller.", OperatorWire.NewCaller.self, OperatorWire.Caller.self,
            .created),
        Page(
            method: .put, path: "/v1/callers/:name/password", summary: "Sets a caller's password.",
            body: Schema(of: OperatorWire.NewPassword.self), answers: [.init(.noContent)]),
        delete("/v1/callers/:name", "Deletes a caller."),
        list("\(account)/domains", "Shows SIP domains.", of: OperatorWire.Domain.self),
        write(
            .post, "\(account)/domains", "Makes a SIP domain.", OperatorWire.NewDomain.self,
            OperatorWire.Domain.self, .created),
        delete("\(account)/domains/:name", "Deletes a SIP domain."),
        list("\(account)/sites", "Shows sites.", of: OperatorWire.Site.self),
        list("\(account)/trunks", "Shows trunks.", of: OperatorWire.Trunk.self),
    ]

    private static let formatPages: [Page] = [
        list("\(account)/carriers", "Shows carriers.", of: OperatorWire.Carrier.self),
        show("\(account)/carriers/:carrier", "Shows a carrier.", OperatorWire.Carrier.self),
        list("\(account)/routes", "Shows routes to carriers.", of: OperatorWire.Route.self),
        list("/v1/dialplans", "Shows forms of numbers.", of: OperatorWire.DialPlan.self),
        write(
            .post, "/v1/dialplans", "Adds a form of numbers.", OperatorWire.DialPlan.self,
            OperatorWire.DialPlan.self, .created),
        makeDefault("/v1/dialplans/:name/default", "Makes a form of numbers the default.", OperatorWire.DialPlan.self),
        list("/v1/currencies", "Shows currencies.", of: OperatorWire.Currency.self),
        write(
            .post, "/v1/currencies", "Adds a currency.", OperatorWire.Currency.self, OperatorWire.Currency.self,
            .created),
        makeDefault("/v1/currencies/:code/default", "Makes a currency the default.", OperatorWire.Currency.self),
    ]

    private static let credentialPages: [Page] = [
        list(
            "\(account)/credentials", "Shows digest credentials.", of: OperatorWire.Credential.self,
            query: [count, .init("start", .integer(from: 1)), user]),
        write(
            .post, "\(account)/credentials", "Makes a digest credential.", OperatorWire.NewCredential.self,
            OperatorWire.Credential.self, .created),
        delete("\(account)/credentials/:name", "Deletes a digest credential.", query: [.init("realm", .string)]),
        list(
            "/v1/credentials/:user/explanation", "Shows how the SIP side sees a user.",
            of: CredentialExplanation.self),
        list("\(account)/numbers", "Shows telephone numbers.", of: OperatorWire.Number.self),
        write(
            .post, "\(account)/numbers", "Adds telephone numbers.", OperatorWire.NewNumbers.self,
            OperatorWire.Items<OperatorWire.Number>.self, .created),
        write(
            .put, "\(account)/numbers/:number", "Sends a number's calls to a trunk.",
            OperatorWire.NumberChange.self, OperatorWire.Number.self),
        delete("\(account)/numbers/:number", "Removes a telephone number."),
    ]

    private static let resourcePages: [Page] = [
        list("\(account)/tokens", "Shows API tokens.", of: OperatorWire.Token.self),
        write(
            .post, "\(account)/tokens", "Makes an API token.", OperatorWire.NewToken.self,
            OperatorWire.CreatedToken.self, .created),
        delete("\(account)/tokens/:token", "Deletes an API token."),
        list("\(account)/resources", "Shows resources that calls can go to.", of: OperatorWire.Resource.self),
        write(
            .post, "\(account)/resources", "Makes a resource.", OperatorWire.NewResource.self,
            OperatorWire.Resource.self, .created),
        show("\(account)/resources/:resource", "Shows a resource.", OperatorWire.Resource.self),
        delete("\(account)/resources/:resource", "Deletes a resource."),
    ]

    private static let moneyPages: [Page] = [
        show("\(account)/ledger", "Shows an account's money.", OperatorWire.Ledger.self),
        write(
            .post, "\(account)/ledger/topups", "Adds money.", OperatorWire.TopUp.self, OperatorWire.Ledger.self),
        write(
            .patch, "\(account)/ledger", "Freezes an account, or thaws it.", OperatorWire.Freezing.self,
            OperatorWire.Ledger.self),
        list("\(account)/keys", "Shows keys of programs.", of: OperatorWire.ServiceKey.self),
        write(
            .post, "\(account)/keys", "Makes a key of a program.", OperatorWire.NewServiceKey.self,
            OperatorWire.IssuedServiceKey.self, .created),
        delete("\(account)/keys/:key", "Deletes a key."),
    ]

    private static let secretPages: [Page] = [
        (HTTPRequest.Method.post, "Begins, or goes on with,"), (.put, "Goes on with"),
    ]
    .map { method, verb in
        Page(
            method: method, path: "/v1/secrets/rotation", summary: "\(verb) a new key for what is kept sealed.",
            answers: [.init(.ok, json, Schema(of: OperatorWire.Rotation.self))])
    }

    private static let callPages: [Page] = [
        show(
            "\(account)/routes/explanation", "Shows what would become of a call, without making it.",
            OperatorWire.RouteExplanation.self,
            query: [.init("from", .string, isRequired: true), .init("to", .string, isRequired: true)]),
        list(
            "\(account)/calls", "Shows calls, newest first.", of: OperatorWire.CallLeg.self,
            query: [
                count, .init("before", .integer(from: 1)), .init("party", .string),
                .init("state", .string(among: OperatorWire.CallState.allCases.map(\.rawValue))),
            ]),
        list("\(account)/calls/:call", "Shows the legs of a call.", of: OperatorWire.CallLeg.self),
        list(
            "\(account)/calls/:call/trace", "Shows the messages of a call, both its sides, while they are kept.",
            of: TracedMessage.self),
        show("\(account)/call-settings", "Shows what holds for all calls.", OperatorWire.CallSettings.self),
        write(
            .put, "\(account)/call-settings", "Sets what holds for all calls.", OperatorWire.CallSettings.self,
            OperatorWire.CallSettings.self),
        list("\(account)/grants", "Shows what calls of users and trunks may reach.", of: OperatorWire.CallGrant.self),
        write(
            .put, "\(account)/grants/:kind/:name", "Grants to a user or trunk.", OperatorWire.NewCallGrant.self,
            OperatorWire.CallGrant.self),
        delete("\(account)/grants/:kind/:name", "Takes a grant away."),
    ]

    private static let livePages: [Page] = [
        show("/v1/status", "Shows what this node does.", OperatorWire.Status.self),
        list("/v1/bindings", "Shows who is registered.", of: LiveBinding.self, query: [count, user]),
        Page(
            method: .delete, path: "/v1/bindings/:aor", summary: "Ends bindings.",
            query: [.init("contact", .string)], answers: [.init(.ok, json, Schema(of: OperatorWire.Removed.self))]),
        list("/v1/bans", "Shows who is answered with silence.", of: SourceBan.self),
        Page(
            method: .delete, path: "/v1/bans/:source", summary: "Lifts a ban.",
            answers: [.init(.ok, json, Schema(of: OperatorWire.Removed.self))]),
        list(
            "/v1/destinations", "Shows where calls are sent, and whether somebody is there.", of: LiveDestination.self,
            query: [.init("state", .string(among: LiveDestination.State.allCases.map(\.rawValue)))]),
        list("/v1/refusals", "Shows the latest refusals.", of: Refusal.self, query: [count]),
        list("/v1/traces/:user", "Shows the latest messages of a user and its calls.", of: TracedMessage.self),
        Page(
            method: .get, path: "/v1/events", summary: "Shows events as they happen.",
            query: [.init("of", .string(among: EventSubject.allCases.map(\.rawValue))), user],
            answers: [.init(.ok, "text/event-stream", .string)]),
        text("/metrics", "Shows counters for Prometheus.", "text/plain"),
    ]

    private static let registrationPages: [Page] = {
        let of = OpenAPI.Parameter("account", .string)
        let states = LiveRegistration.State.allCases.map(\.rawValue)
        let kinds = OperatorWire.Callback.State.allCases.map(\.rawValue)
        return [
            list(
                "/v1/registrations", "Shows registrations at other servers.", of: LiveRegistration.self,
                query: [count, of, .init("state", .string(among: states)), .init("after", .integer)]),
            show(
                "/v1/registrations/:registration", "Shows a registration and how it came to stand so.",
                OperatorWire.Registration.self),
            Page(
                method: .post, path: "/v1/registrations/:registration/retry", summary: "Has one tried at once.",
                answers: [.init(.accepted, json, Schema(of: OperatorWire.Registration.self))]),
            Page(
                method: .post, path: "/v1/registrations/drain", summary: "Gives every registration up.",
                answers: [.init(.ok, json, Schema(of: OperatorWire.Drained.self))]),
            list(
                "/v1/callbacks", "Shows what accounts' own servers are still to be told.",
                of: OperatorWire.Callback.self, query: [count, of, .init("state", .string(among: kinds))]),
        ]
    }()

    private static let openPages: [Page] = {
        let state = Schema.object([("status", .string)], isOpen: true)
        return ["/health": "Says that the process answers.", "/ready": "Says whether it takes writes."].map {
            Page(
                method: .get, path: $0.key, summary: $0.value,
                answers: [.init(.ok, json, state), .init(.serviceUnavailable, json, state)], isOpen: true)
        }.sorted { $0.path < $1.path }
    }()
}
