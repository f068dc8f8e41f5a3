import SIPMessage
import TestSupport
import Testing

@Suite("Stream framer")
struct StreamFramerTests {
    /// What a stream comes to when it arrives in pieces of these lengths, repeated.
    private func frames(_ stream: [UInt8], pieces: [Int]) -> [String] {
        var framer = StreamFramer()
        var buffered: [UInt8] = []
        var result: [String] = []
        var sent = 0
        var piece = 0
        while sent < stream.count {
            let length = min(pieces[piece % pieces.count], stream.count - sent)
            buffered += stream[sent..<sent + length]
            sent += length
            piece += 1
            reading: while true {
                switch framer.next(buffered.span) {
                case .needMore: break reading
                case .keepAlive(let count, let isPing):
                    if isPing { result.append("ping") }
                    buffered.removeFirst(count)
                case .message(let count):
                    result.append(String(decoding: buffered.prefix(count), as: UTF8.self))
                    buffered.removeFirst(count)
                case .broken(let fault): return result + ["broken \(fault)"]
                }
            }
        }
        return result + [buffered.isEmpty ? "end" : "rest \(buffered.count)"]
    }

    static let first = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\nX: y\r\n\r\n\r\n\r\nZ"
    static let second = "REGISTER sip:b SIP/2.0\r\nl :\r\n 0\r\n\r\n"

    @Test("every chunking of a stream gives the same messages")
    func everyChunking() {
        let stream = Array((Self.first + "\r\n\r\n" + Self.second + Self.first + "\r\n" + Self.second).utf8)
        let wanted = [Self.first, "ping", Self.second, Self.first, Self.second, "end"]
        for length in 1...stream.count {
            #expect(frames(stream, pieces: [length]) == wanted, "pieces of \(length)")
        }
        for split in 1..<stream.count {
            #expect(frames(stream, pieces: [split, stream.count]) == wanted, "cut at \(split)")
        }
    }

    @Test("seeded random chunkings of all readable torture messages")
    func torture() throws {
        var random = SeededRandom(seed: 18)
        var stream: [UInt8] = []
        var wanted: [String] = []
        for file in ["wsinv", "intmeth", "esc01", "longreq", "mpart01", "transports", "unreason", "zeromf"] {
            let message = try fixture("rfc4475", file)
            stream += message
            wanted.append(String(decoding: message, as: UTF8.self))
        }
        for _ in 0..<200 {
            let pieces = (0..<50).map { _ in Int.random(in: 1...400, using: &random) }
            #expect(frames(stream, pieces: pieces) == wanted + ["end"])
        }
    }

    @Test("a framed message is what the index reads to its last byte")
    func agreesWithIndex() throws {
        for file in ["wsinv", "intmeth", "longreq", "mpart01"] {
            let message = try fixture("rfc4475", file)
            var framer = StreamFramer()
            #expect(framer.next(message.span) == .message(count: message.count))
            var index = MessageIndex()
            #expect(index.admit(message.span) == .accept)
            #expect(index.body.end == message.count)
        }
    }

    @Test(
        "what cannot be framed breaks the stream",
        arguments: [
            ("OPTIONS sip:a SIP/2.0\r\n\r\n", MessageFault.missingContentLength),
            ("OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n", .badContentLength),
            ("OPTIONS sip:a SIP/2.0\r\nl: \r\n\r\n", .badContentLength),
            ("OPTIONS sip:a SIP/2.0\r\nl:\r\n5: x\r\n\r\n", .badContentLength),
            ("OPTIONS sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 1\r\n\r\n", .badContentLength),
            ("OPTIONS sip:a SIP/2.0\r\nl: 32769\r\n\r\n", .bodyTooLong),
            ("OPTIONS sip:a SIP/2.0\r\nl: 99999999999999999999\r\n\r\n", .bodyTooLong),
            (String(repeating: "x", count: 16_385), .headersTooLong),
            ("\rX", .notSIP),
        ])
    func broken(text: String, fault: MessageFault) {
        #expect(frames(Array(text.utf8), pieces: [text.utf8.count]) == ["broken \(fault)"])
    }

    @Test("a lone line end is no ping, two in one piece or two are")
    func keepAlive() {
        var framer = StreamFramer()
        let lineEnd = Array("\r\n".utf8)
        #expect(framer.next(lineEnd.span) == .keepAlive(consume: 2, isPing: false))
        #expect(framer.next(lineEnd.span) == .keepAlive(consume: 2, isPing: true))
        #expect(framer.next(lineEnd.span) == .keepAlive(consume: 2, isPing: false))
        let half: [UInt8] = [0x0D]
        let nothing: [UInt8] = []
        #expect(framer.next(half.span) == .needMore)
        #expect(framer.next(nothing.span) == .needMore)
        var fresh = StreamFramer()
        let double = Array("\r\n\r\n".utf8)
        #expect(fresh.next(double.span) == .keepAlive(consume: 4, isPing: true))
    }

    @Test("a frame that holds a message needs no length")
    func byFrame() {
        var framer = StreamFramer(isByFrame: true)
        #expect(framer.next(Array("OPTIONS sip:a SIP/2.0\r\n\r\n".utf8).span) == .message(count: 25))
        #expect(framer.next(Array("\r\n\r\n".utf8).span) == .keepAlive(consume: 4, isPing: true))
    }
}
