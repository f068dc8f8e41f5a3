import Foundation

/// The interposer that plays a disk under a process (see `Interposer/powercut.c`), compiled for this run.
struct PowerCut: Sendable {
    private let folder: TemporaryDirectory
    private let library: String
    private let lies: Bool

    /// A disk that lies says that all is synced, and has forgotten it when the power is back.
    init(lies: Bool = false) async throws {
        self.lies = lies
        folder = try TemporaryDirectory()
        library = "\(folder.path)/powercut.so"
        try await Self.compile(["-shared", "-fPIC", "-O1", "-o", library, Repository.file("Interposer/powercut.c")])
    }

    /// For a process that writes to `data`: `disk` will hold what was synced. With `atReplacement` the power fails by
    /// itself, when a file has taken another's name.
    func environment(data: String, disk: String, atReplacement: Bool = false) -> [String: String] {
        [
            "LD_PRELOAD": library, "POWERCUT_DATA": data, "POWERCUT_DISK": disk, "POWERCUT_LIES": lies ? "1" : "0",
            "POWERCUT_AT": atReplacement ? "bindings.journal" : "",
        ]
    }

    /// Runs the C compiler.
    static func compile(_ arguments: [String]) async throws {
        let outcome = try await ChildProcess.run(try Tool.cc.path, ["-Wall", "-Wextra", "-Werror"] + arguments)
        guard outcome.code == 0 else { throw Failure(errors: outcome.errors) }
    }

    struct Failure: Error, CustomStringConvertible {
        let errors: String

        var description: String { "cc: \(errors)" }
    }
}
