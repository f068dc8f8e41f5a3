import SIPMessage

extension MessageWriter {
    /// The Via of a request of ours, which its answers come back by (RFC 3261 section 18.1.1, `rport` of RFC 3581).
    mutating func appendVia(to target: Target, from sentBy: [UInt8], branch: Span<UInt8>) {
        append("Via: SIP/2.0/")
        append(target.address.transport.viaToken)
        append(byte: 0x20)
        append(sentBy)
        append(";branch=")
        append(branch)
        append(";rport\r\n")
    }

    /// The beginning of a request outside of calls: up to Max-Forwards.
    mutating func begin(_ method: Method, _ uri: [UInt8], to target: Target, from sentBy: [UInt8], _ branch: Branch) {
        append(method.text)
        append(byte: 0x20)
        append(uri)
        append(" SIP/2.0\r\n")
        branch.text.withSpan { appendVia(to: target, from: sentBy, branch: $0) }
        append("Max-Forwards: 70\r\n")
    }
}
