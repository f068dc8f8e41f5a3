import ArgumentParser
import CDatagrams
import Datagrams
import Glibc

/// A SIP registrar that does what registrars do and nothing else, so that who registers with it can be measured.
@main
struct RegistrarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrar",
        abstract: "Be a registrar on this machine over UDP, with digest, and count what comes.",
        discussion: """
            Users are called u0000000 and so on; u0000007 has the password secret-0000007. It listens on 127.0.0.2, \
            127.0.0.3 and so on, prints "ready", and answers these lines on standard input until that ends:

            totals          everything counted since the start; times in nanoseconds of the monotonic clock
            user 7          the same of one user
            mark            counts recent_requests, recent_users and refreshes from here
            refreshes       refreshes since the mark, by second
            lease 600       grants at most so many seconds from now on
            """)

    @Option(help: "The port, on every address.")
    var port: UInt16 = 5070
    @Option(help: "How many addresses, from 127.0.0.2 on.")
    var addresses = 8
    @Option(help: "Seconds granted at most.")
    var lease: UInt32 = 3600
    @Option(help: "The digest realm.")
    var realm = "registrar.example"
    @Option(help: "What passwords begin with, before the user's seven digits; with commas, any of them.")
    var passwordPrefix = "secret-"

    func validate() throws {
        guard (1...200).contains(addresses) else { throw ValidationError("--addresses: 1 to 200.") }
        guard lease > 0 else { throw ValidationError("--lease: at least 1.") }
    }

    func run() throws {
        var service = try Service(
            (0..<addresses).map { Endpoint(address: "127.0.0.\(2 + $0)", port: port) },
            Registrar(
                realm: realm, prefixes: passwordPrefix.split(separator: ",").map(String.init), lease: lease))
        print("ready")
        fflush(nil)
        try service.run()
    }
}

/// The sockets and standard input, served by one thread until that ends.
struct Service {
    private var registrar: Registrar
    private var questions = Questions()
    private let sockets: [DatagramSocket]
    private var outbox = Outbox()
    private var incoming = [UInt8](repeating: 0, count: DatagramSocket.datagramSize * DatagramSocket.batch)
    private var lengths = [UInt32](repeating: 0, count: DatagramSocket.batch)
    private var peers = [datagram_peer](repeating: datagram_peer(), count: DatagramSocket.batch)

    init(_ endpoints: [Endpoint], _ registrar: Registrar) throws(SocketFailure) {
        var sockets: [DatagramSocket] = []
        for endpoint in endpoints { sockets.append(try DatagramSocket(on: endpoint)) }
        self.sockets = sockets
        self.registrar = registrar
    }

    mutating func run() throws(SocketFailure) {
        var watched = (sockets.map(\.descriptor) + [STDIN_FILENO]).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            guard unsafe poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
            for (place, socket) in sockets.enumerated() where watched[place].revents != 0 { try serve(socket) }
            if watched[sockets.count].revents != 0, !answerQuestions() { return }
        }
    }

    /// One batch: what is left makes the next wait end at once, so that no address starves another.
    private mutating func serve(_ socket: DatagramSocket) throws(SocketFailure) {
        let count = try socket.receive(into: &incoming, lengths: &lengths, from: &peers)
        let now = Clock.now()
        // Copies the reference only, so that the bytes can be read while the rest changes.
        let bytes = incoming
        for datagram in 0..<count {
            let start = datagram * DatagramSocket.datagramSize
            registrar.answer(
                bytes.span.extracting(start..<start + Int(lengths[datagram])), from: peers[datagram], at: now,
                into: &outbox)
        }
        try socket.send(&outbox)
    }

    /// False at the end of the input.
    private mutating func answerQuestions() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else { return false }
        print(questions.take(bytes[..<count], &registrar, at: Clock.now()), terminator: "")
        fflush(nil)
        return true
    }
}
