import NIOPosix
import NIOSSL
import SIPEngine
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct TLSListenerTests {
    private let handler = EchoHandler()

    private func start(_ tls: ServerTLS?, transport: Transport = .tls) async throws -> TCPListener {
        try await TCPListener.start(
            ListenerAddress(transport: transport, host: "127.0.0.1", port: 0),
            group: MultiThreadedEventLoopGroup.singleton, handler: handler, gate: DurabilityGate(), clock: .fixed,
            limits: StreamLimits(), tls: tls)
    }

    private func outbound(trusting certificate: TestCertificate) throws -> Outbound {
        try Outbound(
            listeners: .init(), handler: EchoHandler(), gate: DurabilityGate(), clock: .fixed,
            group: MultiThreadedEventLoopGroup.singleton, trustedAuthorities: try certificate.authorityFile(),
            mayCall: { _ in true })
    }

    private func target(_ listener: TCPListener, _ name: String = "sip.test") -> Target {
        Target(address: SourceAddress(ipv4: 0x7F00_0001, port: listener.port, transport: .tls), serverName: name)
    }

    @Test func answersAndKnowsThatItIsTLS() async throws {
        let certificate = try TestCertificate(for: "sip.test")
        let listener = try await start(try ServerTLS { [certificate.serverConfiguration] })
        let outbound = try outbound(trusting: certificate)
        let flow = try await outbound.connect(to: target(listener)).get()
        var batch = try OutboundBatch.made()
        _ = batch.append(Array(message("silent").utf8).span, to: flow)
        #expect(await eventually { handler.sources.map(\.transport) == [.tls] })
        #expect(listener.connectionCount == 1)
        await outbound.stop()
        #expect(await eventually { listener.connectionCount == 0 })
        await listener.stop()
    }

    @Test func aCertificateIsExchangedWhileItServes() async throws {
        let (old, new) = (try TestCertificate(for: "sip.test"), try TestCertificate(for: "sip.test"))
        let current = Mutex(old.serverConfiguration)
        let isBroken = Atomic(false)
        let tls = try ServerTLS {
            if isBroken.load(ordering: .relaxed) { throw OutboundFault.stopped }
            return [current.withLock { $0 }]
        }
        let listener = try await start(tls)
        let (early, late) = (try outbound(trusting: old), try outbound(trusting: new))
        let flow = try await early.connect(to: target(listener)).get()
        #expect(await late.connect(to: target(listener)).fault != nil)
        #expect(tls.refresh() == .unchanged)
        current.withLock { $0 = new.serverConfiguration }
        #expect(tls.refresh() == .exchanged)
        #expect(await late.connect(to: target(listener)).fault == nil)
        isBroken.store(true, ordering: .relaxed)
        guard case .failed = tls.refresh() else {
            Issue.record("no failure")
            return
        }
        // Neither the exchange nor the failure touched the one that was open.
        var batch = try OutboundBatch.made()
        let isTaken = batch.append(Array(message("silent").utf8).span, to: flow)
        #expect(isTaken)
        #expect(await eventually { handler.lengths.count == 1 })
        for side in [early, late] { await side.stop() }
        await listener.stop()
    }

    @Test func whoSpeaksNoTLSIsClosed() async throws {
        let certificate = try TestCertificate(for: "sip.test")
        let listener = try await start(try ServerTLS { [certificate.serverConfiguration] })
        let client = try LoopbackClient(stream: true, port: listener.port)
        client.send(message("hello"))
        #expect(client.sawEnd())
        #expect(await eventually { listener.connectionCount == 0 })
        #expect(handler.lengths.isEmpty)
        await listener.stop()
    }

    @Test func tlsAndACertificateGoTogether() async throws {
        let certificate = try TestCertificate(for: "sip.test")
        let tls = try ServerTLS { [certificate.serverConfiguration] }
        await #expect(throws: ListenerError.self) { try await start(nil) }
        await #expect(throws: ListenerError.self) { try await start(tls, transport: .tcp) }
    }

    @Test func aKeyOfAnotherCertificate() throws {
        let (one, other) = (try TestCertificate(for: "sip.test"), try TestCertificate(for: "sip.test"))
        #expect(throws: (any Error).self) {
            try ServerTLS {
                [
                    .makeServerConfiguration(
                        certificateChain: one.chain.map { .certificate($0) }, privateKey: .privateKey(other.key))
                ]
            }
        }
        #expect(throws: (any Error).self) { try ServerTLS { [] } }
    }

    /// Of several certificates the one is shown that is for the name that was called.
    @Test func aCertificateForEachName() async throws {
        let names = ["first.test", "second.test", "*.third.test"]
        let certificates = try names.map { try TestCertificate(for: $0) }
        let listener = try await start(try ServerTLS { certificates.map(\.serverConfiguration) })
        for (name, place) in [("first.test", 0), ("second.test", 1), ("a.third.test", 2)] {
            for (other, certificate) in certificates.enumerated() {
                let outbound = try outbound(trusting: certificate)
                let fault = await outbound.connect(to: target(listener, name)).fault
                #expect((fault == nil) == (other == place), "\(name)")
                await outbound.stop()
            }
        }
        // A name of nobody's is shown the first, which is not for it.
        let first = try TLSClient(trusting: certificates[0], name: "nobody.test")
        #expect(try await first.ask("hello", of: listener.port))
        let second = try TLSClient(trusting: certificates[1], name: "nobody.test")
        #expect(try await !second.ask("hello", of: listener.port))
        await listener.stop()
    }

    /// Who shows no certificate is served, and who shows one that was signed by the authority; nobody else.
    @Test func certificatesOfClients() async throws {
        let (server, known, stranger) = (
            try TestCertificate(for: "sip.test"), try TestCertificate(for: "pbx.test"),
            try TestCertificate(for: "x.test")
        )
        let roots = try NIOSSLCertificate.fromPEMBytes(Array(known.authority.utf8))
        let tls = try ServerTLS {
            var configuration = server.serverConfiguration
            configuration.certificateVerification = .optionalVerification
            configuration.trustRoots = .certificates(roots)
            return [configuration]
        }
        let listener = try await start(tls)
        for (own, isServed) in [(nil, true), (known, true), (stranger, false)] as [(TestCertificate?, Bool)] {
            let client = try TLSClient(trusting: server, name: "sip.test", showing: own)
            #expect(try await client.ask("hello", of: listener.port) == isServed)
        }
        await listener.stop()
    }
}
