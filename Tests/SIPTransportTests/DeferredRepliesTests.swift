import SIPEngine
import SIPMessage
import TestSupport
import Testing

@testable import SIPTransport

@Suite struct DeferredRepliesTests {
    private struct NoMemory: Error {}

    private func exchange() -> Exchange {
        var exchange = Exchange(source: SourceAddress(ipv4: 0x7F00_0001, port: 5060, transport: .udp), now: 0)
        exchange.reply.append(
            "a hundred bytes of an answer, more or less: this is how long a short one is on the wire.....")
        return exchange
    }

    @Test func onlyWhatWasReached() throws {
        guard var batch = DatagramBatch(count: 4, stride: 1000) else { throw NoMemory() }
        var replies = DeferredReplies()
        for number in 1...10 { replies.append(exchange(), after: UInt64(number)) }
        var filled: [Int] = []
        for reached in [0, 6, 6, 6, 99, 99] as [UInt64] {
            filled.append(replies.fill(&batch, reached: reached, ipv6: false))
        }
        #expect(filled == [0, 4, 2, 0, 4, 0])
        let isEmpty = replies.isEmpty
        #expect(isEmpty)
    }

    @Test func whatDoesNotFitIsLeftOut() throws {
        guard var batch = DatagramBatch(count: 4, stride: 50) else { throw NoMemory() }
        var replies = DeferredReplies()
        replies.append(exchange(), after: 1)
        let filled = replies.fill(&batch, reached: 1, ipv6: false)
        #expect(filled == 0)
        let count = replies.count
        #expect(count == 0)
    }

    /// In place of an answer whose binding was not kept goes an error with what every answer repeats, and nothing else.
    @Test func whatIsLostBecomesAnError() {
        let reply = """
            SIP/2.0 200 OK\r
            Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK1\r
             ;rport=40312\r
            v: SIP/2.0/UDP 192.0.2.8\r
            From: <sip:a@one.test>;tag=1\r
            To: <sip:a@one.test>;tag=2\r
            Call-ID: a call\r
            CSeq: 2 REGISTER\r
            Contact: <sip:a@192.0.2.7>;expires=600\r
             ;q=0.5\r
            Date: Thu, 01 Jan 2026 00:00:00 GMT\r
            Content-Length: 0\r
            \r

            """
        let error = """
            SIP/2.0 503 Service Unavailable\r
            Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK1\r
             ;rport=40312\r
            v: SIP/2.0/UDP 192.0.2.8\r
            From: <sip:a@one.test>;tag=1\r
            To: <sip:a@one.test>;tag=2\r
            Call-ID: a call\r
            CSeq: 2 REGISTER\r
            Retry-After: 5\r
            Content-Length: 0\r
            \r

            """
        #expect(String(decoding: UnkeptReply.make(of: Array(reply.utf8).span), as: UTF8.self) == error)
    }

    /// Under load there is always an answer that waits: what was sent must go all the same.
    @Test func aQueueThatIsNeverEmptyDoesNotGrow() throws {
        var random = SeededRandom(seed: 11)
        guard var batch = DatagramBatch(count: 64, stride: 1000) else { throw NoMemory() }
        var replies = DeferredReplies()
        let length = exchange().reply.count
        var sequence: UInt64 = 0
        var sent = 0
        for _ in 0..<5000 {
            for _ in 0..<Int.random(in: 1...64, using: &random) {
                sequence += 1
                replies.append(exchange(), after: sequence)
            }
            while true {
                let filled = replies.fill(&batch, reached: sequence - 1, ipv6: false)
                guard filled > 0 else { break }
                sent += filled
            }
            let (count, held) = (replies.count, replies.held)
            #expect(count == 1)
            #expect(held <= 130 * length)
        }
        #expect(sent == Int(sequence) - 1)
    }
}
