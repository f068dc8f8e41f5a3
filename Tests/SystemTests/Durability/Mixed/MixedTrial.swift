import Foundation
import Synchronization
import TestSupport
import Testing

/// The running program under a mixed load, with a disk that refuses, clocks that are set, and kills at moments that a seed
/// chooses; after each the load is stopped for a moment and the server is held to everything that it has answered.
struct MixedTrial {
    struct Outcome {
        var violations: [String] = []
        var answers = 0
        var refusals = 0
        var unanswered = 0
        var checked = (existing: 0, deleted: 0, contacts: 0, peers: 0)
        var kills = 0
        var troubles = 0
        var clocks = 0
    }

    private static let workers = 6
    /// Within which the server must be ready again, and answer as promised.
    private static let recovery: Duration = .seconds(15)

    let length: Duration
    private let plan: MixedPlan
    private let machine: FaultyMachine
    private var installation: Installation
    private let ledgers: [MixedLedger]
    private let shared = MixedWorker.Shared()
    private var random: SeededRandom
    private var outcome = Outcome()
    private var memory = MemoryWatch()
    private let start = ContinuousClock.now

    init(length: Duration, seed: UInt64) async throws {
        self.length = length
        plan = MixedPlan(length: length, seed: seed)
        random = SeededRandom(seed: seed &+ 1)
        machine = try await FaultyMachine()
        installation = try Installation([
            "--ban-after", "1000000", "--log-level", "notice", "--sip-minimum-expires", "1",
        ])
        installation.environment = machine.environment(data: installation.data)
        ledgers = (0..<Self.workers).map { MixedLedger(worker: $0, users: 12, peers: 3) }
    }

    mutating func run() async throws -> Outcome {
        var server = try await installation.start()
        let account = try #require(BandwidthAccount(of: server))
        let site = try await Self.makeSite(account)
        let threads = try workers(account, site)
        defer { shared.isOver.store(true, ordering: .releasing) }
        for step in plan.steps {
            try await calm(until: step.at, server)
            try await carryOut(step.episode, &server, account, site)
            guard outcome.violations.isEmpty else { break }
        }
        try await calm(until: length, server)
        try await check(server, account, site)
        outcome.violations += memory.endLife()
        shared.isOver.store(true, ordering: .releasing)
        for thread in threads { await thread.value }
        try await server.stop()
        collect()
        return outcome
    }

    private func workers(_ account: BandwidthAccount, _ site: String) throws -> [Task<Void, Never>] {
        var random = random
        return ledgers.map { ledger in
            let (seed, shared, port) = (random.next(), shared, installation.sipPort)
            return Task.detached {
                do {
                    try await onThread {
                        try MixedWorker(
                            ledger, account: account, site: site, sipPort: port, shared: shared, seed: seed
                        ).run()
                    }
                } catch {
                    ledger.records.withLock { $0.complaints.append("a client never began: \(error)") }
                }
            }
        }
    }

