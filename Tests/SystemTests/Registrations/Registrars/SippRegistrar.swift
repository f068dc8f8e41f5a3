/// SIPp as somebody else's registrar, for what no real one can be made to send: a list of answers, one for each request.
struct SippRegistrar: Sendable {
    let port: UInt16
    private let folder: TemporaryDirectory
    private let child: ChildProcess

    /// What it says to one request; header lines may hold SIPp's keywords and `[$contact]`, our contact in its brackets.
    struct Answer: Sendable {
        /// Nil says nothing.
        var status: String?
        var headers: [String] = []
        /// Said before it.
        var provisional: String?
        /// Whether Authorization must be right for alice and `secret`, which SIPp computes for itself; 403 where not.
        var isChecked = false

        static func status(_ status: String, _ headers: String...) -> Answer {
            Answer(status: status, headers: headers)
        }

        /// As asked for, with our contact alone.
        static let granted = Answer.status("200 OK", "[last_Contact:]")

        static func challenge(_ challenges: String...) -> Answer {
            Answer(status: "401 Unauthorized", headers: challenges.map { "WWW-Authenticate: \($0)" })
        }

        static let silence = Answer()

        var checked: Answer {
            var answer = self
            answer.isChecked = true
            return answer
        }

        func after(_ provisional: String) -> Answer {
            var answer = self
            answer.provisional = provisional
            return answer
        }
    }

    /// The last answer is given again and again.
    init(_ answers: [Answer], at port: UInt16? = nil) throws {
        self.port = try port ?? LoopbackSocket.freePort()
        folder = try TemporaryDirectory()
        let scenario = try folder.write(Self.scenario(answers), to: "scenario.xml")
        child = try ChildProcess(
            try Tool.sipp.path,
            [
                "-sf", scenario, "-i", "127.0.0.1", "-p", "\(self.port)", "-nostdin", "-deadcall_wait", "0",
                "-trace_msg", "-message_file", "\(folder.path)/messages.log",
            ], environment: ["TERM": "dumb"], in: folder)
    }

    /// The requests that it saw, retransmissions too.
    var requests: [String] {
        folder.read("messages.log").split(separator: "-----------------------------------------------")
            .filter { $0.contains("message received") }.map(String.init)
    }

    // MARK: The scenario

    private static func scenario(_ answers: [Answer]) -> String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"registrar\">\n"
        for (number, answer) in answers.enumerated() {
            let isLast = number == answers.count - 1
            if isLast { text += "<label id=\"last\"/>\n" }
            text += step(answer, number, next: isLast ? " next=\"last\"" : "")
        }
        text += "<label id=\"wrong\"/>\n" + send("403 Wrong Answer", [])
        // SIPp refuses what nobody looks at.
        return text + "<Reference variables=\"contact\"/>\n</scenario>\n"
    }

    private static func step(_ answer: Answer, _ number: Int, next: String) -> String {
        let contact = "<ereg regexp=\"&lt;[^&gt;]*&gt;\" search_in=\"hdr\" header=\"Contact:\" assign_to=\"contact\"/>"
        let check =
            answer.isChecked ? "<verifyauth assign_to=\"isRight\" username=\"alice\" password=\"secret\"/>" : ""
        var text = "<recv request=\"REGISTER\"><action>\(contact)\(check)</action></recv>\n"
        if answer.isChecked {
            text += "<nop test=\"isRight\" next=\"right\(number)\"/>\n<nop next=\"wrong\"/>\n"
            text += "<label id=\"right\(number)\"/>\n"
        }
        if let provisional = answer.provisional { text += send(provisional, []) }
        if let status = answer.status { text += send(status, answer.headers, next) }
        return text
    }

    private static func send(_ status: String, _ headers: [String], _ next: String = "") -> String {
        let lines =
            ["SIP/2.0 \(status)", "[last_Via:]", "[last_From:]", "[last_To:];tag=sipp", "[last_Call-ID:]"]
            + ["[last_CSeq:]"] + headers + ["Content-Length: 0"]
        return "<send\(next)><![CDATA[\n\(lines.joined(separator: "\n"))\n\n]]></send>\n"
    }
}
