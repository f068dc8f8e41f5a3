import Foundation
import Testing

@testable import SIPEdge

@Suite struct JournalFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func contents(_ name: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: "\(folder.path)/\(name)"))).map { Array($0) }
    }

    @Test func appendTruncateRead() throws {
        var file = try JournalFile(folder.path + "/file")
        try file.append([1, 2, 3, 4].span)
        try file.append([UInt8]().span)
        try file.append([5, 6].span)
        try file.sync()
        let size = file.size
        #expect(size == 6)
        let middle = try file.read(at: 1, count: 3), end = try file.read(at: 4, count: 100)
        #expect(middle == [2, 3, 4])
        #expect(end == [5, 6])
        try file.truncate(to: 2)
        try file.append([9].span)
        #expect(contents("file") == [1, 2, 9])
        let again = try JournalFile(folder.path + "/file")
        let sizeAgain = again.size
        #expect(sizeAgain == 3)
        let fresh = try JournalFile(folder.path + "/file", truncate: true)
        let sizeFresh = fresh.size
        #expect(sizeFresh == 0)
    }

    /// A file that took another's name is what later appends go to.
    @Test func renameReplaces() throws {
        var old = try JournalFile(folder.path + "/file")
        try old.append([1].span)
        var new = try JournalFile(folder.path + "/file.new")
        try new.append([2].span)
        try new.rename(to: folder.path + "/file")
        old = new
        try old.sync()
        try old.append([3].span)
        #expect(contents("file") == [2, 3])
        #expect(contents("file.new") == nil)
    }

    @Test func failuresSayWhatTheSystemSays() throws {
        let missing = folder.path + "/missing/file"
        var failure: JournalFile.Failure?
        do throws(JournalFile.Failure) { _ = try JournalFile(missing) } catch { failure = error }
        #expect(failure?.description == "open \(missing): No such file or directory")
        failure = nil
        do throws(JournalFile.Failure) {
            var full = try JournalFile("/dev/full")
            try full.append([1].span)
        } catch { failure = error }
        #expect(failure?.description == "write: No space left on device")
    }
}
