import Logging
import Provisioning
import ServiceLifecycle

/// Pays for the months of registrations as they begin.
struct RenewalService: Service, CustomStringConvertible {
    let renewals: Renewals
    let log: Logger

    private static let pause = Duration.seconds(60)

    var description: String { "renewals" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await perform()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func perform() async {
        do throws(ProvisioningError) {
            let (renewed, frozen) = try await renewals.perform()
            guard renewed + frozen > 0 else { return }
            log.info("registrations renewed", metadata: ["renewed": "\(renewed)", "frozen": "\(frozen)"])
        } catch {
            log.error("registrations not renewed", metadata: ["rule": "\(error.first.rule)"])
        }
    }
}
