import Provisioning
import SIPEngine
import SIPTransport

/// What a shard is told, in the order in which it happened.
enum RegistrationMessage: Sendable {
    /// Made or changed; the password where it was written, too.
    case provisioned(OutboundRegistration, sealedPassword: [UInt8]?)
    case removed(OutboundRegistrationID)
    case account(AccountID, AccountStanding)
    /// Look again whether it is wanted.
    case consider(UInt64)
    case targets(UInt64, [Target], lookup: UInt32, reason: String)
    case permitted(UInt64)
    case response(UInt64, [UInt8])
    /// The connection that a message waited for is open, or could not be opened.
    case opened(UInt64, Target)
    case failed(UInt64, Target, reason: String)
    case ended(FlowID)
    case retry(UInt64)
}

/// What an account's registrations depend on.
enum AccountStanding: Sendable {
    case suspended(Bool)
    case frozen(Bool)
    /// All of them go.
    case gone
}
