import Foundation
import OperatorAPI
import Provisioning
import TestSupport
import Testing

@testable import DemarcServer

@Suite("What is kept in the data directory")
struct KeptFilesTests {
    private static func mode(_ path: String) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test("a directory has one server at a time, and is its owner's alone")
    func lock() async throws {
        try await withTemporaryDirectory { parent in
            let path = "\(parent)/data"
            var first: DataDirectory? = try DataDirectory(path)
            #expect(try Self.mode(path) == 0o700)
            #expect(throws: StartFailure.self) { try DataDirectory(path) }
            withExtendedLifetime(first) {}
            first = nil
            _ = try DataDirectory(path)
        }
    }

    @Test("the sealing key is made once, is its owner's alone, and gives the same keys again")
    func sealingKey() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/sealing.key"
            let made = try SealingKey(path: path)
            let read = try SealingKey(path: path)
            #expect(try Self.mode(path) == 0o600)
            #expect(made.derive("a") == read.derive("a"))
            #expect(made.derive("a") != made.derive("b"))
            #expect(made.derive("a", bytes: 16).count == 16)
        }
    }

    @Test("the key file holds both keys while one takes the other's place, and then the new one")
    func sealingKeysChange() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/sealing.key"
            let place = Seal.Context(.carrierPassword, account: AccountID(rawValue: 1), row: 1)
            let made = try SealingKey(path: path)
            let first = made.makeSeal()
            let old = first.seal(Secret("old"), bound: place)
            let useCases = try TemporaryStore().useCases(seal: first)
            try await useCases.secretRotation.begin()
            let new = first.seal(Secret("new"), bound: place)
            let between = try SealingKey(path: path).makeSeal()
            #expect(between.isRotating)
            #expect([old, new].map { between.open($0, bound: place)?.reveal() } == ["old", "new"])
            #expect(!between.isCurrent(old) && between.isCurrent(new))
            #expect(try await useCases.secretRotation.proceed().isDone)
            let after = try SealingKey(path: path)
            #expect([old, new].map { after.makeSeal().open($0, bound: place)?.reveal() } == [nil, "new"])
            #expect(!after.makeSeal().isRotating)
            #expect(after.derive("access tokens") == made.derive("access tokens"), "hashes of tokens still fit")
            #expect(try Self.mode(path) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["sealing.key"])
        }
    }

    @Test("a sealing key that others may read, or that is none, stops the start")
    func badSealingKey() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/sealing.key"
            _ = try SealingKey(path: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            #expect(throws: StartFailure.self) { try SealingKey(path: path) }
            let short = "\(directory)/short.key"
            try PrivateFile.write(Data("AAAA\n".utf8), to: short)
            #expect(throws: StartFailure.self) { try SealingKey(path: short) }
        }
    }

    @Test("the operator's file is replaced whole and read back")
    func operatorFile() async throws {
        try await withTemporaryDirectory { directory in
            try OperatorFile(url: "http://127.0.0.1:1", token: "old", process: 1).write(in: directory)
            try OperatorFile(url: "http://127.0.0.1:2", token: "new", process: 2).write(in: directory)
            #expect(OperatorFile.read(in: directory)?.token == "new")
            #expect(try Self.mode("\(directory)/operator.json") == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["operator.json"])
            OperatorFile.remove(in: directory)
            #expect(OperatorFile.read(in: directory) == nil)
        }
    }

    @Test("generated secrets are long, plain and different")
    func generated() {
        let secrets = (0..<200).map { _ in GeneratedSecret.make().reveal() }
        #expect(Set(secrets).count == 200)
        #expect(secrets.allSatisfy { $0.count == 24 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
    }

    @Test("the process's own use is read from proc(5), with any name")
    func processUsage() throws {
        let stat = "77 (de) marc (x)) S 1 77 77 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 8 0 1000 1 2"
        let usage = try #require(
            ProcessUsage.parse(statm: "1000 250 80 1 0 90 0", stat: stat, openFiles: 9, pageSize: 4096))
        #expect(usage == ProcessUsage(residentBytes: 1_024_000, cpuSeconds: 2, openFiles: 9))
        #expect(ProcessUsage.parse(statm: "1000", stat: stat, openFiles: 9, pageSize: 4096) == nil)
        #expect(ProcessUsage.parse(statm: "1000 250", stat: "77 (a) S", openFiles: 9, pageSize: 4096) == nil)
    }
}
