import Foundation

/// SIPp as one end of calls: it ends well when every call went as its scenario says.
struct SippEnd: Sendable {
    let port: UInt16
    private let folder: TemporaryDirectory
    private let child: ChildProcess

    /// - Parameters:
    ///   - steps: of the scenario, made by `Step`.
    ///   - server: whom it calls; nil waits for calls.
    init(
        _ steps: [Step], calls: Int = 1, rate: Int = 50, server: UInt16? = nil, called: String = "",
        at port: UInt16? = nil
    ) throws {
        self.port = try port ?? LoopbackSocket.freePort()
        folder = try TemporaryDirectory()
        let scenario = try folder.write(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"end\">\n\(steps.map(\.xml).joined())</scenario>\n",
            to: "scenario.xml")
        var arguments = [
            "-sf", scenario, "-i", "127.0.0.1", "-p", "\(self.port)", "-m", "\(calls)", "-nostdin", "-deadcall_wait",
            "0",
            "-trace_err", "-error_file", "\(folder.path)/errors.log", "-recv_timeout", "100000",
        ]
        if let server {
            arguments = ["127.0.0.1:\(server)", "-s", called, "-r", "\(rate)", "-l", "\(calls)"] + arguments
        }
        child = try ChildProcess(try Tool.sipp.path, arguments, environment: ["TERM": "dumb"], in: folder)
    }

    /// Returns when it has ended: nil where all went well, else what it says.
    func failure(within limit: Duration = .seconds(60)) async throws -> String? {
        let code = try await child.end(within: limit)
        return code == 0 ? nil : "SIPp ended with \(code): \(folder.read("errors.log").prefix(2000))"
    }

    /// One message of a scenario.
    struct Step: Sendable {
        let xml: String

        private static func send(_ text: String, retransmits: Bool) -> Step {
            let retrans = retransmits ? " retrans=\"500\"" : ""
            return Step(xml: "<send\(retrans)><![CDATA[\n\(text)\n]]></send>\n")
        }

        private static let description = """
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
            "INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0", sequence: "1 INVITE",
            to: "<sip:[service]@[remote_ip]>", body: description)
        static let acknowledge = request(
            "ACK [next_url] SIP/2.0", sequence: "1 ACK", to: "<sip:[service]@[remote_ip]>[peer_tag_param]",
            isRouted: true)
        static let acknowledgeFailure = Step(
            xml: "<send><![CDATA[\nACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n[last_Via:]\n"
                + "From: <sip:+12025550100@[local_ip]>;tag=[call_number]\nTo: <sip:[service]@[remote_ip]>[peer_tag_param]\n"
                + "Call-ID: [call_id]\nCSeq: 1 ACK\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>\n")
        static let cancel = Step(
            xml:
                "<send retrans=\"500\"><![CDATA[\nCANCEL sip:[service]@[remote_ip]:[remote_port] SIP/2.0\n[last_Via:]\n"
                + "From: <sip:+12025550100@[local_ip]>;tag=[call_number]\nTo: <sip:[service]@[remote_ip]>\n"
                + "Call-ID: [call_id]\nCSeq: 1 CANCEL\nMax-Forwards: 70\nContent-Length: 0\n\n]]></send>\n")
        static let bye = request(
            "BYE [next_url] SIP/2.0", sequence: "2 BYE", to: "<sip:[service]@[remote_ip]>[peer_tag_param]",
            isRouted: true, retransmits: true)

        private static func request(
            _ line: String, sequence: String, to: String, isRouted: Bool = false, retransmits: Bool? = nil,
            body: String = ""
        ) -> Step {
            let type = body.isEmpty ? "" : "Content-Type: application/sdp\n"
            return send(
                """
                \(line)
                Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
                From: <sip:+12025550100@[local_ip]>;tag=[call_number]
                To: \(to)
                Call-ID: [call_id]
                CSeq: \(sequence)
                Contact: <sip:uac@[local_ip]:[local_port]>
                Max-Forwards: 70
                \(isRouted ? "[routes]\n" : "")\(type)Content-Length: [len]

