import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A program that runs beside the test; what it prints goes to files, so that it never waits for a reader.
final class ChildProcess: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let folder: TemporaryDirectory
    private let name: String

    /// Starts the program. `environment` is added to the test's own, less what would be settings of Demarc.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        in folder: TemporaryDirectory? = nil
    ) throws {
        self.folder = try folder ?? TemporaryDirectory()
        name = URL(filePath: program).lastPathComponent
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: self.folder.path)
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DEMARC") }
        process.environment = inherited.merging(environment) { $1 }
        process.standardInput = input
        let (output, errors) = try (
            Self.file("\(self.folder.path)/standard-output"), Self.file("\(self.folder.path)/standard-error")
        )
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // A process that has ended keeps what it was given, and a long trial runs thousands.
        for handle in [output, errors, input.fileHandleForReading] { try handle.close() }
    }

    deinit {
        closeInput()
        if process.isRunning { signal(SIGKILL) }
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(filePath: path))
        return try FileHandle(forWritingTo: URL(filePath: path))
    }

    var id: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var output: String { read("standard-output") }
    var errors: String { read("standard-error") }

    private func read(_ file: String) -> String {
        let data = FileManager.default.contents(atPath: "\(folder.path)/\(file)") ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    func write(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    func closeInput() { try? input.fileHandleForWriting.close() }

    func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

    /// Waits until the program has ended; returns its exit code, or the signal that ended it as a negative number.
    @discardableResult
    func end(within limit: Duration = Patience.limit) async throws -> Int32 {
        try await Patience.until("the end of \(name): \(errors.suffix(2000))", within: limit) {
            process.isRunning ? nil : ()
        }
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// What a program that ran to its end left behind.
    struct Outcome: Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    /// Runs a program to its end.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        in folder: TemporaryDirectory? = nil, within limit: Duration = Patience.limit
    ) async throws -> Outcome {
        let child = try ChildProcess(program, arguments, environment: environment, in: folder)
        if let input { try child.write(input) }
        child.closeInput()
        let code = try await child.end(within: limit)
        return Outcome(code: code, output: child.output, errors: child.errors)
    }
}
