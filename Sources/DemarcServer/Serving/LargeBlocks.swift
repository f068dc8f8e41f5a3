#if canImport(Glibc)
    import Glibc
#endif

/// Memory of many megabytes that is used for a moment: 16 MiB for each password that is checked.
enum LargeBlocks {
    /// Blocks from this size on; bytes.
    private static let size: Int32 = 4 << 20
    /// `M_MMAP_THRESHOLD` of mallopt(3).
    private static let mapThreshold: Int32 = -3

    /// Has them mapped one by one and given back when they are freed. glibc otherwise learns from the first such block to
    /// keep the next ones, for every thread that ever checked a password.
    ///
    /// Swift's module of glibc does not show `mallopt`; another C library need not have it.
    static func goBackToTheSystem() {
        typealias SetOption = @convention(c) (Int32, Int32) -> Int32
        guard let found = unsafe dlsym(nil, "mallopt") else { return }
        _ = unsafe unsafeBitCast(found, to: SetOption.self)(mapThreshold, size)
    }
}
