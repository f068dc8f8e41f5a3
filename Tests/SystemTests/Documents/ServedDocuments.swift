import Foundation

/// The descriptions that a server serves under `/docs`, by their names.
struct ServedDocuments: Sendable {
    let folder: TemporaryDirectory
    /// In the order of the index.
    let names: [String]

    init(of server: ServerProcess) async throws {
        let index = try await server.fromOperator("/docs").body
        names = index.matches(of: /href="\/docs\/([a-z.]+)"/).map { String($0.1) }
        folder = try TemporaryDirectory()
        for name in names {
            let answer = try await server.fromOperator("/docs/\(name)")
            try answer.body.write(toFile: "\(folder.path)/\(name)", atomically: true, encoding: .utf8)
        }
    }

    /// How many methods of paths a description has.
    func operations(_ name: String) throws -> Int {
        let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))
        return try JSONDecoder().decode(Document.self, from: data).paths.values.map(\.count).reduce(0, +)
    }

    private struct Document: Decodable {
        let paths: [String: [String: Anything]]

        struct Anything: Decodable {
            init(from decoder: any Decoder) {}
        }
    }
}
