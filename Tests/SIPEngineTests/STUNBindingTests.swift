import SIPEngine
import TestSupport
import Testing

@Suite("STUN binding") struct STUNBindingTests {
    private let binding: STUNBinding

    init() {
        var random = SeededRandom(seed: 1)
        binding = STUNBinding(using: &random)
    }

    /// As a server answers: XOR-MAPPED-ADDRESS behind another attribute of odd length (RFC 5389 sections 6 and 15.2).
    private func answer(family: UInt8, address: [UInt8], port: UInt16) -> [UInt8] {
        let request = binding.request
        let key = request[4...]
        let ports = [UInt8(port >> 8) ^ 0x21, UInt8(truncatingIfNeeded: port) ^ 0x12]
        let value = [0, family] + ports + zip(address, key).map { $0 ^ $1 }
        let software: [UInt8] = [0x80, 0x22, 0, 3, 0x61, 0x62, 0x63, 0]
        let body = software + [0, 0x20, 0, UInt8(value.count)] + value
        return [1, 1, 0, UInt8(body.count)] + key + body
    }

    private func mapped(_ bytes: some Collection<UInt8>, by other: STUNBinding? = nil) -> SourceAddress? {
        (other ?? binding).mappedAddress(in: Array(bytes).span)
    }

    private func mayAnswer(_ text: String) -> Bool { STUNBinding.mayAnswer(Array(text.utf8).span) }

    @Test("a request is twenty bytes with the cookie") func request() {
        #expect(binding.request.count == 20)
        #expect(binding.request.prefix(8) == [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42])
    }

    @Test("an answer says what the other side sees of us") func mapped() {
        let v4 = answer(family: 1, address: [192, 0, 2, 1], port: 32853)
        #expect(mapped(v4) == SourceAddress(ipv4: 0xC000_0201, port: 32853, transport: .udp))
        let v6 = answer(family: 2, address: [0x20, 1, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [7], port: 5060)
        #expect(mapped(v6) == SourceAddress(high: 0x2001_0DB8_0000_0000, low: 7, port: 5060, transport: .udp))
    }

    @Test("another's answer, a request, and what is cut off say nothing") func refused() {
        let right = answer(family: 1, address: [192, 0, 2, 1], port: 1)
        for place in [0, 1, 4, 8, 12, 19] {
            var other = right
            other[place] ^= 1
            #expect(mapped(other) == nil, "byte \(place)")
        }
        for end in right.indices { #expect(mapped(right[..<end]) == nil) }
        var random = SeededRandom(seed: 2)
        #expect(mapped(right, by: STUNBinding(using: &random)) == nil)
        #expect(!mayAnswer("SIP/2.0 200 OK\r\n\r\n    "))
    }
}
