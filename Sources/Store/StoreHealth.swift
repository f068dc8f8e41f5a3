import GRDB
import Synchronization

/// Whether the disk does what is asked of it, and says so once when that changes, not once for every request.
final class StoreHealth: Sendable {
    private let failing = Atomic<Bool>(false)
    private let what: String
    private let settings: SQLiteStore.Settings

    /// `what` cannot be done, as in "written".
    init(_ what: String, _ settings: SQLiteStore.Settings) {
        self.what = what
        self.settings = settings
    }

    var isFailing: Bool { failing.load(ordering: .relaxed) }

    /// Whether this is the first failure since the last success.
    @discardableResult
    func failed(_ error: any Error) -> Bool {
        guard !failing.exchange(true, ordering: .relaxed) else { return false }
        settings.report("the store cannot be \(what): \(error)")
        return true
    }

    func succeeded() {
        guard isFailing, failing.exchange(false, ordering: .relaxed) else { return }
        settings.recovered("the store is \(what) again")
    }
}

extension DatabaseError {
    /// Whether the statement is at fault, and not the disk or who else holds the file.
    var isOfTheStatement: Bool {
        [.SQLITE_CONSTRAINT, .SQLITE_ERROR, .SQLITE_TOOBIG, .SQLITE_MISMATCH].contains(resultCode)
    }
}
