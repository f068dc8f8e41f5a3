import SIPEngine
import TestSupport

extension CallTerms {
    /// We are `demarc.test`; random numbers come from the seed. Of the URIs in figures `targets` are known.
    static func test(seed: UInt64 = 1, targets: [String: Target] = [:], _ change: (inout CallPolicy) -> Void = { _ in })
        -> CallTerms
    {
        var policy = CallPolicy()
        change(&policy)
        var random = SeededRandom(seed: seed)
        return CallTerms(
            policy: policy, names: { _ in Array("demarc.test".utf8) },
            targets: { targets[String(decoding: $0, as: UTF8.self)] }, userAgent: [], using: &random)
    }
}

extension OutgoingLeg {
    static func test(_ places: UInt32..., user: String = "bob", _ change: (inout OutgoingLeg) -> Void = { _ in })
        -> OutgoingLeg
    {
        var leg = OutgoingLeg(
            requestURI: Array("sip:\(user)@192.0.2.\(places.first ?? 2)".utf8),
            from: Array("\"Alice\" <sip:alice@demarc.test>".utf8), to: Array("<sip:\(user)@demarc.test>".utf8),
            targets: places.map { Target(address: .test($0), serverName: "") })
        change(&leg)
        return leg
    }
}
