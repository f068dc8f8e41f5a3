import SIPEngine
import Testing

@Suite struct SourceAddressTests {
    @Test func whoHeardItIsNoPartOfIt() {
        let address = SourceAddress(ipv4: 0xC000_0201, port: 5060, transport: .udp)
        var heard = address
        heard.listener = 2
        #expect(heard == address && Set([heard, address]).count == 1)
        heard.port = 5061
        #expect(heard != address)
    }

    /// RFC 5952 sections 4 and 5, read 2026-01; the groups as they stand in the address.
    @Test(
        arguments: [
            ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
            ([0x2001, 0xdb8, 0, 0, 0, 0, 2, 1], "2001:db8::2:1"),
            ([0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1"),
            ([0x2001, 0, 0, 1, 0, 0, 0, 1], "2001:0:0:1::1"),
            ([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], "2001:db8::1:0:0:1"),
            (
                [0x2001, 0xdb8, 0xaaaa, 0xbbbb, 0xcccc, 0xdddd, 0xeeee, 0xaaaa],
                "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"
            ),
            ([0, 0, 0, 0, 0, 0, 0, 0], "::"),
            ([0, 0, 0, 0, 0, 0, 0, 1], "::1"),
            ([1, 0, 0, 0, 0, 0, 0, 0], "1::"),
            ([0xfe80, 0, 0, 0, 0, 0, 0, 0], "fe80::"),
            ([0x2001, 0xdb8, 1, 2, 3, 4, 0, 0], "2001:db8:1:2:3:4::"),
            ([0x2001, 0xdb8, 1, 2, 3, 4, 5, 0], "2001:db8:1:2:3:4:5:0"),
            ([0, 0xdb8, 1, 2, 3, 4, 5, 6], "0:db8:1:2:3:4:5:6"),
            ([0, 0, 0, 2, 0, 0, 0, 0], "0:0:0:2::"),
            ([0, 0, 2, 0, 0, 1, 0, 0], "::2:0:0:1:0:0"),
            ([0x10, 0x100, 0x1000, 0xf, 0xff, 0xfff, 0xffff, 0x1], "10:100:1000:f:ff:fff:ffff:1"),
            ([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0207], "192.0.2.7"),
            ([0, 0, 0, 0, 0, 0xffff, 0xffff, 0xffff], "255.255.255.255"),
            ([0, 0, 0, 0, 0, 0xffff, 0, 0], "0.0.0.0"),
            ([0, 0, 0, 0, 0, 0xffff, 0x0a64, 0x0110], "10.100.1.16"),
        ] as [([UInt64], String)])
    func text(groups: [UInt64], expected: String) {
        let words = [groups[0..<4], groups[4..<8]].map { $0.reduce(0) { $0 << 16 | $1 } }
        let address = SourceAddress(high: words[0], low: words[1], port: 5062, transport: .tcp)
        #expect(address.host == expected)
        #expect(address.text == (expected.contains(":") ? "tcp:[\(expected)]:5062" : "tcp:\(expected):5062"))
    }

    @Test func shortTextHoldsSixtyFourBytes() {
        var text = ShortText()
        for _ in 0..<4 { text.append(hexWord: 0x0123_4567_89ab_cdef) }
        #expect(text.count == 64)
        #expect(text.string == String(repeating: "0123456789abcdef", count: 4))
        #expect(text.withSpan { $0.count } == 64)
        #expect(ShortText().string.isEmpty)
    }

    @Test func shortTextTrapsBeyondItsRoom() async {
        await #expect(processExitsWith: .failure) {
            var text = ShortText()
            for _ in 0..<65 { text.append(0x30) }
        }
    }
}
