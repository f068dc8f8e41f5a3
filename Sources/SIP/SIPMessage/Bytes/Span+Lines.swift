extension Span<UInt8> {
    /// The CR of the CR LF that ends a logical line, folded lines included (RFC 3261 section 7.3.1), or the message's
    /// end. A CR or LF on its own is a fault, since other elements take it for a line end.
    @inline(__always)
    func endOfLine(_ start: Int, _ fault: inout MessageFault?) -> Int {
        let count = self.count
        var at = start
        while true {
            while at &+ 8 <= count {
                let hits = word(at).below14
                if hits != 0 {
                    at &+= hits.trailingZeroBitCount &>> 3
                    break
                }
                at &+= 8
            }
            while at < count, byte(at) >= 14 { at &+= 1 }
            guard at < count else { return count }
            switch byte(at) {
            case .cr where at &+ 1 < count && byte(at &+ 1) == .lf:
                guard at &+ 2 < count, byte(at &+ 2) == .space || byte(at &+ 2) == .tab else { return at }
                at &+= 2
            case .cr, .lf:
                fault = fault ?? .badHeaderLine
                at &+= 1
            default:
                at &+= 1
            }
        }
    }
}

extension UInt8 {
    static let cr = UInt8(ascii: "\r")
    static let lf = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
    static let colon = UInt8(ascii: ":")
}

extension UInt64 {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of each of eight bytes that is below 14, exact for the first of them: one test that stops at CR and
    /// LF, and rarely else.
    @inline(__always)
    var below14: UInt64 { (self &- 14 &* Self.ones) & ~self & Self.tops }

    /// The place of the first `:` of eight bytes, or 8.
    @inline(__always)
    var firstColon: Int {
        let zeroed = self ^ (UInt64(UInt8.colon) &* Self.ones)
        return ((zeroed &- Self.ones) & ~zeroed & Self.tops).trailingZeroBitCount &>> 3
    }

    /// The first `count` bytes, less than eight, in small letters; the rest zero.
    @inline(__always)
    func foldedPrefix(_ count: Int) -> UInt64 {
        (self | PackedName.fold) & ((1 &<< UInt64(count &* 8)) &- 1)
    }
}
