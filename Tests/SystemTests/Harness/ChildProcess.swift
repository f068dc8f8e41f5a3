import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A program that runs beside the test; what it prints goes to files, so that it never waits for a reader.
///
/// By posix_spawn(3) itself: Foundation's `Process` crashed in `run()` while other tests opened and closed sockets.
final class ChildProcess: Sendable {
    let id: pid_t
    private let input: Mutex<Int32?>
    /// As waitpid(2) gave it, once the program has ended.
    private let status = Mutex<Int32?>(nil)
    private let folder: TemporaryDirectory
    private let name: String

    struct SpawnFailure: Error, CustomStringConvertible {
        let program: String
        let code: Int32

        var description: String { unsafe "\(program): \(String(cString: strerror(code)))" }
    }

    /// Starts the program. `environment` is added to the test's own, less what would be settings of Demarc.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        in folder: TemporaryDirectory? = nil
    ) throws {
        self.folder = try folder ?? TemporaryDirectory()
        name = URL(filePath: program).lastPathComponent
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DEMARC") }
        let variables = inherited.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
        let path = self.folder.path
        let (id, input) = try Self.withoutSpawning {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw SpawnFailure(program: program, code: errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            defer { close(ends[0]) }
            return (try Self.spawn(program, arguments, variables, input: ends[0], folder: path), ends[1])
        }
        self.id = id
        self.input = Mutex(input)
    }

    /// What no child must have a copy of, not even in the moment between its fork and its closing of what is not its own:
    /// the other end of another's standard input, a port that is to be free.
    static func withoutSpawning<Result: ~Copyable, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        try spawning.withLock { (_) throws(Failure) in try body() }
    }

    private static let spawning = Mutex(())

    private static func spawn(
        _ program: String, _ arguments: [String], _ variables: [String], input: Int32, folder: String
    ) throws(SpawnFailure) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        for (number, file) in [(Int32(1), "standard-output"), (2, "standard-error")] {
            unsafe posix_spawn_file_actions_addopen(
                &actions, number, "\(folder)/\(file)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        try unsafe closeOthers(&actions)
        // The threads that tests run on take no signals, and a child would not either.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // env(1) goes to the folder and becomes the program: same process, same number.
        let words = unsafe (["env", "-C", folder, program] + arguments).map { unsafe strdup($0) } + [nil]
        let settings = unsafe variables.map { unsafe strdup($0) } + [nil]
        // No `for`: the formatter writes `for unsafe` as a name.
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var id = pid_t()
        let code = unsafe posix_spawn(&id, "/usr/bin/env", &actions, &attributes, words, settings)
        guard code == 0 else { throw SpawnFailure(program: program, code: code) }
        return id
    }

    /// Keeps the sockets of tests beside this one out of the child: with a copy there they would never close.
    ///
    /// glibc has the call since 2.34, and Swift's module of it does not show it.
    private static func closeOthers(_ actions: inout posix_spawn_file_actions_t) throws(SpawnFailure) {
        typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        let name = "posix_spawn_file_actions_addclosefrom_np"
        guard let found = unsafe dlsym(nil, name) else { throw SpawnFailure(program: name, code: ENOSYS) }
        _ = unsafe unsafeBitCast(found, to: CloseFrom.self)(&actions, 3)
    }

    deinit {
        closeInput()
        if isRunning {
            signal(SIGKILL)
            _ = waitpid(id, nil, 0)
        }
    }

    var isRunning: Bool {
        status.withLock { status in
            var ended: Int32 = 0
            if status == nil, unsafe waitpid(id, &ended, WNOHANG) == id { status = ended }
            return status == nil
        }
    }

    var output: String { folder.read("standard-output") }
    var errors: String { folder.read("standard-error") }

    func write(_ text: String) throws {
        try input.withLock { input in
            guard let input else { return }
            try FileHandle(fileDescriptor: input, closeOnDealloc: false).write(contentsOf: Data(text.utf8))
        }
    }

    func closeInput() {
        input.withLock { input in
            if let open = input { close(open) }
            input = nil
        }
    }

    /// Sends a signal to a program that has not been waited for, so that its number cannot be another's by now.
    func signal(_ number: Int32) { if isRunning { Glibc.kill(id, number) } }

    /// Waits until the program has ended; returns its exit code, or the signal that ended it as a negative number.
    @discardableResult
    func end(within limit: Duration = Patience.limit) async throws -> Int32 {
        try await Patience.until("the end of \(name): \(errors.suffix(2000))", within: limit) {
            isRunning ? nil : ()
        }
        let ended = status.withLock { $0 } ?? 0
        let signal = ended & 0x7F
        return signal == 0 ? ended >> 8 & 0xFF : -signal
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
