import Store
import TestSupport
import Testing

@testable import Provisioning

/// Where callbacks go, and when they are tried again.
@Suite struct CallbackTests {
    @Test(arguments: [
        ("http://example.com", "http://example.com:80/"), ("HTTPS://Example.COM/Hook", "https://example.com:443/Hook"),
        ("https://example.com:8443?a=b", "https://example.com:8443/?a=b"),
        ("http://127.0.0.1:9/x#y", "http://127.0.0.1:9/x"),
        ("http://[2001:db8::1]:80/a/b?c", "http://[2001:db8::1]:80/a/b?c"),
        ("http://localhost/", "http://localhost:80/"),
        // Numbers that some resolvers take for addresses are names here, which the DNS does not know.
        ("http://2130706433/", "http://2130706433:80/"), ("http://0x7f.1/", "http://0x7f.1:80/"),
    ])
    func aCallbackURLIsTakenApart(text: String, parts: String) { #expect(CallbackURL(text)?.text == parts) }

    @Test(arguments: [
        "", "ftp://example.com/", "http://", "http:///x", "//example.com", "http://user@example.com/",
        "http://user:pw@example.com/", "http://example.com@127.0.0.1/", "http://exa mple.com/", "http://example.com:0/",
        "http://example.com:65536/", "http://example.com:+80/", "http://example.com:/", "http://[::1/", "http://[::1",
        "http://[1.2.3.4]/", "http://[::1]x/", "http://[fe80::1%25eth0]/", "http://ex_ample.com/",
        "http://example.com\\@127.0.0.1/",
        "http://example.com/\u{7f}", "http://ex\u{e4}mple.com/", "http://example.com./",
        "http://example.com/" + String(repeating: "x", count: 240),
    ])
    func whatIsNoCallbackURLIsRefused(text: String) { #expect(CallbackURL(text) == nil) }

    /// Each wait is between half of the doubled one and the whole, and never above the longest.
    @Test func waitsDoubleAndSpread() {
        var random = SeededRandom(seed: 5)
        var retries = CallbackRetries()
        (retries.first, retries.longest) = (.seconds(2), .seconds(300))
        for (failures, whole) in [(0, 2), (1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (64, 300), (.max, 300)] {
            let waits = (0..<200).map { _ in Int(retries.wait(after: failures, using: &random) / .milliseconds(1)) }
            #expect(waits.allSatisfy { (whole * 500...whole * 1000).contains($0) }, "\(failures)")
            #expect(Set(waits).count > 100, "\(failures)")
        }
    }

    @Test func whatIsTooOldIsGivenUpWhenItFailsAndForgottenLater() async throws {
        let home = try TemporaryStore()
        let (useCases, tenant) = (home.useCases(), try await home.tenant())
        let account = tenant.account.id
        try await useCases.ledgers.setCallback(url: "http://192.0.2.1/", salt: nil, by: tenant.administrator)
        func append(_ registration: Int64) async throws {
            try await home.store.write { (store) throws(ProvisioningError) in
                try store.append(.registrationsRecovered(registrations: [registration]), to: account)
            }
        }
        try await append(1)
        home.clock.advance(by: .seconds(3 * 86_400 - 1))
        try await append(2)
        let callbacks = useCases.callbacks
        try await callbacks.failed(try #require(try await callbacks.next(of: account)), why: "answered 500")
        #expect(try await callbacks.list(of: account, givenUp: true, limit: 10).isEmpty)
        let waiting = try #require(try await callbacks.next(of: account))
        #expect(waiting.callbacks.map(\.attempts) == [1, 1])
        #expect(callbacks.wait(for: waiting) > .zero)

        home.clock.advance(by: .seconds(2))
        try await callbacks.failed(waiting, why: "answered 503")
        let given = try await callbacks.list(of: account, givenUp: true, limit: 10)
        #expect(given.map(\.event) == [.registrationsRecovered(registrations: [1])])
        #expect(given.first?.failure == "answered 503")
        let left = try #require(try await callbacks.next(of: account))
        #expect(left.callbacks.map(\.event) == [.registrationsRecovered(registrations: [2])])
        try await callbacks.delivered(left)
        #expect(try await callbacks.next(of: account) == nil)

        try await callbacks.trim()
        #expect(try await useCases.accounts.totals().callbacksGivenUp == 1)
        home.clock.advance(by: .seconds(7 * 86_400 + 1))
        try await callbacks.trim()
        #expect(try await useCases.accounts.totals().callbacksGivenUp == 0)
    }

    /// A request names so many registrations at most, but for one event alone.
    @Test func aParcelIsBounded() async throws {
        let home = try TemporaryStore()
        let (useCases, tenant) = (home.useCases(), try await home.tenant())
        let account = tenant.account.id
        try await useCases.ledgers.setCallback(url: "http://192.0.2.1/", salt: nil, by: tenant.administrator)
        let sizes = [600, 400, 1] + [1500] + Array(repeating: 1, count: 120)
        try await home.store.write { (store) throws(ProvisioningError) in
            for size in sizes {
                let event = CallbackEvent.registrationsRecovered(registrations: Array(repeating: 7, count: size))
                try store.append(event, to: account)
            }
        }
        var seen: [Int] = []
        while let parcel = try await useCases.callbacks.next(of: account) {
            seen.append(parcel.callbacks.count)
            try await useCases.callbacks.delivered(parcel)
        }
        #expect(seen == [2, 1, 1, 50, 50, 20])
    }
}
