import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Provisioning

/// A flood of wrong passwords is bounded, and does not keep out who knows a right one.
@Suite struct SignInTests {
    /// Holds every check until it is let go.
    private final class HeldPasswords: PasswordHashing {
        private let state = Mutex((running: 0, most: 0, checked: [String]()))
        private let gate = DispatchSemaphore(value: 0)

        var most: Int { state.withLock { $0.most } }
        var checked: [String] { state.withLock { $0.checked } }

        func letGo() { for _ in 0..<100 { gate.signal() } }

        func hash(_ password: Secret<String>) -> PasswordHash { PasswordHash(text: password.reveal()) }

        func verify(_ password: Secret<String>, against hash: PasswordHash) -> Bool {
            state.withLock { state in
                state.running += 1
                state.most = max(state.most, state.running)
                state.checked.append(password.reveal())
            }
            gate.wait()
            state.withLock { $0.running -= 1 }
            return password.reveal() == hash.text
        }
    }

    private let home: TemporaryStore
    private let tenant: Tenant

    init() async throws {
        home = try TemporaryStore()
        tenant = try await home.tenant()
    }

    private func callers(
        _ change: (inout SignInLimits) -> Void = { _ in }, passwords: any PasswordHashing = QuickCheck()
    )
        async throws -> Callers
    {
        var limits = SignInLimits()
        change(&limits)
        let callers = home.useCases(passwords: passwords, signIn: limits).callers
        for name in ["ada", "bob"] {
            _ = try await callers.create(
                name: name, account: tenant.account.id, role: .reader, password: Secret("right"))
        }
        return callers
    }

    private struct QuickCheck: PasswordHashing {
        func hash(_ password: Secret<String>) -> PasswordHash { PasswordHash(text: password.reveal()) }
        func verify(_ password: Secret<String>, against hash: PasswordHash) -> Bool { hash == self.hash(password) }
    }

    /// `right`, `wrong`, or how many seconds to wait.
    private func attempt(_ callers: Callers, _ name: String, _ password: String, from source: String) async throws
        -> String
    {
        do throws(ProvisioningError) {
            let found = try await callers.authenticate(
                name: name, password: Secret(password), from: IPAddress(source))
            return found == nil ? "wrong" : "right"
        } catch {
            #expect(error.first.rule == .tooManyAttempts)
            return error.first.values[0]
        }
    }

    @Test func aSourceThatFailsOftenWaits() async throws {
        let callers = try await callers { $0.triesOfSource = 3 }
        for number in 0..<3 {
            #expect(try await attempt(callers, "ada", "guess\(number)", from: "192.0.2.1") == "wrong")
            home.clock.advance(by: .seconds(1))
        }
        #expect(try await attempt(callers, "ada", "guess", from: "192.0.2.1") == "57")
        #expect(try await attempt(callers, "bob", "right", from: "192.0.2.1") == "57", "whatever it says")
        #expect(try await attempt(callers, "ada", "right", from: "192.0.2.2") == "right", "others are not it")
        home.clock.advance(by: .milliseconds(56_500))
        #expect(try await attempt(callers, "ada", "guess", from: "192.0.2.1") == "1")
        home.clock.advance(by: .milliseconds(500))
        #expect(try await attempt(callers, "bob", "right", from: "192.0.2.1") == "right")
    }

    @Test func anIPv6HostIsItsNetwork() async throws {
        let callers = try await callers { $0.triesOfSource = 2 }
        #expect(try await attempt(callers, "ada", "a", from: "2001:db8::1") == "wrong")
        #expect(try await attempt(callers, "ada", "b", from: "2001:db8::2") == "wrong")
        #expect(try await attempt(callers, "ada", "c", from: "2001:db8::3") == "60")
        #expect(try await attempt(callers, "ada", "c", from: "2001:db8:0:1::3") == "wrong")
    }

