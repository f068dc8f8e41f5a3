import SIPEngine

/// The bindings of every credential.
typealias BindingJournal = Journal<BindingSet>
typealias JournalRecord = JournalFrame<BindingSet>

extension BindingSet: JournalContent {
    typealias Live = LocationTable.Entry

    static var fileName: String { "bindings.journal" }
    static var noun: String { "bindings" }
    static var magic: [UInt8] { Array("DEMARCJ2".utf8) }
    static var outdatedMagic: [UInt8]? { Array("DEMARCJ1".utf8) }

    static func record(of live: LocationTable.Entry) -> (created: Int64, content: BindingSet) {
        (live.created, live.set)
    }
}
