import NIOPosix
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge

/// What others answer to us, wherever it arrives.
@Suite struct ResponseTests {
    private let taker = Taker()

    private static func response(_ callID: String = "1", vias: Int = 1) -> String {
        let via = "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK\(callID)\r\n"
        return """
            SIP/2.0 200 OK\r
            \(String(repeating: via, count: vias))From: <sip:a@one.test>;tag=1\r
            To: <sip:a@one.test>;tag=2\r
            Call-ID: \(callID)\r
            CSeq: 1 REGISTER\r
            Content-Length: 0\r
            \r

            """
    }

    private func flow(of rig: Rig, _ responses: (any ResponseHandler)?) -> RequestFlow {
        let flow = rig.edge.flow
        return RequestFlow(
            directory: flow.directory, location: flow.location, journal: nil, registrar: flow.registrar,
            challenges: flow.challenges, bans: SourceBans(policy: BanPolicy(failures: 1)),
            observation: flow.observation, responses: [responses].compactMap(\.self))
    }

    private func hand(_ text: String, to flow: RequestFlow) -> Disposition {
        var exchange = Exchange(source: .phone, now: 1000)
        return flow.handle(Array(text.utf8).span, &exchange)
    }

    @Test func reachTheirHandlerOverUDPAndTCP() async throws {
        let rig = try await Rig()
        let flow = flow(of: rig, taker)
        let clock = rig.edge.clock
        let udp = try UDPListener(
            ListenerAddress(transport: .udp, host: "127.0.0.1", port: 0), threads: 1, handler: flow,
            gate: rig.edge.gate, clock: clock)
        udp.start()
        let tcp = try await TCPListener.start(
            ListenerAddress(transport: .tcp, host: "127.0.0.1", port: 0),
            group: MultiThreadedEventLoopGroup.singleton, handler: flow, gate: rig.edge.gate, clock: clock,
            limits: StreamLimits())
        let registrar = try LoopbackClient(stream: false, port: udp.port)
        let stream = try LoopbackClient(stream: true, port: tcp.port)
        registrar.send(Self.response("over-udp"))
        #expect(await taker.took(1))
        stream.send(Self.response("over-tcp"))
        #expect(await taker.took(2))
        #expect(
            taker.taken == [
                "200 over-udp udp:127.0.0.1:\(registrar.port) \(clock.now())",
                "200 over-tcp tcp:127.0.0.1:\(stream.port) \(clock.now())",
            ])
        udp.stop()
        await tcp.stop()
    }

    @Test func whatIsNoAnswerToUsIsDropped() async throws {
        let flow = flow(of: try await Rig(), taker)
        for text in [Self.response(vias: 2), Self.response(vias: 0), "SIP/2.0 2000 OK\r\n\r\n", "SIP/"] {
            #expect(hand(text, to: flow) == .silence)
        }
        #expect(taker.taken.isEmpty)
        #expect(hand(Self.response(), to: flow) == .silence)
        #expect(taker.taken.count == 1)
    }

    /// A customer's PBX that is banned as a client may be the registrar of another one.
    @Test func comeThroughABan() async throws {
        let flow = flow(of: try await Rig(), taker)
        _ = flow.bans.withLock { $0.failed(.phone, reason: "", now: 1) }
        var phone = Phone(aor: "sip:a@one.test")
        #expect(hand(phone.request("OPTIONS"), to: flow) == .silence)
        #expect(flow.bans.withLock { $0.isBanned(.phone, now: 1) })
        _ = hand(Self.response(), to: flow)
        #expect(taker.taken.count == 1)
    }

    @Test func answersByWhichAWayIsKeptOpenAreTaken() async throws {
        let (rig, taker) = (try await Rig(), Taker())
        let stun = "\u{1}\u{1}" + String(repeating: "\u{0}", count: 18)
        #expect(hand(stun, to: flow(of: rig, taker)) == .silence)
        #expect(taker.taken.count == 1 && taker.taken[0].hasPrefix("20 bytes of STUN "))
        #expect(hand(stun, to: flow(of: rig, nil)) == .silence)
        #expect(rig.edge.counters().dropped["not_sip"] == 1)
    }

    @Test func withoutAHandlerTheyAreUnwanted() async throws {
        let rig = try await Rig()
        #expect(hand(Self.response(), to: rig.edge.flow) == .silence)
        #expect(rig.edge.counters().dropped["unwanted_response"] == 1)
    }
}

private final class Taker: ResponseHandler {
    private let seen = Mutex<[String]>([])
    var taken: [String] { seen.withLock { $0 } }

    func receive(_ response: Span<UInt8>, _ index: borrowing MessageIndex, from source: SourceAddress, now: Int64)
        -> Bool
    {
        let callID = index.first(.callID).map { String(decoding: response.array($0), as: UTF8.self) } ?? ""
        let status = index.status
        seen.withLock { $0.append("\(status) \(callID) \(source.text) \(now)") }
        return true
    }

    func receive(binding answer: Span<UInt8>, from source: SourceAddress) {
        let count = answer.count
        seen.withLock { $0.append("\(count) bytes of STUN \(source.text)") }
    }

    /// Whether so many were taken, sooner or later.
    func took(_ count: Int) async -> Bool { await eventually { taken.count >= count } }
}
