import SIPMessage
import Testing

/// SplitMix64, so that every run draws the same numbers.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Mutated messages")
struct MutationTests {
    /// Bytes that mean something to the grammar.
    static let pointed = Array("\r\n \t:;,<>\"\\@%=/?[]*&\0\u{7F}0z".utf8)

    private func mutate(_ message: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = message
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[at] = Self.pointed.randomElement(using: &random) ?? 0
            case 2: bytes.insert(Self.pointed.randomElement(using: &random) ?? 0, at: at)
            case 3: bytes.remove(at: at)
            case 4: bytes.removeSubrange(at...)
            default:
                let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
            }
        }
        return bytes
    }

    /// Whether every range that the index holds lies inside the message, header lines in order and apart.
    private func isSound(_ index: borrowing MessageIndex, _ count: Int) -> Bool {
        var last = 0
        for line in 0..<index.headerCount {
            let header = index.header(line)
            guard Int(header.nameRange.start) >= last, header.nameRange.end <= Int(header.value.start) else {
                return false
            }
            last = header.value.end
        }
        for range in [index.methodRange, index.requestURI, index.reasonPhrase, index.body] where range.end > count {
            return false
        }
        return last <= count && index.headerCount <= MessageIndex.capacity
    }

    @Test("never trap and never point outside the message", arguments: 1...8)
    func mutations(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for folder in ["rfc4475", "rfc5118"] {
            for file in try fixtures(folder).sorted() {
                let message = try fixture(folder, file)
                for _ in 0..<25 {
                    let bytes = mutate(message, &random)
                    MessageFuzz.run(bytes.span)
                    var index = MessageIndex()
                    _ = index.admit(bytes.span)
                    let sound = isSound(index, bytes.count)
                    #expect(sound, "\(folder)/\(file), seed \(seed)")
                }
            }
        }
    }

    @Test("every prefix of every message is read without a trap")
    func prefixes() throws {
        for file in try fixtures("rfc5118").sorted() {
            let message = try fixture("rfc5118", file)
            for length in 0...message.count {
                let prefix = Array(message[..<length])
                MessageFuzz.run(prefix.span)
            }
        }
    }

    @Test("every cut of a header value is inside the value that it was cut from")
    func cuts() throws {
        let message = try fixture("rfc4475", "wsinv")
        for start in stride(from: 0, to: message.count, by: 3) {
            for length in stride(from: 0, through: min(120, message.count - start), by: 7) {
                let range = ByteRange(start, start + length)
                if let address = NameAddress(message.span, range) {
                    for part in [address.displayName, address.uri, address.parameters] where !part.isEmpty {
                        #expect(part.start >= range.start && part.end <= range.end)
                    }
                }
                if let via = ViaValue(message.span, range) {
                    #expect(via.host.start >= range.start && via.host.end <= range.end)
                }
            }
        }
    }
}
