package import Hummingbird

/// One operation of a dialect: a method at a path below the bases.
package struct Route<Operation: Sendable>: Sendable {
    package let method: HTTPRequest.Method
    /// Literal segments; `nil` takes any one segment.
    package let pattern: [String?]
    package let operation: Operation

    /// - Parameter pattern: segments between slashes; `*` takes any one segment.
    package init(_ method: HTTPRequest.Method, _ pattern: String, _ operation: Operation) {
        self.method = method
        self.pattern = pattern.split(separator: "/").map { $0 == "*" ? nil : String($0) }
        self.operation = operation
    }

    /// Another method of the same path that does the same.
    package init(_ method: HTTPRequest.Method, of route: Self) {
        self.method = method
        pattern = route.pattern
        operation = route.operation
    }
}

/// A dialect's routes, mounted under each of several base paths; case does not matter in either.
package struct RouteTable<Operation: Sendable>: Sendable {
    private let bases: [[Substring]]
    private let resources: [Resource]

    /// Every method of one path.
    fileprivate struct Resource {
        let pattern: [String?]
        var operations: [(method: HTTPRequest.Method, operation: Operation)]
    }

    /// What a path named.
    package struct Match {
        /// The base as the client wrote it, such as `/api/v1`; empty at the root.
        package let base: String
        /// What stood in the places of the pattern's stars, percent-decoded.
        package let captures: [String]
        /// The pattern that took the path.
        package let pattern: [String?]
        private let operations: [(method: HTTPRequest.Method, operation: Operation)]

        fileprivate init(path: RequestPath, base: Int, resource: Resource) {
            self.base = path.segments.prefix(base).map { "/\($0)" }.joined()
            captures = zip(resource.pattern, path.segments.dropFirst(base)).compactMap { literal, segment in
                literal == nil ? segment.percentDecoded ?? String(segment) : nil
            }
            pattern = resource.pattern
            operations = resource.operations
        }

        /// The operation of that method, or `nil` where the path does not have it.
        package func operation(_ method: HTTPRequest.Method) -> Operation? {
            operations.first { $0.method == method }?.operation
        }

        /// What the path does have, as the value of an `Allow` header.
        package var allow: String { operations.map(\.method.rawValue).joined(separator: ", ") }
    }

    /// - Parameter bases: such as `/api/v1`, or empty for the root.
    package init(bases: [String], _ routes: [Route<Operation>]) {
        self.bases = bases.map { RequestPath($0).segments }.sorted { $0.count > $1.count }
        var resources: [Resource] = []
        for route in routes {
            let operation = (route.method, route.operation)
            if let known = resources.firstIndex(where: { $0.pattern == route.pattern }) {
                resources[known].operations.append(operation)
            } else {
                resources.append(Resource(pattern: route.pattern, operations: [operation]))
            }
        }
        self.resources = resources
    }

    /// Every method and pattern, `*` for any one segment.
    package var all: [(method: HTTPRequest.Method, pattern: [String])] {
        resources.flatMap { resource in
            resource.operations.map { ($0.method, resource.pattern.map { $0 ?? "*" }) }
        }
    }

    /// Whether the path is a base and nothing more; the root is none.
    package func isBase(_ path: RequestPath) -> Bool {
        !path.segments.isEmpty && bases.contains { $0.count == path.segments.count && starts(path, with: $0) }
    }

    /// The resource of that path, or `nil` where the table has none; the longest base that leads to one counts.
    package func match(_ path: RequestPath) -> Match? {
        for base in bases where starts(path, with: base) {
            let rest = path.segments.dropFirst(base.count)
            for resource in resources where takes(resource.pattern, rest) {
                return Match(path: path, base: base.count, resource: resource)
            }
        }
        return nil
    }

    private func starts(_ path: RequestPath, with base: [Substring]) -> Bool {
        path.segments.count >= base.count && zip(path.segments, base).allSatisfy { $0.matches($1) }
    }

    private func takes(_ pattern: [String?], _ segments: ArraySlice<Substring>) -> Bool {
        pattern.count == segments.count
            && zip(pattern, segments).allSatisfy { literal, segment in literal.map { segment.matches($0) } ?? true }
    }
}
