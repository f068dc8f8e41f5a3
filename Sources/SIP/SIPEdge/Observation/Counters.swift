import Provisioning
import SIPMessage
import Synchronization

/// Why a message was dropped without an answer.
enum DropReason: Int, CaseIterable {
    case notSIP
    case unwantedResponse
    case keepAlive
    case banned
    case unknownDomain
    case malformed
    case acknowledgement

    var label: String {
        switch self {
        case .notSIP: "not_sip"
        case .unwantedResponse: "unwanted_response"
        case .keepAlive: "keep_alive"
        case .banned: "banned"
        case .unknownDomain: "unknown_domain"
        case .malformed: "malformed"
        case .acknowledgement: "ack"
        }
    }
}

/// Totals since the start, one atomic each.
final class Counters: Sendable {
    private let requests = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    private let responses = InlineArray<700, Atomic<UInt64>> { _ in Atomic(0) }
    private let drops = InlineArray<8, Atomic<UInt64>> { _ in Atomic(0) }

    @inline(__always)
    func request(_ method: Method) { requests[Int(method.rawValue)].wrappingAdd(1, ordering: .relaxed) }

    @inline(__always)
    func response(_ status: UInt16) {
        guard status < 700 else { return }
        responses[Int(status)].wrappingAdd(1, ordering: .relaxed)
    }

    @inline(__always)
    func dropped(_ reason: DropReason) { drops[reason.rawValue].wrappingAdd(1, ordering: .relaxed) }

    func fill(_ totals: inout EdgeCounters) {
        for method in Method.allCases {
            let count = requests[Int(method.rawValue)].load(ordering: .relaxed)
            if count > 0 { totals.requests[method.label] = count }
        }
        for status in 0..<700 {
            let count = responses[status].load(ordering: .relaxed)
            if count > 0 { totals.responses[status] = count }
        }
        for reason in DropReason.allCases {
            let count = drops[reason.rawValue].load(ordering: .relaxed)
            if count > 0 { totals.dropped[reason.label] = count }
        }
    }
}

extension Method {
    /// For metrics and lists: the method's name, or `OTHER`.
    var label: String { self == .other ? "OTHER" : "\(text)" }
}
