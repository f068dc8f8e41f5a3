import Provisioning
import SIPEngine
import SIPTransport

/// One destination in the hands of the probes.
final class ProbedDestination {
    let target: CarrierTarget
    var probe: OptionsProbe
    var health = TrunkHealth()
    /// When the last probe began; nil before the first.
    var probedAt: Int64?
    /// Between a probe's begin and the addresses to send it to.
    var isResolving = false
    /// A message that waits for its connection.
    var unsent: [UInt8]?

    init(_ target: CarrierTarget, probe: OptionsProbe) {
        self.target = target
        self.probe = probe
    }

    var state: LiveDestination.State { !health.isUp ? .down : health.answersOptions ? .up : .unknown }

    func live(users: Set<DestinationOwner>, shift: Int64) -> LiveDestination {
        var live = LiveDestination(destination: "\(target)", users: users.map(\.description).sorted())
        live.state = state
        live.since = health.since.map { $0.milliseconds + shift }
        live.probedAt = probedAt.map { $0 + shift }
        live.last =
            switch health.last {
            case nil: ""
            case .answered(let status): "\(status)"
            case .unanswered: "No Answer"
            case .unreachable(let reason): reason
            }
        return live
    }
}

/// What the probes are told, in the order in which it happened.
enum ProbeMessage: Sendable {
    case provisioned(DestinationOwner, AccountID, [CarrierTarget])
    case account(AccountID, isStopped: Bool)
    case accountGone(AccountID)
    case targets(UInt64, [Target], reason: String)
    case response(UInt64, [UInt8])
    /// The connection that a message waits for is open, or could not be opened.
    case opened(UInt64, Target)
    case failed(UInt64, SourceAddress, reason: String)
    case called(CarrierTarget, isAnswered: Bool)
}
