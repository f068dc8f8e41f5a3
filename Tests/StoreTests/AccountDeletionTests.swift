import Foundation
import GRDB
import Provisioning
import TestSupport
import Testing

@testable import Store

/// An account that is deleted leaves nothing behind, however often the deletion is cut off.
@Suite struct AccountDeletionTests {
    private let home: TemporaryStore
    private let leaving: Tenant
    private let staying: Tenant

    init() async throws {
        home = try TemporaryStore()
        leaving = try await home.tenant("leaving", domain: "leaving.example")
        staying = try await home.tenant("staying", domain: "staying.example")
        try await home.furnish(leaving, as: "leaving", number: "+19195550101")
        try await home.furnish(staying, as: "staying", number: "+19195550102")
    }

    private var accounts: Accounts { home.useCases().accounts }

    /// How many rows each table has, by account; of tables without one all of them, under 0.
    private func rows() throws -> [String: [Int64: Int]] {
        try DatabaseQueue(path: home.path).read { database in
            let names = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            return try Dictionary(
                uniqueKeysWithValues: names.map { name in
                    let isOwned = try database.columns(in: name).contains { $0.name == "account" }
                    let sql = "SELECT \(isOwned ? "account" : "0"), count(*) FROM \(name) GROUP BY 1"
                    let counts = try Row.fetchAll(database, sql: sql).map { ($0[0] as Int64, $0[1] as Int) }
                    return (name, Dictionary(uniqueKeysWithValues: counts))
                })
        }
    }

    /// The change log keeps what happened; settings of the installation are nobody's.
    private static let kept: Set<String> = ["change"]
    private static let common: Set<String> = ["network_mask", "dial_plan", "currency", "grdb_migrations"]

    @Test func nothingIsLeftInAnyTable() async throws {
        let id = leaving.account.id.rawValue
        let before = try rows()
        let owned = before.filter { $0.value[0] == nil }
        #expect(Set(owned.keys) == Set(AccountTables.all.map(\.table)).union(Self.kept))
        for (table, counts) in owned { #expect(counts[id] ?? 0 > 0, "the test puts something into \(table)") }

        _ = try await accounts.suspend(leaving.account.id)
        let deletion = try await accounts.delete(leaving.account.id)
        #expect(deletion.isDone)
        let after = try rows()
        for (table, counts) in after where !Self.kept.contains(table) && !Self.common.contains(table) {
            #expect(counts[id] == nil, "\(table)")
            if counts[0] != nil {
                // Identical tenants had as many each.
                #expect(counts[0] == (before[table]?[0] ?? 0) / 2, "\(table)")
            } else {
                #expect(counts == [staying.account.id.rawValue: before[table]?[staying.account.id.rawValue] ?? 0])
            }
        }
        for table in Self.common { #expect(after[table] == before[table]) }
        #expect(try await accounts.list().map(\.id) == [staying.account.id])
    }

    @Test func namesAreFreeAgain() async throws {
        _ = try await accounts.suspend(leaving.account.id)
        _ = try await accounts.delete(leaving.account.id)
        let again = try await home.tenant("leaving", domain: "leaving.example")
        #expect(again.account.id != leaving.account.id)
        try await home.furnish(again, as: "leaving", number: "+19195550101")
        #expect(await faults { () throws(ProvisioningError) in try await accounts.get(leaving.account.id) }.count == 1)
    }

    @Test func onlyWhatIsSuspendedIsDeletedAndItDoesNotComeBack() async throws {
        let id = leaving.account.id
        func rules(_ body: () async throws(ProvisioningError) -> some Sendable) async -> [Rule] {
            await faults(body).map(\.rule)
        }
        #expect(await rules { () throws(ProvisioningError) in try await accounts.delete(id) } == [.accountActive])
        #expect(try await accounts.suspend(id).status == .suspended)
        #expect(try await accounts.suspend(id).status == .suspended)
        #expect(try await accounts.resume(id).status == .active)
        #expect(await rules { () throws(ProvisioningError) in try await accounts.delete(id) } == [.accountActive])
        _ = try await accounts.suspend(id)
        #expect(try await accounts.delete(id, rows: 0).isDone == false)
        #expect(await rules { () throws(ProvisioningError) in try await accounts.resume(id) } == [.accountLeaving])
        #expect(await rules { () throws(ProvisioningError) in try await accounts.suspend(id) } == [.accountLeaving])
        #expect(try await accounts.delete(id).isDone)
        for _ in 0..<2 {
            #expect(await rules { () throws(ProvisioningError) in try await accounts.delete(id) } == [.accountUnknown])
        }
    }

    /// A transaction never deletes more than 500 rows, and a call stops where it was told to.
    @Test func rowsGoAFewAtATime() async throws {
        let account = leaving.account.id
        try await home.store.write { (store) throws(ProvisioningError) in
            for number in 0..<1200 {
                _ = try store.insertCredential(
                    CredentialName(userName: "user\(number)"), realm: "leaving.example",
                    hashes: CredentialHashes(hash1: "x"), account: account)
            }
        }
        func left() throws -> Int { try rows()["credential"]?[account.rawValue] ?? 0 }
        let before = try left()
        _ = try await accounts.suspend(account)
        let part = try await accounts.delete(account, rows: 600)
        #expect(part.removed == 1000 && !part.isDone)
        #expect(try left() > 100 && left() < before)
        let rest = try await accounts.delete(account, rows: 5000)
        #expect(rest.isDone && rest.removed < 500)
        #expect(try left() == 0)
    }

    /// Cut off after any of its transactions, it goes on where it was, by itself or when it is asked for again.
    @Test(arguments: 0..<4)
    func goesOnAfterACrash(writes: Int) async throws {
        let account = leaving.account.id
        try await home.store.write { (store) throws(ProvisioningError) in
            for number in 0..<1200 {
                guard let number = TelephoneNumber("+1415555\(number + 1000)") else { continue }
                _ = try store.insertNumber(number, account: account)
            }
        }
        _ = try await accounts.suspend(account)
        let cut = home.useCases(over: FailingStore(home.store, after: writes)).accounts
        let faults = await faults { () throws(ProvisioningError) in try await cut.delete(account) }
        #expect(faults.map(\.rule) == [.unavailable])
        #expect(try await accounts.get(account).status == (writes == 0 ? .suspended : .leaving))
        let finished = try await accounts.finishDeletions()
        #expect(finished == (writes == 0 ? [] : [account]))
        if writes == 0 { #expect(try await accounts.delete(account).isDone) }
        #expect(try rows().allSatisfy { Self.kept.contains($0.key) || $0.value[account.rawValue] == nil })
        #expect(try await accounts.finishDeletions().isEmpty)
    }
}
