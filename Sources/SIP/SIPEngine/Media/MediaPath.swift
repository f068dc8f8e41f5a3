package import SIPMessage

/// Which way the media between two ends goes.
package enum MediaPath: Equatable, Sendable {
    /// From end to end: descriptions pass.
    case direct
    /// By a relay, which speaks so to each end.
    case relayed(caller: MediaRelayRequest.Side, callee: MediaRelayRequest.Side)
    case refused(MediaRefusal)

    /// What an account wants.
    package enum Wish: Sendable, CaseIterable { case direct, automatic, always }

    package init(_ wish: Wish, caller: MediaEnd, callee: MediaEnd, areTogether: Bool, hasRelay: Bool) {
        let isMismatch = Self.mismatch(caller.speaks, callee.speaks)
        let reach = max(caller.reach, callee.reach)
        let refusal: MediaRefusal
        switch wish {
        case .always: refusal = .noRelay
        case _ where isMismatch: refusal = [caller.speaks, callee.speaks].contains(.web) ? .webOnly : .notEncrypted
        case .direct:
            self = .direct
            return
        case .automatic:
            // Behind one NAT they may well reach each other, so without a relay they try.
            let isCertain = reach == .behindNAT && !areTogether
            guard isCertain || reach > .there && hasRelay else {
                self = .direct
                return
            }
            refusal = .behindNAT
        }
        guard hasRelay, wish != .direct else {
            self = .refused(refusal)
            return
        }
        let side = caller.speaks ?? .plain
        self = .relayed(caller: side, callee: callee.speaks ?? (side == .web ? .plain : side))
    }

    /// Whether two ends cannot understand each other. Who speaks only SRTP may be keyed by either way; who takes what it is
    /// offered does not take a browser's.
    private static func mismatch(_ caller: MediaRelayRequest.Side?, _ callee: MediaRelayRequest.Side?) -> Bool {
        switch (caller, callee) {
        case (.web, .web), (.dtls, .sdes), (nil, .sdes), (nil, .plain), (nil, .dtls), (nil, nil): false
        case (.web, _), (_, .web): true
        case (_, nil): false
        case (let caller, let callee): caller != callee
        }
    }
}