    @Test func aNameThatManyGuessWaitsAsAnUnknownOneDoes() async throws {
        for name in ["ada", "nobody"] {
            let home = try TemporaryStore()
            _ = try await home.tenant()
            var limits = SignInLimits()
            limits.triesForName = 3
            let callers = home.useCases(passwords: QuickCheck(), signIn: limits).callers
            for number in 1...3 {
                #expect(try await attempt(callers, name, "guess\(number)", from: "192.0.2.\(number)") == "wrong")
            }
            #expect(try await attempt(callers, name, "guess", from: "192.0.2.4") == "60")
        }
    }

    @Test func successesAreNotCounted() async throws {
        let callers = try await callers { $0.triesOfSource = 2 }
        for _ in 0..<5 {
            #expect(try await attempt(callers, "ada", "right", from: "192.0.2.1") == "right")
            home.clock.advance(by: .seconds(61))
        }
        #expect(try await attempt(callers, "ada", "a", from: "192.0.2.1") == "wrong")
        #expect(try await attempt(callers, "bob", "right", from: "192.0.2.1") == "right")
        #expect(try await attempt(callers, "ada", "b", from: "192.0.2.1") == "wrong")
        #expect(try await attempt(callers, "ada", "c", from: "192.0.2.1") == "60")
    }

    @Test func whoWasRightBeforeIsNeverRefused() async throws {
        let callers = try await callers {
            $0.triesOfSource = 2
            $0.triesForName = 2
        }
        #expect(try await attempt(callers, "ada", "right", from: "192.0.2.1") == "right")
        home.clock.advance(by: .seconds(120))
        for number in 0..<5 { _ = try await attempt(callers, "ada", "guess\(number)", from: "192.0.2.1") }
        #expect(try await attempt(callers, "ada", "guess", from: "192.0.2.1") == "60")
        #expect(try await attempt(callers, "ada", "right", from: "192.0.2.1") == "right")
        try await callers.setPassword(Secret("new"), of: "ada")
        #expect(try await attempt(callers, "ada", "right", from: "192.0.2.1") == "60", "no longer trusted")
    }

    @Test func checksRunAFewAtATimeAndWhoWasRightGoesFirst() async throws {
        let held = HeldPasswords()
        held.letGo()
        let callers = try await callers({ $0.waiting = 3 }, passwords: held)
        #expect(try await attempt(callers, "ada", "right", from: "192.0.2.1") == "right")
        home.clock.advance(by: .seconds(61))
        let passwords = HeldPasswords()
        // The same checks and memory, with passwords that wait.
        let slow = Callers(
            store: callers.store, passwords: passwords, verified: callers.verified, checks: callers.checks,
            tokens: callers.tokens, verifiedTokens: callers.verifiedTokens, now: callers.now)
        try await withThrowingTaskGroup(of: (String, String).self) { group in
            for number in 0..<8 {
                group.addTask {
                    ("guess\(number)", try await attempt(slow, "ada", "guess\(number)", from: "192.0.2.\(number + 10)"))
                }
            }
            var refused = 0
            while refused < 4, let (_, answer) = try await group.next() {
                #expect(answer == "1")
                refused += 1
            }
            group.addTask { ("right", try await attempt(slow, "ada", "right", from: "192.0.2.10")) }
            while slow.checks.load.waiting < 4 { await Task.yield() }
            #expect(slow.checks.load.running == 1)
            passwords.letGo()
            for try await (password, answer) in group { #expect(answer == (password == "right" ? "right" : "wrong")) }
        }
        #expect(passwords.most == 1)
        #expect(passwords.checked.count == 5 && passwords.checked[1] == "right")
    }

    /// What is remembered of sources does not grow with their number.
    @Test func manySourcesAreForgotten() {
        var tries = SignInTries(limits: SignInLimits())
        for number in 0..<100_000 { _ = tries.begin([.source(IPAddress(v4: UInt32(number)))], at: .zero) }
        #expect(tries.count <= 8192)
        let persistent = SignInTries.Subject.name("ada")
        for _ in 0..<60 { #expect(tries.begin([persistent], at: .zero) == nil) }
        for number in 0..<100_000 { _ = tries.begin([.source(IPAddress(v4: UInt32(number)))], at: .zero) }
        #expect(tries.begin([persistent], at: .seconds(59)) == .seconds(1), "who tried most is remembered longest")
    }
}
