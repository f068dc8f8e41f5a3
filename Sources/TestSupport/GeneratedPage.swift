import Foundation

/// A page of the repository that is made of what the code knows.
package enum GeneratedPage {
    /// Whether the page is what it would be if it were made now; with `WRITE_COVERAGE` in the environment it is made first.
    ///
    /// - Parameter path: from the root of the repository.
    package static func isUpToDate(_ path: String, _ text: String) throws -> Bool {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: path)
        if ProcessInfo.processInfo.environment["WRITE_COVERAGE"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return try String(contentsOf: file, encoding: .utf8) == text
    }
}
