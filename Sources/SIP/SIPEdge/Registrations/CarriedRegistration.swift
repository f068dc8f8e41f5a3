import Provisioning
import SIPEngine
import SIPTransport

/// One registration in the hands of its shard.
final class CarriedRegistration {
    let number: UInt64
    /// The row as it is now.
    var row: Row
    var password: SealedPassword
    var machine: Registration
    var wish = Wish.rest
    /// Whether it is to be removed: nothing that comes later brings it back.
    var isLeaving = false
    /// What the store knows of how it stands; nil for "not yet".
    var noted: Noted?
    /// The state that it is counted under.
    var counted: RegistrationState?
    /// A message that waits for its connection.
    var unsent: [UInt8]?
    var flow: FlowID?
    /// What is kept open for it.
    var kept: KeepAlive?
    var isBehindNAT = false
    /// Seconds, from a registrar that bears keep-alives and says how often (RFC 5626 section 10, Flow-Timer).
    var flowTimer: UInt32?

    struct KeepAlive: Equatable {
        let target: Target
        let seconds: Int
        let isSTUN: Bool
    }

    /// What is needed of the row while it is carried.
    struct Row: Sendable {
        let id: OutboundRegistrationID
        let account: AccountID
        let updated: Timestamp
        let isPersistent: Bool
        let isDeactivated: Bool
        /// What the bound user registers here with.
        let credential: Int64?

        init(_ registration: OutboundRegistration) {
            id = registration.id
            account = registration.account
            updated = registration.updated
            isPersistent = registration.details.isPersistent
            isDeactivated = registration.subscription.isDeactivated
            credential = registration.binding.credential?.rawValue
        }
    }

    /// What is to become of it now.
    enum Wish { case rest, register, freeze }

    struct Noted: Equatable {
        let isSuccessful: Bool
        let code: UInt16
    }

    init(number: UInt64, row: Row, password: SealedPassword, machine: Registration) {
        self.number = number
        self.row = row
        self.password = password
        self.machine = machine
    }

    /// How it stands as the store keeps it; nil while that is open, and for one that is not to be registered.
    var outcome: Noted? {
        guard !machine.isInProgress else { return nil }
        return switch machine.state {
        case .registered: Noted(isSuccessful: true, code: machine.code)
        case .retrying, .rejected: Noted(isSuccessful: false, code: machine.code)
        default: nil
        }
    }
}
