import SIPEngine

/// The leases of every registration that we have elsewhere.
typealias LeaseJournal = Journal<LeaseRecord>

/// A lease as the journal keeps it; none for a registration that is gone.
///
/// Packed: Call-ID (16 bytes), CSeq's ceiling (4), identity (8), seconds granted (4), end, refresh and last success (8
/// each), target's address, port and transport (19, zeros without), then contact, Service-Route and the target's name, each
/// behind its length (2). Little-endian.
struct LeaseRecord: JournalContent, Equatable {
    private(set) var bytes: [UInt8]

    typealias Live = LeaseRecord

    static var fileName: String { "registrations.journal" }
    static var noun: String { "leases" }
    static var magic: [UInt8] { Array("DEMARCR1".utf8) }
    static var outdatedMagic: [UInt8]? { nil }

    static func record(of live: LeaseRecord) -> (created: Int64, content: LeaseRecord) { (0, live) }

    init() { bytes = [] }

    init?(checking bytes: some Collection<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.isEmpty || lease != nil else { return nil }
    }

    init(_ lease: RegistrationLease) {
        bytes = []
        bytes.reserveCapacity(90 + lease.contact.count + lease.serviceRoute.count)
        let address = lease.target?.address
        put(lease.callIDHigh, 8)
        put(lease.callIDLow, 8)
        put(UInt64(lease.sequenceCeiling), 4)
        put(lease.identity, 8)
        put(UInt64(lease.granted), 4)
        for time in [lease.expiresAt, lease.refreshAt, lease.registeredAt] { put(UInt64(bitPattern: time), 8) }
        put(address?.high ?? 0, 8)
        put(address?.low ?? 0, 8)
        put(UInt64(address?.port ?? 0), 2)
        put(UInt64(address?.transport.rawValue ?? 0), 1)
        for text in [lease.contact, lease.serviceRoute, Array((lease.target?.serverName ?? "").utf8)] {
            put(UInt64(text.count), 2)
            bytes += text
        }
    }

    /// Nil for a registration that is gone.
    var lease: RegistrationLease? {
        var reader = Reader(bytes: bytes)
        guard let callIDHigh = reader.number(8), let callIDLow = reader.number(8), let ceiling = reader.number(4),
            let identity = reader.number(8), let granted = reader.number(4), let expiresAt = reader.number(8),
            let refreshAt = reader.number(8), let registeredAt = reader.number(8), let high = reader.number(8),
            let low = reader.number(8), let port = reader.number(2), let transport = reader.number(1),
            let contact = reader.text(), let route = reader.text(), let name = reader.text(), reader.isAtEnd
        else { return nil }
        let target = Transport(rawValue: UInt8(transport)).map {
            Target(
                address: SourceAddress(high: high, low: low, port: UInt16(port), transport: $0),
                serverName: String(decoding: name, as: UTF8.self))
        }
        return RegistrationLease(
            callIDHigh: callIDHigh, callIDLow: callIDLow, sequenceCeiling: UInt32(ceiling), identity: identity,
            granted: UInt32(granted), expiresAt: Int64(bitPattern: expiresAt),
            refreshAt: Int64(bitPattern: refreshAt), registeredAt: Int64(bitPattern: registeredAt), contact: contact,
            serviceRoute: route, target: target)
    }

    mutating func move(by seconds: Int64) {
        guard var lease else { return }
        lease.move(by: seconds * 1000)
        self = LeaseRecord(lease)
    }

    private mutating func put(_ value: UInt64, _ width: Int) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
    }

    private struct Reader {
        let bytes: [UInt8]
        var offset = 0

        var isAtEnd: Bool { offset == bytes.count }

        mutating func number(_ width: Int) -> UInt64? {
            guard offset + width <= bytes.count else { return nil }
            defer { offset += width }
            return (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
        }

        mutating func text() -> [UInt8]? {
            guard let count = number(2), offset + Int(count) <= bytes.count else { return nil }
            defer { offset += Int(count) }
            return Array(bytes[offset..<offset + Int(count)])
        }
    }
}
