import Dispatch
import GRDB
import Provisioning
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite struct GroupCommitTests {
    /// Remembers what it saw.
    final class Recorder: ChangeObserver {
        private let seen = Mutex<[Change]>([])

        func committed(_ changes: [Change]) { seen.withLock { $0 += changes } }

        var changes: [Change] { seen.withLock { $0 } }
    }

    @Test func faultsStayWithTheirCaller() async throws {
        let recorder = Recorder()
        let home = try TemporaryStore(observers: [recorder])
        let tenant = try await home.tenant()
        let before = recorder.changes.count
        let outcomes = await withTaskGroup(of: (Int, [Fault]).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let found = await faults { () throws(ProvisioningError) in
                        try await home.store.write { (store) throws(ProvisioningError) in
                            _ = try store.insertSite(SiteDetails(name: "s\(number)"), account: tenant.account.id)
                            _ = try store.insertSite(
                                SiteDetails(name: number % 10 == 0 ? "s\(number)" : "s\(number)b"),
                                account: tenant.account.id)
                        }
                    }
                    return (number, found)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, found) in outcomes {
            #expect(found.map(\.rule) == (number % 10 == 0 ? [.siteNameTaken] : []))
        }
        let names = try await home.store.read { (store) throws(ProvisioningError) in
            try store.sites(of: tenant.account.id).map(\.details.name)
        }
        let expected = (0..<200).filter { $0 % 10 != 0 }.flatMap { ["s\($0)", "s\($0)b"] }
        #expect(names.sorted() == expected.sorted())
        let numbers = recorder.changes.map(\.number)
        #expect(numbers == Array(1...Int64(before + expected.count)), "no gap, no repeat, in order")
    }

    @Test func observersSeeAChangeBeforeItsCaller() async throws {
        let recorder = Recorder()
        let home = try TemporaryStore(observers: [recorder])
        let tenant = try await home.tenant()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let made = try? await home.store.write { (store) throws(ProvisioningError) in
                        try store.insertCredential(
                            CredentialName(userName: "u\(number)"), realm: tenant.domain.name,
                            hashes: CredentialHashes(hash1: "h"), account: tenant.account.id)
                    }
                    let seen = recorder.changes.contains {
                        guard case .credential(let credential) = $0.subject else { return false }
                        return credential == made && $0.number == made?.created && $0.account == tenant.account.id
                    }
                    #expect(made != nil && seen)
                }
            }
        }
    }

    @Test func demotedDefaultIsAChangeToo() async throws {
        let recorder = Recorder()
        let home = try TemporaryStore(observers: [recorder])
        let tenant = try await home.tenant()
        let second = try await home.useCases().domains.create(
            "two.example", description: nil, isDefault: true, account: tenant.account.id)
        let domains = recorder.changes.compactMap { change -> SIPDomain? in
            guard case .domain(let domain) = change.subject else { return nil }
            return domain
        }
        var demoted = tenant.domain
        demoted.isDefault = false
        #expect(domains == [tenant.domain, demoted, second])
    }

    @Test func lockedFileIsUnavailableAndRecovers() async throws {
        let recorder = Recorder()
        let home = try TemporaryStore(observers: [recorder]) { $0.busyTimeout = .milliseconds(20) }
        let tenant = try await home.tenant()
        let seen = recorder.changes.count
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let intruder = try DatabaseQueue(path: home.path, configuration: configuration)
        try intruder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let found = await withTaskGroup(of: [Fault].self) { group in
            for number in 0..<5 { group.addTask { await insertSite("s\(number)", in: home, tenant) } }
            return await group.reduce(into: []) { $0.append($1.map(\.rule)) }
        }
        #expect(found == Array(repeating: [.unavailable], count: 5))
        #expect(recorder.changes.count == seen)
        try intruder.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(await insertSite("s0", in: home, tenant) == [])
    }

    @Test func fullDiskIsUnavailableAndRecovers() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        try home.store.unsafely(execute: "PRAGMA max_page_count = 1")
        let large = String(repeating: "x", count: 100_000)
        #expect(await insertSite(large, in: home, tenant).map(\.rule) == [.unavailable])
        #expect(try await home.useCases().sites.list(by: tenant.reader).isEmpty)
        try home.store.unsafely(execute: "PRAGMA max_page_count = 1000000")
        #expect(await insertSite(large, in: home, tenant) == [])
        #expect(try await home.useCases().sites.list(by: tenant.reader).count == 1)
    }

    /// A write that fails so that no savepoint helps takes its batch with it, and no caller hears a success.
    @Test func failedBatchKeepsNothing() async throws {
        let recorder = Recorder()
        let home = try TemporaryStore(observers: [recorder])
        let tenant = try await home.tenant()
        let seen = recorder.changes.count
        try home.store.unsafely(execute: "PRAGMA max_page_count = 1")
        let (started, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let holder = faults { () throws(ProvisioningError) in
            try await home.store.write { _ in
                started.signal()
                release.wait()
            }
        }
        await Self.wait(for: started)
        let found = await withTaskGroup(of: [Fault].self) { group in
            for number in 0..<8 {
                let name = number == 4 ? String(repeating: "x", count: 100_000) : "s\(number)"
                group.addTask { await insertSite(name, in: home, tenant) }
            }
            await Self.wait { home.store.waitingWrites == 8 }
            release.signal()
            return await group.reduce(into: []) { $0.append($1.map(\.rule)) }
        }
        #expect(await holder == [])
        #expect(found == Array(repeating: [.unavailable], count: 8))
        #expect(recorder.changes.count == seen)
        #expect(try await home.useCases().sites.list(by: tenant.reader).isEmpty)
    }

    @Test func fullQueueRefuses() async throws {
        let home = try TemporaryStore { $0.queueLimit = 3 }
        let tenant = try await home.tenant()
        let (started, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let holder = faults { () throws(ProvisioningError) in
            try await home.store.write { _ in
                started.signal()
                release.wait()
            }
        }
        await Self.wait(for: started)
        let rules = await withTaskGroup(of: [Fault].self) { group in
            for number in 0..<10 { group.addTask { await insertSite("s\(number)", in: home, tenant) } }
            var rules: [[Rule]] = []
            for await found in group {
                rules.append(found.map(\.rule))
                if rules.count == 7 { release.signal() }
            }
            return rules
        }
        #expect(rules == Array(repeating: [.unavailable], count: 7) + Array(repeating: [], count: 3))
        #expect(await holder == [])
    }

    @Test func closedStoreRefuses() async throws {
        let home = try TemporaryStore()
        let tenant = try await home.tenant()
        await home.store.close()
        #expect(await insertSite("s", in: home, tenant).map(\.rule) == [.unavailable])
        let read = await faults { () throws(ProvisioningError) in
            try await home.store.read { (store) throws(ProvisioningError) in try store.accounts() }
        }
        #expect(read.map(\.rule) == [.unavailable])
    }

    @Test func changeLogIsWrittenAndTrimmed() async throws {
        let home = try TemporaryStore { $0.changesKept = 10 }
        let tenant = try await home.tenant()
        for part in 0..<3 {
            _ = try await home.useCases().numbers.add(
                (0..<700).map { "919555\(1000 + part * 700 + $0)" }, account: tenant.account.id)
        }
        let last = try await home.useCases().accounts.totals().lastChange
        let rows = try DatabaseQueue(path: home.path).read { database in
            try Row.fetchAll(database, sql: "SELECT number, kind, subject, action, at FROM change ORDER BY number")
        }
        #expect(rows.count >= 10 && rows.count < 1010)
        let newest = try #require(rows.last)
        #expect(newest["number"] == last && newest["kind"] == "number" && newest["subject"] == "+19195553099")
        #expect(newest["action"] == "created" && newest["at"] == home.clock.now.milliseconds)
        _ = try await home.site(of: tenant)
        #expect(try await home.useCases().accounts.totals().lastChange == last + 1)
    }

    private func insertSite(_ name: String, in home: TemporaryStore, _ tenant: Tenant) async -> [Fault] {
        await faults { () throws(ProvisioningError) in
            try await home.store.write { (store) throws(ProvisioningError) in
                _ = try store.insertSite(SiteDetails(name: name), account: tenant.account.id)
            }
        }
    }

    /// Waits on a thread that may block.
    private static func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { caller in
            DispatchQueue.global().async {
                semaphore.wait()
                caller.resume()
            }
        }
    }

    /// Polls until the condition holds, ten seconds at most.
    private static func wait(for condition: () -> Bool) async {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition(), ContinuousClock.now < deadline { await Task.yield() }
        #expect(condition())
    }
}
