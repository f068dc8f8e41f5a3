import Synchronization
import TestSupport
import Testing

@testable import Provisioning

@Suite struct CallerTests {
    /// Counts what is asked of it, so that a test sees what the cache saved.
    final class CountingPasswords: PasswordHashing {
        let count = Atomic(0)
        private let passwords = ScryptPasswords(cost: .cheap)

        func hash(_ password: Secret<String>) -> PasswordHash {
            count.add(1, ordering: .relaxed)
            return passwords.hash(password)
        }

        func verify(_ password: Secret<String>, against hash: PasswordHash) -> Bool {
            count.add(1, ordering: .relaxed)
            return passwords.verify(password, against: hash)
        }

        /// How often it was asked since this was last read.
        func taken() -> Int { count.exchange(0, ordering: .relaxed) }
    }

    private let home: TemporaryStore
    private let tenant: Tenant
    private let passwords = CountingPasswords()
    private let callers: Callers

    init() async throws {
        home = try TemporaryStore()
        tenant = try await home.tenant()
        callers = home.useCases(passwords: passwords).callers
    }

    private func authenticate(_ name: String, _ password: String) async throws -> Caller? {
        try await callers.authenticate(name: name, password: Secret(password))
    }

    private func createAda() async throws -> Caller {
        let ada = try await callers.create(
            name: "ada", account: tenant.account.id, role: .administrator, password: Secret("right"))
        _ = passwords.taken()
        return ada
    }

    @Test func authenticatesAndRemembers() async throws {
        let ada = try await createAda()
        #expect(try await authenticate("ada", "right") == ada)
        #expect(passwords.taken() == 1)
        #expect(try await authenticate("ada", "right") == ada)
        #expect(passwords.taken() == 0)
        home.clock.advance(by: .seconds(59))
        #expect(try await authenticate("ada", "right") == ada)
        #expect(passwords.taken() == 0)
        home.clock.advance(by: .seconds(1))
        #expect(try await authenticate("ada", "right") == ada)
        #expect(passwords.taken() == 1)
    }

    @Test func unknownCostsAsMuchAsWrong() async throws {
        _ = try await createAda()
        for (name, password) in [("ada", "wrong"), ("ada", "Right"), ("nobody", "right"), ("ADA", "right")] {
            #expect(try await authenticate(name, password) == nil)
            #expect(passwords.taken() == 1)
            #expect(try await authenticate(name, password) == nil)
            #expect(passwords.taken() == 1, "a failure is not remembered")
        }
        #expect(try await authenticate("ada", "") == nil)
        #expect(try await authenticate("ad", "aright") == nil)
    }

    @Test func oneCheckForManyAtOnce() async throws {
        let ada = try await createAda()
        let found = try await withThrowingTaskGroup(of: Caller?.self) { group in
            for _ in 0..<50 { group.addTask { try await authenticate("ada", "right") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: ada, count: 50))
        #expect(passwords.taken() == 1)
    }

    @Test func newPasswordForgetsTheOld() async throws {
        let ada = try await createAda()
        #expect(try await authenticate("ada", "right") == ada)
        try await callers.setPassword(Secret("new"), of: "ada")
        #expect(try await authenticate("ada", "right") == nil)
        #expect(try await authenticate("ada", "new") == ada)
        try await callers.delete("ada")
        #expect(try await authenticate("ada", "new") == nil)
    }

    @Test func memoryIsBounded() async throws {
        for number in 0..<3 {
            _ = try await callers.create(
                name: "user\(number)", account: tenant.account.id, role: .reader, password: Secret("p"))
        }
        let verified = VerifiedCallers(uptime: { .zero }, capacity: 2)
        let asked = Atomic(0)
        for round in 0..<2 {
            for number in 0..<3 {
                let outcome = await verified.caller(name: "user\(number)", password: Secret("p")) { _ in
                    asked.add(1, ordering: .relaxed)
                    return .success(StoredCaller(caller: tenant.reader, passwordHash: PasswordHash(text: "")))
                }
                #expect(try outcome.get()?.caller == tenant.reader, "round \(round)")
            }
        }
        #expect(asked.load(ordering: .relaxed) > 3)
    }

    @Test func rules() async throws {
        _ = try await createAda()
        let id = tenant.account.id
        let cases: [(String, AccountID, String, Rule)] = [
            ("", id, "p", .callerInvalid), ("a:b", id, "p", .callerInvalid), ("a\n", id, "p", .callerInvalid),
            (SiteTests.text(65), id, "p", .callerInvalid), ("bob", id, "", .elementRequired),
            ("bob", id, SiteTests.text(257), .credentialFieldTooLong), ("ada", id, "p", .callerTaken),
            ("bob", AccountID(rawValue: 99), "p", .accountUnknown),
        ]
        for (name, account, password, rule) in cases {
            let found = await faults { () throws(ProvisioningError) in
                try await callers.create(name: name, account: account, role: .reader, password: Secret(password))
            }
            #expect(found.map(\.rule) == [rule])
        }
        #expect(
            await faults { () throws(ProvisioningError) in try await callers.delete("bob") }.map(\.rule)
                == [.callerUnknown])
        #expect(
            await faults { () throws(ProvisioningError) in
                try await callers.setPassword(Secret("p"), of: "bob")
            }.map(\.rule) == [.callerUnknown])
        #expect(
            try await callers.list(of: id).map(\.name)
                == ["tenant-administrator", "tenant-reader", "ada"])
    }
}

@Suite struct ScryptPasswordsTests {
    /// RFC 7914 section 12's third vector, its first 32 bytes (the derived key's prefix does not depend on its length).
    @Test func vectorOfTheRFC() {
        let hash = PasswordHash(
            text: "$scrypt$ln=14,r=8,p=1$536f6469756d43686c6f72696465$"
                + "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
        #expect(ScryptPasswords().verify(Secret("pleaseletmein"), against: hash))
        #expect(!ScryptPasswords().verify(Secret("pleaseletmeout"), against: hash))
    }

    @Test func saltsDiffer() {
        let passwords = ScryptPasswords(cost: .cheap)
        let hashes = [passwords.hash(Secret("p")), passwords.hash(Secret("p"))]
        #expect(hashes[0] != hashes[1])
        #expect(hashes.allSatisfy { passwords.verify(Secret("p"), against: $0) })
        #expect(!hashes.contains { passwords.verify(Secret("q"), against: $0) })
    }

    @Test(arguments: [
        "", "x", "$scrypt$ln=2,r=1,p=1$$", "$scrypt$ln=2,r=1$00$00", "$scrypt$ln=40,r=1,p=1$00$00",
        "$scrypt$ln=-1,r=1,p=1$00$00", "$scrypt$ln=2,r=1,p=1$0g$00", "$bcrypt$ln=2,r=1,p=1$00$00",
    ])
    func believesNoBrokenText(_ text: String) {
        #expect(!ScryptPasswords(cost: .cheap).verify(Secret(""), against: PasswordHash(text: text)))
    }
}
