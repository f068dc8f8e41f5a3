import Provisioning
import SIPEngine
import SIPTransport

/// What a shard is told, in the order in which it happened.
enum RegistrationMessage: Sendable {
    /// Made or changed; the password where it was written, too. Indirect, as it is many times as long as the others, of
    /// which a start has a hundred thousand in line.
    indirect case provisioned(OutboundRegistration, sealedPassword: [UInt8]?)
    case removed(OutboundRegistrationID)
    case account(AccountID, AccountStanding)
    /// Look again whether it is wanted.
    case consider(UInt64)
    case targets(UInt64, [Target], lookup: UInt32, reason: String)
    case permitted(UInt64)
    case response(UInt64, [UInt8])
    /// The connection that a message waited for is open.
    case opened(UInt64, Target)
    /// No connection could be opened.
    case failed(UInt64, SourceAddress, reason: String)
    /// A registrar that it waits for has fallen silent.
    case turnedAway(UInt64, SourceAddress)
    /// A registrar answers again that was silent.
    case answering(SourceAddress)
    case ended(FlowID)
    /// A registrar sees another address of ours than before.
    case moved(SourceAddress)
    case retry(UInt64)
}

/// What an account's registrations depend on.
enum AccountStanding: Sendable {
    case suspended(Bool)
    case frozen(Bool)
    /// All of them go.
    case gone
}
