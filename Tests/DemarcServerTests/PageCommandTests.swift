import ArgumentParser
import Foundation
import Testing

@testable import DemarcServer

@Suite("The pages that teach the demarc command")
struct PageCommandTests {
    @Test(
        "have commands that parse",
        arguments: [
            ("README.md", 5), ("Docs/first-call.md", 12), ("Docs/operations.md", 1),
            ("Examples/registration-front/README.md", 5),
        ])
    func commands(page: String, atLeast: Int) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
        let commands = text.matches(of: /```sh\n((?s).*?)```/).flatMap { $0.output.1.split(separator: "\n") }
            .filter { $0.hasPrefix("demarc ") }
        #expect(commands.count >= atLeast)
        for command in commands {
            let words = command.prefix { $0 != "#" && $0 != "|" }.split(separator: " ").dropFirst().map(String.init)
            #expect(throws: Never.self, "\(command)") { try DemarcCommand.parseAsRoot(words) }
        }
    }
}
