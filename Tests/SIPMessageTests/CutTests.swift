import SIPMessage
import Testing

@Suite("Cut messages")
struct CutTests {
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
