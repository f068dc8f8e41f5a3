import Foundation
import SIPEngine
import SIPMessage
import TestSupport
import Testing

@Suite("Calls: what is kept") struct CallRecordTests {
    private static let count = ProcessInfo.processInfo.environment["DEMARC_HELD_CALLS"].flatMap { Int($0) }

    @Test("a record is the same after writing and reading")
    func encoding() throws {
        var line = CallLine()
        try line.connect(CallLine.invite(["Record-Route: <sip:p1.test;lr>, <sip:p2.test;lr>"]))
        let record = try #require(line.record)
        let bytes = record.encoded()
        #expect(CallRecord(bytes) == record && bytes.count < 1024, "\(bytes.count)")
        for end in 0..<bytes.count { #expect(CallRecord(Array(bytes[..<end])) == nil) }
        #expect(record.caller.dialog.routes.count == 2 && record.callee.dialog.remoteTag == "b".utf8.map { $0 })
    }

    @Test("after a kill both ends hear a BYE with a CSeq above all before, along the route, and may say it first")
    func resumed() throws {
        var line = CallLine()
        try line.connect(CallLine.invite(["Record-Route: <sip:p1.test;lr>"]))
        let record = try #require(line.record)
        // The next process has another key.
        var next = CallLine(terms: .test(seed: 99))
        next.resume(try #require(CallRecord(record.encoded())))
        let (toCaller, toCallee) = (try next.last("BYE"), try next.last("BYE", leg: 1))
        #expect(toCaller.uri == "sip:alice@192.0.2.1" && toCaller.header("Route") == "<sip:p1.test;lr>")
        let answer = try line.last("200")
        #expect(toCaller.fromTag == answer.toTag && toCaller.callID == "call-1")
        #expect(toCallee.uri == "sip:bob@192.0.2.2:5070" && toCallee.cseq > 65_536)
        try next.deliver(line.callerRequest("BYE", cseq: 2), from: 1)
        #expect(next.starts(leg: 0).contains("200"), "a BYE from either end is known")
        try next.deliver(toCaller.response("481 Gone"), from: 1)
        try next.deliver(toCallee.response("200 OK"), from: 2)
        next.pass(seconds: 60)
        #expect(next.releases == 1 && next.ended == .restarted)
    }

    /// As Linux says it, in pages of 4 KB.
    private func residentBytes() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return pages.count > 1 ? (Int(pages[1]) ?? 0) * 4096 : 0
    }

    /// Alone in its process, since the memory is everybody's: `DEMARC_HELD_CALLS=10000 swift test --filter CallRecordTests`.
    @Test("a held call stays below 10 KB", .enabled(if: count != nil))
    func resident() throws {
        let count = Self.count ?? 0
        let terms = CallTerms.test()
        var held: [Call] = []
        held.reserveCapacity(count)
        let before = try residentBytes()
        let start = ContinuousClock.now
        for _ in 0..<count {
            var line = CallLine(terms: terms)
            try line.connect()
            line.pass(seconds: 40)
            held.append(try #require(line.call))
        }
        let each = (try residentBytes() - before) / max(1, count)
        print("\(each) bytes each, \((ContinuousClock.now - start) / max(1, count)) to connect one")
        #expect(each < 10_240)
        #expect(held.allSatisfy { $0.phase == .answered })
    }
}
