#if canImport(Glibc)
    import Glibc
#endif

/// The files and sockets that the process may have open.
enum OpenFiles {
    /// More than all listeners together take.
    private static let wanted: rlim_t = 65_536

    /// Raises the limit as far as it is wanted and allowed: a shell's usual 1,024 are fewer than the listeners take.
    static func raiseLimit() {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(kind, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        unsafe setrlimit(kind, &limit)
    }
}
