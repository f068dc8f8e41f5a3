import Glibc

/// What a server's processes, with all their children, have used so far.
package struct Usage {
    package private(set) var userSeconds = 0.0
    package private(set) var systemSeconds = 0.0
    /// Proportional set size in bytes: shared pages are divided among those who share them.
    package private(set) var memory = 0
    package private(set) var memoryBefore = 0

    package var cpuSeconds: Double { userSeconds + systemSeconds }

    private init() {}

    package init(of processes: [Int]) {
        var waiting = processes
        var seen: Set<Int> = []
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        while let process = waiting.popLast() {
            guard seen.insert(process).inserted, let stat = text("/proc/\(process)/stat") else { continue }
            // The name in the second field may hold spaces: the fields that matter stand after its bracket.
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { continue }
            userSeconds += user / ticks
            systemSeconds += system / ticks
            memory += Self.proportionalSetSize(of: process)
            for thread in entries("/proc/\(process)/task") {
                let children = text("/proc/\(process)/task/\(thread)/children") ?? ""
                waiting += children.split(separator: " ").compactMap { Int($0) }
            }
        }
    }

    /// The CPU time since an earlier reading, and the memory at both.
    package func since(_ earlier: Usage) -> Usage {
        var difference = self
        difference.userSeconds -= earlier.userSeconds
        difference.systemSeconds -= earlier.systemSeconds
        difference.memoryBefore = earlier.memory
        return difference
    }

    /// User and system time of this process.
    package static func ownCPUSeconds() -> Double { Usage(of: [Int(getpid())]).cpuSeconds }

    private static func proportionalSetSize(of process: Int) -> Int {
        guard let rollup = text("/proc/\(process)/smaps_rollup") else { return 0 }
        for line in rollup.split(separator: "\n") where line.hasPrefix("Pss:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 } ?? 0
        }
        return 0
    }
}

/// The content of a small file; nil when it cannot be read.
private func text(_ path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
}

/// The names in a directory.
private func entries(_ path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { name in
            unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names
}
