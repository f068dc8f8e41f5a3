package import Foundation

/// Where tests keep what need not outlive them.
package enum TemporaryPlace {
    /// A new directory's name, in memory where the machine offers that: hundreds of tests that sync a disk stand in each
    /// other's way. What a disk keeps is tried by the crash trials, which use a real one.
    package static func make(_ prefix: String = "demarc") -> URL {
        let memory = URL(filePath: "/dev/shm", directoryHint: .isDirectory)
        let isThere = FileManager.default.isWritableFile(atPath: memory.path)
        return (isThere ? memory : FileManager.default.temporaryDirectory)
            .appending(path: "\(prefix)-\(UUID().uuidString)")
    }
}
