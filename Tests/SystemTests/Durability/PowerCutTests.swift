import Foundation
import Testing

/// The interposer itself: it loses what was not synced, and nothing else.
@Suite(.serialized)
struct PowerCutTests {
    @Test func losesWhatWasNotSynced() async throws {
        let powerCut = try await PowerCut()
        let folder = try TemporaryDirectory()
        for name in ["old", "renamed", "removed"] { try folder.write("before", to: "data/\(name)") }
        let (data, disk, writer) = ("\(folder.path)/data", "\(folder.path)/disk", "\(folder.path)/writer")
        try await PowerCut.compile(["-o", writer, Repository.file("Interposer/writer.c")])
        let outcome = try await ChildProcess.run(
            writer, [data], environment: powerCut.environment(data: data, disk: disk))
        #expect(outcome.code == -9, "\(outcome.errors)")

        #expect(try Self.contents(of: data)["half"] == "synced unsynced")
        #expect(
            try Self.contents(of: disk) == [
                "half": "synced ", "positioned": "0123XX6789", "vectored": "vector",
                // Cut twice, synced after the first.
                "cut": "a long",
                // Its name was synced with the others, its content never.
                "nothing": "",
                // Overwritten, renamed and removed without a sync; a new file, synced, whose name was not.
                "old": "before", "renamed": "before", "removed": "before",
            ])
    }

    private static func contents(of folder: String) throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
            })
    }
}
