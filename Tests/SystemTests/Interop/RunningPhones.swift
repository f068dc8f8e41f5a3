/// baresip: registers when it starts, again before it expires, and unregisters when its console is told to quit.
final class BaresipPhone: Phone {
    private let child: ChildProcess
    private let console: UInt16

    init(_ line: Line) throws {
        let program = try Tool.baresip.path
        let folder = try TemporaryDirectory()
        console = try LoopbackSocket.freePort()
        try folder.write(
            """
            <\(line.aor);transport=udp>;auth_user=\(line.user);auth_pass=\(line.password);regint=60;answermode=auto;\
            outbound="sip:\(line.server)"

            """, to: "accounts")
        try folder.write(
            """
            sip_listen 127.0.0.1:0
            cons_listen 127.0.0.1:\(console)
            module_path /usr/lib/baresip/modules
            audio_source ausine,440
            audio_player aubridge,nowhere
            module account.so
            module g711.so
            module uuid.so
            module cons.so
            module ausine.so
            module aubridge.so
            module_app menu.so

            """, to: "config")
        try folder.write("", to: "contacts")
        child = try ChildProcess(program, ["-f", folder.path, "-4", "-s"], in: folder)
    }

    func register() async throws {}
    func refresh() async throws {}

    func unregister() async throws {
        try LoopbackSocket(.udp, to: console).send(Array("/quit\n".utf8))
        try await child.end()
    }
}

/// linphonec: commands on standard input; it registers again before it expires.
final class LinphonePhone: Phone {
    private let line: Line
    private let folder: TemporaryDirectory
    private let child: ChildProcess

    init(_ line: Line) throws {
        self.line = line
        folder = try TemporaryDirectory()
        let settings = try folder.write("[sip]\nsip_port=-1\nsip_tcp_port=-1\nsip_tls_port=-1\n", to: "linphonerc")
        // It does not make the folder of its data base by itself.
        try folder.write("", to: ".local/share/linphone/.keep")
        child = try ChildProcess(
            try Tool.linphonec.path, ["-c", settings], environment: ["HOME": folder.path], in: folder)
    }

    func register() async throws {
        try await Patience.until("linphonec's prompt") { child.output.contains("linphonec>") ? () : nil }
        try child.write("register \(line.aor) sip:\(line.server) \(line.password)\n")
    }

    func refresh() async throws {}

    func unregister() async throws { try child.write("unregister\n") }
}

/// PJSUA2 by its binding for Python.
final class PJSUA2Phone: Phone {
    private let child: ChildProcess

    /// How it treats media: SRTP with keys in the session description.
    enum Encryption: String { case none, optional, required }

    init(_ line: Line, transport: String, encryption: Encryption = .none) throws {
        child = try ChildProcess(
            try Tool.python,
            [
                Repository.file("Clients/pjsua2_phone.py"), line.server, transport, line.domain, line.user,
                line.password, encryption.rawValue,
            ])
    }

    func register() async throws { try child.write("register\n") }
    func refresh() async throws { try child.write("register\n") }
    func unregister() async throws { try child.write("unregister\n") }
}

extension PJSUA2Phone: CallingPhone {
    func call(_ uri: String) async throws { try child.write("call \(uri)\n") }
    func hangUp() async throws { try child.write("hangup\n") }
    /// Hands the other end of its call over.
    func transfer(to uri: String) async throws { try child.write("transfer \(uri)\n") }
    /// Hands the other end of its first call over to that of its second one.
    func join() async throws { try child.write("join\n") }
    /// Refuses calls from now on.
    func beBusy() async throws { try child.write("busy\n") }
    /// What it heard last of a transfer.
    func transferStatus() -> Int? { child.output.matches(of: /transfer ([0-9]+)/).last.flatMap { Int($0.1) } }

    func isInCall() -> Bool {
        let states = child.output.matches(of: /call ([A-Z]+) [0-9]+/).map { String($0.1) }
        return states.last == "CONFIRMED"
    }

    func lastStatus() -> Int? {
        child.output.matches(of: /call DISCONNECTED? ([0-9]+)/).last.flatMap { Int($0.1) }
    }

    func hasMediaBothWays() async throws { try await hasMediaBothWays(after: (0, 0)) }

    /// The same with so many packets more than those.
    func hasMediaBothWays(after before: (received: Int, sent: Int)) async throws {
        try await Patience.until("media both ways") {
            let now = try await media()
            return now.received > before.received + 10 && now.sent > before.sent + 10 ? () : nil
        }
    }

    /// Packets of RTP so far.
    func media() async throws -> (received: Int, sent: Int) {
        try child.write("media\n")
        try await Task.sleep(for: .milliseconds(100))
        let last = child.output.matches(of: /media ([0-9]+) ([0-9]+)/).last
        return (last.flatMap { Int($0.1) } ?? 0, last.flatMap { Int($0.2) } ?? 0)
    }
}
