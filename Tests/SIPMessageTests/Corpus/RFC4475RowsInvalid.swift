import SIPMessage

/// RFC 4475 section 3.1.2, invalid messages. Where the section leaves a choice, `says` names ours.
let rfc4475Invalid: [CorpusRow] = [
    CorpusRow(
        "badinv01", "3.1.2.1", "empty parameters and values in Via: 400", .refused(400, .badVia), [.method("INVITE")]),
    CorpusRow(
        "clerr", "3.1.2.2", "Content-Length beyond the datagram: 400", .refused(400, .bodyCut),
        [.values(.contentLength, ["9999"])]),
    CorpusRow("ncl", "3.1.2.3", "a negative Content-Length: 400", .refused(400, .badContentLength)),
    CorpusRow(
        "scalar02", "3.1.2.4", "CSeq above 2^31-1: 400; expiry values stay at their limit", .refused(400, .badCSeq),
        [
            .init("expires of the contact", "4294967295") { seen in
                guard let (bytes, whole) = seen.values(.contact).first.map(wire) else { return nil }
                return ContactFields(bytes.span, whole)?.expires.map { "\($0)" }
            },
            .init("Expires", "4294967295") { seen in
                guard let (bytes, whole) = seen.values(.expires).first.map(wire) else { return nil }
                return decimal(bytes.span, whole).map { "\($0)" }
            },
        ]),
    CorpusRow(
        "scalarlg", "3.1.2.5", "a response with CSeq above 2^31-1 is discarded", .dropped(.badCSeq),
        [.status(503, "Service Unavailable")]),
    CorpusRow("quotbal", "3.1.2.6", "an open quote in To: 400", .refused(400, .badTo)),
    CorpusRow("ltgtruri", "3.1.2.7", "<> around the Request-URI: 400", .refused(400, .badRequestURI)),
    CorpusRow("lwsruri", "3.1.2.8", "white space in the Request-URI: 400", .refused(400, .badStartLine)),
    CorpusRow("lwsstart", "3.1.2.9", "two spaces in the Request-Line: 400", .refused(400, .badStartLine)),
    CorpusRow("trws", "3.1.2.10", "spaces behind the Request-Line: 400", .refused(400, .badStartLine)),
    CorpusRow(
        "escruri", "3.1.2.11", "header fields in the Request-URI: 400", .refused(400, .headersInRequestURI),
        [.init("headers", "Route=%3Csip:example.com%3E") { SeenURI($0.requestURI)?.headers }]),
    CorpusRow(
        "baddate", "3.1.2.12", "a Date that is not GMT is ignored by an element that makes no use of it", .read,
        [.line("Date", "Fri, 01 Jan 2010 16:00:00 EST"), .user("user"), .body(150)]),
    CorpusRow(
        "regbadct", "3.1.2.13", "a Contact URI with header fields and without <>: 400", .refused(400, .badContact)),
    CorpusRow("badaspec", "3.1.2.14", "spaces between < and >: 400", .refused(400, .badTo)),
    CorpusRow(
        "baddn", "3.1.2.15", "a bare display name that is not tokens: 400 (the file also lacks its blank line)",
        .refused(400, .unfinishedHeaders),
        [.init("From", "malformed") { SeenAddress($0.line("From")) == nil ? "malformed" : "read" }]),
    CorpusRow("badvers", "3.1.2.16", "SIP/7.0: 505", .refused(505, .unsupportedVersion), [.method("OPTIONS")]),
    CorpusRow("mismatch01", "3.1.2.17", "CSeq names another method: 400", .refused(400, .methodMismatch)),
    CorpusRow(
        "mismatch02", "3.1.2.18", "CSeq names another method than the unknown one: 400 before 501",
        .refused(400, .methodMismatch), [.method("NEWMETHOD")]),
    CorpusRow("bigcode", "3.1.2.19", "a status of ten digits: discarded", .dropped(.badStartLine)),
]

