#if canImport(Glibc)
    import Glibc
#endif

/// Memory of many megabytes that is used for a moment: 16 MiB for each password that is checked.
enum LargeBlocks {
    /// Blocks from this size on; bytes.
    private static let size: Int32 = 4 << 20

    /// Has them mapped one by one and given back when they are freed. glibc otherwise learns from the first such block to
    /// keep the next ones, for every thread that ever checked a password.
    static func goBackToTheSystem() {
        #if canImport(Glibc)
            _ = mallopt(M_MMAP_THRESHOLD, size)
        #endif
    }
}
