import Foundation

/// baresip: registers when it starts, again before it expires, and unregisters when its console is told to quit.
final class BaresipPhone: Phone {
    private let child: ChildProcess
    private let console: UInt16

    init(_ line: Line, encryption: MediaEncryption = .none) throws {
        let program = try Tool.baresip.path
        let media = ["none": "", "optional": ";mediaenc=srtp", "required": ";mediaenc=srtp-mand"]
        let folder = try TemporaryDirectory()
        console = try LoopbackSocket.freePort()
        try folder.write(
            """
            <\(line.aor);transport=udp>;auth_user=\(line.user);auth_pass=\(line.password);regint=60;answermode=auto\
            \(media[encryption.rawValue] ?? "");outbound="sip:\(line.server)"

            """, to: "accounts")
        try folder.write(
            """
            sip_listen 127.0.0.1:0
            cons_listen 127.0.0.1:\(console)
            rtp_ports 30000-30999
            module_path /usr/lib/baresip/modules
            audio_source ausine,440
            ausrc_srate 48000
            ausrc_channels 2
            audio_player aubridge,nowhere
            module srtp.so
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

    private func tell(_ command: String) throws {
        try LoopbackSocket(.udp, to: console).send(Array("/\(command)\n".utf8))
    }

    func unregister() async throws {
        try tell("quit")
        try await child.end()
    }
}

extension BaresipPhone: CallingPhone {
    func call(_ uri: String) async throws { try tell("dial \(uri)") }
    func hangUp() async throws { try tell("hangup") }

    func isInCall() -> Bool {
        let events = child.output.matches(of: /Call established|session closed|terminated \(duration/)
        return events.last.map { $0.output == "Call established" } ?? false
    }

    func lastStatus() -> Int? { child.output.matches(of: /session closed: ([0-9]{3})/).last.flatMap { Int($0.1) } }

    func hasMediaBothWays() async throws {
        try await Patience.until("media both ways: \(child.output.suffix(500))") {
            // It prints to whoever asked last.
            let socket = try LoopbackSocket(.udp, to: console)
            try socket.send(Array("/audio_debug\n".utf8))
            var answer = ""
            while let bytes = try socket.receive(within: 100) { answer += String(decoding: bytes, as: UTF8.self) }
            let received = answer.firstMatch(of: /rcvd=([0-9]+)/).flatMap { Int($0.1) } ?? 0
            let sent = answer.firstMatch(of: /TX: packets=([0-9]+)/).flatMap { Int($0.1) } ?? 0
            return received > 10 && sent > 10 ? () : nil
        }
    }
}

/// linphonec: commands on standard input; it registers when it starts, and again before it expires.
final class LinphonePhone: Phone {
    private let folder: TemporaryDirectory
    private let child: ChildProcess

    init(_ line: Line, encryption: MediaEncryption = .none) throws {
        folder = try TemporaryDirectory()
        let media =
            encryption == .none
            ? "" : "media_encryption=srtp\nmedia_encryption_mandatory=\(encryption == .required ? 1 : 0)\n"
        let settings = try folder.write(
            """
            [sip]
            sip_port=-1
            sip_tcp_port=-1
            sip_tls_port=-1
            default_proxy=0
            \(media)
            [sound]
            use_files=1

            [rtp]
            audio_rtp_port=31000-31999

            \(Self.codecs)
            [proxy_0]
            reg_proxy=sip:\(line.server)
            reg_route=<sip:\(line.server);lr>
            reg_identity=\(line.aor)
            reg_expires=3600
            reg_sendregister=1

            [auth_info_0]
            username=\(line.user)
            passwd=\(line.password)
            domain=\(line.domain)

            """, to: "linphonerc")
        // It does not make the folder of its data base by itself.
        try folder.write("", to: ".local/share/linphone/.keep")
        child = try ChildProcess(
            try Tool.linphonec.path, ["-c", settings, "-a", "-d", "4", "-l", "\(folder.path)/log"],
            environment: ["HOME": folder.path], in: folder)
        // What it says, for want of a microphone.
        try child.write("play \(try folder.write(Data(Self.tone), to: "tone.wav"))\n")
    }

    /// What it plays is sent as it is, so that no codec with another rate may be chosen.
    private static let codecs = ["PCMU/8000", "opus/48000", "speex/32000", "speex/16000", "speex/8000"].enumerated()
        .map { place, codec in
            let parts = codec.split(separator: "/")
            return "[audio_codec_\(place)]\nmime=\(parts[0])\nrate=\(parts[1])\nenabled=\(place == 0 ? 1 : 0)\n"
        }.joined(separator: "\n")

    /// Twenty seconds of 440 Hz, 8000 samples a second of 16 bits (RIFF WAVE).
    private static let tone: [UInt8] = {
        func word<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        let samples = (0..<160_000).flatMap { word(Int16(8000 * sin(2 * .pi * 440 * Double($0) / 8000))) }
        let format =
            word(Int16(1)) + word(Int16(1)) + word(Int32(8000)) + word(Int32(16_000)) + word(Int16(2)) + word(Int16(16))
        let chunks =
            "WAVEfmt ".utf8 + word(Int32(format.count)) + format + "data".utf8 + word(Int32(samples.count)) + samples
        return "RIFF".utf8 + word(Int32(chunks.count)) + chunks
    }()

    func register() async throws {}
    func refresh() async throws {}
    func unregister() async throws { try child.write("unregister\n") }
}

extension LinphonePhone: CallingPhone {
    func call(_ uri: String) async throws { try child.write("call \(uri)\n") }
    func hangUp() async throws { try child.write("terminate\n") }

    func isInCall() -> Bool {
        let events = child.output.matches(of: /Call [0-9]+ with .* (connected|ended|error)/)
        return events.last.map { $0.1 == "connected" } ?? false
    }

    /// It says why in words only.
    func lastStatus() -> Int? { nil }

    /// Its log says each second how much comes and goes, in kbit/s.
    func hasMediaBothWays() async throws {
        try await Patience.until("media both ways: \(child.output)") {
            let lines = folder.read("log").matches(of: /RTP : \[d=([0-9.]+),u=([0-9.]+)\]/)
            return lines.contains { (Double($0.1) ?? 0) > 20 && (Double($0.2) ?? 0) > 20 } ? () : nil
        }
    }
}

/// PJSUA2 by its binding for Python.
final class PJSUA2Phone: Phone {
    private let child: ChildProcess

    /// - Parameters:
    ///   - port: where it is called without having registered; any that is free where none is named.
    ///   - address: where it says that its media is, in place of its own.
    init(
        _ line: Line, transport: String, encryption: MediaEncryption = .none, at port: UInt16 = 0,
        address: String? = nil
    ) throws {
        child = try ChildProcess(
            try Tool.python,
            [
                // The library's own log leaves line by line, as what the script prints, and not into the middle of it.
                "-u", Repository.file("Clients/pjsua2_phone.py"), line.server, transport, line.domain, line.user,
                line.password, encryption.rawValue, "\(port)",
            ] + [address].compactMap(\.self))
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
    func beBusy() async throws { try await become("busy") }
    func beFree() async throws { try await become("free") }

    /// Has the next calls answered so, not only those after a while.
    private func become(_ manner: String) async throws { try await tell(manner, until: "now \(manner)") }

    /// Waits until it has said so once more.
    private func tell(_ command: String, until word: String) async throws {
        func count() -> Int { child.output.components(separatedBy: "\n\(word)").count }
        let before = count()
        try child.write("\(command)\n")
        try await Patience.until("\(word) of \(command): \(child.output.suffix(1000))") {
            count() > before ? () : nil
        }
    }

    /// What it heard last of a transfer.
    func transferStatus() -> Int? { child.output.matches(of: /transfer ([0-9]+)/).last.flatMap { Int($0.1) } }

    /// Offers its session anew, and waits for the answer.
    func reinvite() async throws { try await tell("reinvite", until: "offered") }

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
        try await Patience.until("media both ways: \(child.output.suffix(2000)) \(child.errors.suffix(1000))") {
            let now = try await media()
            return now.received > before.received + 10 && now.sent > before.sent + 10 ? () : nil
        }
    }

    /// Packets of RTP so far.
    func media() async throws -> (received: Int, sent: Int) {
        try await tell("media", until: "media")
        let last = child.output.matches(of: /media ([0-9]+) ([0-9]+)/).last
        return (last.flatMap { Int($0.1) } ?? 0, last.flatMap { Int($0.2) } ?? 0)
    }
}
