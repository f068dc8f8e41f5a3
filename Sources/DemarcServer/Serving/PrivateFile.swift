import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that only its owner may read.
enum PrivateFile {
    /// Replaces the file in one step, so that a reader sees the old content or the new, also after a power failure.
    static func write(_ data: Data, to path: String) throws(StartFailure) {
        let draft = "\(path).\(UInt64.random(in: 0 ... .max)).new"
        guard FileManager.default.createFile(atPath: draft, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw StartFailure("cannot write \(path)") }
        guard sync(draft), unsafe rename(draft, path) == 0 else {
            try? FileManager.default.removeItem(atPath: draft)
            throw StartFailure("cannot write \(path)")
        }
        guard sync(URL(filePath: path).deletingLastPathComponent().path()) else {
            throw StartFailure("cannot write \(path)")
        }
    }

    /// Waits until what the file or directory holds is on disk.
    private static func sync(_ path: String) -> Bool {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return fsync(file) == 0
    }
}

/// Why the server did not start; the text is for the operator.
package struct StartFailure: Error, CustomStringConvertible, Sendable {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Where a running server is found, and the token that it lets in; kept in the data directory for the `demarc` command.
package struct OperatorFile: Codable, Sendable {
    package let url: String
    package let token: String
    package let process: Int32

    package init(url: String, token: String, process: Int32) {
        self.url = url
        self.token = token
        self.process = process
    }

    static func path(in directory: String) -> String { "\(directory)/operator.json" }

    package func write(in directory: String) throws(StartFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw StartFailure("cannot describe the operator's listener")
        }
        try PrivateFile.write(data, to: Self.path(in: directory))
    }

    package static func read(in directory: String) -> OperatorFile? {
        FileManager.default.contents(atPath: path(in: directory)).flatMap {
            try? JSONDecoder().decode(OperatorFile.self, from: $0)
        }
    }

    package static func remove(in directory: String) {
        try? FileManager.default.removeItem(atPath: path(in: directory))
    }
}
