import CDatagram
import Foundation
package import SIPEngine
import SIPMessage
import Synchronization

/// One UDP socket and the threads that read it.
///
/// Every thread takes a batch, answers it and sends the answers in one call; answers that wait for the journal are sent
/// by the thread that made them. All threads read one socket, so one busy peer does not tie its traffic to one of them.
package final class UDPListener: Sendable {
    package let address: ListenerAddress
    /// From 1 on; stands in the addresses that it hears.
    package let number: UInt8
    /// The address and port that were bound.
    package let local: SourceAddress
    private let socket: Int32
    private let handler: any MessageHandler
    private let gate: DurabilityGate
    private let clock: EdgeClock
    private let stopping = Atomic<Bool>(false)
    private let running = Atomic<Int>(0)
    private let readers: [Reader]
    private let unsent = Atomic<UInt64>(0)

    private static let batchSize = 64
    /// Answers that one thread lets wait for the journal before it stops reading.
    private static let deferredLimit = 8192

    /// Opens and binds the socket. Throws when the address is in use or is not this machine's.
    package init(
        _ address: ListenerAddress, number: UInt8 = 1, threads: Int, handler: any MessageHandler, gate: DurabilityGate,
        clock: EdgeClock
    ) throws(ListenerError) {
        self.address = address
        self.number = number
        self.handler = handler
        self.gate = gate
        self.clock = clock
        let socket = unsafe cdatagram_open(address.host, address.port, address.isIPv6 ? 1 : 0, 8 << 20)
        guard socket >= 0 else {
            throw ListenerError(address: address, reason: unsafe String(cString: strerror(-socket)))
        }
        self.socket = socket
        var bound = cdatagram_address()
        _ = unsafe cdatagram_local(socket, &bound)
        local = SourceAddress(bound, transport: .udp)
        let readers = (0..<max(1, threads)).map { _ in Reader() }
        self.readers = readers
        gate.whenAdvanced { _ in for reader in readers { reader.wakeIfWaiting() } }
    }

    /// The port that was bound.
    package var port: UInt16 { local.port }

    /// What one thread shares with those that wake it.
    private final class Reader: Sendable {
        let wakeup = cdatagram_wakeup_create()
        /// Whether answers wait for the journal; said before the gate is looked at, so that no wake is missed.
        let isWaiting = Atomic<Bool>(false)

        func wakeIfWaiting() {
            if isWaiting.load(ordering: .sequentiallyConsistent) { cdatagram_wakeup_signal(wakeup) }
        }

        deinit { cdatagram_close(wakeup) }
    }

    /// Answers that the kernel refused to send.
    package var refusedSends: UInt64 { unsent.load(ordering: .relaxed) }

    package func start() {
        for reader in readers {
            running.wrappingAdd(1, ordering: .relaxed)
            let thread = Thread { [self] in
                read(reader)
                running.wrappingSubtract(1, ordering: .releasing)
            }
            thread.name = "sip-udp-\(port)"
            thread.start()
        }
    }

    /// Stops reading and closes the socket once every thread has left.
    package func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        for reader in readers { cdatagram_wakeup_signal(reader.wakeup) }
        while running.load(ordering: .sequentiallyConsistent) > 0 { Thread.sleep(forTimeInterval: 0.001) }
        cdatagram_close(socket)
    }

    private func read(_ reader: Reader) {
        guard var incoming = DatagramBatch(count: Self.batchSize, stride: DatagramBatch.longestRequest),
            var outgoing = DatagramBatch(count: Self.batchSize, stride: DatagramBatch.longestReply)
        else { return }
        var deferred = DeferredReplies()
        var exchange = Exchange(source: SourceAddress(ipv4: 0, port: 0, transport: .udp), now: clock.now())
        while !stopping.load(ordering: .acquiring) {
            let isFull = deferred.count >= Self.deferredLimit
            let received = isFull ? 0 : incoming.receive(on: socket)
            if received > 0 {
                answer(received, of: incoming, into: &outgoing, &deferred, &exchange)
            }
            reader.isWaiting.store(!deferred.isEmpty, ordering: .sequentiallyConsistent)
            release(&deferred, into: &outgoing)
            if isFull, deferred.count >= Self.deferredLimit {
                // The socket may well be readable: only the journal can help now.
                cdatagram_wakeup_wait(reader.wakeup, 1000)
            } else if received == 0 {
                _ = cdatagram_wait(socket, reader.wakeup, 1000)
            }
        }
    }

    private func answer(
        _ received: Int, of incoming: borrowing DatagramBatch, into outgoing: inout DatagramBatch,
        _ deferred: inout DeferredReplies, _ exchange: inout Exchange
    ) {
        exchange.read(clock)
        var filled = 0
        for slot in 0..<received {
            exchange.begin(from: incoming.source(slot, heardBy: number))
            let disposition = incoming.withBytes(slot) { bytes in handler.handle(bytes, &exchange) }
            switch disposition {
            case .silence: break
            case .reply:
                if outgoing.fill(filled, with: exchange, ipv6: address.isIPv6) { filled += 1 }
            case .replyWhenDurable(let sequence):
                deferred.append(exchange, after: sequence)
            }
        }
        send(filled, of: &outgoing)
    }

    private func release(_ deferred: inout DeferredReplies, into outgoing: inout DatagramBatch) {
        while !deferred.isEmpty {
            let ready = deferred.fill(&outgoing, reached: gate.sequence, ipv6: address.isIPv6) {
                gate.standing(of: $0) == .lost
            }
            guard ready > 0 else { return }
            send(ready, of: &outgoing)
        }
    }

    /// Sends the first slots of a batch on the caller's thread; nothing once the listener stops.
    func sendOwn(_ count: Int, of batch: inout DatagramBatch) {
        // `stop` closes the socket only when nobody runs here any more.
        running.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { running.wrappingSubtract(1, ordering: .releasing) }
        guard !stopping.load(ordering: .sequentiallyConsistent) else { return }
        send(count, of: &batch)
    }

    private func send(_ count: Int, of batch: inout DatagramBatch) {
        guard count > 0 else { return }
        let skipped = batch.send(count, on: socket)
        if skipped > 0 { unsent.wrappingAdd(UInt64(skipped), ordering: .relaxed) }
    }
}