/// RFC 4475 sections 3.2 to 3.4: transaction, application and compatibility semantics.
let rfc4475Semantics: [CorpusRow] = [
    CorpusRow(
        "badbranch", "3.2.1", "the branch is the cookie alone: no transaction identifier, matched as RFC 2543 does",
        .read,
        [
            .vias(["UDP 192.0.2.1 z9hG4bK"]),
            .init("magic", "false") { "\(SeenVia($0.values(.via).first)?.isMagic ?? true)" },
        ]),
    CorpusRow(
        "insuf", "3.3.1", "no To, From, Call-ID: 400", .refused(400, .missingHeader),
        [.count(.to, 0), .count(.from, 0), .count(.callID, 0), .body(152)]),
    CorpusRow(
        "unkscm", "3.3.2", "an unknown scheme in the Request-URI: 416", .refused(416, .unsupportedScheme),
        [.user("totallyopaquecontent")]),
    CorpusRow(
        "novelsc", "3.3.3", "a registered scheme that is no use here: 416", .refused(416, .unsupportedScheme),
        [.uri("soap.beep://192.0.2.103:3002")]),
    CorpusRow(
        "unksm2", "3.3.4", "To of a REGISTER is no SIP URI: 400", .refused(400, .addressOfRecordScheme),
        [.values(.contact, ["<name:John_Smith>"])]),
    CorpusRow(
        "bext01", "3.3.5", "Require of unknown extensions: the answering element says 420", .read,
        [
            .count(.require, 2), .count(.proxyRequire, 2),
            .init("verdict", "420") { $0.extensions.status },
            .init("Unsupported", "Unsupported: nothingSupportsThis, nothingSupportsThisEither\r\n") { $0.unsupported },
        ]),
    CorpusRow(
        "invut", "3.3.6", "an unknown body type: the answering element says 415", .read,
        [
            .init("verdict", "415") { $0.content.status }, .body(40),
            .values(.contentType, ["application/unknownformat"]),
        ]),
    CorpusRow(
        "regaut01", "3.3.7", "an unknown authorization scheme counts as none: the registrar challenges", .read,
        [
            .init("is Digest", "false") { seen in
                guard let (bytes, whole) = seen.values(.authorization).first.map(wire) else { return nil }
                return DigestFields(bytes.span, whole).map { "\($0.isDigest)" }
            }
        ]),
    CorpusRow("multi01", "3.3.8", "single-value header fields repeated: 400", .refused(400, .repeatedHeader)),
    CorpusRow("mcl01", "3.3.9", "two Content-Lengths: 400", .refused(400, .badContentLength)),
    CorpusRow(
        "bcast", "3.3.10", "a 200 with a second Via is not ours: discarded", .dropped(.strayResponse),
        [.status(200, "OK"), .count(.via, 2)]),
    CorpusRow(
        "zeromf", "3.3.11", "Max-Forwards 0: answered by the last element, 483 from one that would pass it on", .read,
        [.init("verdict of a forwarder", "483") { $0.forwarding.status }]),
    CorpusRow(
        "cparam01", "3.3.12", "without <> an unknown parameter belongs to the Contact header", .read,
        [.user(.contact, "+19725552222"), .parameters(.contact, ["unknownparam": ""]), .uriParameters(.contact, [:])]),
    CorpusRow(
        "cparam02", "3.3.13", "within <> it belongs to the URI", .read,
        [.user(.contact, "+19725552222"), .parameters(.contact, [:]), .uriParameters(.contact, ["unknownparam": ""])]),
    CorpusRow(
        "regescrt", "3.3.14", "a Contact URI with header fields in <>: registered as it is", .read,
        [
            .init("headers", "Route=%3Csip:sip.example.com%3E") {
                SeenURI(SeenAddress($0.values(.contact).first)?.uri)?.headers
            }
        ]),
    CorpusRow(
        "sdp01", "3.3.15", "Accept without SDP in an INVITE with an offer: 406 from the answering element", .read,
        [.init("verdict", "406") { $0.accept.status }, .body(150), .values(.accept, ["text/nobodyKnowsThis"])]),
    CorpusRow(
        "inv2543", "3.4.1", "an INVITE of RFC 2543, without tag, branch, Max-Forwards and Content-Length: valid", .read,
        [
            .method("INVITE"), .user("UserB"), .vias(["UDP iftgw.example.com "]), .body(105), .count(.maxForwards, 0),
            .parameters(.from, [:]), .parameters(.to, ["user": "phone"]), .user(.to, "+16505552222"),
        ]),
]

extension Verdict {
    /// The status of a refusal as text.
    var status: String? {
        if case .refuse(let status, _) = self { "\(status)" } else { nil }
    }
}
