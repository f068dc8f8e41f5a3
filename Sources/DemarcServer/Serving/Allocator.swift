import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// What glibc's allocator is told at the start: to keep no more than is in use.
enum Allocator {
    /// Options of mallopt(3).
    private static let mapThreshold: Int32 = -3
    private static let mostArenas: Int32 = -8
    /// Blocks from this size on are mapped one by one and given back when they are freed: 16 MiB for each password that is
    /// checked. glibc otherwise learns from the first such block to keep the next ones, for every thread that ever checked one.
    private static let largeBlock: Int32 = 4 << 20

    /// Swift's module of glibc does not show `mallopt`; another C library need not have it.
    static func settle() {
        typealias SetOption = @convention(c) (Int32, Int32) -> Int32
        guard let found = unsafe dlsym(nil, "mallopt") else { return }
        let set = unsafe unsafeBitCast(found, to: SetOption.self)
        _ = set(mapThreshold, largeBlock)
        // One arena for each processor: the eight that glibc allows hold what their threads once needed.
        _ = set(mostArenas, Int32(clamping: max(2, ProcessInfo.processInfo.activeProcessorCount)))
    }
}
