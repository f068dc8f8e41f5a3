import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A disk that refuses: an error for every change, nothing half-done to be seen, and all is well once the disk is.
@Suite(.serialized)
struct DiskFaultTests {
    @Test(arguments: FaultyMachine.Trouble.all)
    func refusesAndRecovers(trouble: FaultyMachine.Trouble) async throws {
        let machine = try await FaultyMachine()
        let powerCut = try await PowerCut()
        var installation = try Installation()
        let disk = "\(installation.folder.path)/disk"
        installation.environment = machine.environment(
            data: installation.data, over: powerCut.environment(data: installation.data, disk: disk))
        let server = try await installation.start()
        let account = try #require(BandwidthAccount(of: server))
        var trial = DiskTrial(server: server, account: account)
        try await trial.changesSomething("before")

        for round in 1...2 {
            try machine.breaks(trouble)
            try await trial.isRefusedEverything("in-\(round)")
            let seen = try machine.refusals
            #expect(seen > 0, "the trial is worth something only if the disk did refuse")
            try machine.heals()
            try await trial.recovers()
            try await trial.changesSomething("after-\(round)")
        }
        trial.expectLog(of: 2)

        // What the disk holds after all that is what was answered.
        try await server.kill()
        installation.environment = [:]
        installation.data = disk
        try await trial.isComplete(in: try await installation.start())
    }

    /// A real disk that is really full.
    @Test(.enabled(if: TinyDisk.isAllowed, "needs the right to mount a file system"))
    func aFullDisk() async throws {
        var installation = try Installation()
        let disk = try await TinyDisk(at: installation.data)
        let server = try await installation.start()
        let account = try #require(BandwidthAccount(of: server))
        var trial = DiskTrial(server: server, account: account)
        try await trial.changesSomething("before")
        for round in 1...2 {
            try disk.fill()
            // The journal's last page has room for a few more: those are kept.
            var refreshes = 0
            while try await trial.register("before", port: 9000)?.status == 200, refreshes < 100 { refreshes += 1 }
            try await trial.isRefusedEverything("in-\(round)")
            try disk.free()
            try await trial.recovers()
            try await trial.changesSomething("after-\(round)")
        }
        trial.expectLog(of: 2)
        try await server.kill()
        installation.arguments = []
        let restarted = try await installation.start()
        try await trial.isComplete(in: restarted)
        try await restarted.kill()
        try await disk.unmount()
    }

    /// Somebody else holds the file: whoever waits gets an error in the end, phones notice nothing.
    @Test func aStoreThatIsLocked() async throws {
        let installation = try Installation()
        let server = try await installation.start()
        let account = try #require(BandwidthAccount(of: server))
        var trial = DiskTrial(server: server, account: account)
        try await trial.changesSomething("before")
        let intruder = try ChildProcess("/usr/bin/env", ["python3", "-u", "-c", Self.lock, installation.data])
        try await Patience.until("the lock \(intruder.errors)") { intruder.output.contains("locked") ? () : nil }

        try await trial.isRefused("while-locked", byPhones: false)
        #expect(try await account.credentialNames().contains("before"), "who only reads is not held up")
        #expect(try await trial.register("before", port: 9000)?.status == 200)
        #expect(try await server.readiness().body.contains("\"store\":\"not writable\""))

        intruder.closeInput()
        try await intruder.end()
        try await trial.recovers()
        try await trial.changesSomething("after")
        try await server.kill()
        try await trial.isComplete(in: try await installation.start())
    }

    private static let lock = """
        import sqlite3, sys
        store = sqlite3.connect(sys.argv[1] + '/demarc.sqlite', isolation_level=None)
        store.execute('BEGIN EXCLUSIVE')
        print('locked')
        sys.stdin.read()
        store.execute('ROLLBACK')
        """
}

/// A file system of a few megabytes.
struct TinyDisk {
    private let path: String

    static var isAllowed: Bool {
        guard getuid() == 0, let folder = try? TemporaryDirectory() else { return false }
        guard unsafe mount("tmpfs", folder.path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return unsafe umount(folder.path) == 0
    }

    init(at path: String) async throws {
        self.path = path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=8m,mode=0700") == 0 else {
            throw LoopbackSocket.Failure(operation: "mount", code: errno)
        }
    }

    private var filler: String { "\(path)/filler" }

    /// Leaves no byte.
    func fill() throws {
        let file = unsafe open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw LoopbackSocket.Failure(operation: "open", code: errno) }
        defer { close(file) }
        for size in [65_536, 4096, 1] {
            let zeros = [UInt8](repeating: 0, count: size)
            while unsafe zeros.withUnsafeBytes({ unsafe Glibc.write(file, $0.baseAddress, $0.count) }) > 0 {}
        }
    }

    func free() throws { try FileManager.default.removeItem(atPath: filler) }

    func unmount() async throws {
        try await Patience.until("an unmounted disk") { unsafe umount(path) == 0 ? () : nil }
    }
}
