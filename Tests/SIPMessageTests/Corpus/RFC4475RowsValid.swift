import SIPMessage

/// RFC 4475 section 3.1.1, valid messages: parsers must read them all.
let rfc4475Valid: [CorpusRow] = [
    CorpusRow(
        "wsinv", "3.1.1.1", "folding, white space, mixed capitals and compact forms everywhere: valid", .read,
        [
            .method("INVITE"), .uri("sip:vivekg@chair-dnrc.example.com;unknownparam"), .user("vivekg"),
            .host("chair-dnrc.example.com"), .tag(.to, "1918181833n"), .tag(.from, "98asjd8"),
            .display(.from, "J Rosenberg \\\""), .values(.maxForwards, ["0068"]), .cSeq(9, "INVITE"),
            .vias([
                "UDP 192.0.2.2 390skdjuw", "TCP spindle.example.com z9hG4bK9ikj8", "UDP 192.168.255.111 z9hG4bK30239",
            ]),
            .line("s", ""), .line("NewFangledHeader", "newfangled value\r\n continued newfangled value"),
            .line("UnknownHeaderWithUnusualValue", ";;,,;;,;"),
            .uriParameters(.route, ["lr": "", "unknownwith": "value", "unknown-no-value": ""]),
            .display(.contact, "Quoted string \"\""),
            .parameters(.contact, ["newparam": "newvalue", "secondparam": "", "q": "0.33"]), .body(150), .lines(14),
            .values(.contentType, ["application/sdp"]),
        ]),
    CorpusRow(
        "intmeth", "3.1.1.2", "every character that the grammar allows: valid, of an unknown method", .read,
        [
            .method("!interesting-Method0123456789_*+`.%indeed'~"),
            .user("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"), .host("example.com"),
            .init("password", "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)") { SeenURI($0.requestURI)?.password },
            .vias(["TCP host1.example.com z9hG4bK-.!%66*_+`'~"]),
            .display(.to, "BEL:\u{7} NUL:\0 DEL:\u{7F}"),
            .user(.to, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"),
            .display(.from, "token1~` token2'+_ token3*%!.-"), .tag(.from, "_token~1'+`*%!-."),
            .init("a parameter in UTF-8", "работающий") {
                SeenAddress($0.values(.from).first)?.parameters["fromparam''~+*_!.-%"]
            },
            .values(.callID, [#"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#]),
            .cSeq(139_122_385, "!interesting-Method0123456789_*+`.%indeed'~"), .values(.maxForwards, ["255"]),
            .line("extensionHeader-!.%*+_`'~", "\u{FEFF}大停電"), .body(0),
        ]),
    CorpusRow(
        "esc01", "3.1.1.3", "%HH escapes are no structure: the user is sips:user@example.com", .read,
        [
            .method("INVITE"), .user("sips:user@example.com"), .host("example.net"), .user(.to, "user"),
            .user(.from, "I have spaces"), .user(.contact, "caller"),
            .uriParameters(.contact, ["lr": "", "name": "value%41"]), .body(150), .cSeq(234_234, "INVITE"),
        ]),
    CorpusRow(
        "escnull", "3.1.1.4", "%00 is a byte of the user like any other; two different contacts", .read,
        [
            .method("REGISTER"), .user(.to, "null-\0-null"), .user(.from, "null-\0-null"), .count(.contact, 2),
            .user(.contact, "\0", at: 0), .user(.contact, "\0\0", at: 1), .cSeq(14_398_234, "REGISTER"), .body(0),
        ]),
    CorpusRow(
        "esc02", "3.1.1.5", "% outside of URIs is no escape: unknown method, unknown header, two contacts", .read,
        [
            .method("RE%47IST%45R"), .init("known method", "other") { "\($0.method)" }, .display(.to, "%Z%45"),
            .display(.from, "%Z%45"), .tag(.from, "f232jadfj23"), .count(.contact, 2),
            .user(.contact, "alias1", at: 0), .user(.contact, "alias3", at: 1),
            .line("C%6Fntact", "<sip:alias2@host2.example.com>"),
            .vias(["TCP host.example.com z9hG4bK209%fzsnel234"]), .cSeq(29_344, "RE%47IST%45R"),
        ]),
    CorpusRow(
        "lwsdisp", "3.1.1.6", "no space between display name and <: valid", .read,
        [.method("OPTIONS"), .display(.from, "caller"), .user(.from, "caller"), .tag(.from, "323"), .body(0)]),
    CorpusRow(
        "longreq", "3.1.1.7", "long values and 34 Via lines: valid", .read,
        [
            .method("INVITE"), .count(.via, 34), .body(150), .cSeq(3_882_340, "INVITE"), .lines(43),
            .init("first Via", "sip33.example.com") { SeenVia($0.values(.via).first)?.host },
            .init("last Via", "host.example.com 192.0.2.5") {
                SeenVia($0.values(.via).last).map { "\($0.host) \($0.received ?? "")" }
            },
            .init("port of the To", "6000") { SeenURI(SeenAddress($0.values(.to).first)?.uri)?.port.map { "\($0)" } },
            .init("length of the display name of the To", "103") {
                SeenAddress($0.values(.to).first).map { "\($0.display.count)" }
            },
            .user(.contact, String(repeating: "amazinglylongcallername", count: 5)),
            .init("longest header name", "93") { "\($0.lines.map(\.name.count).max() ?? 0)" },
        ]),
    CorpusRow(
        "dblreq", "3.1.1.8", "what follows the REGISTER in the datagram is to be ignored", .read,
        [
            .method("REGISTER"), .uri("sip:example.com"), .user(.to, "j.user"), .count(.contact, 1), .count(.via, 1),
            .body(0), .lines(8), .line("I", "dblreq.0ha0isndaksdj99sdfafnl3lk233412"),
        ]),
    CorpusRow(
        "semiuri", "3.1.1.9", "a semicolon before @ belongs to the user", .read,
        [
            .method("OPTIONS"), .user("user;par=u@example.net"), .host("example.com"),
            .values(
                .accept,
                [
                    "application/sdp", "application/pkcs7-mime", "multipart/mixed", "multipart/signed", "message/sip",
                    "message/sipfrag",
                ]),
        ]),
    CorpusRow(
        "transports", "3.1.1.10", "known and unknown transports in Via: valid", .read,
        [
            .vias([
                "UDP t1.example.com z9hG4bKkdjuw", "SCTP t2.example.com z9hG4bKklasjdhf",
                "TLS t3.example.com z9hG4bK2980unddj", "UNKNOWN t4.example.com z9hG4bKasd0f3en",
                "TCP t5.example.com z9hG4bK0a9idfnee",
            ])
        ]),
    CorpusRow(
        "mpart01", "3.1.1.11", "a multipart body with binary parts: valid", .read,
        [
            .method("MESSAGE"), .user("kumiko"), .body(553), .values(.route, ["<sip:127.0.0.1:5080>"]),
            .init("rport in Via", "true 5070") {
                SeenVia($0.values(.via).first).map { "\($0.hasRport) \($0.port ?? 0)" }
            },
            .values(.date, ["Sat", "15 Oct 2005 04:44:56 GMT"]), .line("Date", "Sat, 15 Oct 2005 04:44:56 GMT"),
            .init("a NUL in the body", "true") { "\($0.body.contains(0))" },
            .values(.contentType, ["multipart/mixed;boundary=7a9cbec02ceef655"]),
        ]),
    CorpusRow(
        "unreason", "3.1.1.12", "a reason phrase of unreserved and UTF-8 characters: valid", .read,
        [
            .status(200, "= 2**3 * 5**2 но сто девяносто девять - простое"), .count(.via, 1), .body(154),
            .cSeq(35, "INVITE"),
        ]),
    CorpusRow(
        "noreason", "3.1.1.13", "an empty reason phrase behind its space: valid", .read,
        [.status(100, ""), .cSeq(35, "INVITE"), .tag(.to, "902jndnke3"), .body(0)]),
]
