import NIOPosix
import SIPEngine
import SIPMessage
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct OutboundTests {
    private let handler = EchoHandler()
    private let gate = DurabilityGate()
    private let observer = Endings()

    private func outbound(
        _ listeners: Outbound.Listeners = .init(), limits: OutboundLimits = OutboundLimits(),
        authorities: String? = nil, mayCall: @escaping @Sendable (SourceAddress) -> Bool = { _ in true }
    ) throws -> Outbound {
        try Outbound(
            listeners: listeners, handler: handler, gate: gate, clock: .fixed,
            group: MultiThreadedEventLoopGroup.singleton, limits: limits, trustedAuthorities: authorities,
            observer: observer, mayCall: mayCall)
    }

    private func datagrams(_ host: String = "127.0.0.1", advertised: String? = nil, number: UInt8 = 1) throws
        -> UDPListener
    {
        let listener = try UDPListener(
            ListenerAddress(transport: .udp, host: host, port: 0, advertisedHost: advertised), number: number,
            threads: 1,
            handler: handler, gate: gate, clock: .fixed)
        listener.start()
        return listener
    }

    private func target(_ port: UInt16, _ transport: Transport, name: String = "127.0.0.1") -> Target {
        Target(address: SourceAddress(ipv4: 0x7F00_0001, port: port, transport: transport), serverName: name)
    }

    // MARK: UDP

    @Test func datagramsLeaveByTheListenersPort() throws {
        let listener = try datagrams()
        defer { listener.stop() }
        let outbound = try outbound(.init(datagrams: [listener]))
        // A connected socket: it takes nothing from another port.
        let phone = try LoopbackClient(stream: false, port: listener.port)
        let flow = try #require(try outbound.flow(to: target(phone.port, .udp)))
        #expect(flow.local == LocalAddress(host: "127.0.0.1", port: listener.port))
        #expect(flow.id == nil)
        var batch = try OutboundBatch.made()
        for number in 0..<200 {
            let taken = batch.append(Array("message \(number)".utf8).span, to: flow)
            #expect(taken)
        }
        let tooLong = batch.append(Array(repeating: 0, count: 65_508).span, to: flow)
        #expect(!tooLong)
        batch.flush()
        for number in 0..<200 { #expect(phone.receive() == "message \(number)") }
    }

    @Test func oneBatchServesSeveralSockets() throws {
        let (one, other) = (try datagrams(), try datagrams("127.0.0.2"))
        defer { for listener in [one, other] { listener.stop() } }
        let phone = try LoopbackClient(stream: false, port: 0)
        let ways = try [one, other].map { listener in
            try #require(try outbound(.init(datagrams: [listener])).flow(to: target(phone.port, .udp)))
        }
        var batch = try OutboundBatch.made()
        for number in 0..<6 { _ = batch.append(Array("\(number)".utf8).span, to: ways[number % 2]) }
        batch.flush()
        #expect((0..<6).compactMap { _ in phone.receive() } == (0..<6).map { "\($0)" })
    }

    /// Where the socket is for all addresses, the route says which of them others see.
    @Test func weAreCalledAsTheRouteSays() throws {
        let (all, named) = (try datagrams("0.0.0.0"), try datagrams("0.0.0.0", advertised: "203.0.113.9"))
        defer { for listener in [all, named] { listener.stop() } }
        let far = target(5060, .udp)
        #expect(try outbound(.init(datagrams: [all])).flow(to: far)?.local.host == "127.0.0.1")
        #expect(try outbound(.init(datagrams: [named])).flow(to: far)?.local.host == "203.0.113.9")
        let ipv6 = Target(
            address: SourceAddress(high: 0, low: 1, port: 5060, transport: .udp), serverName: "::1")
        #expect(throws: OutboundFault.self) { try outbound(.init(datagrams: [all])).flow(to: ipv6) }
        #expect(LocalAddress(host: "2001:db8::1", port: 1).host == "[2001:db8::1]")
    }

    @Test func theSocketOnTheRouteIsTaken() throws {
        let listeners = try ["127.0.0.2", "127.0.0.1", "0.0.0.0"].map { try datagrams($0) }
        defer { for listener in listeners { listener.stop() } }
        let outbound = try outbound(.init(datagrams: listeners))
        #expect(try outbound.flow(to: target(5060, .udp))?.local.port == listeners[1].port)
        #expect(outbound.reach == Reach(ipv6: false))
    }

    /// What came in by one of two listeners is answered by it; what comes in by neither, or by one that is gone, goes by route.
    @Test(arguments: [(0, 0), (1, 0), (2, 1), (3, 0)] as [(UInt8, Int)])
    func theSocketThatHeardItIsTaken(number: UInt8, index: Int) throws {
        let listeners = try [1, 2].map { try datagrams(number: $0) }
        defer { for listener in listeners { listener.stop() } }
        let outbound = try outbound(.init(datagrams: listeners))
        _ = try outbound.flow(to: target(5060, .udp))
        var address = target(5060, .udp).address
        address.listener = number
        let flow = try outbound.flow(to: Target(address: address, serverName: ""))
        #expect(flow?.local.port == listeners[index].port)
    }

    @Test func nothingLeavesAfterTheListenerStopped() throws {
        let listener = try datagrams()
        let outbound = try outbound(.init(datagrams: [listener]))
        let flow = try #require(try outbound.flow(to: target(9, .udp)))
        listener.stop()
        var batch = try OutboundBatch.made()
        _ = batch.append([1, 2, 3].span, to: flow)
        batch.flush()
        #expect(listener.refusedSends == 0)
    }

    // MARK: Connections

    @Test func manyWhoWaitShareOneConnection() async throws {
        let far = try await FarEnd.start()
        let outbound = try outbound()
        let flows = await withTaskGroup(of: Flow?.self) { group in
            for number in 0..<500 {
                group.addTask { try? await outbound.connect(to: target(far.port, .tcp, name: "name \(number)")).get() }
            }
            return await group.reduce(into: [Flow]()) { if let flow = $1 { $0.append(flow) } }
        }
        #expect(flows.count == 500)
        #expect(Set(flows.compactMap(\.id)).count == 1)
        #expect(await eventually { far.accepted == 1 })
        #expect(outbound.connectionCount == 1)
        var batch = try OutboundBatch.made()
        for number in 0..<500 { _ = batch.append(Array("<\(number)>".utf8).span, to: flows[number]) }
        let expected = (0..<500).map { "<\($0)>" }.joined()
        #expect(await eventually { far.text.utf8.count == expected.utf8.count })
        #expect(far.text == expected)
        await outbound.stop()
        await far.stop()
    }

    /// Requests and answers that come on a connection of ours are handled like all others.
    @Test func whatComesBackIsHandled() async throws {
        let far = try await FarEnd.start()
        let outbound = try outbound()
        let flow = try await outbound.connect(to: target(far.port, .tcp)).get()
        #expect(await eventually { far.accepted == 1 })
        far.say(message("request", body: 5) + "\r\n\r\n")
        let expected = message("request", body: 5) + "\r\n"
        #expect(await eventually { far.text == expected })
        #expect(handler.sources == [flow.target.address])
        #expect(flow.local.host == "127.0.0.1" && flow.local.port > 0)
        await outbound.stop()
        await far.stop()
    }

    @Test func overStreamsWeAreCalledAsTheListener() async throws {
        let listener = try await TCPListener.start(
            ListenerAddress(transport: .tcp, host: "127.0.0.1", port: 0, advertisedHost: "sip.example.com"),
            group: MultiThreadedEventLoopGroup.singleton, handler: handler, gate: gate, clock: .fixed,
            limits: StreamLimits())
        let far = try await FarEnd.start()
        let outbound = try outbound(.init(streams: [listener]))
        let flow = try await outbound.connect(to: target(far.port, .tcp)).get()
        #expect(flow.local == LocalAddress(host: "sip.example.com", port: listener.port))
        await outbound.stop()
        await listener.stop()
        await far.stop()
    }

    @Test func everybodyLearnsOfARefusal() async throws {
        let gone = try await FarEnd.start()
        await gone.stop()
        let outbound = try outbound()
        let outcomes = await withTaskGroup(of: OutboundFault?.self) { group in
            for _ in 0..<50 {
                group.addTask { await outbound.connect(to: target(gone.port, .tcp)).fault }
            }
            return await group.reduce(into: [OutboundFault?]()) { $0.append($1) }
        }
        #expect(outcomes == Array(repeating: .unreachable("Connection refused"), count: 50))
        #expect(outbound.connectionCount == 0)
        #expect(observer.ended.isEmpty)
    }

    @Test func aConnectionThatBreaksIsToldAndOpenedAnew() async throws {
        let far = try await FarEnd.start()
        let outbound = try outbound()
        let first = try await outbound.connect(to: target(far.port, .tcp)).get()
        #expect(await eventually { far.accepted == 1 })
        await far.hangUp()
        let id = try #require(first.id)
        #expect(await eventually { observer.ended == [id] })
        #expect(try outbound.flow(to: first.target) == nil)
        #expect(outbound.connectionCount == 0)
        var batch = try OutboundBatch.made()
        let isTaken = batch.append([1].span, to: first)
        #expect(!isTaken)
        let second = try await outbound.connect(to: target(far.port, .tcp)).get()
        #expect(second.id != first.id)
        await outbound.stop()
        #expect(await eventually { observer.ended.count == 2 })
        #expect(await outbound.connect(to: target(far.port, .tcp)).fault == .stopped)
        await far.stop()
    }

    @Test func connectionsAreBounded() async throws {
        let (one, other) = (try await FarEnd.start(), try await FarEnd.start())
        let outbound = try outbound(limits: OutboundLimits(connections: 1))
        _ = try await outbound.connect(to: target(one.port, .tcp)).get()
        #expect(await outbound.connect(to: target(other.port, .tcp)).fault == .tooManyConnections)
        #expect(await eventually { one.accepted == 1 })
        await one.hangUp()
        #expect(await eventually { outbound.connectionCount == 0 })
        _ = try await outbound.connect(to: target(other.port, .tcp)).get()
        await outbound.stop()
        for far in [one, other] { await far.stop() }
    }

    @Test func idleConnectionsAreClosed() async throws {
        let far = try await FarEnd.start()
        let outbound = try outbound(limits: OutboundLimits(idle: 50))
        _ = try await outbound.connect(to: target(far.port, .tcp)).get()
        #expect(await eventually { observer.ended.count == 1 && outbound.connectionCount == 0 })
        await far.stop()
    }

    @Test func whoDoesNotReadIsGivenNoMore() async throws {
        let far = try await FarEnd.start(reads: false)
        let outbound = try outbound()
        let flow = try await outbound.connect(to: target(far.port, .tcp)).get()
        var batch = try OutboundBatch.made()
        let piece = [UInt8](repeating: 0x20, count: 60_000)
        var taken = 0
        while batch.append(piece.span, to: flow), taken < 2000 { taken += 1 }
        // The limit, and what the kernel and the channel hold.
        #expect(taken < 1000, "\(taken) pieces of 60 kB")
        await outbound.stop()
        await far.stop()
    }

    // MARK: Policy and keep-alives

    @Test func whatIsForbiddenIsNeitherSentNorOpened() async throws {
        let listener = try datagrams()
        defer { listener.stop() }
        let far = try await FarEnd.start()
        let outbound = try outbound(.init(datagrams: [listener])) { $0.low & 0xFF != 1 }
        #expect(throws: OutboundFault.forbidden) { try outbound.flow(to: target(far.port, .udp)) }
        for transport in Transport.allCases {
            #expect(await outbound.connect(to: target(far.port, transport)).fault == .forbidden)
        }
        #expect(outbound.connectionCount == 0 && far.accepted == 0)
        await far.stop()
    }

    @Test func keepAlivesGoOutUntilTheirLastUserEnds() async throws {
        let listener = try datagrams()
        defer { listener.stop() }
        let far = try await FarEnd.start()
        let outbound = try outbound(.init(datagrams: [listener]))
        let phone = try LoopbackClient(stream: false, port: listener.port)
        let ways = [target(phone.port, .udp), target(far.port, .tcp)]
        _ = try await outbound.connect(to: ways[1]).get()
        for way in ways + ways {
            let isKept = outbound.keepAlive(way, every: 1)
            #expect(isKept)
        }
        for way in ways { outbound.endKeepAlive(way) }
        outbound.tick()
        #expect(phone.receive() == "\r\n\r\n")
        #expect(await eventually { far.text.hasPrefix("\r\n\r\n") })
        for way in ways { outbound.endKeepAlive(way) }
        #expect(outbound.keptAlive == 0)
        await outbound.stop()
        await far.stop()
    }
}

/// Takes down which connections ended.
final class Endings: FlowObserver {
    private let flows = Mutex<[FlowID]>([])
    var ended: [FlowID] { flows.withLock { $0 } }

    func flowEnded(_ flow: FlowID) { flows.withLock { $0.append(flow) } }
    func addressChanged(towards address: SourceAddress) {}
}

extension Outbound {
    func connect(to target: Target) async -> Result<Flow, OutboundFault> {
        await withCheckedContinuation { continuation in
            connect(to: target) { continuation.resume(returning: $0) }
        }
    }
}

extension Result where Failure == OutboundFault {
    var fault: OutboundFault? {
        if case .failure(let fault) = self { fault } else { nil }
    }
}

extension OutboundBatch {
    static func made() throws(OutboundFault) -> OutboundBatch {
        guard let batch = OutboundBatch() else { throw .stopped }
        return batch
    }
}
