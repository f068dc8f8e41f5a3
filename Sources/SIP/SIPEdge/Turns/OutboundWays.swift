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

    /// Where a URI leads without asking the DNS.
    func target(of uri: [UInt8]) -> Target? {
        guard let reach = outbound.withLock({ $0 })?.reach, let hop = NextHop(uri: uri), case .address = hop.host else {
            return nil
        }
        var search = TargetSearch(hop, reach: reach)
        guard case .found(let choices) = search.start() else { return nil }
        return choices.only
    }
}
