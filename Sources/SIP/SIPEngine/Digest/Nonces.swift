import Crypto
import FoundationEssentials
package import SIPMessage
import Synchronization

/// Makes and recognises nonces without a table of those handed out.
///
/// A nonce is 40 hex digits: when it was made (seconds since 1970, 8 digits), its number (8), and 24 digits of a MAC
/// over both and the source that it was made for. Who cannot read answers at that source cannot use it, so a forged
/// source address can neither replay an answer nor get somebody else banned.
/// The MAC is one SHA-256 over a 32-byte key and 32 bytes of fixed-length input, cut to 96 bits: with an input of one
/// length and a cut result there is nothing to extend, so the second pass of HMAC buys nothing here.
package final class Nonces: Sendable {
    /// Seconds that a nonce may be used.
    package let lifetime: UInt32
    private let key: InlineArray<4, UInt64>
    private let counter = Atomic<UInt32>(1)
    private let uses: NonceUses

    package static let length = 40
    /// Seconds after which no client sends a request once more (RFC 3261 section 17.1.2.2, timer F).
    private static let longestTransaction: UInt32 = 32

    /// `remembered` is how many of the latest nonces have their counts remembered; older ones are stale.
    package init(lifetime: UInt32, remembered: Int = 1 << 20) {
        self.lifetime = lifetime
        var generator = SystemRandomNumberGenerator()
        key = [generator.next(), generator.next(), generator.next(), generator.next()]
        uses = NonceUses(capacity: remembered)
    }

    /// Writes a new nonce for a source.
    package func write(to writer: inout MessageWriter, for source: SourceAddress, now: UInt32) {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        text(time: now, number: number, source: source).withSpan { writer.append($0) }
    }

    /// What a nonce in an answer is worth.
    package enum Standing: Equatable {
        /// Ours, for this source, and fresh: the number identifies it.
        case fresh(number: UInt32)
        /// Ours, for this source, and just too old: what was answered with it may still be asked for again.
        case late
        /// Ours, for this source, but too old.
        case expired
        /// Not ours, or another source's, or from before the last start.
        case unknown
    }

    package func standing(
        of nonce: ByteRange, _ bytes: Span<UInt8>, from source: SourceAddress, now: UInt32
    ) -> Standing {
        guard Int(nonce.count) == Self.length, let time = word(nonce, 0, bytes), let number = word(nonce, 8, bytes)
        else { return .unknown }
        let genuine = text(time: time, number: number, source: source)
        var difference: UInt8 = 0
        for offset in 0..<Self.length { difference |= genuine[offset] ^ bytes[Int(nonce.start) + offset] }
        guard difference == 0 else { return .unknown }
        // A clock that was set back makes a nonce look younger than it is, never valid for longer than its window.
        guard time <= now &+ lifetime else { return .expired }
        let age = now - min(time, now)
        return age < lifetime ? .fresh(number: number) : age < lifetime + Self.longestTransaction ? .late : .expired
    }

    /// Takes the count of an authenticated answer: `true` when it is higher than any before with this nonce.
    ///
    /// Call only after the answer itself was right (RFC 7616 section 3.4, `nc`).
    package func take(count: UInt32, of number: UInt32) -> Bool {
        uses.take(count: count, of: number, latest: counter.load(ordering: .relaxed))
    }

    private func text(time: UInt32, number: UInt32, source: SourceAddress) -> ShortText {
        var block = InlineArray<8, UInt64>(repeating: 0)
        for index in 0..<4 { block[index] = key[index] }
        block[4] = UInt64(time) << 32 | UInt64(number)
        block[5] = source.high
        block[6] = source.low
        var hash = SHA256()
        unsafe block.span.withUnsafeBytes { buffer in unsafe hash.update(bufferPointer: buffer) }
        var hex = ShortText()
        hex.append(hexWord: UInt64(time) << 32 | UInt64(number))
        unsafe hash.finalize().withUnsafeBytes { digest in
            for index in 0..<12 { hex.append(hexByte: unsafe digest[index]) }
        }
        return hex
    }

    private func word(_ nonce: ByteRange, _ offset: Int, _ bytes: Span<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<8 {
            guard let digit = hexDigit(bytes[Int(nonce.start) + offset + index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
