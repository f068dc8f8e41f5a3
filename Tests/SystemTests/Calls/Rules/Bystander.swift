/// A far end that says nothing: somebody who is there and does not answer, or whom no call may reach.
final class Bystander: Sendable {
    let port: UInt16
    private let socket: LoopbackSocket

    init() throws {
        socket = try LoopbackSocket(.udp, to: nil, at: 0)
        port = socket.port
    }

    /// What it heard first; nil where it heard nothing until now.
    func heard() throws -> TracedText? {
        try socket.receive(within: 0).map {
            TracedText(String(decoding: $0, as: UTF8.self).replacing("\r\n", with: "\n"))
        }
    }
}
