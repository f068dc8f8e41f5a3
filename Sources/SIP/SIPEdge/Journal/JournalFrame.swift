import SIPEngine
import SIPTransport

/// One entry of a journal: all that an id has from now on, such as the bindings of a credential.
///
/// On disk: length (4 bytes), CRC-32C of what follows (4), id (8), change number that created it (8), the content's bytes.
/// Little-endian. The last record of an id is what counts, so replaying some twice does no harm.
///
/// A record of no id (`clock`) is a clock: the offset stands in the change number's place, the boot in that of the content.
/// The times of all records behind it are on that clock.
struct JournalFrame<Content: JournalContent> {
    let id: Int64
    let created: Int64
    var set: Content
    /// Set when this is a clock.
    var anchor: ClockAnchor?

    static var headSize: Int { 8 }
    /// The id of a clock.
    private static var clock: Int64 { .min }
    private static var fixedSize: Int { 16 }
    /// Longer than any record that is ever written.
    static var longest: Int { 1 << 20 }

    static func append(id: Int64, created: Int64, set: Content, to buffer: inout [UInt8]) {
        append(id, created, set.bytes, to: &buffer)
    }

    static func append(_ anchor: ClockAnchor, to buffer: inout [UInt8]) {
        append(clock, anchor.offset, anchor.boot, to: &buffer)
    }

    private static func append(_ id: Int64, _ created: Int64, _ body: [UInt8], to buffer: inout [UInt8]) {
        let start = buffer.count
        put(UInt64(fixedSize + body.count), 4, &buffer)
        put(0, 4, &buffer)
        put(UInt64(bitPattern: id), 8, &buffer)
        put(UInt64(bitPattern: created), 8, &buffer)
        buffer.append(contentsOf: body)
        var checksum = Checksum.of(buffer.span.extracting((start + headSize)..<buffer.count))
        for offset in 4..<8 {
            buffer[start + offset] = UInt8(truncatingIfNeeded: checksum)
            checksum >>= 8
        }
    }

    /// The record at an offset and where the next begins; `nil` when there is no whole, sound record.
    static func read(_ bytes: [UInt8], at offset: Int) -> (record: JournalFrame, next: Int)? {
        guard offset + headSize + fixedSize <= bytes.count else { return nil }
        let length = Int(get(bytes, offset, 4))
        let body = offset + headSize
        guard length >= fixedSize, length <= longest, body + length <= bytes.count,
            UInt64(Checksum.of(bytes.span.extracting(body..<body + length))) == get(bytes, offset + 4, 4)
        else { return nil }
        let id = Int64(bitPattern: get(bytes, body, 8))
        let created = Int64(bitPattern: get(bytes, body + 8, 8))
        let rest = bytes[(body + fixedSize)..<(body + length)]
        if id == clock {
            guard rest.count == ClockAnchor.bootLength else { return nil }
            let anchor = ClockAnchor(boot: Array(rest), offset: created)
            return (JournalFrame(id: id, created: 0, set: Content(), anchor: anchor), body + length)
        }
        guard let set = Content(checking: rest) else { return nil }
        return (JournalFrame(id: id, created: created, set: set), body + length)
    }

    private static func put(_ value: UInt64, _ width: Int, _ buffer: inout [UInt8]) {
        for index in 0..<width { buffer.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
    }

    private static func get(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
        (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
    }
}

/// CRC-32C (RFC 3720 appendix B.4), eight bytes at a time.
enum Checksum {
    private static let tables: [[UInt32]] = {
        var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[0][index] = value
        }
        for index in 0..<256 {
            for table in 1..<8 {
                let previous = tables[table - 1][index]
                tables[table][index] = previous >> 8 ^ tables[0][Int(previous & 0xFF)]
            }
        }
        return tables
    }()

    static func of(_ bytes: Span<UInt8>) -> UInt32 {
        let tables = tables
        var value: UInt32 = .max
        var index = 0
        while index + 8 <= bytes.count {
            var next: UInt32 = 0
            for offset in 0..<8 {
                let byte =
                    bytes[index + offset] ^ (offset < 4 ? UInt8(truncatingIfNeeded: value >> UInt32(offset * 8)) : 0)
                next ^= tables[7 - offset][Int(byte)]
            }
            value = next
            index += 8
        }
        while index < bytes.count {
            value = value >> 8 ^ tables[0][Int(UInt8(truncatingIfNeeded: value) ^ bytes[index])]
            index += 1
        }
        return ~value
    }
}
