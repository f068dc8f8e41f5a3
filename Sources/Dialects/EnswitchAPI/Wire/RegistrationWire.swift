import Provisioning

/// Live bindings as rows of Kamailio's `location` table, whose columns the vendor shows.
enum RegistrationWire {
    /// - Parameter number: the row's place in the list, counted from 1; bindings have no number of their own.
    static func row(_ binding: LiveBinding, number: Int) -> JSONValue {
        let parts = binding.aor.split(separator: "@", maxSplits: 1)
        return .object([
            .init("id", .number(number)),
            .init("username", .text(parts.first.map(String.init) ?? "")),
            .init("domain", .text(parts.count == 2 ? String(parts[1]) : "")),
            .init("contact", .text(binding.contact)),
            .init("received", .text(received(binding.source))),
            .init("path", .text(binding.path.joined(separator: ","))),
            .init("expires", .number(binding.expiresAt / 1000)),
            .init("q", .text(quality(binding.q))),
            .init("callid", .text(binding.callID)),
            .init("cseq", .number(Int64(binding.cseq))),
            .init("last_modified", .number(binding.registeredAt / 1000)),
            .init("user_agent", .text(binding.userAgent)),
            .init("instance", .text(binding.instance)),
            .init("reg_id", .number(binding.regID ?? 0)),
        ])
    }

    /// `udp:192.0.2.7:40312` as the URI that Kamailio keeps.
    private static func received(_ source: String) -> String {
        let parts = source.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return "" }
        return parts[0] == "udp" ? "sip:\(parts[1])" : "sip:\(parts[1]);transport=\(parts[0])"
    }

    /// Thousandths as the two digits behind a point that Kamailio keeps.
    private static func quality(_ thousandths: Int) -> String {
        let hundredths = thousandths / 10
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
