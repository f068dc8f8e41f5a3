import Foundation

/// Debian's rtpengine, in user space, with ports of its own.
struct MediaRelayProcess: Sendable {
    let port: UInt16
    let child: ChildProcess

    /// Waits until it answers.
    init(port: UInt16? = nil) async throws {
        self.port = try port ?? LoopbackSocket.freePort()
        // Above the ports that the tests find for others.
        let first = UInt16.random(in: 33_000...60_000)
        let folder = try TemporaryDirectory()
        child = try ChildProcess(
            try Tool.rtpengine.path,
            [
                "--config-file=none", "--table=-1", "--interface=127.0.0.1", "--listen-ng=127.0.0.1:\(self.port)",
                "--port-min=\(first)", "--port-max=\(first + 400)", "--foreground", "--log-stderr", "--log-level=6",
                "--num-threads=2", "--pidfile=\(folder.path)/rtpengine.pid",
            ], in: folder)
        try await Patience.until("rtpengine: \(child.errors.suffix(2000))") {
            try ask("7:command4:ping", within: 200).map { _ in () }
        }
    }

    /// As `demarc serve` is told.
    var arguments: [String] { ["--media-relay", "127.0.0.1:\(port)"] }

    /// What it answers to the entries of a command, in its own encoding (bencode); nil where it says nothing.
    func ask(_ entries: String, within milliseconds: Int32 = 5000) throws -> String? {
        let socket = try LoopbackSocket(.udp, to: port)
        try socket.send(Array("\(UInt64.random(in: 0 ... .max)) d\(entries)e".utf8))
        // Nobody listens yet.
        guard let bytes = try? socket.receive(within: milliseconds) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What it calls the calls that it has.
    func calls() throws -> [String] {
        let answer = try ask("7:command4:list5:limiti1000e") ?? ""
        return answer.matches(of: /[0-9]+:([0-9a-f]+-[0-9]+)/).map { String($0.1) }
    }

    /// How many packets each of a call's streams got.
    func packets(of call: String) throws -> [Int] {
        let answer = try ask("7:command5:query7:call-id\(call.utf8.count):\(call)") ?? ""
        return answer.matches(of: /7:packetsi([0-9]+)e/).compactMap { Int($0.1) }
    }

    /// Waits until it has no call any more.
    func isEmpty() async throws {
        var last: [String] = []
        try await Patience.until("an empty relay; it has \(last)") {
            last = try calls()
            return last.isEmpty ? () : nil
        }
    }
}
