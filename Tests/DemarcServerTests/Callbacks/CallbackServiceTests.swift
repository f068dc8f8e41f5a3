import Logging
import Provisioning
import ServiceLifecycle
import Store
import Synchronization
import TestSupport
import Testing

@testable import DemarcServer

/// Receivers that take what a test lets them take, and remember the registrations that they were told of.
private final class FakeReceivers: CallbackSending {
    private let taken = Mutex<[AccountID: [Int64]]>([:])
    private let tries = Mutex<[AccountID: Int]>([:])
    /// What becomes of the so-manieth try of an account, counted from 0.
    private let fate: @Sendable (AccountID, Int) async -> Fate

    enum Fate: Sendable {
        case taken, refused
        /// The receiver has it, and its answer was lost.
        case unanswered
    }

    init(_ fate: @escaping @Sendable (AccountID, Int) async -> Fate) { self.fate = fate }

    func taken(by account: AccountID) -> [Int64] { taken.withLock { $0[account, default: []] } }
    func tries(of account: AccountID) -> Int { tries.withLock { $0[account, default: 0] } }

    func send(_ parcel: CallbackParcel) async -> String? {
        let account = parcel.account.id
        let attempt = tries.withLock { tries in
            defer { tries[account, default: 0] += 1 }
            return tries[account, default: 0]
        }
        let fate = await fate(account, attempt)
        if case .refused = fate { return "answered 503" }
        taken.withLock { $0[account, default: []] += parcel.callbacks.flatMap(\.event.registrations) }
        if case .unanswered = fate { return "no answer" }
        return nil
    }
}

@Suite("The delivery of callbacks", .timeLimit(.minutes(2)))
struct CallbackServiceTests {
    /// A store with accounts that have callback URLs.
    private struct Street: Sendable {
        let store: TemporaryStore
        let bell = CallbackBell()
        let accounts: [AccountID]
        let useCases: UseCases

        init(_ count: Int) async throws {
            let bell = bell
            store = try TemporaryStore(observers: [bell])
            var retries = CallbackRetries()
            (retries.first, retries.longest) = (.milliseconds(1), .milliseconds(4))
            useCases = store.useCases(callbackRetries: retries)
            var accounts: [AccountID] = []
            for number in 0..<count {
                let tenant = try await store.tenant("tenant\(number)")
                try await useCases.ledgers.setCallback(url: "http://192.0.2.1/", salt: nil, by: tenant.administrator)
                accounts.append(tenant.account.id)
            }
            self.accounts = accounts
        }

        func append(_ registrations: some Sequence<Int64>, to account: AccountID) async throws {
            for registration in registrations {
                try await store.store.write { (store) throws(ProvisioningError) in
                    try store.append(.registrationsRecovered(registrations: [registration]), to: account)
                }
            }
        }

        /// Runs the service while `body` does; a bell of its own for each run, as for a new process.
        func serving(
            _ receivers: FakeReceivers, atOnce: Int = 64, bell: CallbackBell? = nil,
            _ body: @Sendable () async throws -> Void
        ) async throws {
            let service = CallbackService(
                callbacks: useCases.callbacks, bell: bell ?? self.bell, sender: receivers, atOnce: atOnce,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                defer { group.cancelAll() }
                try await body()
            }
        }

        var isEmpty: Bool {
            get async throws { try await useCases.accounts.totals().callbacksWaiting == 0 }
        }
    }

