extension SippEnd {
    /// One message of a scenario.
    struct Step: Sendable {
        let xml: String

        private static func send(_ text: String, retransmits: Bool) -> Step {
            let retrans = retransmits ? " retrans=\"500\"" : ""
            return Step(xml: "<send\(retrans)><![CDATA[\n\(text)\n]]></send>\n")
        }

        static let description = """
            v=0
            o=- 1 1 IN IP4 [local_ip]
            s=-
            c=IN IP4 [local_ip]
            t=0 0
            m=audio 40000 RTP/AVP 0 8
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            """

        // MARK: The end that calls

        static let invite = request(
            "INVITE {uri} SIP/2.0", sequence: "1 INVITE", to: "{to}", headers: "{headers}", body: "{description}")
        /// The description as one part of several.
        static let inviteInParts = request(
            "INVITE {uri} SIP/2.0", sequence: "1 INVITE", to: "{to}", headers: "{headers}",
            body:
                "--part\nContent-Type: application/sdp\n\n{description}\n--part\nContent-Type: text/xml\n\n<location/>\n--part--",
            type: "multipart/mixed;boundary=part")
        static let acknowledge = ask("ACK", 1)
        static let acknowledgeFailure = Step(
            xml: "<send><![CDATA[\nACK {uri} SIP/2.0\n[last_Via:]\n"
                + "From: {from};tag=[call_number]\nTo: {to}[peer_tag_param]\n"
                + "Call-ID: [call_id]\nCSeq: 1 ACK\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>\n")
        static let cancel = Step(
            xml:
                "<send retrans=\"500\"><![CDATA[\nCANCEL {uri} SIP/2.0\n[last_Via:]\n"
                + "From: {from};tag=[call_number]\nTo: {to}\n"
                + "Call-ID: [call_id]\nCSeq: 1 CANCEL\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>\n")
        static let bye = ask("BYE", 2)
        /// RFC 3428.
        static let message = request(
            "MESSAGE {uri} SIP/2.0", sequence: "1 MESSAGE", to: "{to}", headers: "{headers}", retransmits: true,
            body: "Good morning.", type: "text/plain")

        /// A request within the dialog; an INVITE's is `hold`.
        static func ask(_ method: String, _ sequence: Int, _ headers: String..., body: String = "", type: String = "")
            -> Step
        {
            request(
                "\(method) [next_url] SIP/2.0", sequence: "\(sequence) \(method)", to: "{to}[peer_tag_param]",
                headers: headers.map { "\($0)\n" }.joined(), isRouted: true, retransmits: method != "ACK", body: body,
                type: type.isEmpty ? "application/sdp" : type)
        }

        private static func request(
            _ line: String, sequence: String, to: String, headers: String = "", isRouted: Bool = false,
            retransmits: Bool? = nil, body: String = "", type: String = "application/sdp"
        ) -> Step {
            let type = body.isEmpty ? "" : "Content-Type: \(type)\n"
            return send(
                """
                \(line)
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
                From: {from};tag=[call_number]
                To: \(to)
                Call-ID: [call_id]
                CSeq: \(sequence)
                Contact: <{contact}>
                Max-Forwards: {hops}
                \(isRouted ? "[routes]\n" : "")\(headers)\(type)Content-Length: [len]

                \(body)
                """, retransmits: retransmits ?? !body.isEmpty)
        }

        // MARK: The end that is called

        static func answer(_ status: String, _ headers: String..., hasDescription: Bool = false) -> Step {
            let lines = headers.map { "\($0)\n" }.joined()
            let type = hasDescription ? "Content-Type: application/sdp\n" : ""
            let isFinal = !status.hasPrefix("1")
            let contact =
                headers.contains { $0.hasPrefix("Contact:") } ? "" : "Contact: <sip:uas@[local_ip]:[local_port]>\n"
            return send(
                """
                SIP/2.0 \(status)
                [last_Via:]
                [last_From:]
                [last_To:];tag=[call_number]uas
                [last_Call-ID:]
                [last_CSeq:]
                \(contact)\(lines)\(type)Content-Length: [len]

                \(hasDescription ? "{description}" : "")
                """, retransmits: isFinal)
        }

