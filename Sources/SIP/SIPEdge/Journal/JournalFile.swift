#if canImport(Glibc)
    import Glibc
#endif

/// A file that is appended to and synced; every failure is thrown with what the system says.
struct JournalFile: ~Copyable {
    private(set) var path: String
    private let descriptor: Int32
    /// Bytes that are known to be whole records.
    private(set) var size: UInt64

    struct Failure: Error, CustomStringConvertible {
        let operation: String
        /// The system's error number; 0 where the file itself is at fault.
        let code: Int32

        /// There was no room for a write: nothing of it counts, and what was synced before stands.
        var isFull: Bool { operation == "write" && (code == ENOSPC || code == EDQUOT) }

        var description: String {
            guard code != 0 else { return operation }
            return unsafe "\(operation): \(String(cString: strerror(code)))"
        }
    }

    /// Opens or creates the file, for its owner only.
    init(_ path: String, truncate: Bool = false) throws(Failure) {
        self.path = path
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | (truncate ? O_TRUNC : 0), 0o600)
        guard descriptor >= 0 else { throw Failure(operation: "open \(path)", code: errno) }
        self.descriptor = descriptor
        size = UInt64(max(0, lseek(descriptor, 0, SEEK_END)))
    }

    deinit { close(descriptor) }

    /// Writes behind the last whole record. After a failure nothing of it counts.
    mutating func append(_ bytes: Span<UInt8>) throws(Failure) {
        var written = 0
        let count = bytes.count
        while written < count {
            let rest = bytes.extracting(written..<count)
            let result = unsafe rest.withUnsafeBytes { buffer in
                unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, off_t(size) + off_t(written))
            }
            if result < 0 {
                if errno == EINTR { continue }
                throw Failure(operation: "write", code: errno)
            }
            written += result
        }
        size += UInt64(count)
    }

    /// Returns when everything appended is on disk.
    func sync() throws(Failure) {
        guard fdatasync(descriptor) == 0 else { throw Failure(operation: "fdatasync", code: errno) }
    }

    /// Cuts the file behind the last whole record.
    mutating func truncate(to size: UInt64) throws(Failure) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Failure(operation: "ftruncate", code: errno) }
        self.size = size
    }

    /// Cuts off what a failed write left behind, and sees whether there is room again: throws when there is not.
    mutating func makeSound() throws(Failure) {
        let end = size
        try truncate(to: end)
        try sync()
        // Zeros are no record: if the power fails now, they are cut off.
        try append([UInt8](repeating: 0, count: 64 << 10).span)
        try sync()
        try truncate(to: end)
        try sync()
    }

    /// Adds bytes of another file as they are.
    mutating func append(_ other: borrowing JournalFile, _ range: Range<UInt64>) throws(Failure) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let bytes = try other.read(at: offset, count: Int(min(1 << 20, range.upperBound - offset)))
            guard !bytes.isEmpty else { throw Failure(operation: "read", code: EIO) }
            try append(bytes.span)
            offset += UInt64(bytes.count)
        }
    }

    /// Reads up to `count` bytes from an offset; fewer at the end.
    func read(at offset: UInt64, count: Int) throws(Failure) -> [UInt8] {
        var failure: Int32?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset) + off_t(filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        if let failure { throw Failure(operation: "read", code: failure) }
        return bytes
    }

    /// Removes the file of that name, if there is one.
    static func remove(_ path: String) { _ = unsafe unlink(path) }

    /// Gives the file another name, which is on disk after `syncName`.
    mutating func rename(to new: String) throws(Failure) {
        guard unsafe Glibc.rename(path, new) == 0 else { throw Failure(operation: "rename", code: errno) }
        path = new
    }

    /// Returns when the file's name is on disk: a new file that was synced is nowhere to be found without it.
    func syncName() throws(Failure) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let directory = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Failure(operation: "open \(folder)", code: errno) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw Failure(operation: "fsync \(folder)", code: errno) }
    }
}
