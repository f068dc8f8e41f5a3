import Foundation
import NIOCore

/// Why a request cannot leave for a target.
package enum OutboundFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The egress policy forbids the address.
    case forbidden
    /// There is no socket of that transport and family to leave by.
    case noSocket
    /// As many connections as there may be are open.
    case tooManyConnections
    /// Nobody answered in time.
    case timeout
    /// The system's or the other side's reason.
    case unreachable(String)
    /// TLS was not agreed upon; why the certificate, or what else, would not do.
    case insecure(String)
    /// More is waiting for the other side to read than may.
    case congested
    case stopped

    package var description: String {
        switch self {
        case .forbidden: "the address may not be called"
        case .noSocket: "there is no listener to send from"
        case .tooManyConnections: "too many connections are open"
        case .timeout: "no connection in time"
        case .unreachable(let reason): "no connection: \(reason)"
        case .insecure(let reason): "no TLS: \(reason)"
        case .congested: "the other side does not read"
        case .stopped: "the server stops"
        }
    }
}

extension OutboundFault {
    /// What the system says when a connection is opened or breaks.
    init(connecting error: any Error) {
        switch error {
        case ChannelError.connectTimeout: self = .timeout
        case let error as IOError: self = .unreachable(unsafe String(cString: strerror(error.errnoCode)))
        case let error as OutboundFault: self = error
        default: self = .unreachable("\(error)")
        }
    }
}
