import SIPEngine

/// The calls that are up: both ends of each.
typealias CallJournal = Journal<KeptCall>

/// A call as the journal keeps it; empty for one that is over.
struct KeptCall: JournalContent, Equatable {
    let bytes: [UInt8]

    typealias Live = KeptCall

    static var fileName: String { "calls.journal" }
    static var noun: String { "calls" }
    static var magic: [UInt8] { Array("DEMARCC1".utf8) }
    static var outdatedMagic: [UInt8]? { nil }

    static func record(of live: KeptCall) -> (created: Int64, content: KeptCall) { (0, live) }

    init() { bytes = [] }

    init(_ record: CallRecord) { bytes = record.encoded() }

    init?(checking bytes: some Collection<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.isEmpty || record != nil else { return nil }
    }

    /// Nil for a call that is over.
    var record: CallRecord? { CallRecord(bytes) }

    /// Nothing in it is a time.
    mutating func move(by seconds: Int64) {}
}
