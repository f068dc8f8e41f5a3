import SIPEngine
import SIPMessage
import Synchronization
import Testing

@testable import SIPTransport

/// Answers with what it got; the first word of a message says how.
final class EchoHandler: MessageHandler {
    private let seen = Mutex<[Int]>([])
    private let origins = Mutex<[SourceAddress]>([])

    /// The lengths of the messages so far.
    var lengths: [Int] { seen.withLock { $0 } }
    var sources: [SourceAddress] { origins.withLock { $0 } }

    func handle(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        seen.withLock { $0.append(message.count) }
        let source = exchange.source
        origins.withLock { $0.append(source) }
        let text = String(decoding: message.array(ByteRange(0, message.count)), as: UTF8.self)
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
        exchange.reply.append(message)
        switch words.first {
        case nil, "silent": return .silence
        case "defer": return .replyWhenDurable(words.dropFirst().first.flatMap { UInt64($0) } ?? 0)
        case "long":
            for _ in 0..<20_000 { exchange.reply.append(byte: 0x2E) }
        case "bound": exchange.boundUntil = exchange.seconds + (words.dropFirst().first.flatMap { UInt32($0) } ?? 0)
        case "to": exchange.replyPort = words.dropFirst().first.flatMap { UInt16($0) } ?? 0
        default: break
        }
        return .reply
    }
}

/// A message that both listeners take, with a body of so many dots.
func message(_ words: String, body: Int = 0) -> String {
    "\(words)\r\nContent-Length: \(body)\r\n\r\n\(String(repeating: ".", count: body))"
}

extension EdgeClock {
    static let fixed = EdgeClock { 1_767_225_600_000 }
}
