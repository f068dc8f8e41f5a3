import Foundation
import GRDB
import Provisioning
import TestSupport
import Testing

@testable import Store

/// What is kept about calls, and that routing asks by index.
@Suite struct CallStoreTests {
    private let home: TemporaryStore
    private let tenant: Tenant
    private var account: AccountID { tenant.account.id }
    private var useCases: UseCases { home.useCases() }

    init() async throws {
        home = try TemporaryStore()
        tenant = try await home.tenant("acme", domain: "acme.example")
    }

    private func leg(_ call: String, _ position: Int = 0, _ change: (inout CallLeg) -> Void = { _ in }) -> CallLeg {
        var leg = CallLeg(
            call: call, position: position, account: account, identity: .user(CredentialID(rawValue: 5)), from: "alice",
            to: "+442079460000", party: "udp:192.0.2.7:5060", started: home.clock.now)
        change(&leg)
        return leg
    }

    @Test func settingsAndGrantsComeBackAsTheyWere() async throws {
        var settings = CallSettings(account: account)
        #expect(try await useCases.calls.settings(of: account) == settings)
        settings.countryCode = "44"
        settings.nationalPrefix = ""
        settings.internationalPrefixes = ["00", "9"]
        settings.emergencyNumbers = ["933"]
        settings.countries = []
        settings.caps = CallCaps(calls: 1, perSecond: 2, dailySpend: CostAmount(millionths: 3))
        settings.recordDays = 4
        settings.media = .always
        try await useCases.calls.set(settings)
        #expect(try await useCases.calls.settings(of: account) == settings)
        settings.countries = ["GB", "XX"]
        settings.countryCode = "0"
        settings.recordDays = 0
        let wrong = settings
        #expect(
            await faults { () throws(ProvisioningError) in try await useCases.calls.set(wrong) }.map(\.field)
                == ["countryCode", "countries", "recordDays"])

