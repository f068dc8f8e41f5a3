import SIPMessage
import Testing

@testable import SIPEngine

/// Which calls go through a relay, and which are refused without one.
@Suite("Media paths") struct MediaPathTests {
    typealias Side = MediaRelayRequest.Side

    private func path(
        _ wish: MediaPath.Wish, _ caller: Side?, _ callee: Side?, reach: MediaEnd.Reach = .there,
        together: Bool = false, relay: Bool = true
    ) -> MediaPath {
        MediaPath(
            wish, caller: MediaEnd(speaks: caller, reach: reach), callee: MediaEnd(speaks: callee),
            areTogether: together, hasRelay: relay)
    }

    @Test(
        "ends that understand each other need none, others do",
        arguments: [
            (.plain, nil, .direct, .direct), (.plain, .plain, .direct, .direct),
            (.plain, .sdes, .relayed(caller: .plain, callee: .sdes), .refused(.notEncrypted)),
            (.plain, .web, .relayed(caller: .plain, callee: .web), .refused(.webOnly)),
            (.sdes, nil, .direct, .direct), (.sdes, .sdes, .direct, .direct), (.dtls, .sdes, .direct, .direct),
            (.sdes, .plain, .relayed(caller: .sdes, callee: .plain), .refused(.notEncrypted)),
            (.dtls, .plain, .relayed(caller: .dtls, callee: .plain), .refused(.notEncrypted)),
            (.sdes, .web, .relayed(caller: .sdes, callee: .web), .refused(.webOnly)),
            (.web, nil, .relayed(caller: .web, callee: .plain), .refused(.webOnly)),
            (.web, .plain, .relayed(caller: .web, callee: .plain), .refused(.webOnly)),
            (.web, .sdes, .relayed(caller: .web, callee: .sdes), .refused(.webOnly)),
            (.web, .web, .direct, .direct),
            (nil, nil, .direct, .direct), (nil, .sdes, .direct, .direct),
            (nil, .web, .relayed(caller: .plain, callee: .web), .refused(.webOnly)),
        ] as [(Side?, Side?, MediaPath, MediaPath)])
    func mismatches(caller: Side?, callee: Side?, with: MediaPath, without: MediaPath) {
        #expect(path(.automatic, caller, callee) == with)
        #expect(path(.automatic, caller, callee, relay: false) == without)
        // Who wants it direct gets no relay, and what only one could join is refused.
        #expect(path(.direct, caller, callee) == without)
    }

    @Test(
        "who asks for the relay has it or no call",
        arguments: [
            (.plain, nil, .plain, .plain), (.sdes, nil, .sdes, .sdes), (.dtls, nil, .dtls, .dtls),
            (.web, nil, .web, .plain), (.web, .web, .web, .web), (nil, nil, .plain, .plain),
            (nil, .sdes, .plain, .sdes),
            (.plain, .sdes, .plain, .sdes),
        ] as [(Side?, Side?, Side, Side)])
    func always(caller: Side?, callee: Side?, told: Side, offered: Side) {
        #expect(path(.always, caller, callee) == .relayed(caller: told, callee: offered))
        #expect(path(.always, caller, callee, relay: false) == .refused(.noRelay))
    }

    @Test(
        "an end behind a NAT",
        arguments: [
            (.behindNAT, false, true, .relayed(caller: .plain, callee: .plain)),
            (.behindNAT, false, false, .refused(.behindNAT)),
            // Both behind the same one, or a private network of which nobody knows more.
            (.behindNAT, true, true, .relayed(caller: .plain, callee: .plain)), (.behindNAT, true, false, .direct),
            (.unsure, false, true, .relayed(caller: .plain, callee: .plain)), (.unsure, false, false, .direct),
            (.there, false, true, .direct),
        ] as [(MediaEnd.Reach, Bool, Bool, MediaPath)])
    func natted(reach: MediaEnd.Reach, together: Bool, relay: Bool, wanted: MediaPath) {
        #expect(path(.automatic, .plain, nil, reach: reach, together: together, relay: relay) == wanted)
        #expect(path(.direct, .plain, nil, reach: reach, together: together, relay: relay) == .direct)
    }