        /// To the INVITE that `receiveInvite` noted, whatever came since.
        static func answerInvite(_ status: String, hasDescription: Bool = false) -> Step {
            let type = hasDescription ? "Content-Type: application/sdp\n" : ""
            return send(
                """
                SIP/2.0 \(status)
                Via:[$via]
                [last_From:]
                To:[$called];tag=[call_number]uas
                [last_Call-ID:]
                CSeq: 1 INVITE
                Contact: <sip:uas@[local_ip]:[local_port]>
                \(type)Content-Length: [len]

                \(hasDescription ? "{description}" : "")
                """, retransmits: true)
        }

        /// A request of the end that was called, once its ACK was taken by `receiveACK`.
        static func askBack(
            _ method: String, _ sequence: Int, _ headers: String..., body: String = "", type: String = "application/sdp"
        ) -> Step {
            let type = body.isEmpty ? "" : "Content-Type: \(type)\n"
            return send(
                """
                \(method) [next_url] SIP/2.0
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
                From:[$own]
                To:[$other]
                Call-ID: [call_id]
                CSeq: \(sequence) \(method)
                Contact: <sip:uas@[local_ip]:[local_port]>
                Max-Forwards: 70
                \(headers.map { "\($0)\n" }.joined())\(type)Content-Length: [len]

                \(body)
                """, retransmits: method != "ACK")
        }

        /// Notes who is who, for `askBack`.
        static let receiveACK = receive("ACK", noting("To:", "own") + noting("From:", "other"))
        /// Notes what `answerInvite` needs.
        static let receiveInvite = receive("INVITE", noting("Via:", "via") + noting("To:", "called"))

        static func noting(_ header: String, _ name: String, _ pattern: String = ".*") -> String {
            "<ereg regexp=\"\(pattern)\" search_in=\"hdr\" header=\"\(header)\" assign_to=\"\(name)\"/>"
        }

        /// To a request within the dialog, whose To has its tag.
        static let confirm = confirm(with: "")
        /// The same with an answer to what was offered.
        static let agree = confirm(with: "Contact: <sip:end@[local_ip]:[local_port]>\nContent-Type: application/sdp\n")

        private static func confirm(with lines: String) -> Step {
            send(
                """
                SIP/2.0 200 OK
                [last_Via:]
                [last_From:]
                [last_To:]
                [last_Call-ID:]
                [last_CSeq:]
                \(lines)Content-Length: [len]

                \(lines.isEmpty ? "" : "{description}")
                """, retransmits: false)
        }

        // MARK: Waiting

        static func receive(_ method: String, _ action: String = "") -> Step {
            let action = action.isEmpty ? "" : "<action>\(action)</action>"
            let noting = method == "INVITE" ? " rrs=\"true\"" : ""
            return Step(xml: "<recv request=\"\(method)\"\(noting)>\(action)</recv>\n")
        }

        static func receive(status: Int, isOptional: Bool = false, _ action: String = "") -> Step {
            let action = action.isEmpty ? "" : "<action>\(action)</action>"
            let optional = isOptional ? " optional=\"true\"" : ""
            return Step(xml: "<recv response=\"\(status)\" rrs=\"true\"\(optional)>\(action)</recv>\n")
        }

        static func pause(milliseconds: Int) -> Step { Step(xml: "<pause milliseconds=\"\(milliseconds)\"/>\n") }
    }
}

extension [SippEnd.Step] {
    typealias Step = SippEnd.Step

    /// What comes before an answer.
    static let waits: [Step] = [
        .receive(status: 100, isOptional: true), .receive(status: 180, isOptional: true),
        .receive(status: 183, isOptional: true),
    ]
    /// An INVITE until it is answered.
    static let calling: [Step] = [.invite] + waits
    /// An INVITE is answered; the goodbye comes a moment later.
    static let isTaken: [Step] =
        waits + [.receive(status: 200), .acknowledge, .pause(milliseconds: 100), .bye, .receive(status: 200)]

