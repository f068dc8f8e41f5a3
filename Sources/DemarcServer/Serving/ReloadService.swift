import Provisioning
import ServiceLifecycle
import UnixSignals

/// Has the SIP side look at its certificates when the process is sent SIGHUP, as who renews them may do.
struct ReloadService: Service {
    let edge: any LiveEdge

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { edge.reload() }
    }
}
