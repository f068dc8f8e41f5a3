import GRDB
import Provisioning

extension SQLReader {
    /// A part of a list in the order of ids.
    ///
    /// - Parameters:
    ///   - select: a query with a condition, to which one about the id is added; its first column is that id.
    ///   - id: the id's name in the query.
    func page<Item: Sendable>(
        _ select: String, id: String, _ arguments: StatementArguments, _ query: ListQuery,
        _ decode: (Row) throws(ProvisioningError) -> Item
    ) throws(ProvisioningError) -> ListPage<Item> {
        let (place, isBackwards): (Int64, Bool) =
            switch query.start {
            case .first: (0, false)
            case .after(let place): (place, false)
            case .before(let place): (place, true)
            }
        var found = try rows(
            "\(select) AND \(id) \(isBackwards ? "<" : ">") ? ORDER BY \(id) \(isBackwards ? "DESC" : "ASC") LIMIT ?",
            arguments + [place, query.size + 1]
        ) { (row) throws(ProvisioningError) in (place: row[0] as Int64, item: try decode(row)) }
        let hasMore = found.count > query.size
        if hasMore { found.removeLast() }
        if isBackwards { found.reverse() }
        var bounds: ClosedRange<Int64>?
        if let first = found.first, let last = found.last { bounds = first.place...last.place }
        return ListPage(
            items: found.map(\.item), bounds: bounds, hasNext: isBackwards || hasMore,
            hasPrevious: isBackwards ? hasMore : query.start != .first)
    }
}

extension Row {
    /// A UUID; throws `unavailable` for a row that no version of ours wrote.
    func uniqueID(_ column: Int) throws(ProvisioningError) -> UniqueID {
        guard let id = UniqueID(self[column] as String) else { throw ProvisioningError(.unavailable) }
        return id
    }

    func timestamp(_ column: Int) -> Timestamp { Timestamp(milliseconds: self[column]) }

    /// The media policy whose ciphers, codecs and encryption stand in these columns.
    func media(_ column: Int) throws(ProvisioningError) -> MediaPolicy {
        MediaPolicy(
            ciphers: words(column).compactMap(MediaPolicy.Cipher.init),
            codecs: words(column + 1).compactMap(MediaPolicy.Codec.init),
            encryption: try value(column + 2, as: MediaPolicy.Encryption.self))
    }

    func words(_ column: Int) -> [String] { (self[column] as String).split(separator: " ").map(String.init) }
}

extension MediaPolicy {
    /// Ciphers, codecs, encryption.
    var columns: StatementArguments { [ciphers.words, codecs.words, encryption.rawValue] }
}

extension Sequence where Element: RawRepresentable<String> {
    /// The names with a space between them.
    var words: String { map(\.rawValue).joined(separator: " ") }
}
