import NIOCore
import NIOPosix
import SIPEngine
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct MediaRelaysTests {
    private func relays(_ addresses: [SourceAddress], _ changes: Changes = Changes()) -> MediaRelays {
        MediaRelays(addresses, group: MultiThreadedEventLoopGroup.singleton, patience: 200) { address, fault in
            changes.seen.withLock { $0.append((address.port, fault)) }
        }
    }

    private final class Changes: Sendable {
        let seen = Mutex<[(UInt16, MediaRelay.Fault?)]>([])
    }

    @Test func theyTakeTurns() throws {
        let addresses = (1...3).map { SourceAddress(ipv4: 0x7F00_0001, port: $0, transport: .udp) }
        let relays = relays(addresses)
        #expect((0..<4).map { _ in relays.choose() } == [0, 1, 2, 0])
        #expect(!relays.isEmpty && relays.isAnyAlive)
        let none = self.relays([])
        #expect(none.isEmpty && !none.isAnyAlive && none.choose() == nil)
        relays.stop()
    }

    @Test func whoIsSilentIsPassedOverUntilItAnswers() async throws {
        let fake = FakeRelay { cookie, _ in "\(cookie) d6:result4:ponge" }
        let (channel, address) = try await fake.start()
        let (silent, gone) = try await FakeRelay { _, _ in nil }.start()
        let changes = Changes()
        let relays = relays([gone, address], changes)
        relays.check()
        #expect(await eventually { changes.seen.withLock { $0.map(\.0) } == [gone.port] })
        #expect((0..<3).map { _ in relays.choose() } == [1, 1, 1])
        try await silent.close()
        let again = FakeRelay { cookie, _ in "\(cookie) d6:result4:ponge" }
        let back = try await again.start(port: gone.port)
        #expect(
            await eventually {
                relays.check()
                return changes.seen.withLock { $0.count } == 2
            })
        #expect(Set([relays.choose(), relays.choose()]) == [0, 1])
        relays.stop()
        try await channel.close()
        try await back.0.close()
    }

    @Test func allAreGone() async throws {
        let (silent, address) = try await FakeRelay { _, _ in nil }.start()
        let relays = relays([address])
        relays.check()
        #expect(await eventually { !relays.isAnyAlive })
        #expect(relays.choose() == nil)
        relays.stop()
        try await silent.close()
    }

    /// What a relay refuses, it refuses alive.
    @Test func aRefusalIsAnAnswer() async throws {
        let fake = FakeRelay { cookie, _ in "\(cookie) d6:result5:error12:error-reason3:bade" }
        let (channel, address) = try await fake.start()
        let relays = relays([address])
        relays.check()
        #expect(await eventually { fake.seen.withLock { !$0.isEmpty } })
        #expect(relays.isAnyAlive)
        relays.stop()
        try await channel.close()
    }
}
