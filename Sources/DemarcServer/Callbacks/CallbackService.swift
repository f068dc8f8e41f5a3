import Logging
import Provisioning
import ServiceLifecycle
import Synchronization

/// Tells accounts' own servers what happened: each account in order, many accounts at the same time.
///
/// What was not taken stays in the store, so that a process that is killed goes on with it when it starts again.
struct CallbackService: Service, CustomStringConvertible {
    private let callbacks: Callbacks
    private let bell: CallbackBell
    private let sender: any CallbackSending
    private let log: Logger
    private let lines = CallbackLines()
    private let places: CallbackPlaces

    /// - Parameter atOnce: requests under way at the same time; one account has one at most.
    init(
        callbacks: Callbacks, bell: CallbackBell, sender: any CallbackSending, atOnce: Int = 64, log: Logger
    ) {
        self.callbacks = callbacks
        self.bell = bell
        self.sender = sender
        self.log = log
        places = CallbackPlaces(atOnce)
    }

    var description: String { "callbacks" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await ringForWhatIsKept() }
                for await account in bell.rings where lines.begin(account) {
                    group.addTask { await serve(account) }
                }
                group.cancelAll()
            }
        }
    }

    private func ringForWhatIsKept() async {
        while !Task.isCancelled {
            if let accounts = try? await callbacks.accounts() { return accounts.forEach(bell.ring) }
            await pause()
        }
    }

    private func serve(_ account: AccountID) async {
        repeat {
            do throws(ProvisioningError) {
                while !Task.isCancelled, let parcel = try await callbacks.next(of: account) {
                    try await deliver(parcel)
                }
            } catch {
                log.error("callbacks cannot be read or written", metadata: ["rule": "\(error.first.rule)"])
                await pause()
                bell.ring(account)
            }
        } while !Task.isCancelled && lines.goesOn(account)
    }

    private func deliver(_ parcel: CallbackParcel) async throws(ProvisioningError) {
        let wait = callbacks.wait(for: parcel)
        if wait > .zero {
            try? await Task.sleep(for: wait)
            if Task.isCancelled { return }
        }
        await places.enter()
        let failure = await sender.send(parcel)
        places.leave()
        guard let failure else { return try await callbacks.delivered(parcel) }
        // A stop is no fault of the receiver's.
        if Task.isCancelled { return }
        log.warning(
            "callbacks not delivered",
            metadata: [
                "account": "\(parcel.account.id)", "callback": "\(parcel.callbacks.first?.id.rawValue ?? 0)",
                "reason": "\(failure)",
            ])
        try await callbacks.failed(parcel, why: failure)
    }

    private func pause() async { try? await Task.sleep(for: .seconds(2)) }
}

/// Which accounts are being served: one task each.
private final class CallbackLines: Sendable {
    /// Whether something came while the account was served.
    private let running = Mutex<[AccountID: Bool]>([:])

    /// Whether the caller is to serve the account; else whoever serves it hears of it.
    func begin(_ account: AccountID) -> Bool {
        running.withLock { running in
            guard running[account] == nil else {
                running[account] = true
                return false
            }
            running[account] = false
            return true
        }
    }

    /// Whether there may be more; else the account is no more served.
    func goesOn(_ account: AccountID) -> Bool {
        running.withLock { running in
            guard running[account] == true else {
                running[account] = nil
                return false
            }
            running[account] = false
            return true
        }
    }
}

/// So many requests at the same time; the others wait in the order in which they came.
private final class CallbackPlaces: Sendable {
    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((count, [])) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let mayEnter = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if mayEnter { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil as CheckedContinuation<Void, Never>?
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
