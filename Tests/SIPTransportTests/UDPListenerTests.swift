import Foundation
import SIPEngine
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct UDPListenerTests {
    private let handler = EchoHandler()
    private let gate = DurabilityGate()

    private func start(_ host: String = "127.0.0.1", port: UInt16 = 0, threads: Int = 1) throws -> UDPListener {
        let listener = try UDPListener(
            ListenerAddress(transport: .udp, host: host, port: port), threads: threads, handler: handler, gate: gate,
            clock: .fixed)
        listener.start()
        return listener
    }

    @Test(arguments: ["127.0.0.1", "::1"].filter(LoopbackClient.has)) func answers(host: String) throws {
        let listener = try start(host)
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, host: host, port: listener.port)
        client.send(message("hello"))
        #expect(client.receive() == message("hello"))
        #expect(handler.sources.map(\.host) == [host])
        #expect(handler.sources.map(\.port) == [client.port])
        #expect(listener.port > 0)
        #expect(listener.refusedSends == 0)
    }

    @Test func silence() throws {
        let listener = try start()
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        for text in ["silent", "hello"] { client.send(message(text)) }
        #expect(client.receive() == message("hello"))
    }

    @Test func deferredUntilDurable() throws {
        let listener = try start()
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        for text in ["defer 5", "defer 6", "one"] { client.send(message(text)) }
        #expect(client.receive() == message("one"))
        gate.advance(to: 4)
        client.send(message("two"))
        #expect(client.receive() == message("two"), "4 is not yet 5")
        gate.advance(to: 5)
        #expect(client.receive() == message("defer 5"))
        client.send(message("three"))
        #expect(client.receive() == message("three"))
        gate.advance(to: 7)
        #expect(client.receive() == message("defer 6"))
        client.send(message("defer 7"))
        #expect(client.receive() == message("defer 7"), "it is on disk already")
    }

    @Test(.timeLimit(.minutes(2))) func manyDeferredWhileTheJournalGoesOn() throws {
        let listener = try start(threads: 2)
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        for round in 1...200 as ClosedRange<UInt64> {
            for part in 0..<5 { client.send(message("defer \(round) \(part)")) }
            // A thread, as the journal has: a task may find every thread of its pool waiting for answers, as here.
            Thread.detachNewThread { [gate] in gate.advance(to: round) }
            let answers = Set((0..<5).compactMap { _ in client.receive() })
            #expect(answers.count == 5)
        }
    }

    @Test func twoHundredAtOnce() throws {
        let listener = try start(threads: 2)
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        let sent = (0..<200).map { message("number \($0)") }
        var answers: Set<String> = []
        for text in sent { client.send(text) }
        while answers.count < sent.count, let answer = client.receive() { answers.insert(answer) }
        #expect(answers == Set(sent))
    }

    @Test func answersGoToTheReplyPort() throws {
        let listener = try start()
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        let other = try LoopbackClient(stream: false, port: 0)
        client.send(message("to \(other.port)"))
        #expect(other.receive() == message("to \(other.port)"))
    }

    @Test func longDatagrams() throws {
        let listener = try start()
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        client.send(message("cut", body: 9000))
        let longest = DatagramBatch.longestRequest - message("whole", body: 1000).utf8.count + 1000
        client.send(message("whole", body: longest))
        #expect(client.receive() == message("whole", body: longest))
        #expect(handler.lengths == [0, DatagramBatch.longestRequest], "nothing of a datagram that was cut")
    }

    @Test func answersLongerThanRequests() throws {
        let listener = try start()
        defer { listener.stop() }
        let client = try LoopbackClient(stream: false, port: listener.port)
        client.send(message("long"))
        #expect(client.receive()?.utf8.count == message("long").utf8.count + 20_000)
    }

    @Test func stopFreesThePort() throws {
        let first = try start(threads: 3)
        let port = first.port
        #expect(throws: ListenerError.self) { try start(port: port) }
        first.stop()
        let second = try start(port: port)
        defer { second.stop() }
        let client = try LoopbackClient(stream: false, port: port)
        client.send(message("hello"))
        #expect(client.receive() == message("hello"))
    }

    @Test(arguments: ["192.0.2.1", "not-an-address"]) func whatCannotBeOpenedSaysWhy(host: String) {
        let error = #expect(throws: ListenerError.self) { try start(host, port: 5060) }
        #expect(error?.description.hasPrefix("cannot listen on udp:\(host):5060: ") == true)
        #expect(error?.reason.isEmpty == false)
    }
}