    private static func eventually(_ seen: () async throws -> String = { "" }, _ holds: () async throws -> Bool)
        async throws
    {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !holds() {
            guard ContinuousClock.now < deadline else { throw StartFailure("within a minute not: \(try await seen())") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Whatever is refused or unanswered: what an account is told is its events in their order, with repeats of an end
    /// alone and nothing left out.
    @Test("keeps each account's order and loses nothing", arguments: [UInt64(1), 2, 3])
    func order(seed: UInt64) async throws {
        let street = try await Street(5)
        let random = Mutex(SeededRandom(seed: seed))
        let receivers = FakeReceivers { _, _ in
            switch random.withLock({ Int.random(in: 0..<4, using: &$0) }) {
            case 0: .refused
            case 1: .unanswered
            default: .taken
            }
        }
        try await street.serving(receivers, atOnce: 2) {
            for start in stride(from: Int64(0), to: 120, by: 40) {
                for account in street.accounts { try await street.append(start..<start + 40, to: account) }
            }
            try await Self.eventually { try await street.isEmpty }
        }
        for account in street.accounts {
            let taken = receivers.taken(by: account)
            var next: Int64 = 0
            for registration in taken {
                // At least once: a repeat goes back, nothing is ever skipped.
                #expect(registration <= next, "\(account) skipped \(next)")
                next = max(next, registration + 1)
            }
            #expect(next == 120)
        }
    }

    @Test("lets receivers that never answer delay nobody else")
    func deadReceivers() async throws {
        let street = try await Street(12)
        let dead = Set(street.accounts.prefix(3))
        let receivers = FakeReceivers { account, _ in
            if dead.contains(account) { try? await Task.sleep(for: .seconds(3600)) }
            return .taken
        }
        try await street.serving(receivers, atOnce: 4) {
            for account in street.accounts { try await street.append(0..<3, to: account) }
            try await Self.eventually {
                street.accounts.allSatisfy { dead.contains($0) || receivers.taken(by: $0) == [0, 1, 2] }
            }
            try await Self.eventually { try await street.useCases.accounts.totals().callbacksWaiting == 9 }
        }
    }

    @Test("goes on with what a process that ended had not delivered")
    func restart() async throws {
        let street = try await Street(2)
        let hanging = FakeReceivers { _, _ in
            try? await Task.sleep(for: .seconds(3600))
            return .refused
        }
        try await street.serving(hanging) {
            for account in street.accounts { try await street.append(0..<3, to: account) }
            try await Self.eventually { street.accounts.allSatisfy { hanging.tries(of: $0) > 0 } }
        }
        let kept = try await street.useCases.callbacks.list(of: nil, givenUp: false, limit: 10)
        #expect(kept.map(\.attempts) == Array(repeating: 0, count: 6), "a stop is no failure")

        let receivers = FakeReceivers { _, _ in .taken }
        try await street.serving(receivers, bell: CallbackBell()) {
            try await Self.eventually { try await street.isEmpty }
        }
        #expect(street.accounts.map(receivers.taken) == [[0, 1, 2], [0, 1, 2]])
    }

    /// What is in the store when a server starts is delivered, or listed with the reason why not.
    @Test("says what waits, how often it was tried and why it failed", arguments: [true, false])
    func listing(mayBeCalled: Bool) async throws {
        try await CallbackReceiver.with { receiver in
            try await withTemporaryDirectory { directory in
                try await KeptCallbacks.put(
                    [4], into: "\(directory)/demarc.sqlite", url: "http://127.0.0.1:\(receiver.port)/hook")
                let flags = mayBeCalled ? ["egress.allow": ["127.0.0.1/32"]] : [:]
                try await RunningServer.with(in: directory, flags: flags) { server in
                    let head = "ID  ACCOUNT  WHAT                        REGISTRATIONS"
                    guard mayBeCalled else {
                        let reason = "127.0.0.1 may not be called: loopback\n"
                        try await Self.eventually({ try await server.run("callbacks") }) {
                            try await server.run("callbacks").hasSuffix(reason)
                        }
                        let listed = try await server.run("callbacks", "list", "--account", "1")
                        #expect(listed.hasPrefix(head))
                        let row = "\n1   1        sip_registration_recovered  1, 2, 3 and 1 more  20"
                        #expect(listed.contains(row))
                        #expect(receiver.seen.isEmpty)
                        return
                    }
                    try await Self.eventually { receiver.seen.count == 1 }
                    try await Self.eventually { try await !server.run("callbacks").contains("sip_") }
                    #expect(receiver.seen.map(\.ids) == [[1]])
                    #expect(try await server.run("callbacks", "list", "--given-up").hasPrefix("ID  ACCOUNT  WHAT"))
                }
            }
        }
    }
}
