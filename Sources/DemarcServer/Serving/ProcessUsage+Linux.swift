import Foundation
import OperatorAPI

extension ProcessUsage {
    /// From `/proc/self` (proc(5)); `nil` on a system without it.
    static func current() -> ProcessUsage? {
        guard let status = FileManager.default.contents(atPath: "/proc/self/statm"),
            let stat = FileManager.default.contents(atPath: "/proc/self/stat"),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        return parse(
            statm: String(decoding: status, as: UTF8.self), stat: String(decoding: stat, as: UTF8.self),
            openFiles: files.count, pageSize: UInt64(NSPageSize()))
    }

    /// The process's name in `stat` may hold spaces and brackets, so fields are counted after the last bracket.
    static func parse(statm: String, stat: String, openFiles: Int, pageSize: UInt64) -> ProcessUsage? {
        let pages = statm.split(separator: " ")
        guard let bracket = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: bracket)...].split(separator: " ")
        guard pages.count > 1, let resident = UInt64(pages[1]), fields.count > 12, let user = Double(fields[11]),
            let system = Double(fields[12])
        else { return nil }
        let ticksPerSecond = 100.0
        return ProcessUsage(
            residentBytes: resident * pageSize, cpuSeconds: (user + system) / ticksPerSecond, openFiles: openFiles)
    }
}
