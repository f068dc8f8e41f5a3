/// The kinds of records that a target is found by.
package enum DNSRecordType: UInt16, Sendable, CaseIterable {
    case a = 1
    case aaaa = 28
    case srv = 33
    case naptr = 35
}

/// What is asked of the DNS.
package struct DNSQuestion: Sendable, Hashable {
    package let name: DNSName
    package let type: DNSRecordType

    package init(_ name: DNSName, _ type: DNSRecordType) {
        self.name = name
        self.type = type
    }
}

/// A record's data.
package enum DNSRecord: Sendable, Hashable {
    /// A and AAAA: 16 bytes, IPv4 as `::ffff:a.b.c.d`.
    case address(high: UInt64, low: UInt64)
    case srv(ServiceRecord)
    case naptr(NamingAuthorityRecord)
}

/// RFC 2782.
package struct ServiceRecord: Sendable, Hashable {
    package let priority: UInt16
    package let weight: UInt16
    package let port: UInt16
    /// Nil for `.`: the service is decidedly not there.
    package let host: DNSName?

    package init(priority: UInt16, weight: UInt16, port: UInt16, host: DNSName?) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.host = host
    }
}

/// RFC 3403 section 4; what SIP has no use for (the regular expression) is left out.
package struct NamingAuthorityRecord: Sendable, Hashable {
    package let order: UInt16
    package let preference: UInt16
    /// In small letters.
    package let flags: String
    /// In small letters, such as `sip+d2u`.
    package let service: String
    package let replacement: DNSName?

    package init(order: UInt16, preference: UInt16, flags: String, service: String, replacement: DNSName?) {
        self.order = order
        self.preference = preference
        self.flags = flags
        self.service = service
        self.replacement = replacement
    }
}

/// What the DNS says; times to live in seconds.
package enum DNSAnswer: Sendable, Hashable {
    case records([DNSRecord], ttl: UInt32)
    /// No such name, or no such record (RFC 2308).
    case none(ttl: UInt32)
    /// Nobody could say.
    case failed

    var records: [DNSRecord] {
        if case .records(let records, _) = self { records } else { [] }
    }
}
