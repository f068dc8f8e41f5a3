import Crypto
import FoundationEssentials

/// What stands in for a random source: a keyed hash of what it is for: a registration, a call or a probe, a
/// purpose and a count.
///
/// Nobody outside can foretell a branch, and a retransmission is made again byte for byte instead of being kept. One
/// SHA-256 over a 32-byte key and input of one length, cut to 64 bits; as with `Nonces`, HMAC would buy nothing.
struct EngineKey: Sendable {
    private let key: InlineArray<4, UInt64>

    enum Purpose: UInt64 {
        case branch = 1
        case tag, callID, callIDTail, clientNonce, refresh, backoff, flow
        case call, callTag, callBranch, callLoop, callSource
        case probe, probeTag, probeCallID
    }

    init(using generator: inout some RandomNumberGenerator) {
        key = [generator.next(), generator.next(), generator.next(), generator.next()]
    }

    func word(_ purpose: Purpose, _ id: UInt64, _ count: UInt64) -> UInt64 {
        var block = InlineArray<8, UInt64>(repeating: 0)
        for index in 0..<4 { block[index] = key[index] }
        block[4] = purpose.rawValue
        block[5] = id
        block[6] = count
        var hash = SHA256()
        unsafe block.span.withUnsafeBytes { buffer in unsafe hash.update(bufferPointer: buffer) }
        return unsafe hash.finalize().withUnsafeBytes { digest in unsafe digest.loadUnaligned(as: UInt64.self) }
    }

    /// The same of texts that others wrote: none can be moved into its neighbour.
    func word(_ purpose: Purpose, of texts: [[UInt8]]) -> UInt64 {
        var hash = SHA256()
        unsafe key.span.withUnsafeBytes { buffer in unsafe hash.update(bufferPointer: buffer) }
        hash.update(data: [UInt8(purpose.rawValue)])
        for text in texts {
            hash.update(data: text.count.bigEndianBytes)
            hash.update(data: text)
        }
        return unsafe hash.finalize().withUnsafeBytes { digest in unsafe digest.loadUnaligned(as: UInt64.self) }
    }

    /// A number of the range, each as likely.
    func number(in range: ClosedRange<Int64>, _ purpose: Purpose, _ id: UInt64, _ count: UInt64) -> Int64 {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int64(word(purpose, id, count).multipliedFullWidth(by: width).high)
    }
}

extension FixedWidthInteger {
    /// The bytes of the number, the highest first.
    var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }
}
