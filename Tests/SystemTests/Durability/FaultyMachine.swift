import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A disk that can be told to refuse, and a clock that can be set, under one process (see `Interposer/faults.c`).
final class FaultyMachine: Sendable {
    /// What the disk says no to.
    enum Operation: Int, CaseIterable {
        case write = 1
        case sync, truncate, open, rename
    }

    /// What is wrong with a disk.
    struct Trouble: Sendable, CustomTestStringConvertible {
        let name: String
        let operations: [Operation]
        let code: Int32
        var isHalf = false

        var testDescription: String { name }

        static let all = [
            Trouble(name: "full", operations: [.write], code: ENOSPC),
            Trouble(name: "full in the middle of a write", operations: [.write], code: ENOSPC, isHalf: true),
            Trouble(name: "read-only", operations: [.write, .truncate, .open, .rename], code: EROFS),
            Trouble(name: "failing writes", operations: [.write], code: EIO, isHalf: true),
            Trouble(name: "failing syncs", operations: [.sync], code: EIO),
            Trouble(name: "dead", operations: Operation.allCases, code: EIO),
        ]
    }

    private let folder: TemporaryDirectory
    private let library: String
    private let words = Mutex([Int64](repeating: 0, count: 8))

    init() async throws {
        folder = try TemporaryDirectory()
        library = "\(folder.path)/faults.so"
        try Data(count: 64).write(to: URL(filePath: control))
        try await PowerCut.compile(["-shared", "-fPIC", "-O1", "-o", library, Repository.file("Interposer/faults.c")])
    }

    private var control: String { "\(folder.path)/control" }

    /// For a process that writes to `data`; a power cut may lie under it.
    func environment(data: String, over powerCut: [String: String] = [:]) -> [String: String] {
        powerCut.merging(["FAULTS_DATA": data, "FAULTS_CONTROL": control]) { $1 }.merging(
            ["LD_PRELOAD": [library, powerCut["LD_PRELOAD"]].compactMap(\.self).joined(separator: ":")]) { $1 }
    }

    func breaks(_ trouble: Trouble) throws {
        try change { words in
            for operation in trouble.operations { words[operation.rawValue] = Int64(trouble.code) }
            words[6] = trouble.isHalf ? 1 : 0
        }
    }

    func heals() throws {
        try change { words in for operation in Operation.allCases { words[operation.rawValue] = 0 } }
    }

    /// Sets the wall clock, so many seconds from the true time.
    func setClock(_ seconds: Int64) throws { try change { $0[0] = seconds * 1_000_000_000 } }

    /// Seconds that the wall clock is off by.
    var clockShift: Int64 { words.withLock { $0[0] / 1_000_000_000 } }

    /// How often the disk refused.
    var refusals: Int64 {
        get throws {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: control)))
            return (0..<8).reduce(0) { $0 | Int64(bytes[56 + $1]) << Int64($1 * 8) }
        }
    }

    /// Writes all but the count, in place: the process has the file mapped.
    private func change(_ body: (inout [Int64]) -> Void) throws {
        try words.withLock { words in
            body(&words)
            let file = try FileHandle(forWritingTo: URL(filePath: control))
            let bytes = words[..<7].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> Int64($0 * 8)) } }
            try file.write(contentsOf: Data(bytes))
            try file.close()
        }
    }
}
