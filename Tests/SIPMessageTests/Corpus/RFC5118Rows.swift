import SIPMessage

/// RFC 5118 section 4.
let rfc5118: [CorpusRow] = [
    CorpusRow(
        "ipv6-good", "4.1", "an IPv6 reference in brackets: valid", .read,
        [
            .method("REGISTER"), .host("[2001:db8::10]"), .vias(["UDP [2001:db8::9:1] z9hG4bKas3-111"]),
            .user(.contact, "caller"),
        ]),
    CorpusRow(
        "ipv6-bad", "4.2", "an IPv6 address without brackets: 400", .refused(400, .badRequestURI),
        [.uri("sip:2001:db8::10")]),
    CorpusRow(
        "port-ambiguous", "4.3", "what looks like a port within the brackets is part of the address", .read,
        [
            .host("[2001:db8::10:5070]"),
            .init("port", "none") { SeenURI($0.requestURI)?.port.map { "\($0)" } ?? "none" },
        ]),
    CorpusRow(
        "port-unambiguous", "4.4", "a port behind the brackets", .read,
        [.host("[2001:db8::10]"), .init("port", "5070") { SeenURI($0.requestURI)?.port.map { "\($0)" } }]),
    CorpusRow(
        "via-received-param-with-delim", "4.5", "received with brackets: to be accepted", .read,
        [.method("BYE"), .init("received", "[2001:db8::9:255]") { SeenVia($0.values(.via).first)?.received }]),
    CorpusRow(
        "via-received-param-no-delim", "4.5", "received without brackets: valid", .read,
        [
            .method("OPTIONS"), .init("received", "2001:db8::9:255") { SeenVia($0.values(.via).first)?.received },
            .vias(["UDP [2001:db8::9:1] z9hG4bKas3"]),
        ]),
    CorpusRow(
        "ipv6-in-sdp", "4.6", "IPv6 in the session description: valid", .read,
        [.method("INVITE"), .host("[2001:db8::10]"), .body(241)]),
    CorpusRow(
        "mult-ip-in-header", "4.7", "IPv4 and IPv6 in one message: valid", .read,
        [
            .method("BYE"),
            .vias([
                "UDP [2001:db8::9:1] z9hG4bKas3-111", "UDP 192.0.2.1 z9hG4bKjhja8781hjuaij65144",
                "TCP [2001:db8::9:255] z9hG4bK451jj",
            ]),
            .init("port of the first Via", "6050") { SeenVia($0.values(.via).first)?.port.map { "\($0)" } },
            .init("received of the last Via", "192.0.2.200") { SeenVia($0.values(.via).last)?.received },
        ]),
    CorpusRow(
        "mult-ip-in-sdp", "4.8", "IPv4 and IPv6 in the session description: valid", .read,
        [.method("INVITE"), .body(181), .display(.contact, "Caller")]),
    CorpusRow(
        "ipv4-mapped-ipv6", "4.9", "IPv4-mapped addresses: to be parsed", .read,
        [
            .vias(["UDP [::ffff:192.0.2.10] z9hG4bKbh19", "UDP [::ffff:192.0.2.2] z9hG4bKas3-111"]),
            .init("port of the first Via", "19823") { SeenVia($0.values(.via).first)?.port.map { "\($0)" } },
            .display(.contact, "T. desk phone"), .body(236),
        ]),
    CorpusRow(
        "ipv6-bug-abnf-3-colons", "4.10", "the third colon that RFC 3261's grammar asks for must be tolerated", .read,
        [.host("[2001:db8:::192.0.2.1]"), .user(.to, "user")]),
    CorpusRow(
        "ipv6-correct-abnf-2-colons", "4.10", "the corrected form: valid", .read,
        [.host("[2001:db8::192.0.2.1]"), .user("user")]),
]
