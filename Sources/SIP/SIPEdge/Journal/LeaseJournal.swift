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
        var packed = PackedBytes(capacity: 90 + lease.contact.count + lease.serviceRoute.count)
        packed.append(lease.callIDHigh, 8)
        packed.append(lease.callIDLow, 8)
        packed.append(UInt64(lease.sequenceCeiling), 4)
        packed.append(lease.identity, 8)
        packed.append(UInt64(lease.granted), 4)
        for time in [lease.expiresAt, lease.refreshAt, lease.registeredAt] {
            packed.append(UInt64(bitPattern: time), 8)
        }
        packed.append(lease.target?.address)
        for text in [lease.contact, lease.serviceRoute, Array((lease.target?.serverName ?? "").utf8)] {
            packed.append(text)
        }
        bytes = packed.bytes
    }

    /// Nil for a registration that is gone.
    var lease: RegistrationLease? {
        var reader = PackedReader(bytes)
        guard let callIDHigh = reader.number(8), let callIDLow = reader.number(8), let ceiling = reader.number(4),
            let identity = reader.number(8), let granted = reader.number(4), let expiresAt = reader.number(8),
            let refreshAt = reader.number(8), let registeredAt = reader.number(8), let address = reader.address(),
            let contact = reader.text(), let route = reader.text(), let name = reader.text(), reader.isAtEnd
        else { return nil }
        return RegistrationLease(
            callIDHigh: callIDHigh, callIDLow: callIDLow, sequenceCeiling: UInt32(ceiling), identity: identity,
            granted: UInt32(granted), expiresAt: Int64(bitPattern: expiresAt),
            refreshAt: Int64(bitPattern: refreshAt), registeredAt: Int64(bitPattern: registeredAt), contact: contact,
            serviceRoute: route,
            target: address.map { Target(address: $0, serverName: String(decoding: name, as: UTF8.self)) })
    }

    mutating func move(by seconds: Int64) {
        guard var lease else { return }
        lease.move(by: seconds * 1000)
        self = LeaseRecord(lease)
    }
}