                \(body)
                """, retransmits: retransmits ?? !body.isEmpty)
        }

        // MARK: The end that is called

        static func answer(_ status: String, _ headers: String..., hasDescription: Bool = false) -> Step {
            let lines = headers.map { "\($0)\n" }.joined()
            let type = hasDescription ? "Content-Type: application/sdp\n" : ""
            let isFinal = !status.hasPrefix("1")
            return send(
                """
                SIP/2.0 \(status)
                [last_Via:]
                [last_From:]
                [last_To:];tag=[call_number]uas
                [last_Call-ID:]
                [last_CSeq:]
                Contact: <sip:uas@[local_ip]:[local_port]>
                \(lines)\(type)Content-Length: [len]

                \(hasDescription ? description : "")
                """, retransmits: isFinal)
        }

        /// To a request within the dialog, whose To has its tag.
        static let confirm = send(
            """
            SIP/2.0 200 OK
            [last_Via:]
            [last_From:]
            [last_To:]
            [last_Call-ID:]
            [last_CSeq:]
            Content-Length: 0


            """, retransmits: false)

        // MARK: Waiting

        static func receive(_ method: String, _ action: String = "") -> Step {
            Step(xml: "<recv request=\"\(method)\">\(action.isEmpty ? "" : "<action>\(action)</action>")</recv>\n")
        }

        static func receive(status: Int, isOptional: Bool = false) -> Step {
            Step(xml: "<recv response=\"\(status)\" rrs=\"true\"\(isOptional ? " optional=\"true\"" : "")></recv>\n")
        }

        static func pause(milliseconds: Int) -> Step { Step(xml: "<pause milliseconds=\"\(milliseconds)\"/>\n") }
    }
}

extension [SippEnd.Step] {
    typealias Step = SippEnd.Step

    /// An INVITE until it is answered.
    private static let calling: [Step] = [
        .invite, .receive(status: 100, isOptional: true), .receive(status: 180, isOptional: true),
        .receive(status: 183, isOptional: true),
    ]

    /// Calls, and waits for the other side's goodbye.
    static let callsAndStays: [Step] = calling + [.receive(status: 200), .acknowledge, .receive("BYE"), .confirm]
    /// Calls, and says goodbye a moment after the answer.
    static let callsAndLeaves: [Step] =
        calling + [.receive(status: 200), .acknowledge, .pause(milliseconds: 100), .bye, .receive(status: 200)]
    static let callsAndCancels: [Step] = [
        .invite, .receive(status: 100, isOptional: true), .receive(status: 180), .cancel, .receive(status: 200),
        .receive(status: 487), .acknowledgeFailure,
    ]

    static func callsInVain(_ status: Int) -> [Step] { calling + [.receive(status: status), .acknowledgeFailure] }

    /// Answers and waits for the goodbye.
    static let answers: [Step] = [
        .receive("INVITE"), .answer("180 Ringing"), .answer("200 OK", hasDescription: true), .receive("ACK"),
        .receive("BYE"), .confirm,
    ]
    static let isCancelled: [Step] = [
        .receive("INVITE"), .answer("180 Ringing"), .receive("CANCEL"), .confirm,
        Step(
            xml:
                "<send retrans=\"500\"><![CDATA[\nSIP/2.0 487 Request Terminated\n[last_Via:]\n[last_From:]\n[last_To:];tag=[call_number]uas\n"
                + "[last_Call-ID:]\nCSeq: 1 INVITE\nContent-Length: 0\n\n]]></send>\n"),
        .receive("ACK"),
    ]

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
                "<ereg regexp=\"username=&quot;\(user)&quot;.*qop=auth\" search_in=\"hdr\" header=\"Proxy-Authorization:\" check_it=\"true\" assign_to=\"answer\"/>"
            ),
            .answer("200 OK", hasDescription: true), .receive("ACK"), .receive("BYE"), .confirm,
            Step(xml: "<Reference variables=\"answer\"/>\n"),
        ]
    }
}