    /// Lets the load go on until then, and watches the memory.
    private mutating func calm(until moment: Duration, _ server: ServerProcess) async throws {
        while ContinuousClock.now - start < moment {
            guard server.child.isRunning else { throw ServerProcess.Ended(log: server.child.errors) }
            memory.sample(server.child.id)
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    // MARK: Episodes

    private mutating func carryOut(
        _ episode: MixedPlan.Episode, _ server: inout ServerProcess, _ account: BandwidthAccount, _ site: String
    ) async throws {
        var text: String
        switch episode {
        case .calm: text = "calm"
        case .clock(let seconds):
            try machine.setClock(seconds)
            outcome.clocks += 1
            text = "the clock is \(seconds) s off"
        case .disk(let trouble, let duration):
            text = "the disk is \(trouble.name)"
            try await breaks(trouble, duration)
            text += try await heals(server)
        case .killed:
            text = "killed"
            text += try await restart(&server)
        case .killedOnABadDisk(let trouble, let duration):
            text = "killed while the disk was \(trouble.name)"
            try await breaks(trouble, duration)
            text += try await restart(&server)
        }
        try await check(server, account, site)
        report(text)
    }

    private mutating func breaks(_ trouble: FaultyMachine.Trouble, _ duration: Duration) async throws {
        let kind: MixedWorker.Disturbance = trouble.code == EIO ? .brokenDisk : .disk
        shared.disturbance.store(kind.rawValue, ordering: .releasing)
        try machine.breaks(trouble)
        outcome.troubles += 1
        try await Task.sleep(for: duration)
    }

    private func heals(_ server: ServerProcess) async throws -> String {
        try machine.heals()
        let start = ContinuousClock.now
        try await Patience.until("recovery\n\(server.child.errors.suffix(2000))", within: Self.recovery) {
            try await server.readiness().status == 200 ? () : nil
        }
        shared.disturbance.store(MixedWorker.Disturbance.none.rawValue, ordering: .releasing)
        return ", well after \(ContinuousClock.now - start)"
    }

    private mutating func restart(_ server: inout ServerProcess) async throws -> String {
        shared.disturbance.store(MixedWorker.Disturbance.kill.rawValue, ordering: .releasing)
        try await server.kill()
        outcome.kills += 1
        outcome.violations += memory.endLife()
        try machine.heals()
        let start = ContinuousClock.now
        server = try await installation.start()
        shared.lives.wrappingAdd(1, ordering: .releasing)
        shared.disturbance.store(MixedWorker.Disturbance.none.rawValue, ordering: .releasing)
        return ", ready after \(ContinuousClock.now - start)"
    }

    private func report(_ text: String) {
        let seconds = (ContinuousClock.now - start).components.seconds
        let totals = ledgers.reduce(into: (0, 0, 0)) { sums, ledger in
            ledger.records.withLock { records in
                sums = (sums.0 + records.answers, sums.1 + records.refusals, sums.2 + records.unanswered)
            }
        }
        print(
            "soak \(seconds) s: \(text); answers \(totals.0), refused \(totals.1), unanswered \(totals.2), "
                + "memory \(memory.latest >> 20) MiB")
    }

    // MARK: The oracle

    /// Holds the server to what was answered, while nobody asks anything.
    private mutating func check(_ server: ServerProcess, _ account: BandwidthAccount, _ site: String) async throws {
        shared.isPaused.store(true, ordering: .releasing)
        defer { shared.isPaused.store(false, ordering: .releasing) }
        try await Patience.until("a pause", within: .seconds(45)) {
            shared.parked.load(ordering: .acquiring) == ledgers.count ? () : nil
        }
        let names = try await account.credentialNames()
        let peers = try await Self.peers(account, site)
        var registered: [String: [String: Int64]] = [:]
        let shift = machine.clockShift * 1000
        for binding in try await server.bindings() {
            registered[String(binding.aor.prefix { $0 != "@" }), default: [:]][binding.contact] =
                binding.expiresAt - shift
        }
        let now = Int64(Date.now.timeIntervalSince1970 * 1000)
        for ledger in ledgers {
            ledger.records.withLock { records in
                for index in records.users.indices {
                    settle(&records.users[index], names, registered[records.users[index].name] ?? [:], now)
                }
                for index in records.peers.indices {
                    outcome.violations += records.peers[index].settle(peers[records.peers[index].name])
                    outcome.checked.peers += 1
                }
                outcome.violations += records.complaints
            }
        }
    }

    private mutating func settle(
        _ record: inout UserRecord, _ names: Set<String>, _ registered: [String: Int64], _ now: Int64
    ) {
        if case .known(let exists) = record.credential {
            if exists { outcome.checked.existing += 1 } else { outcome.checked.deleted += 1 }
        }
        outcome.violations += record.settle(
            exists: names.contains(record.name), registered: registered, at: now)
        if case .known(let contacts) = record.contacts { outcome.checked.contacts += contacts.count }
    }

    private mutating func collect() {
        for ledger in ledgers {
            ledger.records.withLock { records in
                outcome.answers += records.answers
                outcome.refusals += records.refusals
                outcome.unanswered += records.unanswered
            }
        }
    }

    private static func makeSite(_ account: BandwidthAccount) async throws -> String {
        let body = """
            <Site><Name>soak</Name><Address><HouseNumber>6300</HouseNumber><StreetName>Lee Hall</StreetName>\
            <City>Raleigh</City><StateCode>NC</StateCode><Zip>27606</Zip><AddressType>Service</AddressType>\
            </Address></Site>
            """
        let answer = try await account.send("POST", "sites", body: body)
        let site = try #require(answer.headers["location"]?.split(separator: "/").last.map(String.init))
        // The default peer, which nobody takes away.
        let peer = "<SipPeer><PeerName>the default one</PeerName></SipPeer>"
        #expect(try await account.send("POST", "sites/\(site)/sippeers", body: peer).status == 201)
        return site
    }

    private static func peers(_ account: BandwidthAccount, _ site: String) async throws -> [String: ListedPeer] {
        let answer = try await account.send("GET", "sites/\(site)/sippeers")
        guard answer.status == 200 else { throw BandwidthAccount.Unlisted(answer: answer) }
        var peers: [String: ListedPeer] = [:]
        let entries = answer.body.matches(
            of: /<PeerId>([0-9]+)<\/PeerId><PeerName>([^<]*)<\/PeerName>(?:<Description>([^<]*)<\/Description>)?/)
        for entry in entries {
            peers[String(entry.2)] = ListedPeer(id: String(entry.1), description: String(entry.3 ?? ""))
        }
        return peers
    }
}
