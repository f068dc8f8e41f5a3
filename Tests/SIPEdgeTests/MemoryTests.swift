import Foundation
import SIPEngine
import Testing

@testable import SIPEdge

@Suite struct MemoryTests {
    /// Not an assertion: what a hundred thousand registered users take, for whoever reads the log.
    @Test func bytesPerBinding() throws {
        let directory = Directory()
        let table = LocationTable(journal: nil)
        let count: Int64 = 100_000
        let made = try BindingSet.one("sip:user@192.0.2.7:40312;transport=udp", until: 4600)
        let start = try residentBytes()
        for id in 1...count { directory.set(.numbered(id)) }
        let withCredentials = try residentBytes()
        for id in 1...count {
            // A set of its own for each, as a REGISTER makes it.
            var set = BindingSet()
            made.forEach { set.append($0) }
            table.restore(id: id, created: id, set: set, now: 1000)
        }
        let end = try residentBytes()
        #expect(table.count == Int(count))
        print(
            "memory: \((withCredentials - start) / Int(count)) bytes a credential, "
                + "\((end - withCredentials) / Int(count)) bytes a binding of \(made.bytes.count) packed bytes")
    }

    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }
}
