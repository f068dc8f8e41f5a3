import SIPEngine
import SIPTransport
import Synchronization

/// How requests leave.
struct OutboundWays: Sendable {
    let outbound: Outbound
    let resolver: TargetResolver
}

/// What we are called; empty until the listeners are bound.
final class LocalNamesBox: Sendable {
    let outbound = Mutex<Outbound?>(nil)

    func name(towards address: SourceAddress) -> [UInt8] {
        Array((outbound.withLock { $0 }?.name(towards: address) ?? "").utf8)
    }
}
