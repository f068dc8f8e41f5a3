import GRDB
import Provisioning

/// A reader over one connection's statements; the nouns are in `Rows`.
protocol SQLReader: ProvisioningReader {
    var database: Database { get }
    /// Told why a query failed where the caller only hears `unavailable`.
    func failed(_ error: any Error)
}

/// A reader on one snapshot.
struct SQLiteSnapshot: SQLReader {
    let database: Database
    let report: @Sendable (any Error) -> Void

    func failed(_ error: any Error) { report(error) }
}

extension SQLReader {
    /// Every row of a query, decoded.
    func rows<Value>(
        _ sql: String, _ arguments: StatementArguments, _ decode: (Row) throws(ProvisioningError) -> Value
    ) throws(ProvisioningError) -> [Value] {
        var values: [Value] = []
        try forEachRow(sql, arguments) { (row) throws(ProvisioningError) in values.append(try decode(row)) }
        return values
    }

    /// The first row of a query, decoded.
    func row<Value>(
        _ sql: String, _ arguments: StatementArguments, _ decode: (Row) throws(ProvisioningError) -> Value
    ) throws(ProvisioningError) -> Value? {
        try rows(sql, arguments, decode).first
    }

    func forEachRow(
        _ sql: String, _ arguments: StatementArguments, _ body: (Row) throws(ProvisioningError) -> Void
    ) throws(ProvisioningError) {
        do {
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: arguments)
            while let row = try cursor.next() { try body(row) }
        } catch let error as ProvisioningError {
            throw error
        } catch {
            failed(error)
            throw ProvisioningError(.unavailable)
        }
    }
}

extension Row {
    /// A value of a closed set; throws `unavailable` for a row that no version of ours wrote.
    func value<Value: RawRepresentable<String>>(_ column: Int, as type: Value.Type)
        throws(ProvisioningError) -> Value
    {
        guard let value = Value(rawValue: self[column]) else { throw ProvisioningError(.unavailable) }
        return value
    }
}
