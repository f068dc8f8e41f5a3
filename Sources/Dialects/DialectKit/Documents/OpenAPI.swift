package import Hummingbird

/// A description of an API in OpenAPI 3.1.
package struct OpenAPI: Sendable {
    package var title: String
    package var summary: String
    package var server: String
    /// Ways to sign in, each of schemes that are shown together.
    package var security: [[(name: String, scheme: JSON)]] = []
    package var schemas: [(name: String, schema: Schema)] = []
    package var operations: [Operation] = []

    package init(title: String, summary: String, server: String) {
        self.title = title
        self.summary = summary
        self.server = server
    }

    package struct Parameter: Sendable {
        package enum Place: String, Sendable {
            case path, query
        }

        package var name: String
        package var place: Place
        package var schema: Schema
        package var isRequired: Bool

        package init(_ name: String, in place: Place = .query, _ schema: Schema, isRequired: Bool = false) {
            self.name = name
            self.place = place
            self.schema = schema
            self.isRequired = isRequired || place == .path
        }
    }

    package struct Body: Sendable {
        package var mediaTypes: [String]
        package var schema: Schema
        package var isRequired: Bool

        package init(_ mediaTypes: [String], _ schema: Schema, isRequired: Bool = false) {
            self.mediaTypes = mediaTypes
            self.schema = schema
            self.isRequired = isRequired
        }
    }

    package struct Answer: Sendable {
        package var status: HTTPResponse.Status
        /// `nil` for an answer without a body.
        package var body: (mediaType: String, schema: Schema)?

        package init(_ status: HTTPResponse.Status, _ mediaType: String, _ schema: Schema) {
            self.status = status
            body = (mediaType, schema)
        }

        package init(_ status: HTTPResponse.Status) {
            self.status = status
        }
    }

    /// One method of one path.
    package struct Operation: Sendable {
        package var method: HTTPRequest.Method
        /// With names in braces.
        package var path: String
        package var summary: String
        package var parameters: [Parameter]
        package var body: Body?
        package var answers: [Answer]
        /// Whether anybody may ask.
        package var isOpen = false

        package init(
            _ method: HTTPRequest.Method, _ path: String, _ summary: String, parameters: [Parameter] = [],
            body: Body? = nil, answers: [Answer]
        ) {
            self.method = method
            self.path = path
            self.summary = summary
            self.parameters = parameters
            self.body = body
            self.answers = answers
        }
    }
}

extension OpenAPI {
    /// The document; operations of one path stand together.
    package var json: JSON {
        var components = JSONObject()
        components.append("schemas", Self.object(schemas.map { ($0.name, .object($0.schema.json)) }))
        let schemes = security.joined().reduce(into: [(String, JSON)]()) { schemes, next in
            if !schemes.contains(where: { $0.0 == next.name }) { schemes.append((next.name, next.scheme)) }
        }
        components.append("securitySchemes", Self.object(schemes))
        return [
            "openapi": "3.1.0", "info": ["title": .string(title), "version": "1", "summary": .string(summary)],
            "servers": [["url": .string(server)]],
            "security": .array(security.map { way in Self.object(way.map { ($0.name, []) }) }), "paths": paths,
            "components": .object(components),
        ]
    }

    private var paths: JSON {
        var items: [(path: String, operations: [(String, JSON)])] = []
        for operation in operations {
            let entry = (operation.method.rawValue.lowercased(), operation.json)
            if let known = items.firstIndex(where: { $0.path == operation.path }) {
                items[known].operations.append(entry)
            } else {
                items.append((operation.path, [entry]))
            }
        }
        return Self.object(items.map { ($0.path, Self.object($0.operations)) })
    }

    fileprivate static func object(_ members: [(String, JSON)]) -> JSON {
        .object(JSONObject(members.map { JSONObject.Member($0.0, $0.1) }))
    }
}

extension OpenAPI.Operation {
    fileprivate var json: JSON {
        var object = JSONObject([
            .init("operationId", .string(identifier)), .init("summary", .string(summary)),
        ])
        if isOpen { object.append("security", []) }
        if !parameters.isEmpty {
            object.append(
                "parameters",
                .array(
                    parameters.map { parameter in
                        [
                            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
                            "required": .bool(parameter.isRequired), "schema": .object(parameter.schema.json),
                        ]
                    }))
        }
        if let body {
            let content = body.mediaTypes.map { ($0, ["schema": .object(body.schema.json)] as JSON) }
            object.append("requestBody", ["required": .bool(body.isRequired), "content": OpenAPI.object(content)])
        }
        object.append("responses", OpenAPI.object(answers.map { ("\($0.status.code)", $0.json) }))
        return .object(object)
    }

    /// `get_resources_subscribers_id`.
    private var identifier: String {
        let words = path.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        return ([method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }
}

extension OpenAPI.Answer {
    fileprivate var json: JSON {
        var object = JSONObject([.init("description", .string(status.reasonPhrase))])
        if let body {
            object.append("content", OpenAPI.object([(body.mediaType, ["schema": .object(body.schema.json)])]))
        }
        return .object(object)
    }
}
