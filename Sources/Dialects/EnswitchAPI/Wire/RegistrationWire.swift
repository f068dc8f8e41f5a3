import DialectKit
import Provisioning

/// Live bindings as rows of Kamailio's `location` table, whose columns the vendor shows.
enum RegistrationWire {
    /// - Parameter number: the row's place in the list, counted from 1; bindings have no number of their own.
    static func row(_ binding: LiveBinding, number: Int) -> JSON {
        let parts = binding.aor.split(separator: "@", maxSplits: 1)
        return [
            "id": JSON(number),
            "username": .string(parts.first.map(String.init) ?? ""),
            "domain": .string(parts.count == 2 ? String(parts[1]) : ""),
            "contact": .string(binding.contact),
            "received": .string(received(binding.source)),
            "path": .string(binding.path.joined(separator: ",")),
            "expires": JSON(binding.expiresAt / 1000),
            "q": .string(quality(binding.q)),
            "callid": .string(binding.callID),
            "cseq": JSON(Int64(binding.cseq)),
            "last_modified": JSON(binding.registeredAt / 1000),
            "user_agent": .string(binding.userAgent),
            "instance": .string(binding.instance),
            "reg_id": JSON(binding.regID ?? 0),
        ]
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
