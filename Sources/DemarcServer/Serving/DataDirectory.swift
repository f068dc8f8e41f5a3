import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one directory that holds everything Demarc keeps; held by one server at a time.
package final class DataDirectory: Sendable {
    package let path: String
    private let lock: Int32

    /// Makes the directory, for its owner only, where it is missing; the lock is released when the process ends, however it ends.
    package init(_ path: String) throws(StartFailure) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StartFailure("cannot make the data directory \(path)")
        }
        lock = unsafe open("\(path)/demarc.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw StartFailure("cannot write in the data directory \(path)") }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw StartFailure("another demarc is running on the data directory \(path)")
        }
    }

    deinit { close(lock) }

    var database: String { "\(path)/demarc.sqlite" }
}