    static func isRefused(_ status: Int) -> [Step] { waits + [.receive(status: status), .acknowledgeFailure] }

    /// Calls, and waits for the other side's goodbye.
    static let callsAndStays: [Step] = calling + [.receive(status: 200), .acknowledge, .receive("BYE"), .confirm]
    /// Calls, and says goodbye a moment after the answer.
    static let callsAndLeaves: [Step] = [.invite] + isTaken
    static let callsAndCancels: [Step] = [
        .invite, .receive(status: 100, isOptional: true), .receive(status: 180), .cancel, .receive(status: 200),
        .receive(status: 487), .acknowledgeFailure,
    ]

    /// Calls and stays for a moment, or is refused.
    static func callsOrIsRefused(_ status: Int) -> [Step] {
        calling + [
            Step(xml: "<recv response=\"\(status)\" optional=\"true\" next=\"refused\"/>\n"), .receive(status: 200),
            .acknowledge, .pause(milliseconds: 2000), .bye, Step(xml: "<recv response=\"200\" next=\"over\"/>\n"),
            Step(xml: "<label id=\"refused\"/>\n"), .acknowledgeFailure, Step(xml: "<label id=\"over\"/>\n"),
            .pause(milliseconds: 1),
        ]
    }

    static func asks(_ step: Step, status: Int = 200) -> [Step] {
        [step, .receive(status: 100, isOptional: true), .receive(status: status)]
    }

    /// Calls for as long as a copy or two take, and hears nothing.
    static let callsAndIsNotHeard: [Step] = [.invite, .pause(milliseconds: 1200)]

    static func callsInVain(_ status: Int) -> [Step] { [.invite] + isRefused(status) }

    /// An answer, until the goodbye.
    static let takes: [Step] = [
        .answer("200 OK", hasDescription: true), .receive("ACK"), .receive("BYE"), .confirm,
    ]
    /// Answers and waits for the goodbye.
    static let answers: [Step] = [.receive("INVITE"), .answer("180 Ringing")] + takes
    /// A registrar for one registration, and one call to it.
    static let registersThenAnswers: [Step] =
        [Step(xml: "<recv request=\"REGISTER\" optional=\"true\" next=\"register\"/>\n")] + answers + [
            Step(xml: "<nop next=\"over\"/>\n<label id=\"register\"/>\n"),
            .answer("200 OK", "[last_Contact:]", "Expires: 3600"),
            Step(xml: "<label id=\"over\"/>\n"), .pause(milliseconds: 1),
        ]
    static let isCancelled: [Step] = [
        .receiveInvite, .answer("180 Ringing"), .receive("CANCEL"), .confirm, .answerInvite("487 Request Terminated"),
        .receive("ACK"),
    ]

    static func sendsOn(to uri: String) -> [Step] {
        [
            .receive("INVITE"), .answer("180 Ringing"), .answer("302 Moved Temporarily", "Contact: <\(uri)>"),
            .receive("ACK"),
        ]
    }

    static func refuses(_ status: String) -> [Step] { [.receive("INVITE"), .answer(status), .receive("ACK")] }

    /// Wants to know who calls, and answers who knows the password.
    static func challenges(user: String, password: String) -> [Step] {
        [
            .receive("INVITE"),
            .answer(
                "407 Proxy Authentication Required",
                "Proxy-Authenticate: Digest realm=\"carrier\", nonce=\"abc\", algorithm=MD5, qop=\"auth\""),
            .receive("ACK"),
            .receive(
                "INVITE",
                "<ereg regexp=\"username=&quot;\(user)&quot;.*qop=auth\" search_in=\"hdr\" "
                    + "header=\"Proxy-Authorization:\" check_it=\"true\" assign_to=\"answer\"/>"),
        ] + takes + [
            Step(xml: "<Reference variables=\"answer\"/>\n")
        ]
    }
}
