import Foundation
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Rounds of load, each ended by a crash; after each the restarted server is held to every answer that was given.
struct CrashTrial {
    /// How a round ends, and with what the next one begins.
    enum Ending {
        /// The process is killed; everything that it wrote is there.
        case killed
        /// The power fails: what is left is what was synced.
        case powerCut(PowerCut)
    }

    /// What a whole trial came to.
    struct Outcome {
        /// Promises that were not kept.
        var violations: [String] = []
        /// Answers under load that nobody should get.
        var complaints: [String] = []
        /// Promises that were looked at after a crash: of credentials that exist, that were deleted, of contacts.
        var checked = (existing: 0, deleted: 0, contacts: 0)
    }

    static let workers = 8
    static let usersPerWorker = 6

    let ending: Ending
    let load: LoadWorker.Load
    let rounds: Int
    private var installation: Installation
    private var random: SeededRandom
    private var users: [[UserRecord]]
    private var outcome = Outcome()

    init(
        rounds: Int, ending: Ending, load: LoadWorker.Load = .everything, seed: UInt64, arguments: [String] = []
    ) throws {
        self.rounds = rounds
        self.ending = ending
        self.load = load
        random = SeededRandom(seed: seed)
        installation = try Installation(["--ban-after", "1000000", "--log-level", "warning"] + arguments)
        users = (0..<Self.workers).map { worker in
            (0..<Self.usersPerWorker).map { UserRecord(name: "u\(worker)x\($0)") }
        }
    }

    /// Runs every round; `inPeace` when the first start, which makes the account, is to be over before the first crash.
    mutating func run(afterFirstStartInPeace inPeace: Bool = false) async throws -> Outcome {
        var known: BandwidthAccount?
        if inPeace {
            let first = try await installation.start()
            known = BandwidthAccount(of: first)
            try await first.stop()
        }
        for round in 0..<rounds {
            let (data, disk) = (installation.data, "\(installation.folder.path)/disk-\(round)")
            // Where there is a compaction, every second round ends right after the shorter journal took the name.
            let atReplacement = load == .longContacts && round.isMultiple(of: 2)
            if case .powerCut(let powerCut) = ending {
                installation.environment = powerCut.environment(data: data, disk: disk, atReplacement: atReplacement)
            }
            let server = try await installation.start()
            let account = try known ?? #require(BandwidthAccount(of: server))
            known = account
            try await check(server, account, round)
            try await crash(server, under: account, endsByItself: atReplacement)
            guard case .powerCut = ending else { continue }
            installation.data = disk
            for leftover in [data, "\(data).contents"] { try? FileManager.default.removeItem(atPath: leftover) }
        }
        installation.environment = [:]
        let last = try await installation.start()
        try await check(last, #require(known), rounds)
        try await last.stop()
        return outcome
    }

    /// Lets the workers run, and kills the server at a moment that the seed chooses.
    private mutating func crash(
        _ server: ServerProcess, under account: BandwidthAccount, endsByItself: Bool
    ) async throws {
        let shared = LoadWorker.Shared(endsByItself: endsByItself)
        let (sipPort, load) = (installation.sipPort, load)
        let seeds = users.map { _ in random.next() }
        let reports = try await withThrowingTaskGroup(of: (Int, LoadWorker.Report).self) { group in
            defer { shared.isOver.store(true, ordering: .releasing) }
            for (index, records) in users.enumerated() {
                let seed = seeds[index]
                group.addTask {
                    try await onThread {
                        let worker = try LoadWorker(
                            records, account: account, sipPort: sipPort, load: load, shared: shared, seed: seed)
                        return (index, worker.run())
                    }
                }
            }
            try await moment(server, shared)
            shared.isOver.store(true, ordering: .releasing)
            try await server.kill()
            return try await group.reduce(into: [LoadWorker.Report?](repeating: nil, count: users.count)) {
                $0[$1.0] = $1.1
            }
        }
        for (index, report) in reports.enumerated() {
            guard let report else { continue }
            users[index] = report.users
            outcome.complaints += report.complaints
        }
    }

    /// Returns after a number of answers, or during a compaction of the journal, wherever it is by then, or when the server
    /// has ended by itself; at once when something went wrong.
    private mutating func moment(_ server: ServerProcess, _ shared: LoadWorker.Shared) async throws {
        let wanted = Int.random(in: 40...200, using: &random)
        let delay = UInt32.random(in: 0...8000, using: &random)
        let draft = "\(installation.data)/bindings.journal.new"
        let load = load
        try await onThread {
            let deadline = ContinuousClock.now + .seconds(90)
            while !shared.hasComplaints.load(ordering: .acquiring) {
                if shared.endsByItself {
                    if !server.child.isRunning { return }
                } else if load == .longContacts {
                    if FileManager.default.fileExists(atPath: draft) {
                        usleep(delay)
                        return
                    }
                } else if shared.answered.load(ordering: .relaxed) >= wanted {
                    return
                }
                guard ContinuousClock.now < deadline else { throw Patience.Exhausted(what: "the moment to crash") }
                usleep(100)
            }
        }
    }

    /// Holds a server that was just started to what was answered before.
    private mutating func check(_ server: ServerProcess, _ account: BandwidthAccount, _ round: Int) async throws {
        let names = try await account.credentialNames()
        let bindings = try await server.bindings()
        var registered: [String: [String: Int64]] = [:]
        for binding in bindings {
            let name = String(binding.aor.prefix { $0 != "@" })
            registered[name, default: [:]][binding.contact] = binding.expiresAt
        }
        for worker in users.indices {
            for user in users[worker].indices {
                let name = users[worker][user].name
                count(users[worker][user])
                let violations = users[worker][user].settle(
                    exists: names.contains(name), registered: registered[name] ?? [:])
                outcome.violations += violations.map { "round \(round): \($0)" }
            }
        }
        let known = Set(users.joined().map(\.name))
        for stranger in names.subtracting(known).union(Set(registered.keys).subtracting(known)) {
            outcome.violations.append("round \(round): \(stranger) was never made")
        }
    }

    private mutating func count(_ record: UserRecord) {
        if case .known(let exists) = record.credential {
            if exists { outcome.checked.existing += 1 } else { outcome.checked.deleted += 1 }
        }
        if case .known(let contacts) = record.contacts { outcome.checked.contacts += contacts.count }
    }
}
