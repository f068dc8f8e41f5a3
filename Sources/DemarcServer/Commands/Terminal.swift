import Foundation

/// Where commands read and write; tests put their own in its place.
package struct Terminal: Sendable, CustomStringConvertible, CustomReflectable {
    @TaskLocal package static var current = Terminal(
        write: { text in try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) },
        complain: { text in try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) },
        readLine: { Swift.readLine(strippingNewline: true) },
        environment: ProcessInfo.processInfo.environment)

    private let write: @Sendable (String) -> Void
    private let complain: @Sendable (String) -> Void
    package let readLine: @Sendable () -> String?
    package let environment: [String: String]

    package init(
        write: @escaping @Sendable (String) -> Void, complain: @escaping @Sendable (String) -> Void,
        readLine: @escaping @Sendable () -> String?, environment: [String: String]
    ) {
        self.write = write
        self.complain = complain
        self.readLine = readLine
        self.environment = environment
    }

    /// The environment holds secrets; printing what holds a terminal must not print them.
    package var description: String { "terminal" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Writes to standard output, with a line end where there is none.
    package func print(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n") }

    /// Writes to standard error.
    package func warn(_ text: String) { complain(text + "\n") }
}
