import Foundation
import Logging
import Testing

@testable import DemarcServer

@Suite("Log lines")
struct LogLineTests {
    private static func line(_ message: String, _ metadata: Logger.Metadata) -> LogLine {
        LogLine(
            milliseconds: 1_767_323_045_678, label: "demarc", level: .info, message: message, metadata: metadata)
    }

    @Test("read well as text")
    func text() {
        let line = Self.line("listener bound", ["address": "udp:192.0.2.1:5060", "reason": "a b", "empty": ""])
        #expect(
            line.text(.text)
                == "2026-01-02T03:04:05.678Z info demarc listener bound address=udp:192.0.2.1:5060 empty=\"\" reason=\"a b\"\n"
        )
    }

    @Test("are JSON objects, and metadata hides no key of the line")
    func json() throws {
        let text = Self.line("a \"b\"\n\u{1}", ["level": "x", "n": "\(1)"]).text(.json)
        #expect(
            text.hasPrefix(
                "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"info\",\"logger\":\"demarc\",\"message\":"))
        let value = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(value["message"] == "a \"b\"\n\u{1}")
        #expect(value["level"] == "info" && value["_level"] == "x" && value["n"] == "1")
        #expect(text.filter { $0 == "\n" }.count == 1 && text.hasSuffix("}\n"))
    }

    @Test("stay one line whatever a stranger sends", arguments: [LogFormat.text, .json])
    func injection(format: LogFormat) {
        let evil = "x\r\n2026-01-02T03:04:05.678Z critical demarc owned\u{1B}[2J\u{7F}"
        let text = Self.line(evil, ["user": "\(evil)", "plain": "a\u{0}b"]).text(format)
        let controls = text.unicodeScalars.dropLast().filter { $0.value < 0x20 || $0.value == 0x7F }
        #expect(controls.isEmpty)
    }
}
