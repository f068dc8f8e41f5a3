import Foundation
import NIOPosix
import NIOSSL
import SIPEngine
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct OutboundTLSTests {
    private let handler = EchoHandler()

    private func outbound(trusting certificate: TestCertificate?, patience: Int64 = 10_000) throws -> Outbound {
        try Outbound(
            listeners: .init(), handler: handler, gate: DurabilityGate(), clock: .fixed,
            group: MultiThreadedEventLoopGroup.singleton, limits: OutboundLimits(patience: patience),
            trustedAuthorities: try certificate?.authorityFile(), mayCall: { _ in true })
    }

    private func target(_ far: FarEnd, name: String = "127.0.0.1") -> Target {
        Target(address: SourceAddress(ipv4: 0x7F00_0001, port: far.port, transport: .tls), serverName: name)
    }

    @Test(arguments: ["registrar.example.com", "127.0.0.1"]) func theRightName(name: String) async throws {
        let certificate = try TestCertificate(for: name)
        let far = try await FarEnd.start(tls: try certificate.serverContext())
        let outbound = try outbound(trusting: certificate)
        let flow = try await outbound.connect(to: target(far, name: name)).get()
        var batch = try OutboundBatch.made()
        _ = batch.append(Array("hello".utf8).span, to: flow)
        #expect(await eventually { far.text == "hello" })
        far.say(message("back"))
        #expect(await eventually { far.text == "hello" + message("back") })
        #expect(handler.sources == [flow.target.address])
        await outbound.stop()
        await far.stop()
    }

    /// What the certificate is for, and what was asked for.
    @Test(arguments: [
        ("other.example.com", "registrar.example.com"), ("example.com", "registrar.example.com"),
        ("registrar.example.com", "127.0.0.1"), ("127.0.0.1", "registrar.example.com"),
    ])
    func theWrongName(certified: String, asked: String) async throws {
        let certificate = try TestCertificate(for: certified)
        let far = try await FarEnd.start(tls: try certificate.serverContext(), greets: message("hello"))
        let outbound = try outbound(trusting: certificate)
        guard case .insecure(let reason) = await outbound.connect(to: target(far, name: asked)).fault else {
            Issue.record("no refusal")
            return
        }
        #expect(!reason.isEmpty)
        #expect(outbound.connectionCount == 0)
        #expect(handler.lengths.isEmpty)
        await far.stop()
    }

    @Test func anUnknownAuthority() async throws {
        let certificate = try TestCertificate(for: "registrar.example.com")
        let far = try await FarEnd.start(tls: try certificate.serverContext())
        let outbound = try outbound(trusting: nil)
        guard case .insecure = await outbound.connect(to: target(far, name: "registrar.example.com")).fault else {
            Issue.record("no refusal")
            return
        }
        await far.stop()
    }

    @Test func whoSpeaksNoTLS() async throws {
        let (silent, chatty) = (try await FarEnd.start(), try await FarEnd.start(greets: "SIP/2.0 200 OK\r\n\r\n"))
        let hasty = try outbound(trusting: nil, patience: 100)
        #expect(await hasty.connect(to: target(silent)).fault == .timeout)
        let patient = try outbound(trusting: nil, patience: 60_000)
        guard case .insecure = await patient.connect(to: target(chatty)).fault else {
            Issue.record("no refusal")
            return
        }
        for far in [silent, chatty] { await far.stop() }
    }

    @Test func droppedBeforeTLSIsAgreedUpon() async throws {
        let far = try await FarEnd.start()
        let outbound = try outbound(trusting: nil, patience: 60_000)
        let fault = Mutex<OutboundFault?>(nil)
        outbound.connect(to: target(far)) { outcome in fault.withLock { $0 = outcome.fault } }
        #expect(await eventually { far.accepted == 1 })
        await far.hangUp()
        #expect(await eventually { fault.withLock { $0 != nil } })
        #expect(outbound.connectionCount == 0)
        await far.stop()
    }

    /// Who asked for another name must not get the connection of a name that was verified.
    @Test func eachNameHasItsConnection() async throws {
        let certificate = try TestCertificate(for: "one.example.com")
        let far = try await FarEnd.start(tls: try certificate.serverContext())
        let outbound = try outbound(trusting: certificate)
        _ = try await outbound.connect(to: target(far, name: "one.example.com")).get()
        #expect(try outbound.flow(to: target(far, name: "one.example.com")) != nil)
        #expect(try outbound.flow(to: target(far, name: "two.example.com")) == nil)
        #expect(await outbound.connect(to: target(far, name: "two.example.com")).fault != nil)
        await outbound.stop()
        await far.stop()
    }

    /// What came on a connection of ours is answered there, without the name that it was verified by.
    @Test func answersGoBackOnTheSameConnection() async throws {
        let certificate = try TestCertificate(for: "registrar.example.com")
        let far = try await FarEnd.start(tls: try certificate.serverContext())
        let outbound = try outbound(trusting: certificate)
        #expect(await outbound.connect(to: target(far, name: "")).fault != nil, "whose certificate would do?")
        _ = try await outbound.connect(to: target(far, name: "registrar.example.com")).get()
        far.say(message("silent"))
        #expect(await eventually { handler.sources.count == 1 })
        let source = try #require(handler.sources.first)
        let back = Target(address: source, serverName: "")
        let flow = try #require(try outbound.flow(to: back))
        var batch = try OutboundBatch.made()
        _ = batch.append(Array("200".utf8).span, to: flow)
        #expect(await eventually { far.text == "200" })
        #expect(try await outbound.connect(to: back).get().id == flow.id && outbound.connectionCount == 1)
        await far.hangUp()
        #expect(await eventually { outbound.connectionCount == 0 })
        #expect(try outbound.flow(to: back) == nil)
        await outbound.stop()
        await far.stop()
    }

    @Test func authoritiesThatCannotBeRead() throws {
        #expect(throws: OutboundFault.self) {
            try Outbound(
                listeners: .init(), handler: handler, gate: DurabilityGate(), clock: .fixed,
                group: MultiThreadedEventLoopGroup.singleton, trustedAuthorities: "/nowhere/ca.pem",
                mayCall: { _ in true })
        }
    }
}
