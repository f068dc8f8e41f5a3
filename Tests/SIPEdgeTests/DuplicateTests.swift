import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SIPEdge

/// Copies of one REGISTER that several threads have at once (RFC 3261 section 17.2.2: a copy gets the same answer).
@Suite struct DuplicateTests {
    /// Where threads wait for each other.
    private final class Start: Sendable {
        private let missing: Atomic<Int>

        init(of threads: Int) { missing = Atomic(threads) }

        func wait() {
            missing.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            while missing.load(ordering: .sequentiallyConsistent) > 0 {}
        }
    }

    /// What threads that begin together were answered.
    ///
    /// They find the bindings locked until all of them are under way, so that they meet where the bindings are read.
    private func ask(_ rig: Rig, _ request: String, threads: Int) async -> [Answer?] {
        let start = Start(of: threads + 1)
        return await withTaskGroup(of: [Answer?].self) { group in
            group.addTask {
                await onThread {
                    rig.edge.location.forEach { _, _ in
                        start.wait()
                        for _ in 0..<200 { sched_yield() }
                    }
                    return []
                }
            }
            for _ in 0..<threads {
                group.addTask {
                    await onThread {
                        start.wait()
                        return [rig.ask(request)]
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "<sip:John@192.0.2.7>;expires=600", "<sip:John@192.0.2.9>;expires=600",
            "<sip:John@192.0.2.7:40312>;expires=0",
            "*", "",
        ])
    func copiesAtOnceGetOneAnswer(contact: String) async throws {
        let rig = try await Rig()
        let tenant = try await rig.home.tenant(domain: "one.test")
        try await rig.credential("John", realm: "one.test", of: tenant)
        for round in 0..<100 {
            var before = Phone(callID: "before-\(round)")
            #expect(before.register(at: rig)?.status == 200)
            var phone = Phone(contact: contact, callID: "\(round)", headers: contact == "*" ? ["Expires: 0"] : [])
            let challenge = try #require(rig.ask(phone.request()))
            let request = phone.request(authorization: phone.authorization(challenge))
            let answers = await ask(rig, request, threads: 4)
            #expect(answers.map { $0?.status } == [200, 200, 200, 200], "round \(round)")
            #expect(Set(answers.compactMap { $0?.text }).count == 1, "round \(round)")
        }
    }

    /// What was refused changes nothing either, so that its copy need not be challenged again.
    @Test func aCopyOfWhatWasRefusedIsRefusedAlike() async throws {
        let rig = try await Rig()
        let tenant = try await rig.home.tenant(domain: "one.test")
        try await rig.credential("John", realm: "one.test", of: tenant)
        var phone = Phone(contact: "<sip:John@192.0.2.7>;expires=5")
        let challenge = try #require(rig.ask(phone.request()))
        let request = phone.request(authorization: phone.authorization(challenge))
        let first = rig.ask(request)
        #expect(first?.status == 423)
        #expect(rig.ask(request)?.text == first?.text)
    }
}
