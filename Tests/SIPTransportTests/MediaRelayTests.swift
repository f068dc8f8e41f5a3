import NIOCore
import NIOPosix
import SIPEngine
import Synchronization
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct MediaRelayTests {
    private func relay(_ address: SourceAddress, tries: Int = 600, waiting: Int = 10) -> MediaRelay {
        MediaRelay(
            .init(address: address, patience: 50, tries: tries, waiting: waiting),
            group: MultiThreadedEventLoopGroup.singleton)
    }

    private let offer = MediaRelayRequest(
        .offer(description: Array("v=0".utf8), to: .plain), callID: Array("id".utf8), offerer: Array("tag".utf8))

    @Test func answersFindTheirRequest() async throws {
        let fake = FakeRelay { cookie, _ in "\(cookie) d6:result2:ok3:sdp\(cookie.utf8.count):\(cookie)e" }
        let (channel, address) = try await fake.start()
        let relay = relay(address)
        var answers: [MediaRelayAnswer] = []
        for _ in 0..<3 { answers.append(try await relay.ask(offer)) }
        let cookies = fake.seen.withLock { seen in
            seen.map { String($0.prefix { $0 != " " }) }.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
        }
        #expect(answers == cookies.map { .done(description: Array($0.utf8)) })
        #expect(Set(cookies).count == 3)
        relay.stop()
        try await channel.close()
    }

    @Test func aRequestIsRepeatedAsItWas() async throws {
        let fake = FakeRelay { cookie, count in count < 3 ? nil : "\(cookie) d6:result4:ponge" }
        let (channel, address) = try await fake.start()
        let relay = relay(address)
        #expect(try await relay.ask(MediaRelayRequest(.ping)) == .pong)
        #expect(Set(fake.seen.withLock { $0 }).count == 1)
        relay.stop()
        try await channel.close()
    }

    @Test func whoNeverAnswers() async throws {
        let fake = FakeRelay { _, _ in "other d6:result4:ponge" }
        let (channel, address) = try await fake.start()
        let relay = relay(address, tries: 2)
        await #expect(throws: MediaRelay.Fault.noAnswer) { try await relay.ask(offer) }
        #expect(fake.seen.withLock { $0.count } == 2)
        relay.stop()
        try await channel.close()
    }

    @Test func aRefusal() async throws {
        let fake = FakeRelay { cookie, _ in "\(cookie) d6:result5:error12:error-reason3:bade" }
        let (channel, address) = try await fake.start()
        let relay = relay(address)
        await #expect(throws: MediaRelay.Fault.refused("bad")) { try await relay.ask(offer) }
        relay.stop()
        try await channel.close()
    }

    @Test func tooManyAndTheEnd() async throws {
        let fake = FakeRelay { _, _ in nil }
        let (channel, address) = try await fake.start()
        let relay = relay(address, tries: 1000, waiting: 1)
        let outcomes = Mutex<[MediaRelay.Outcome]>([])
        for _ in 0..<2 { relay.ask(offer) { outcome in outcomes.withLock { $0.append(outcome) } } }
        #expect(await eventually { outcomes.withLock { $0 } == [.failure(.overloaded)] })
        relay.stop()
        #expect(await eventually { outcomes.withLock { $0.last } == .failure(.unreachable("the server stops")) })
        try await channel.close()
    }
}
