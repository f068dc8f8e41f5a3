import Foundation

/// SIPp as one end of calls: it ends well when every call went as its scenario says.
struct SippEnd: Sendable {
    let port: UInt16
    private let folder: TemporaryDirectory
    private let child: ChildProcess

    /// - Parameters:
    ///   - steps: of the scenario, made by `Step`.
    ///   - party: what it says of itself.
    ///   - server: whom it calls; nil waits for calls.
    ///   - address: its own, and of the same family the server's.
    init(
        _ steps: [Step], as party: Party = Party(), calls: Int = 1, rate: Int = 200, server: UInt16? = nil,
        called: String = "", at port: UInt16? = nil, on address: String = "127.0.0.1", transport: Transport = .udp
    ) throws {
        self.port = try port ?? LoopbackSocket.freePort()
        folder = try TemporaryDirectory()
        let text = "<scenario name=\"end\">\n\(party.filling(steps.map(\.xml).joined()))</scenario>\n"
        let scenario = try folder.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(text)", to: "scenario.xml")
        var arguments = [
            "-sf", scenario, "-i", address, "-p", "\(self.port)", "-m", "\(calls)", "-nostdin", "-deadcall_wait", "0",
            "-t", transport.rawValue, "-trace_err", "-error_file", "\(folder.path)/errors.log", "-trace_msg",
            "-message_file", "\(folder.path)/messages.log", "-recv_timeout", "100000",
        ]
        if let server {
            let host = address.contains(":") ? "[::1]" : "127.0.0.1"
            arguments = ["\(host):\(server)", "-s", called, "-r", "\(rate)", "-l", "\(calls)"] + arguments
        }
        child = try ChildProcess(try Tool.sipp.path, arguments, environment: ["TERM": "dumb"], in: folder)
    }

    /// As SIPp names them: one socket for all calls.
    enum Transport: String { case udp = "u1", tcp = "t1" }

    /// What one end says of itself, and where it calls what is called otherwise than by its number.
    struct Party: Sendable {
        /// What stands before the address in From.
        var name = ""
        var from = "<sip:+12025550100@[local_ip]>"
        /// Of the first request.
        var uri = "sip:[service]@[remote_ip]:[remote_port]"
        var to = "<sip:[service]@[remote_ip]>"
        var contact = "sip:uac@[local_ip]:[local_port]"
        /// Lines of the first request.
        var headers: [String] = []
        var maxForwards = 70
        /// What it offers, or answers with.
        var description = Step.description

        fileprivate func filling(_ scenario: String) -> String {
            scenario.replacing("{from}", with: name + from).replacing("{uri}", with: uri).replacing("{to}", with: to)
                .replacing("{contact}", with: contact)
                .replacing("{headers}", with: headers.map { "\($0)\n" }.joined())
                .replacing("{hops}", with: "\(maxForwards)").replacing("{description}", with: description)
        }
    }

    /// The messages that came, copies too.
    var received: [TracedText] {
        folder.read("messages.log").replacing("\r\n", with: "\n")
            .split(separator: "-----------------------------------------------").compactMap {
                guard $0.contains("message received"), let start = $0.firstRange(of: "\n\n") else { return nil }
                return TracedText(String($0[start.upperBound...]))
            }
    }

    /// The first request that came with that method.
    func first(_ method: String) -> TracedText? { received.first { $0.method == method } }

    /// Returns when it has ended: nil where all went well, else what it says.
    func failure(within limit: Duration = .seconds(60)) async throws -> String? {
        let code = try await child.end(within: limit)
        return code == 0 ? nil : "SIPp ended with \(code): \(folder.read("errors.log").prefix(2000))"
    }
}
