import Logging
import Provisioning
import ServiceLifecycle

/// What is to be done when nobody asks for it: at the start, and once a minute.
struct ChoreService: Service, CustomStringConvertible {
    let useCases: UseCases
    let log: Logger

    private static let pause = Duration.seconds(60)

    var description: String { "chores" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await attempt("deletions of accounts not ended", finishDeletions)
                await attempt("rotation of secrets not ended", finishRotation)
                await attempt("registrations not renewed", renewRegistrations)
                await attempt("callbacks not trimmed", useCases.callbacks.trim)
                await attempt("records of calls not trimmed", useCases.calls.trim)
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func attempt(_ failure: Logger.Message, _ chore: () async throws(ProvisioningError) -> Void) async {
        do throws(ProvisioningError) {
            try await chore()
        } catch {
            log.error(failure, metadata: ["rule": "\(error.first.rule)"])
        }
    }

    /// Pays for the months of registrations as they begin.
    private func renewRegistrations() async throws(ProvisioningError) {
        let (renewed, frozen) = try await useCases.renewals.perform()
        guard renewed + frozen > 0 else { return }
        log.info("registrations renewed", metadata: ["renewed": "\(renewed)", "frozen": "\(frozen)"])
    }

    /// Ends a rotation in the same way.
    private func finishRotation() async throws(ProvisioningError) {
        guard useCases.secretRotation.isUnderWay else { return }
        _ = try await useCases.secretRotation.proceed()
        log.notice("secrets are sealed under a new key, the old one is gone")
    }

    /// Ends deletions that a crash, or an operator who left, cut off.
    private func finishDeletions() async throws(ProvisioningError) {
        for account in try await useCases.accounts.finishDeletions() {
            log.notice("an account is gone", metadata: ["account": "\(account)"])
        }
    }
}
