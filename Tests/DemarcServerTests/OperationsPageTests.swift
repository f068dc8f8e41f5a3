import ArgumentParser
import DialectKit
import Foundation
import HTTPTypes
import OperatorAPI
import Provisioning
import Testing

@testable import DemarcServer

@Suite("Docs/operations.md")
struct OperationsPageTests {
    private static func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Docs/operations.md"), encoding: .utf8)
    }

    @Test("lists every setting as it is")
    func settings() throws {
        let page = try Self.page()
        for setting in Setting.all {
            let fallback = setting.fallback.isEmpty ? "" : "`\(setting.fallback.joined(separator: ", "))`"
            let form = setting.form.replacing("|", with: "\\|")
            let row = "| `\(setting.key)` | \(form) | \(fallback) | \(setting.help) |\n"
            #expect(page.contains(row), "\(row)")
        }
    }

    @Test("lists every exit code", arguments: CommandError.Code.allCases)
    func exitCodes(code: CommandError.Code) throws {
        #expect(try Self.page().contains("| \(code.rawValue) | "))
        #expect(DemarcCommand.helpMessage(columns: 500).contains(" \(code.rawValue) "))
    }

    @Test("lists every metric")
    func metrics() throws {
        let page = try Self.page()
        let node = NodeFacts(
            version: "1", startedAt: Timestamp(milliseconds: 0), uptime: { .zero },
            process: { ProcessUsage(residentBytes: 1, cpuSeconds: 1, openFiles: 1) }, httpListeners: { [] },
            httpCounters: HTTPCounters())
        node.httpCounters.count(.vendor, method: .get, status: 200, seconds: 0)
        var counters = EdgeCounters()
        counters.requests = ["REGISTER": 1]
        counters.responses = [200: 1]
        counters.dropped = ["banned": 1]
        counters.callOutcomes = ["answered": 1]
        counters.mediaRelays = ["udp:127.0.0.1:2223": true]
        var registrations = RegistrationCounters()
        registrations.answers = [200: 1]
        let metrics = MetricsPage(
            node: node, counters: counters, registrations: registrations, listeners: 1, totals: StoreTotals()
        ).text
        let types = metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        #expect(types.count == 38)
        for type in types {
            let words = type.split(separator: " ")
            #expect(page.contains("| `\(words[2])` | \(words[3]) | "), "\(type)")
        }
    }

    @Test("lists every operation of the operator's API with its parameters, and no other")
    func operations() throws {
        let document = try JSONSerialization.jsonObject(with: Data(OperatorAPI.document.text.utf8))
        let paths = try #require((document as? [String: Any])?["paths"] as? [String: [String: Any]])
        let described = paths.flatMap { path, operations in
            operations.keys.map { method in
                let parameters = (operations[method] as? [String: Any])?["parameters"] as? [[String: Any]] ?? []
                let query = parameters.filter { $0["in"] as? String == "query" }.compactMap { $0["name"] as? String }
                return Self.operation(method.uppercased(), path, query)
            }
        }
        let rows = try Self.page().split(separator: "\n").filter { $0.contains(/^\| `(GET|POST|PUT|PATCH|DELETE)[` ]/) }
        let listed = rows.flatMap { Self.operations(inRow: $0) }
        #expect(Set(described) == Set(listed))
        #expect(listed.count == described.count, "each once")
    }

    /// A row's first cell has methods and, with the last of those of one path, the path.
    private static func operations(inRow row: Substring) -> [String] {
        var methods: [Substring] = []
        var operations: [String] = []
        for code in (row.split(separator: "|").first ?? "").matches(of: /`([^`]+)`/).map(\.output.1) {
            let words = code.split(separator: " ")
            methods.append(words[0])
            guard words.count == 2 else { continue }
            let parts = words[1].split(separator: "?")
            let query = parts.dropFirst().joined().split(separator: "&").map { String($0.prefix { $0 != "=" }) }
            operations += methods.map { operation(String($0), String(parts[0]), query) }
            methods = []
        }
        return operations
    }

    /// What is in capitals or braces is a capture.
    private static func operation(_ method: String, _ path: String, _ query: [String]) -> String {
        let segments = path.split(separator: "/").map {
            $0.hasPrefix("{") || $0.allSatisfy(\.isUppercase) ? "*" : String($0)
        }
        return "\(method) /\(segments.joined(separator: "/"))?\(query.sorted().joined(separator: "&"))"
    }
}
