import Crypto
import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Somebody else's SIP server, as far as it takes registrations, or refuses what else it is asked: over UDP and TCP on one port of the loopback interface.
///
/// It says what it saw, and answers as it is told to.
package final class TestRegistrar: Sendable {
    /// How it behaves; may change at any time.
    package struct Manner: Sendable {
        /// Nil asks nobody for a password.
        package var password: String? = "secret"
        /// Seconds that it grants at most.
        package var longest = 600
        /// Header lines of what it grants, each with its CRLF.
        package var headers = ""
        /// Instead of what it would do: the status line's code and phrase and more header lines, or nil for silence.
        package var instead: (@Sendable (Request) -> Answer)?
        /// What it says to requests of other methods; silence where nothing is said.
        package var others: [String: Answer] = [:]

        package init() {}
    }

    package enum Answer: Sendable {
        case usual
        case silence
        /// Such as `503 Busy`, and header lines each with its CRLF.
        case status(String, headers: String = "")

        fileprivate var isSilence: Bool { if case .silence = self { true } else { false } }
    }

    /// A REGISTER as it came.
    package struct Request: Sendable {
        package let at: ContinuousClock.Instant
        /// Of To.
        package let user: String
        package let callID: String
        package let cseq: Int
        package let contact: String
        package let expires: Int
        /// The value of Authorization.
        package let authorization: String?
        package let isStream: Bool
        package let text: String
    }

    private struct State {
        var manner = Manner()
        var requests: [Request] = []
        var bindings: [String: (contact: String, until: ContinuousClock.Instant)] = [:]
        var keepsTexts = true
        var seen: UInt64 = 0
        var answered: UInt64 = 0
        var keepAlives = 0
        var others: [String: Int] = [:]
        var lapses = 0
    }

    private let state = Mutex(State())
    private let channels = Mutex<[any Channel]>([])
    package let port: UInt16

    /// - Parameter keepsTexts: whether requests keep their text, which costs memory when there are many.
    package static func start(_ manner: Manner = Manner(), keepsTexts: Bool = true) async throws -> TestRegistrar {
        let group = MultiThreadedEventLoopGroup.singleton
        for _ in 0..<20 {
            let box = Box()
            let udp = try await DatagramBootstrap(group: group)
                .channelOption(.socketOption(.so_rcvbuf), value: 16 << 20)
                .channelOption(.datagramVectorReadMessageCount, value: 32)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 32 * 4096))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Datagrams(box))
                    }
                }.bind(host: "127.0.0.1", port: 0).get()
            let port = udp.localAddress?.port ?? 0
            let tcp = try? await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Stream(box))
                    }
                }.bind(host: "127.0.0.1", port: port).get()
            guard let tcp else {
                try await udp.close()
                continue
            }
            let registrar = TestRegistrar(port: UInt16(port), [udp, tcp])
            registrar.state.withLock { state in
                state.manner = manner
                state.keepsTexts = keepsTexts
            }
            box.registrar.withLock { $0 = registrar }
            return registrar
        }
        throw NoPort()
    }

    private struct NoPort: Error {}

    private final class Box: Sendable { let registrar = Mutex<TestRegistrar?>(nil) }

    private init(port: UInt16, _ channels: [any Channel]) {
        self.port = port
        self.channels.withLock { $0 = channels }
    }

    package func stop() async {
        for channel in channels.withLock({ $0 }) { try? await channel.close() }
    }

    /// Closes the connections that are open, not the door.
    package func hangUp() async {
        for channel in channels.withLock({ Array($0.dropFirst(2)) }) { try? await channel.close() }
    }

    package func change(_ body: @Sendable (inout Manner) -> Void) { state.withLock { body(&$0.manner) } }

    package var requests: [Request] { state.withLock { $0.requests } }
    package var requestCount: Int { state.withLock { $0.requests.count } }
    /// REGISTERs so far, forgotten ones too. Who reads it before `answered` misses no answer to them.
    package var seen: UInt64 { state.withLock { $0.seen } }
    /// Those of them that it said something to.
    package var answered: UInt64 { state.withLock { $0.answered } }
    package var keepAlives: Int { state.withLock { $0.keepAlives } }
    /// Requests of another method so far.
    package func count(_ method: String) -> Int { state.withLock { $0.others[method] ?? 0 } }

    /// Contacts that are bound now, by user.
    package var bindings: [String: String] {
        let now = ContinuousClock.now
        return state.withLock { $0.bindings.filter { $0.value.until > now }.mapValues(\.contact) }
    }

    /// Bindings that were renewed after they had run out.
    package var lapses: Int { state.withLock { $0.lapses } }

    package var bindingCount: Int { state.withLock { $0.bindings.count } }

    package func forgetRequests() { state.withLock { $0.requests = [] } }

    // MARK: Answers

    fileprivate func answer(_ text: String, isStream: Bool) -> String? {
        let head = Head(text)
        guard text.hasPrefix("REGISTER ") else { return answer(text, head) }
        let request = state.withLock { state in
            let request = head.request(isStream: isStream, text: state.keepsTexts ? text : "")
            state.requests.append(request)
            return request
        }
        let manner = state.withLock { $0.manner }
        let answer = manner.instead?(request) ?? .usual
        state.withLock { state in
            state.seen += 1
            if !answer.isSilence { state.answered += 1 }
        }
        switch answer {
        case .silence: return nil
        case .status(let line, let headers): return head.answer(line, headers)
        case .usual: break
        }
        if let password = manner.password {
            let nonce = "n\(request.callID.prefix(8))"
            guard let given = request.authorization, Self.isRight(given, password: password) else {
                return head.answer(
                    "401 Unauthorized",
                    "WWW-Authenticate: Digest realm=\"registrar.test\", nonce=\"\(nonce)\", algorithm=MD5, qop=\"auth\"\r\n"
                )
            }
        }
        let granted = min(request.expires, manner.longest)
        let until = request.at + .seconds(granted)
        state.withLock { state in
            if let old = state.bindings[request.user], old.until < request.at { state.lapses += 1 }
            state.bindings[request.user] = granted > 0 ? (request.contact, until) : nil
        }
        let contact = "Contact: <\(request.contact)>;expires=\(granted)\r\n"
        return head.answer("200 OK", granted > 0 ? contact + manner.headers : "")
    }

    /// To what is no REGISTER.
    private func answer(_ text: String, _ head: Head) -> String? {
        let method = String(text.prefix { $0 != " " })
        guard text.contains(" SIP/2.0\r\n") else {
            state.withLock { $0.keepAlives += 1 }
            return nil
        }
        let answer = state.withLock { state in
            state.others[method, default: 0] += 1
            return state.manner.others[method]
        }
        guard case .status(let line, let headers) = answer else { return nil }
        return head.answer(line, headers)
    }

    private static func isRight(_ authorization: String, password: String) -> Bool {
        func field(_ name: String) -> String {
            guard let start = authorization.range(of: "\(name)=") else { return "" }
            let rest = authorization[start.upperBound...]
            return String(rest.first == "\"" ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != "," })
        }
        func md5(_ text: String) -> String {
            Insecure.MD5.hash(data: Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                .joined()
        }
        let (ha1, ha2) = (md5("\(field("username")):\(field("realm")):\(password)"), md5("REGISTER:\(field("uri"))"))
        return field("response") == md5("\(ha1):\(field(" nonce")):\(field("nc")):\(field("cnonce")):auth:\(ha2)")
    }

    // MARK: Channels

    private final class Datagrams: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        typealias OutboundOut = AddressedEnvelope<ByteBuffer>

        private let box: Box

        init(_ box: Box) { self.box = box }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let registrar = box.registrar.withLock { $0 }
            guard let answer = registrar?.answer(String(buffer: envelope.data), isStream: false) else { return }
            let bytes = context.channel.allocator.buffer(string: answer)
            context.write(
                wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: bytes)), promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) { context.flush() }
    }

    private final class Stream: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let box: Box
        private var text = ""

        init(_ box: Box) { self.box = box }

        func channelActive(context: ChannelHandlerContext) {
            let channel = context.channel
            box.registrar.withLock { $0 }?.channels.withLock { $0.append(channel) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            while let end = text.range(of: "\r\n\r\n") {
                let message = String(text[..<end.upperBound])
                text.removeSubrange(..<end.upperBound)
                let answer = box.registrar.withLock { $0 }?.answer(message, isStream: true)
                guard let answer else { continue }
                context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: answer)), promise: nil)
            }
        }
    }
}

/// The header lines of a request.
private struct Head {
    private let lines: [Substring]

    init(_ text: String) { lines = text.split(separator: "\r\n") }

    func value(_ name: String) -> String? {
        lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    func request(isStream: Bool, text: String) -> TestRegistrar.Request {
        let to = value("To") ?? ""
        let contact = (value("Contact") ?? "").drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
        return TestRegistrar.Request(
            at: .now, user: String(to.drop { $0 != ":" }.dropFirst().prefix { $0 != "@" }),
            callID: value("Call-ID") ?? "", cseq: Int(value("CSeq")?.prefix { $0 != " " } ?? "") ?? 0,
            contact: String(contact), expires: Int(value("Expires") ?? "") ?? 3600,
            authorization: value("Authorization"), isStream: isStream, text: text)
    }

    func answer(_ line: String, _ headers: String) -> String {
        var text = "SIP/2.0 \(line)\r\n"
        for name in ["Via", "From", "To", "Call-ID", "CSeq"] {
            text += "\(name): \(value(name) ?? "")\(name == "To" ? ";tag=r" : "")\r\n"
        }
        return text + headers + "Content-Length: 0\r\n\r\n"
    }
}
