import Provisioning
import TestSupport
import Testing

/// The Bandwidth sipcredentials page (2018-01-11) and codes 1003 and 23000 to 23018 of its error list (2023).
@Suite struct CredentialTests {
    private let home: TemporaryStore
    private let tenant: Tenant
    private var credentials: Credentials { home.useCases().credentials }

    init() async throws {
        home = try TemporaryStore()
        tenant = try await home.tenant()
    }

    static let bill = CredentialDraft(
        userName: "Bill", domain: "bw.com", hash1: "43543gggs43g324", hash1b: "4562gadgs433454")

    static func draft(_ change: (inout CredentialDraft) -> Void) -> CredentialDraft {
        var draft = bill
        change(&draft)
        return draft
    }

    @Test func seedRequest() async throws {
        let drafts = [
            CredentialDraft(userName: "John", domain: "bw.com", hash1: "1g32gadgs433dd4", hash1b: "1g32gadgs433d24"),
            CredentialDraft(userName: "Mathew@bw.com", hash1: "43543gggs43g324", hash1b: "1g32gadgs433a34"),
        ]
        let made = try await create(drafts).map { try #require($0.created) }
        #expect(made.map(\.name.userName) == ["John", "Mathew@bw.com"])
        #expect(made.map(\.name.domain) == ["bw.com", nil])
        #expect(made.map(\.name.composite) == ["John@bw.com", "Mathew@bw.com"])
        #expect(made.map(\.realm) == [tenant.domain.name, tenant.domain.name])
        #expect(made.flatMap { $0.hashes.md5Candidates + $0.hashes.sha256Candidates } == [])
        #expect(made[0].created < made[1].created)
    }

    /// The request that the page's two response samples answer.
    @Test func partialSuccess() async throws {
        let nameless = Self.draft { $0.userName = nil }
        let missing = Fault(.elementRequired, field: "userName", values: ["UserName"])
        let outcomes = try await create([nameless, Self.bill])
        #expect(outcomes[0] == .refused(missing))
        #expect(outcomes[1].created?.name.composite == "Bill@bw.com")
        let again = try await create([nameless, Self.draft { ($0.userName, $0.domain) = ("Bill@bw.com", nil) }])
        #expect(again == [.refused(missing), .refused(taken("Bill@bw.com"))])
    }

    @Test(arguments: [
        (draft { $0.userName = "  " }, Fault(.elementRequired, field: "userName", values: ["UserName"])),
        (draft { $0.hash1 = nil }, Fault(.elementRequired, field: "hash1", values: ["Hash1"])),
        (draft { $0.hash1 = "" }, Fault(.elementRequired, field: "hash1", values: ["Hash1"])),
        (
            draft { $0.userName = SiteTests.text(33) },
            Fault(.credentialFieldTooLong, field: "userName", values: ["UserName", SiteTests.text(33), "32"])
        ),
        (
            draft { $0.domain = SiteTests.text(33) },
            Fault(.credentialFieldTooLong, field: "domain", values: ["Domain", SiteTests.text(33), "32"])
        ),
        (
            draft { $0.hash1 = SiteTests.text(65) },
            Fault(.credentialFieldTooLong, field: "hash1", values: ["Hash1", "<redacted>", "64"])
        ),
        (
            draft { $0.hash1b = SiteTests.text(65) },
            Fault(.credentialFieldTooLong, field: "hash1b", values: ["Hash1b", "<redacted>", "64"])
        ),
        (draft { $0.userName = "Bi@ll" }, Fault(.userNameInvalid, field: "userName", values: ["Bi@ll"])),
        (draft { $0.userName = "Bi ll" }, Fault(.userNameInvalid, field: "userName", values: ["Bi ll"])),
        (draft { $0.domain = "bw@com" }, Fault(.credentialDomainInvalid, field: "domain", values: ["bw@com"])),
        (
            draft { ($0.userName, $0.domain) = ("B/ill", nil) },
            Fault(.userNameWithDomainInvalid, field: "userName", values: ["B/ill"])
        ),
        (
            draft { ($0.userName, $0.domain) = ("a@b@c", nil) },
            Fault(.userNameWithDomainInvalid, field: "userName", values: ["a@b@c"])
        ),
        (
            draft { ($0.userName, $0.domain) = ("@b", nil) },
            Fault(.userNameWithDomainInvalid, field: "userName", values: ["@b"])
        ),
        (draft { $0.realm = "no.example" }, Fault(.realmUnknown, field: "realm", values: ["no.example", "1"])),
    ])
    func refuses(_ draft: CredentialDraft, _ fault: Fault) async throws {
        let outcomes = try await create([draft, Self.draft { $0.userName = "Good" }])
        #expect(outcomes[0] == .refused(fault))
        #expect(outcomes[1].created != nil)
    }

    @Test func acceptsTheLimits() async throws {
        let longest = CredentialDraft(
            userName: SiteTests.text(32), domain: "._-!$&*+=~" + SiteTests.text(22), hash1: SiteTests.text(64),
            hash1b: SiteTests.text(64))
        #expect(try await create([longest])[0].created?.name.userName == longest.userName)
        let draft = Self.draft { $0.userName = "x" }
        let tooMany = await faults { () throws(ProvisioningError) in
            try await credentials.create(Array(repeating: draft, count: 1001), by: tenant.administrator)
        }
        #expect(tooMany == [Fault(.credentialListTooLong, values: ["1000"])])
        let none = await faults { () throws(ProvisioningError) in
            try await credentials.create([], by: tenant.administrator)
        }
        #expect(none.map(\.rule) == [.credentialListEmpty])
    }

    @Test func repeatedInOneList() async throws {
        let outcomes = try await create([Self.bill, Self.draft { ($0.userName, $0.domain) = ("Bill@bw.com", "") }])
        #expect(outcomes[0].created != nil)
        #expect(outcomes[1] == .refused(Fault(.credentialRepeated, field: "userName", values: ["1"])))
    }

    @Test func realmsAreNameSpaces() async throws {
        let second = try await home.useCases().domains.create(
            "Second.Example", description: nil, isDefault: false, account: tenant.account.id)
        let outcomes = try await create([Self.bill, Self.draft { $0.realm = "SECOND.example" }])
        #expect(outcomes.map { $0.created?.realm } == [tenant.domain.name, second.name])
        // The same name in two realms: the default one is meant, unless another is named.
        let caller = tenant.reader
        #expect(try await credentials.get("Bill@bw.com", by: caller).realm == tenant.domain.name)
        #expect(try await credentials.get("Bill@bw.com", realm: second.name, by: caller).realm == second.name)
        try await credentials.delete("Bill@bw.com", by: tenant.administrator)
        #expect(try await credentials.get("Bill@bw.com", by: caller).realm == second.name)
    }

    @Test func bareNameWhereUnambiguous() async throws {
        let neighbours = ["Bill-2", "Billy", "Bill.b", "bill", "Bil", "BillA", "Bill~"]
        _ = try await create([Self.bill] + neighbours.map { name in Self.draft { $0.userName = name } })
        #expect(try await credentials.get("Bill", by: tenant.reader).name.composite == "Bill@bw.com")
        _ = try await create([Self.draft { $0.domain = "other.com" }])
        let unknown = [Fault(.credentialUnknown, values: ["Bill", "1"])]
        #expect(
            await faults { () throws(ProvisioningError) in
                try await credentials.get("Bill", by: tenant.reader)
            } == unknown)
        #expect(
            await faults { () throws(ProvisioningError) in
                try await credentials.delete("Bill", by: tenant.administrator)
            } == unknown)
        _ = try await create([Self.draft { $0.domain = nil }])
        #expect(try await credentials.get("Bill", by: tenant.reader).name.domain == nil)
    }

    @Test func update() async throws {
        let made = try #require(try await create([Self.bill])[0].created)
        let draft = CredentialDraft(userName: "Bill@bw.com", hash1: String(repeating: "A", count: 32))
        let updated = try await credentials.update("Bill@bw.com", to: draft, by: tenant.administrator)
        #expect(updated.hashes.md5Candidates == [String(repeating: "a", count: 32)])
        #expect(updated.hashes.hash1b == nil)
        #expect(updated.name == made.name)
        #expect(updated.created == made.created)
        let fixed = CredentialDraft(userName: "Will", hash1: "x")
        let cases: [(String, CredentialDraft, [Rule])] = [
            ("Bill@bw.com", fixed, [.credentialNameFixed]),
            ("Bill@bw.com", CredentialDraft(domain: "other.com"), [.credentialNameFixed, .elementRequired]),
            ("Bill@bw.com", CredentialDraft(), [.elementRequired]), ("Will", fixed, [.credentialUnknown]),
            ("Bill@bw.com", CredentialDraft(hash1: "x", realm: "no.example"), [.realmUnknown]),
        ]
        for (name, draft, rules) in cases {
            let found = await faults { () throws(ProvisioningError) in
                try await credentials.update(name, to: draft, by: tenant.administrator)
            }
            #expect(found.map(\.rule) == rules)
        }
        #expect(try await credentials.get("Bill", by: tenant.reader) == updated)
    }

    /// Digests made with `md5sum` and `sha256sum` of coreutils 9.1.
    @Test func hashesOfAPassword() async throws {
        let made = try await credentials.create(
            CredentialName(userName: "John", domain: "bw.com"), password: Secret("secret"), realm: nil,
            account: tenant.account.id)
        #expect(made.realm == "a1.sip.internal")
        #expect(made.hashes.md5Candidates == ["a91d351af262f52f33c05317784185f9", "810a546f12f35bfba7187a32da8dc61d"])
        #expect(
            made.hashes.sha256Candidates == [
                "722c7fdbcbc27f0f2e40f81bac10d356b9e4cb88122e4c7a3e447d957364867b",
                "33c98febf0a672bd632a27ce9899bde6350a4e86d0c380351113ab0d5b5b50a9",
            ])
        let cases: [(CredentialName, String, String?, Rule)] = [
            (made.name, "x", nil, .credentialTaken), (CredentialName(userName: ""), "x", nil, .elementRequired),
            (CredentialName(userName: "a"), "", nil, .elementRequired),
            (CredentialName(userName: "a"), SiteTests.text(257), nil, .credentialFieldTooLong),
            (CredentialName(userName: "a"), "x", "no.example", .realmUnknown),
        ]
        for (name, password, realm, rule) in cases {
            let found = await faults { () throws(ProvisioningError) in
                try await credentials.create(
                    name, password: Secret(password), realm: realm, account: tenant.account.id)
            }
            #expect(found.map(\.rule) == [rule])
        }
    }

    @Test(arguments: [
        (String(repeating: "aF", count: 16), 1, 0), (String(repeating: "aF", count: 32), 0, 1),
        (String(repeating: "ag", count: 16), 0, 0), (SiteTests.text(32), 0, 0), ("", 0, 0), ("0123456789abcdef", 0, 0),
    ])
    func usability(_ hash: String, _ md5: Int, _ sha256: Int) {
        let hashes = CredentialHashes(hash1: hash)
        #expect(hashes.md5Candidates == (md5 == 1 ? [hash.lowercased()] : []))
        #expect(hashes.sha256Candidates == (sha256 == 1 ? [hash.lowercased()] : []))
    }

    @Test func paging() async throws {
        #expect(
            await faults { () throws(ProvisioningError) in
                try await credentials.list(CredentialQuery(), by: tenant.reader)
            } == [Fault(.credentialsNone, values: ["1"])])
        _ = try await create(
            (1...25).map { number in
                Self.draft {
                    $0.userName = "user\(number)"; $0.domain = number % 2 == 0 ? "Even.com" : nil
                }
            })
        func page(_ query: CredentialQuery) async throws -> CredentialPage {
            try await credentials.list(query, by: tenant.reader)
        }
        let first = try await page(CredentialQuery(count: 10))
        #expect(first.credentials.map(\.name.userName) == (1...10).map { "user\($0)" })
        #expect(first.hasMore && first.position == 1)
        let last = try await page(CredentialQuery(start: .position(21), count: 10))
        #expect(last.credentials.count == 5 && !last.hasMore && last.position == 21)
        let exact = try await page(CredentialQuery(start: .position(16), count: 10))
        #expect(exact.credentials.count == 10 && !exact.hasMore)
        let named = try await page(CredentialQuery(start: .name("user12@Even.com"), count: 2))
        #expect(named.credentials.map(\.name.userName) == ["user12", "user13"] && named.position == 12)
        let even = try await page(CredentialQuery(domainFragment: "even", start: .name("user12@Even.com")))
        #expect(even.credentials.count == 7 && even.position == 6)
        #expect(try await page(CredentialQuery(userNameFragment: "USER2")).credentials.count == 7)
        #expect(try await page(CredentialQuery(realm: tenant.domain.name)).credentials.count == 25)
        for (query, rule) in [
            (CredentialQuery(start: .position(0)), Rule.pageInvalid),
            (CredentialQuery(start: .name("x")), .pageInvalid),
            (CredentialQuery(start: .position(26)), .credentialsNone),
            (CredentialQuery(realm: "no.example"), .credentialsNone),
            (CredentialQuery(userNameFragment: "%"), .credentialsNone),
        ] {
            let found = await faults { () throws(ProvisioningError) in
                try await credentials.list(query, by: tenant.reader)
            }
            #expect(found.map(\.rule) == [rule])
        }
    }

    @Test func readersChangeNothing() async throws {
        _ = try await create([Self.bill])
        let attempts: [@Sendable () async -> [Fault]] = [
            {
                await faults { () throws(ProvisioningError) in
                    try await credentials.create([Self.bill], by: tenant.reader)
                }
            },
            {
                await faults { () throws(ProvisioningError) in
                    try await credentials.update("Bill", to: Self.bill, by: tenant.reader)
                }
            },
            {
                await faults { () throws(ProvisioningError) in
                    try await credentials.delete("Bill", by: tenant.reader)
                }
            },
        ]
        for attempt in attempts { #expect(await attempt().map(\.rule) == [.forbidden]) }
    }

    private func create(_ drafts: [CredentialDraft]) async throws -> [CredentialOutcome] {
        try await credentials.create(drafts, by: tenant.administrator)
    }

    private func taken(_ name: String) -> Fault {
        Fault(.credentialTaken, field: "userName", values: [name, "\(tenant.account.id)"])
    }
}

extension CredentialOutcome {
    /// The credential of a draft that was not refused.
    var created: Credential? {
        guard case .created(let credential) = self else { return nil }
        return credential
    }
}
