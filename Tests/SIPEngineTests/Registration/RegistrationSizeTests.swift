import Foundation
import TestSupport
import Testing

@testable import SIPEngine

@Suite("Outbound registration: memory") struct RegistrationSizeTests {
    private static let count = ProcessInfo.processInfo.environment["DEMARC_REGISTRATIONS"].flatMap { Int($0) }

    @Test("a machine is small, and its history too")
    func layout() {
        #expect(MemoryLayout<Registration>.stride <= 640, "\(MemoryLayout<Registration>.stride)")
        #expect(MemoryLayout<RegistrationHistory.Entry>.stride == 16)
    }

    /// As Linux says it, in pages of 4 KB.
    private func residentBytes() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return pages.count > 1 ? (Int(pages[1]) ?? 0) * 4096 : 0
    }

    /// Alone in its process, since the memory is everybody's:
    /// `DEMARC_REGISTRATIONS=100000 swift test --filter RegistrationSizeTests`.
    @Test("registered, settings and all, it stays below 1.5 KB", .enabled(if: count != nil))
    func resident() throws {
        let count = Self.count ?? 0
        let terms = RegistrationTerms.test()
        // The lookups' answer is shared, as a resolver's cache shares it.
        let targets = [Target.test(1), .test(2)]
        var held: [Registration] = []
        held.reserveCapacity(count)
        let before = try residentBytes()
        let start = ContinuousClock.now
        for id in 0..<count {
            var line = RegistrationLine(
                .test {
                    $0.registrar = "sip:registrar\(id % 100).carrier.example"
                    $0.addressOfRecord = "sip:customer\(id)@registrar\(id % 100).carrier.example"
                    $0.contactUser = String(id, radix: 36)
                    $0.authenticationUser = "customer\(id)"
                }, id: UInt64(id), terms: terms)
            line.targets = targets
            line.start()
            try line.answer(
                "401 Unauthorized",
                [
                    "WWW-Authenticate: Digest realm=\"carrier.example\", "
                        + "nonce=\"5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d6\", qop=\"auth\", algorithm=MD5"
                ])
            try line.grant(3600)
            held.append(line.machine)
        }
        let each = (try residentBytes() - before) / count
        print("\(each) bytes each, \((ContinuousClock.now - start) / count) to register one")
        #expect(each < 1536)
        #expect(held.allSatisfy { $0.state == .registered })
    }
}
