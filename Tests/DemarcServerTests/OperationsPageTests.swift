import ArgumentParser
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
}
