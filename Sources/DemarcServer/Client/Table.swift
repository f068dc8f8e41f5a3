/// Rows of text in aligned columns, with a head.
package struct Table {
    private let head: [String]
    private var rows: [[String]] = []

    package init(_ head: String...) { self.head = head }

    /// One thing, a field a row.
    package init(fields: [(String, String)]) {
        self.init("FIELD", "VALUE")
        for (field, value) in fields { add(field, value) }
    }

    package mutating func add(_ row: String...) { rows.append(row.map(Self.printable)) }

    /// Two spaces between columns, nothing after the last; only the head where there are no rows.
    package var text: String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    /// What a stranger sent must not move the cursor.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
    }
}
