package import DialectKit
import Hummingbird
import Provisioning

extension VoximplantAPI {
    /// What this dialect answers, for programs to read: the table of commands, and what each takes and answers.
    package static var document: PublishedDocument {
        var document = OpenAPI(
            title: "Voximplant's dialect",
            summary: "Every command takes its parameters in the query or the body, and answers 200, errors too.",
            server: "/platform_api")
        let account = apiKey("account_id")
        let secret = apiKey("api_key")
        document.security = [
            [("token", ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"])], [account, secret],
            [apiKey("account_name"), secret],
        ]
        document.schemas = schemas
        document.operations = commandList.flatMap { command -> [OpenAPI.Operation] in
            guard let page = pages[command.name] else { return [] }
            return [operation(.get, command, page), operation(.post, command, page)]
        }
        return PublishedDocument(name: "voximplant.json", document)
    }

    private static func apiKey(_ name: String) -> (name: String, scheme: JSON) {
        (name, ["type": "apiKey", "in": "query", "name": .string(name)])
    }

    private static func operation(
        _ method: HTTPRequest.Method, _ command: Command, _ page: Page
    ) -> OpenAPI.Operation {
        let roles = command.roles.map(\.rawValue).sorted().joined(separator: ", ")
        let answer = Schema.oneOf([.object(page.answer), .named("Refusal")])
        let answers = [OpenAPI.Answer(.ok, "application/json", answer)]
        let path = "/\(command.name)"
        let summary = "\(page.summary) For \(roles)."
        guard method == .post else {
            let parameters = page.parameters.map { OpenAPI.Parameter($0.name, $0.schema, isRequired: $0.isRequired) }
            return OpenAPI.Operation(method, path, summary, parameters: parameters, answers: answers)
        }
        let form = Schema.object(
            page.parameters.map { ($0.name, $0.schema) },
            required: page.parameters.filter(\.isRequired).map(\.name), isOpen: true)
        let types = ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"]
        return OpenAPI.Operation(method, path, summary, body: .init(types, form), answers: answers)
    }
}