        try await home.furnish(tenant, as: "acme", number: "+19195550101")
        let trunk = try await #require(useCases.trunks.list(by: tenant.administrator).first)
        var draft = CallGrantDraft(.trunk(trunk.id))
        draft.transports = [.tls, .tcp]
        draft.isEnabled = false
        draft.caps.calls = 2
        let made = try await useCases.callGrants.set(draft, of: account)
        #expect(made.grant.transports == [.tls, .tcp] && !made.grant.isEnabled && made.name == "trunk")
        let grants = try await useCases.callGrants.list(of: account)
        #expect(grants.map(\.grant).contains(made.grant) && grants.map(\.name) == ["john@acme.example", "trunk"])
        draft.transports = []
        draft.traffic = .lite
        _ = try await useCases.callGrants.set(draft, of: account)
        #expect(try await useCases.callGrants.list(of: account).count == 2)
        try await useCases.callGrants.remove(.trunk(trunk.id), of: account)
        #expect(try await useCases.callGrants.list(of: account).count == 1)
        // A grant goes with its user.
        try await useCases.credentials.delete("john", by: tenant.administrator)
        #expect(try await useCases.callGrants.list(of: account).isEmpty)
    }

    @Test func nothingIsGrantedAcrossAccounts() async throws {
        let other = try await home.tenant("other", ceiling: .lite, domain: "other.example")
        _ = try await useCases.credentials.create(
            CredentialName(userName: "alice"), password: Secret("pw"), realm: nil, account: account)
        for name in ["alice", "alice@acme.example"] {
            let found = await faults { () throws(ProvisioningError) in
                try await useCases.callGrants.set(CallGrantDraft(.user(name)), of: other.account.id)
            }
            #expect(found.map(\.rule) == [.credentialUnknown])
        }
        _ = try await useCases.credentials.create(
            CredentialName(userName: "bob"), password: Secret("pw"), realm: nil, account: other.account.id)
        var draft = CallGrantDraft(.user("bob"))
        draft.traffic = .all
        let tooHigh = draft
        let found = await faults { () throws(ProvisioningError) in
            try await useCases.callGrants.set(tooHigh, of: other.account.id)
        }
        #expect(found.map(\.rule) == [.trafficClassTooHigh])
        let stranger = CredentialID(rawValue: 1)
        await #expect(throws: ProvisioningError.self) {
            let grant = CallGrant(account: other.account.id, subject: .user(stranger))
            try await home.store.write { (store) throws(ProvisioningError) in try store.put(grant) }
        }
    }

    @Test func aRenamedEndpointKeepsItsGrantAndItsNumber() async throws {
        var draft = SIPEndpointDraft()
        draft.userName = "phone"
        draft.password = Secret("password")
        let endpoint = try await useCases.endpoints.create(draft, of: nil, by: tenant.administrator)
        var grant = CallGrantDraft(.user("phone"))
        grant.caps.calls = 1
        _ = try await useCases.callGrants.set(grant, of: account)
        _ = try await useCases.numbers.add(["+19195550101"], account: account)
        _ = try await useCases.numbers.assign("+19195550101", to: .user("phone"), account: account)
        var change = SIPEndpointDraft()
        change.userName = "desk"
        change.password = Secret("password")
        let renamed = try await useCases.endpoints.update(
            endpoint.uniqueID.description, of: nil, with: change, by: tenant.administrator)
        #expect(renamed.credential != endpoint.credential)
        #expect(try await useCases.callGrants.list(of: account).map(\.name) == ["desk@acme.example"])
        #expect(try await useCases.numbers.list(of: account).first?.destination == .user(renamed.credential))
    }

    @Test func aNumberHasOneDestination() async throws {
        try await home.furnish(tenant, as: "acme", number: "+19195550101")
        let trunk = try await useCases.numbers.list(of: account).first?.trunk
        let application = try await #require(
            useCases.callApplications.list(by: tenant.administrator).first)
        let changed = try await useCases.numbers.assign(
            "+19195550101", to: .application(application.id), account: account)
        #expect(changed.trunk == nil && changed.destination == .application(application.id))
        let back = try await useCases.numbers.assign("+19195550101", to: trunk, account: account)
        #expect(back.trunk == trunk && back.destination == nil)
        _ = try await useCases.numbers.assign("+19195550101", to: .user("john"), account: account)
        try await useCases.credentials.delete("john", by: tenant.administrator)
        #expect(try await useCases.numbers.list(of: account).first?.destination == nil)
        #expect(
            await faults { () throws(ProvisioningError) in
                try await useCases.numbers.assign("+19195550101", to: .user("nobody"), account: account)
            }.map(\.rule) == [.credentialUnknown])
    }

    @Test func recordsOfCalls() async throws {
        let calls = useCases.calls
        try await calls.keep([leg("a"), leg("a", 1), leg("b") { $0.to = "bob" }])
        let answered = leg("a", 1) {
            $0.party = "carrier 1"
            $0.rang = home.clock.now
            $0.answered = home.clock.now
            $0.ended = Timestamp(milliseconds: home.clock.now.milliseconds + 1500)
            $0.status = 200
            $0.cause = "bye-by-caller"
            $0.cost = CostAmount(millionths: 20_000)
            $0.currency = "USD"
        }
        try await calls.keep([answered])
        #expect(answered.billedSeconds == 2)
        #expect(try await calls.legs(of: "a", account: account) == [leg("a"), answered])
        var query = CallQuery(account: account)
        #expect(try await calls.list(query).map(\.leg.call) == ["b", "a"])
        query.limit = 1
        let page = try await calls.list(query)
        query.before = page.first?.row
        #expect(try await calls.list(query).map(\.leg.call) == ["a"])
        query = CallQuery(account: account)
        query.party = "bob"
        #expect(try await calls.list(query).map(\.leg.call) == ["b"])

        let other = try await home.tenant("other", domain: "other.example")
        #expect(try await calls.list(CallQuery(account: other.account.id)).isEmpty)
        #expect(
            await faults { () throws(ProvisioningError) in
                try await calls.legs(of: "a", account: other.account.id)
            }.map(\.rule) == [.callUnknown])

        #expect(
            try await calls.spentToday() == [
                .account(account): CostAmount(millionths: 20_000),
                .user(CredentialID(rawValue: 5)): CostAmount(millionths: 20_000),
            ])
        #expect(try await calls.closeInterrupted() == 2)
        #expect(try await calls.closeInterrupted() == 0)
        query = CallQuery(account: account)
        query.isOpen = true
        #expect(try await calls.list(query).isEmpty)
        #expect(try await calls.legs(of: "b", account: account).first?.cause == "server-restarted")
    }

    @Test(
        "records are found by a number, a user, or a user of one domain",
        arguments: [
            ("alice", ["f", "c", "b", "a"]), ("alice@acme.example", ["c", "a"]), ("alice@other.example", ["b"]),
            ("bob", ["c"]), ("+442079460000", ["a"]), ("ali", []), ("alice@", []), ("acme.example", []), ("%", []),
            ("_lice", []),
        ])
    func recordsOfAParty(party: String, found: [String]) async throws {
        let rows = [
            ("a", "alice@acme.example", "+442079460000"), ("b", "+442079460001", "alice@other.example"),
            ("c", "alice@acme.example", "bob@acme.example"), ("d", "alicea", "+442079460002"),
            ("e", "alice2@acme.example", "malice@acme.example"), ("f", "alice", "+442079460003"),
        ]
        let legs = rows.map { row in
            leg(row.0) {
                $0.from = row.1
                $0.to = row.2
            }
        }
        try await useCases.calls.keep(legs)
        var query = CallQuery(account: account)
        query.party = party
        #expect(try await useCases.calls.list(query).map(\.leg.call) == found)
        let other = try await home.tenant("other", domain: "other.example")
        query.account = other.account.id
        #expect(try await useCases.calls.list(query).isEmpty)
    }

    @Test func recordsAreKeptForAsLongAsTheirAccountSays() async throws {
        var settings = CallSettings(account: account)
        settings.recordDays = 2
        try await useCases.calls.set(settings)
        let now = home.clock.now.milliseconds
        let day: Int64 = 86_400_000
        func old(_ call: String, days: Int64, isOpen: Bool = false) -> CallLeg {
            let began = Timestamp(milliseconds: now - days * day)
            return CallLeg(
                call: call, position: 0, account: account, identity: .user(CredentialID(rawValue: 5)), from: "a",
                to: "b", party: "", started: began, ended: isOpen ? nil : began)
        }
        try await useCases.calls.keep([old("1", days: 1), old("3", days: 3), old("4", days: 4, isOpen: true)])
        try await useCases.calls.trim()
        let left = try await useCases.calls.list(CallQuery(account: account)).map(\.leg.call)
        #expect(left == ["4", "1"])
    }

    /// No question that a call asks reads a table from end to end.
    @Test func everyQuestionIsAnsweredByAnIndex() throws {
        let queries = [
            "SELECT 1 FROM number WHERE e164 = 'x' AND account = 1",
            "SELECT e164 FROM number WHERE account = 1 AND e164 >= 'x' ORDER BY e164 LIMIT 64",
            """
            SELECT id FROM credential WHERE composite = 'x' AND account = 1
                AND realm IN (SELECT name FROM domain WHERE account = 1) ORDER BY realm = 'y' DESC LIMIT 1
            """,
            "SELECT 1 FROM call_grant WHERE credential = 1 AND account = 1",
            "SELECT 1 FROM call_grant WHERE trunk = 1 AND account = 1",
            "SELECT 1 FROM carrier_route WHERE account = 1 AND called_prefix IN ('+', '+1')",
            "SELECT 1 FROM carrier_cost WHERE account = 1 AND called_prefix IN ('+', '+1')",
            "SELECT 1 FROM outbound_registration WHERE end_user = 1 AND account = 1",
            "SELECT 1 FROM sip_endpoint WHERE account = 1 AND subscriber = 1 ORDER BY id",
            "SELECT 1 FROM call_leg WHERE account = 1 AND position = 0 AND id < 9 ORDER BY id DESC LIMIT 5",
            "SELECT 1 FROM call_leg WHERE ended IS NULL",
            "SELECT sum(cost) FROM call_leg WHERE started >= 1 AND cost IS NOT NULL",
        ]
        try DatabaseQueue(path: home.path).read { database in
            for query in queries {
                let plan = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(query)").map { $0["detail"] as String }
                #expect(
                    plan.allSatisfy { !$0.hasPrefix("SCAN") || $0.contains("INDEX call_leg_open") }, "\(query): \(plan)"
                )
                #expect(!plan.isEmpty)
            }
        }
    }

    @Test func aProfileFromBeforeSaidNothingOfCallsOut() throws {
        let path = TemporaryPlace.make().path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "9")
        try old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO account (project, name, features, ceiling, country) VALUES ('p', 'a', '', 'ALL', 'US');
                    INSERT INTO sip_profile VALUES (1, '', '', 0, 'random', 'passthrough');
                    """)
        }
        try Schema.migrator.migrate(old)
        let profile = try old.read { database in
            try SQLiteSnapshot(database: database) { _ in }.sipProfile(of: AccountID(rawValue: 1))
        }
        #expect(profile.outbound == nil)
    }
}
