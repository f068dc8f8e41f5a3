import Foundation

/// The memory that one process after another has made its own (not the pages of files, which the system takes back): what
/// it was once warm, and at the end.
struct MemoryWatch {
    private var samples: [(at: ContinuousClock.Instant, bytes: Int)] = []

    /// What a warm process may still gain; allocators keep what they were given once.
    private static let allowance = 24 << 20

    var latest: Int { samples.last?.bytes ?? 0 }

    mutating func sample(_ process: Int32) {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        guard let line = status.firstMatch(of: /RssAnon:\s+([0-9]+) kB/), let kilobytes = Int(line.1) else { return }
        samples.append((.now, kilobytes * 1024))
    }

    /// Ends a life; says what is wrong with its memory. The first third of it is warming up.
    mutating func endLife() -> [String] {
        defer { samples = [] }
        guard let first = samples.first, let last = samples.last else { return [] }
        let warm = samples.filter { $0.at - first.at > (last.at - first.at) / 3 }
        let early = Self.median(warm.prefix(max(1, warm.count / 5)).map(\.bytes))
        let late = Self.median(warm.suffix(max(1, warm.count / 5)).map(\.bytes))
        print(
            "soak: a life of \(last.at - first.at), memory \(early >> 20) MiB once warm, \(late >> 20) MiB at its end")
        return late > early + Self.allowance ? ["memory grew from \(early) to \(late) bytes"] : []
    }

    private static func median(_ values: [Int]) -> Int { values.sorted()[values.count / 2] }
}
