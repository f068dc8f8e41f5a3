import SIPEngine
import SIPMessage

extension BindingSet {
    /// Writes a Contact header for every binding that is not expired, each with what is left of it (RFC 3261 section 10.3).
    func writeContacts(to writer: inout MessageWriter, now: UInt32) {
        forEach { binding in
            guard binding.expiresAt > now else { return }
            writer.append("Contact: <")
            writer.append(binding, binding.contact)
            writer.append(">;expires=")
            writer.append(decimal: Int(binding.expiresAt - now))
            if binding.q < 1000 {
                writer.append(";q=0.")
                for divisor in [100, 10, 1] { writer.append(byte: 0x30 + UInt8(Int(binding.q) / divisor % 10)) }
            }
            if !binding.instance.isEmpty {
                writer.append(";+sip.instance=\"")
                writer.append(binding, binding.instance)
                writer.append("\"")
            }
            if binding.regID > 0 {
                writer.append(";reg-id=")
                writer.append(decimal: Int(binding.regID))
            }
            writer.append("\r\n")
        }
    }
}

extension MessageWriter {
    fileprivate mutating func append(_ binding: Binding, _ text: Range<Int>) {
        binding.withSpan(text) { append($0) }
    }
}
