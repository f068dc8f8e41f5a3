import Provisioning
import TestSupport
import Testing

@testable import SIPEdge

/// New calls where nobody keeps up with the messages of those that there are.
@Suite struct CrowdTests {
    private func invite(_ number: Int, _ method: String = "INVITE") -> String {
        let lines = [
            "\(method) sip:+12025550100@one.test SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.7:40312;branch=z9hG4bK\(number);rport",
            "Max-Forwards: 70", "From: <sip:+12025550111@192.0.2.7>;tag=a", "To: <sip:+12025550100@one.test>",
            "Call-ID: call-\(number)", "CSeq: 1 \(method)", "Contact: <sip:a@192.0.2.7:40312>", "Content-Length: 0", "",
            "",
        ]
        return lines.joined(separator: "\r\n")
    }

    @Test func newCallsAreRefusedBeforeTheQueueGrows() async throws {
        let rig = try await Rig()
        let tenant = try await rig.home.tenant("one", domain: "one.test")
        rig.edge.directory.add(try TerminationHost("192.0.2.7"), of: TrunkID(rawValue: 1), account: tenant.account.id)
        // The edge was not started: nobody takes anything out.
        var refusals: [Answer] = []
        for number in 0..<12_000 {
            if let answer = rig.ask(invite(number)) { refusals.append(answer) }
        }
        #expect(Set(refusals.map(\.status)) == [503])
        #expect(refusals.allSatisfy { $0.values("Retry-After") == ["5"] })
        let shards = rig.edge.calls.shards
        #expect(rig.edge.calls.count == 12_000 - refusals.count)
        for shard in shards { #expect((2000...2002).contains(shard.inbox.count)) }
        // What concerns a call that there is, is taken whatever waits.
        let waiting = shards.reduce(0) { $0 + $1.inbox.count }
        #expect(rig.ask(invite(0, "CANCEL")) == nil)
        #expect(shards.reduce(0) { $0 + $1.inbox.count } == waiting + 1)
        await rig.edge.stop()
    }
}
