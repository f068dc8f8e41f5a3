package import DialectKit
import Hummingbird
import Provisioning

extension BandwidthAPI {
    /// What this dialect answers, for programs to read: the paths in OpenAPI, the documents in XML Schema.
    package static var documents: [PublishedDocument] {
        var document = OpenAPI(
            title: "Bandwidth's dialect", summary: "Paths, methods and bodies; bandwidth.xsd describes the answers.",
            server: "/api/v2")
        document.security = [
            [("password", ["type": "http", "scheme": "basic"])], [("token", ["type": "http", "scheme": "bearer"])],
        ]
        document.operations = routeList.map(operation)
        let schema = String(decoding: PackageResources.bandwidth_xsd, as: UTF8.self)
        return [
            PublishedDocument(name: "bandwidth.json", document),
            PublishedDocument(
                name: "bandwidth.xsd", title: "Bandwidth's dialect, its documents", mediaType: "application/xml",
                text: schema),
        ]
    }

    private static let type = "application/xml"

    private static func operation(_ route: Route<Operation>) -> OpenAPI.Operation {
        var names: [String] = []
        var last = ""
        for segment in route.pattern {
            if segment == nil { names.append(self.names[last] ?? "id") }
            last = segment ?? ""
        }
        var rest = names[...]
        let path = route.pattern.map { "/" + ($0 ?? "{\(rest.removeFirst())}") }.joined()
        let body = bodies[name(route)].map { OpenAPI.Body([type], $0, isRequired: true) }
        return OpenAPI.Operation(
            route.method, path, "Answers with \(route.operation.root).",
            parameters: names.map { .init($0, in: .path, .string) }, body: body,
            answers: successes(route.method) + refusals)
    }

    static func name(_ route: Route<Operation>) -> String {
        "\(route.method.rawValue) \(route.pattern.map { $0 ?? "*" }.joined(separator: "/"))"
    }

    private static let names = [
        "accounts": "accountId", "sites": "siteId", "sippeers": "sipPeerId", "tns": "tn", "hosts": "hostId",
        "sipcredentials": "userName", "realms": "realm",
    ]

    /// What changes something may say more of it or nothing, and with which of these it does is up to the vendor's pages.
    private static func successes(_ method: HTTPRequest.Method) -> [OpenAPI.Answer] {
        method == .get ? [.init(.ok, type, .any)] : [.init(.ok), .init(.created), .init(.accepted)]
    }

    /// Statuses that some rule is refused with, and those of every path.
    private static let refusals: [OpenAPI.Answer] = {
        let statuses = Set(errors.rows.values.map(\.status)).union([.unauthorized, .contentTooLarge, .tooManyRequests])
        return statuses.sorted { $0.code < $1.code }.map { status in
            [.badRequest, .conflict].contains(status) ? .init(status, type, .any) : .init(status)
        }
    }()
}
