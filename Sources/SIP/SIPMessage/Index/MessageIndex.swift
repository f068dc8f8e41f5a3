/// One header line: which field, where its name stands, and its value without the space around it.
package struct HeaderRef: Sendable {
    package let name: HeaderName
    let nameCount: UInt8
    let nameStart: UInt16
    package let value: ByteRange

    package var nameRange: ByteRange { ByteRange(Int(nameStart), Int(nameStart) + Int(nameCount)) }

    static let none = HeaderRef(name: .other, nameCount: 0, nameStart: 0, value: .empty)
}

/// Where everything stands in one message: read once, in one pass, without copying a byte.
///
/// Its memory is allocated once and of fixed size: keep one and read every message into it. The lines stand behind a
/// pointer because Swift 6.3 copies a whole `InlineArray` out of a borrowed value to read one element of it.
@safe
package struct MessageIndex: ~Copyable, @unchecked Sendable {
    /// Header lines beyond this many are a fault.
    package static let capacity = 64

    package internal(set) var isRequest = false
    /// `.other` for a response and for a method that has no name here.
    package internal(set) var method = Method.other
    package internal(set) var methodRange = ByteRange.empty
    package internal(set) var requestURI = ByteRange.empty
    /// 100...699; 0 for a request.
    package internal(set) var status = 0
    package internal(set) var reasonPhrase = ByteRange.empty
    /// As long as Content-Length says, or to the end of the message without one.
    package internal(set) var body = ByteRange.empty
    package internal(set) var headerCount = 0
    /// The names seen, and those seen on more than one line, as one bit each.
    var seen: UInt64 = 0
    var repeated: UInt64 = 0
    /// `capacity` lines, of which `headerCount` are set.
    private let headers: UnsafeMutablePointer<HeaderRef>
    /// The first line with a name, by the name's raw value; stands only while the name is in `seen`.
    private let firstLine: UnsafeMutablePointer<UInt8>

    package init() {
        unsafe headers = .allocate(capacity: Self.capacity)
        unsafe headers.initialize(repeating: .none, count: Self.capacity)
        unsafe firstLine = .allocate(capacity: 64)
        unsafe firstLine.initialize(repeating: 0, count: 64)
    }

    deinit {
        unsafe headers.deallocate()
        unsafe firstLine.deallocate()
    }

    /// The header line at `line`, in the order of the message.
    package func header(_ line: Int) -> HeaderRef {
        precondition(line >= 0 && line < headerCount)
        return unsafe headers[line]
    }

    /// The value of the first line with that name.
    package func first(_ name: HeaderName) -> ByteRange? {
        guard has(name) else { return nil }
        return unsafe headers[Int(firstLine[Int(name.rawValue)])].value
    }

    /// How many lines have that name.
    package func count(of name: HeaderName) -> Int {
        guard has(name) else { return 0 }
        guard repeated & name.bit != 0 else { return 1 }
        var count = 0
        for line in 0..<headerCount where unsafe headers[line].name == name { count += 1 }
        return count
    }

    /// The next line from `start` on with that name and a value: for fields whose commas do not separate values, as
    /// those of Authorization.
    package func line(_ name: HeaderName, from start: Int) -> Int? {
        guard has(name) else { return nil }
        var line = unsafe max(start, Int(firstLine[Int(name.rawValue)]))
        while line < headerCount {
            if unsafe headers[line].name == name, unsafe !headers[line].value.isEmpty { return line }
            line &+= 1
        }
        return nil
    }

    /// Adds a line; false when there is no place for it.
    @inline(__always)
    mutating func add(_ header: HeaderRef) -> Bool {
        guard headerCount < Self.capacity else { return false }
        let bit = header.name.bit
        if seen & bit == 0 {
            seen |= bit
            unsafe firstLine[Int(header.name.rawValue)] = UInt8(truncatingIfNeeded: headerCount)
        } else {
            repeated |= bit
        }
        unsafe headers[headerCount] = header
        headerCount &+= 1
        return true
    }

    @inline(__always)
    package func has(_ name: HeaderName) -> Bool { seen & name.bit != 0 }

    /// What to do about a fault of this message.
    package func verdict(for fault: MessageFault) -> Verdict {
        guard isRequest, method != .ack, has(.via), let status = fault.status else { return .drop(fault) }
        return .refuse(status: status, reason: fault)
    }
}

extension HeaderName {
    @inline(__always)
    var bit: UInt64 { 1 &<< UInt64(rawValue) }
}
