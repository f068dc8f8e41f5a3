import SIPEngine
import TestSupport
import Testing

@testable import SIPEdge

@Suite struct JournalRecordTests {
    /// RFC 3720 appendix B.4, and the check value that catalogues of CRCs give for CRC-32C.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283), ([], 0), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
            ((0..<32).reversed(), 0x113F_DB5C),
            (
                [
                    0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14,
                    0, 0, 0,
                    0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
                ], 0xD996_3A56
            ),
        ] as [([UInt8], UInt32)])
    func checksum(bytes: [UInt8], expected: UInt32) { #expect(Checksum.of(bytes.span) == expected) }

    /// Eight bytes at a time is the same as one bit at a time, at every length.
    @Test func checksumOfEveryLength() {
        var random = SeededRandom(seed: 5)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var value: UInt32 = .max
            for byte in bytes {
                value ^= UInt32(byte)
                for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
            }
            #expect(Checksum.of(bytes.span) == ~value, "\(length) bytes")
        }
    }

    @Test func roundTrip() throws {
        var buffer: [UInt8] = []
        let sets = [
            BindingSet(), try .one("sip:a@192.0.2.7", until: 2000), try .large(100_000),
            try .large(BindingSet.longest - 4096),
        ]
        for (number, set) in sets.enumerated() {
            JournalRecord.append(id: Int64(number) - 1, created: .max - Int64(number), set: set, to: &buffer)
        }
        var offset = 0
        for (number, set) in sets.enumerated() {
            let (record, next) = try #require(JournalRecord.read(buffer, at: offset))
            #expect(record.id == Int64(number) - 1)
            #expect(record.created == .max - Int64(number))
            #expect(record.set == set)
            offset = next
        }
        #expect(offset == buffer.count)
        #expect(JournalRecord.read(buffer, at: offset) == nil)
    }

    @Test func everyByteCounts() throws {
        var sound: [UInt8] = []
        JournalRecord.append(id: 7, created: 9, set: try .one("sip:a@192.0.2.7", until: 2000), to: &sound)
        for position in sound.indices {
            for bit in 0..<8 {
                var bytes = sound
                bytes[position] ^= 1 << UInt8(bit)
                #expect(JournalRecord.read(bytes, at: 0) == nil, "byte \(position), bit \(bit)")
            }
        }
        for count in sound.indices { #expect(JournalRecord.read(Array(sound.prefix(count)), at: 0) == nil) }
    }

    /// The largest set that the registrar makes can be read back.
    @Test func theLongestSetFits() { #expect(BindingSet.longest + 16 <= JournalRecord.longest) }
}