    @Test(
        "where an end is",
        arguments: [
            ("192.0.2.1", "192.0.2.1", .there), ("10.0.0.5", "10.0.0.5", .there), ("10.0.0.5", "192.0.2.1", .behindNAT),
            ("172.16.0.1", "192.0.2.1", .behindNAT), ("172.32.0.1", "192.0.2.1", .there),
            ("192.168.1.2", "192.0.2.1", .behindNAT), ("100.64.0.1", "192.0.2.1", .behindNAT),
            ("169.254.1.1", "192.0.2.1", .behindNAT), ("127.0.0.1", "192.0.2.1", .behindNAT),
            // A carrier's media need not be where its signalling is.
            ("198.51.100.7", "192.0.2.1", .there), ("10.0.0.5", "10.0.0.6", .unsure),
            ("10.0.0.5", "127.0.0.1", .unsure),
            ("fd00::1", "2001:db8::1", .behindNAT), ("fe80::1", "2001:db8::1", .behindNAT),
            ("::1", "2001:db8::1", .behindNAT), ("2001:db8::2", "2001:db8::1", .there),
            ("ff02::1", "2001:db8::1", .there),
        ] as [(String, String, MediaEnd.Reach)])
    func reach(named: String, source: String, wanted: MediaEnd.Reach) throws {
        #expect(MediaEnd.Reach(of: try .numeric(named), seenAt: try .numeric(source)) == wanted)
    }

    @Test(
        "how an end speaks, by its offer and its connection",
        arguments: [
            ("RTP/AVP", "", false, .plain), ("RTP/AVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", false, .plain),
            ("RTP/SAVP", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", false, .sdes),
            ("UDP/TLS/RTP/SAVP", "a=fingerprint:sha-256 AA", false, .dtls),
            ("UDP/TLS/RTP/SAVPF", "a=fingerprint:sha-256 AA", false, .web), ("RTP/AVP", "", true, .web),
        ] as [(String, String, Bool, Side)])
    func speech(profile: String, attribute: String, isWebSocket: Bool, wanted: Side) throws {
        var lines = [
            "v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0", "m=audio 4000 \(profile) 0",
        ]
        if !attribute.isEmpty { lines.append(attribute) }
        let offer = try SessionDescription(Array((lines.joined(separator: "\r\n") + "\r\n").utf8))
        var source = try SourceAddress.numeric("192.0.2.1")
        source.transport = isWebSocket ? .wss : .udp
        #expect(MediaEnd(offer: offer, from: source, named: [], requiresEncryption: false).speaks == wanted)
        #expect(
            MediaEnd(offer: nil, from: source, named: [], requiresEncryption: true).speaks
                == (isWebSocket ? .web : .sdes))
        #expect(
            MediaEnd(at: source, named: nil, requiresEncryption: false).speaks == (isWebSocket ? .web : nil))
    }
}

extension SourceAddress {
    /// From dotted decimal, or from IPv6 groups with one `::` in them.
    fileprivate static func numeric(_ text: String) throws -> SourceAddress {
        if !text.contains(":") {
            let bits = text.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | (UInt32($1) ?? 0) }
            return SourceAddress(ipv4: bits, port: 5060, transport: .udp)
        }
        let sides = text.split(separator: "::", omittingEmptySubsequences: false).map { side in
            side.split(separator: ":").compactMap { UInt16($0, radix: 16) }
        }
        let (head, tail) = (try #require(sides.first), try #require(sides.last))
        let groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
        let words = groups.map(UInt64.init)
        return SourceAddress(
            high: words[..<4].reduce(0) { $0 << 16 | $1 }, low: words[4...].reduce(0) { $0 << 16 | $1 }, port: 5060,
            transport: .udp)
    }
}
