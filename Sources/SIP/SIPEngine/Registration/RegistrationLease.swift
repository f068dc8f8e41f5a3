/// What a registration keeps over a stop or a crash, so that the next start goes on where it was; times in
/// milliseconds since 1970.
package struct RegistrationLease: Sendable, Equatable {
    /// The Call-ID, which is written as 32 hexadecimal digits.
    package var callIDHigh: UInt64
    package var callIDLow: UInt64
    /// No CSeq above this was sent; the next start begins behind it.
    package var sequenceCeiling: UInt32
    /// `RegistrationSettings.identity` of the settings that it was granted for.
    package var identity: UInt64
    /// Seconds; 0 where nothing is granted.
    package var granted: UInt32
    package var expiresAt: Int64
    package var refreshAt: Int64
    package var registeredAt: Int64
    /// The contact's URI as we sent it.
    package var contact: [UInt8]
    package var serviceRoute: [UInt8]
    /// Where the registrar was reached.
    package var target: Target?

    package init(
        callIDHigh: UInt64, callIDLow: UInt64, sequenceCeiling: UInt32, identity: UInt64, granted: UInt32,
        expiresAt: Int64, refreshAt: Int64, registeredAt: Int64, contact: [UInt8], serviceRoute: [UInt8],
        target: Target?
    ) {
        self.callIDHigh = callIDHigh
        self.callIDLow = callIDLow
        self.sequenceCeiling = sequenceCeiling
        self.identity = identity
        self.granted = granted
        self.expiresAt = expiresAt
        self.refreshAt = refreshAt
        self.registeredAt = registeredAt
        self.contact = contact
        self.serviceRoute = serviceRoute
        self.target = target
    }

    /// Moves every time by so many milliseconds: the clock that they were written on was set since.
    package mutating func move(by milliseconds: Int64) {
        expiresAt += milliseconds
        refreshAt += milliseconds
        registeredAt += milliseconds
    }
}

/// The CSeq numbers of one registration, which only ever grow under one Call-ID: over crashes and changes of owner too.
///
/// 31 bits: the owner's epoch stands in the upper 12, a count in the lower 19. What is stored is a ceiling ahead of what
/// is sent and renewed when half of it is used, so that a crash may lose the last record, or any within the last
/// `reserve / 2` requests, and the next start still begins above everything that was sent.
struct SequenceNumbers: Sendable, Equatable {
    private(set) var last: UInt32
    private(set) var ceiling: UInt32

    static let reserve: UInt32 = 64
    static let epochShift: UInt32 = 19
    private static let greatest: UInt32 = 1 << 31 - 1

    /// Nil where no number is left above the ceiling for that epoch: a new Call-ID is needed.
    init?(above ceiling: UInt32, epoch: UInt32) {
        let floor = (epoch & 0xFFF) << Self.epochShift
        guard epoch >> 12 == 0, ceiling < Self.greatest - Self.reserve else { return nil }
        last = max(ceiling, floor)
        self.ceiling = last
    }

    /// For a new Call-ID.
    init(epoch: UInt32) {
        last = (epoch & 0xFFF) << Self.epochShift
        ceiling = last
    }

    var isSpent: Bool { last >= Self.greatest - Self.reserve }

    mutating func next() -> UInt32 {
        last += 1
        return last
    }

    /// Raises the ceiling where half of the reserve is used; whether it did, so that it must be stored.
    mutating func reserveMore() -> Bool {
        guard ceiling < last + Self.reserve / 2 else { return false }
        raise()
        return true
    }

    mutating func raise() { ceiling = last + Self.reserve }
}
