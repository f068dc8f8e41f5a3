import Foundation
import GRDB
import Provisioning
import TestSupport
import Testing

@testable import Store

/// What step 2 of the schema added: settings of numbers, counts, voice settings, ids of termination hosts.
@Suite struct NumberStoreTests {
    private static let settings = NumberSettings(
        calledFormat: .tenDigits, callerFormat: .e164, rewriteUser: RewriteUser("sales+1"),
        callForward: TelephoneNumber("7042661720"), displaysName: false, attributes: [.protected, .imported],
        messaging: true)

    @Test func settingsComeBackFromAnotherStart() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        let number = try #require(TelephoneNumber("9195551234"))
        let fresh = try await home.store.write { (store) throws(ProvisioningError) in
            var entry = try store.insertNumber(number, account: tenant.account.id)
            let fresh = entry.settings
            entry.settings = Self.settings
            try store.update(entry)
            return fresh
        }
        #expect(fresh == NumberSettings())
        await home.store.close()
        let again = try SQLiteStore(path: home.path)
        let kept = try await again.read { (store) throws(ProvisioningError) in
            try store.numbers(of: tenant.account.id)
        }
        #expect(kept.map(\.settings) == [Self.settings])
        await again.close()
    }

    /// A file as the first release left it gets the new columns and keeps what it held.
    @Test func aFileOfTheFirstReleaseIsTakenOver() async throws {
        let home = try TemporaryStore()
        await home.store.close()
        try FileManager.default.removeItem(atPath: home.path)
        let old = try DatabaseQueue(path: home.path)
        try Schema.migrator.migrate(old, upTo: "1")
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO account (id, project, name, features, ceiling, country)
                    VALUES (1, 'p', 'old', 'TERMINATION', 'ALL', 'US');
                    INSERT INTO site (id, account, name) VALUES (1, 1, 'Raleigh');
                    INSERT INTO trunk (id, account, site, name, is_default, messaging_protocol)
                    VALUES (1, 1, 1, 'peer', 1, 'SMPP');
                    INSERT INTO termination_host (id, trunk, first, last, mask, port)
                    VALUES (7, 1, x'00000000000000000000ffffc0000201', x'00000000000000000000ffffc0000201', 32, 0),
                        (9, 1, x'00000000000000000000ffffc0000202', x'00000000000000000000ffffc0000202', 32, 0);
                    INSERT INTO number (e164, account, trunk) VALUES ('+19195551234', 1, 1);
                    """)
        }
        try old.close()
        let store = try SQLiteStore(path: home.path)
        let account = AccountID(rawValue: 1)
        try await store.read { (store) throws(ProvisioningError) in
            let trunks = try store.trunks(of: account)
            #expect(trunks.map(\.voice) == [TrunkVoice()])
            let networks = trunks.flatMap(\.details.terminationHosts).map(\.network.description)
            #expect(networks == ["192.0.2.1", "192.0.2.2"])
            let trunk = TrunkID(rawValue: 1)
            #expect(try store.gateways(of: trunk, account: account).map(\.id.rawValue) == [7, 9])
            let numbers = try store.numbers(on: trunk, of: account, page: NumberPage())
            #expect(numbers.map(\.settings) == [NumberSettings()])
        }
        await store.close()
    }

    /// The id of a termination host stays while the host stays, wherever it then stands in the list.
    @Test func idsOfHostsStay() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: [.termination])
        let site = try await home.site(of: tenant)
        let trunks = home.useCases().trunks
        func details(_ hosts: TerminationHost...) -> TrunkDetails { TrunkDetails(name: "t", terminationHosts: hosts) }
        let (first, second) = (try TerminationHost("192.0.2.1"), try TerminationHost("192.0.2.2"))
        let trunk = try await trunks.create(
            details(first, second), makeDefault: nil, in: site.id, by: tenant.administrator)
        func gateways() async throws -> [TerminationGateway] {
            try await trunks.gateways(of: trunk.id, in: site.id, by: tenant.administrator)
        }
        let before = try await gateways()
        #expect(before.map(\.host) == [first, second])

        let limited = try TerminationHost("192.0.2.1", traffic: .lite)
        let added = try TerminationHost("192.0.2.1", port: 5060)
        let changed = details(second, added, limited)
        _ = try await trunks.update(trunk.id, in: site.id, to: changed, makeDefault: nil, by: tenant.administrator)
        let after = try await gateways()
        #expect(after.map(\.host) == [second, added, limited])
        #expect(after[0].id == before[1].id)
        #expect(after[2].id == before[0].id)
        #expect(!before.map(\.id).contains(after[1].id))
    }

    @Test func pagesAndCounts() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: [.callingName])
        let site = try await home.site(of: tenant)
        let other = try await home.site("Durham", of: tenant)
        let useCases = home.useCases()
        let trunk = try await useCases.trunks.create(
            TrunkDetails(name: "t"), makeDefault: nil, in: site.id, by: tenant.administrator)
        let texts = (0..<5).map { "919555123\($0)" }
        let numbers = try await useCases.numbers.add(texts, account: tenant.account.id).map(\.number)
        try await useCases.trunkNumbers.move(
            numbers.dropLast(), to: trunk.id, in: site.id, by: tenant.administrator)
        for number in numbers.prefix(2) {
            try await useCases.trunkNumbers.update(
                number, to: NumberSettings(displaysName: number == numbers[0]), on: trunk.id, in: site.id,
                by: tenant.administrator)
        }
        let account = tenant.account.id
        try await home.store.read { (store) throws(ProvisioningError) in
            func page(_ page: Int, _ size: Int) throws(ProvisioningError) -> [TelephoneNumber] {
                try store.numbers(on: trunk.id, of: account, page: NumberPage(number: page, size: size)).map(\.number)
            }
            #expect(try page(1, 3) == Array(numbers[0..<3]))
            #expect(try page(2, 3) == [numbers[3]])
            #expect(try page(3, 3).isEmpty)
            #expect(try page(.max, .max).isEmpty)
            #expect(try store.numberCounts(on: trunk.id, of: account) == NumberCounts(total: 4, displayingNames: 1))
            #expect(try store.numberCount(in: site.id, of: account) == 4)
            #expect(try store.numberCount(in: other.id, of: account) == 0)
            #expect(try store.numberCounts(of: account) == [site.id: 4])
        }
    }

    @Test func voiceSettingsComeBack() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant(features: [.httpVoice])
        let site = try await home.site(of: tenant)
        let trunks = home.useCases().trunks
        let trunk = try await trunks.create(
            TrunkDetails(name: "t"), makeDefault: nil, in: site.id, by: tenant.administrator)
        let application = try #require(ApplicationID("469EBBAC-4459-4d98-bc19-a038960e787f"))
        let steps: [(VoiceDirection, VoiceSettings, TrunkVoice)] = [
            (
                .origination, .http(application: application),
                TrunkVoice(origination: .http(application: application))
            ),
            (
                .termination, .http(application: nil),
                TrunkVoice(origination: .http(application: application), termination: .http(application: nil))
            ),
            (.origination, .sip, TrunkVoice(termination: .http(application: nil))),
        ]
        for (direction, settings, voice) in steps {
            try await trunks.setVoice(settings, for: direction, of: trunk.id, in: site.id, by: tenant.administrator)
            let kept = try await trunks.get(trunk.id, in: site.id, by: tenant.administrator)
            #expect(kept.voice == voice)
        }
    }
}
