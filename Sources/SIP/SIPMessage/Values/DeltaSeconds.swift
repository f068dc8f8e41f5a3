extension Span<UInt8> {
    /// The number that a value begins with, as Retry-After does before its comment and parameters (RFC 3261 section
    /// 20.33); beyond 2^32-1 it stays there. Nil where it does not begin with a digit.
    package func leadingSeconds(_ value: ByteRange) -> UInt32? {
        guard contains(value) else { return nil }
        return decimal(self, ByteRange(proven: Int(value.start), skip(.digit, Int(value.start), value.end)))
    }
}
