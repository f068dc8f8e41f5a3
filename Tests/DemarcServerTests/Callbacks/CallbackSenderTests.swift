import Crypto
import Foundation
import Hummingbird
import NIOCore
import NIOSSL
import Provisioning
import SIPEngine
import SIPTransport
import Store
import Synchronization
import TestSupport
import Testing

@testable import DemarcServer

@Suite("A callback's way to its receiver", .timeLimit(.minutes(2)))
struct CallbackSenderTests {
    @Test("is a POST of the vendor's JSON with the vendor's signature")
    func body() async throws {
        try await CallbackReceiver.with { receiver in
            let house = try await House(url: "http://127.0.0.1:\(receiver.port)/hook?a=b", salt: "pepper")
            let secret = try await house.useCases.serviceKeys.createSecret(nil, account: house.account).secret
            let failure = RegistrationFailure(registration: 98765, status: 403, message: "Go \"away\"")
            try await house.append(.registrationsFailed(failures: [failure]))
            try await house.append(.registrationsRecovered(registrations: [98765, 4]))
            #expect(await Self.sender().send(try await house.parcel()) == nil)

            let seen = try #require(receiver.seen.first)
            #expect(receiver.seen.count == 1 && seen.path == "/hook?a=b")
            #expect(seen.headers[.contentType] == "application/json")
            func hash(_ id: Int) -> String {
                let text = "pepper1\(secret.reveal())\(id)"
                return Insecure.MD5.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
            }
            func head(_ id: Int, _ type: String) -> String {
                "{\"callback_id\":\(id),\"type\":\"\(type)\",\"account_id\":1,\"hash\":\"\(hash(id))\","
                    + #""account_name":"tenant","account_email":"account-1@a1.sip.internal","language_code":"en","#
                    + #""account_first_name":"tenant","account_last_name":"","balance":0,"currency":"USD","#
            }
            let failed =
                #""sip_registration_fail":{"sip_registrations":[{"sip_registration_id":98765,"#
                + #""status_code":"403","error_message":"Go \"away\""}]}}"#
            let recovered =
                #""sip_registration_recovered":{"sip_registrations":[{"sip_registration_id":98765},"#
                + #"{"sip_registration_id":4}]}}"#
            #expect(
                seen.body == #"{"callbacks":["# + head(1, "sip_registration_fail") + failed + ","
                    + head(2, "sip_registration_recovered") + recovered + "]}")
        }
    }

    @Test("tells of months as the vendor does")
    func months() async throws {
        try await CallbackReceiver.with { receiver in
            let house = try await House(url: "http://127.0.0.1:\(receiver.port)")
            let day = try #require(CivilDate("2026-03-01"))
            let charge = SubscriptionCharge(registration: 7, cost: Money(micros: 1_200_000), nextRenewal: day)
            try await house.append(.subscriptionRenewed(charge))
            try await house.append(.subscriptionFrozen(charge))
            #expect(await Self.sender().send(try await house.parcel()) == nil)
            let body = receiver.seen.first?.body ?? ""
            let details = #""details":[{"type":"SIP_REGISTRATION","sip_registrations":[{"sip_registration_id":7}]}]"#
            let item = #"{"subscriptions":[{"type":"SIP_REGISTRATION","name":"SIP registration","cost":1.2,"#
            #expect(body.contains("\"renewed_subscriptions\":\(item)\"next_renewal\":\"2026-03-01\",\(details)}]}"))
            #expect(body.contains("\"subscription_is_frozen\":\(item)\(details)}]}"))
        }
    }

    @Test(
        "has arrived with 2xx alone, and follows nobody elsewhere",
        arguments: [
            (200, nil), (204, nil), (299, nil), (301, "answered 301"), (307, "answered 307"), (404, "answered 404"),
            (410, "answered 410"), (429, "answered 429"), (500, "answered 500"),
        ] as [(Int, String?)])
    func answers(status: Int, failure: String?) async throws {
        let port = Mutex(0)
        try await CallbackReceiver.with(answer: { _ in
            var response = Response(status: .init(code: status))
            response.headers[.location] = "http://127.0.0.1:\(port.withLock { $0 })/elsewhere"
            return response
        }) { receiver in
            port.withLock { $0 = receiver.port }
            let house = try await House(url: "http://127.0.0.1:\(receiver.port)/")
            try await house.append()
            #expect(await Self.sender().send(try await house.parcel()) == failure)
            #expect(receiver.seen.map(\.path) == ["/"])
        }
    }

    @Test("ends when its receiver's patience is ours")
    func silence() async throws {
        try await CallbackReceiver.with(answer: { _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }) { receiver in
            let house = try await House(url: "http://127.0.0.1:\(receiver.port)/")
            try await house.append()
            let start = ContinuousClock.now
            #expect(await Self.sender(patience: .milliseconds(200)).send(try await house.parcel()) != nil)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test("reads no more of an answer than whether it was one")
    func endlessAnswer() async throws {
        try await CallbackReceiver.with(answer: { _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    while true { try await writer.write(ByteBuffer(repeating: 0x20, count: 65_536)) }
                })
        }) { receiver in
            let house = try await House(url: "http://127.0.0.1:\(receiver.port)/")
            try await house.append()
            #expect(await Self.sender().send(try await house.parcel()) == nil)
        }
    }

    /// A name of no real DNS arrives, so nobody but our resolver was asked; what may not be called is not.
    @Test(
        "leads to the addresses that were checked and to no other",
        arguments: [
            (["127.0.0.1"], ["127.0.0.0/8"], nil),
            (["169.254.169.254", "127.0.0.1", "0.0.0.0"], ["127.0.0.0/8"], nil),
            (["127.0.0.1"], [], "127.0.0.1 may not be called: loopback"),
            (["169.254.169.254"], ["127.0.0.0/8"], "169.254.169.254 may not be called: metadata"),
            (["0.0.0.0"], ["127.0.0.0/8"], "0.0.0.0 may not be called: unspecified"),
            ([], ["127.0.0.0/8"], "hook.example has no address"),
        ] as [([String], [String], String?)])
    func egress(addresses: [String], allowed: [String], failure: String?) async throws {
        try await CallbackReceiver.with { receiver in
            let house = try await House(url: "http://hook.example:\(receiver.port)/")
            try await house.append()
            let sender = Self.sender(names: ["hook.example": addresses], allowing: allowed)
            #expect(await sender.send(try await house.parcel()) == failure)
            #expect(receiver.seen.count == (failure == nil ? 1 : 0))
        }
    }

    @Test("never leads to a listener of ours")
    func ownListener() async throws {
        try await CallbackReceiver.with { receiver in
            let house = try await House(url: "http://127.0.0.1:\(receiver.port)/")
            try await house.append()
            let sender = Self.sender(listeners: [.init(address: nil, port: UInt16(receiver.port))])
            #expect(await sender.send(try await house.parcel()) == "127.0.0.1 may not be called: ownListener")
            #expect(receiver.seen.isEmpty)
        }
    }

    @Test("is made only with the right name in a certificate of a known authority")
    func tls() async throws {
        try await withTemporaryDirectory { directory in
            let settings = TLSSettings(names: ["hook.example"])
            let tls = try settings.configuration(in: directory)
            try await CallbackReceiver.with(tls: tls) { receiver in
                let names = ["hook.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]]
                let known = CertificateAuthority.path(in: directory)
                for (host, authorities, arrives) in [
                    ("hook.example", known, true), ("hook.example", nil, false), ("other.example", known, false),
                ] as [(String, String?, Bool)] {
                    let house = try await House(url: "https://\(host):\(receiver.port)/")
                    try await house.append()
                    let sender = Self.sender(names: names, authorities: authorities)
                    let failure = await sender.send(try await house.parcel())
                    #expect((failure == nil) == arrives, "\(host) \(failure ?? "")")
                }
                #expect(receiver.seen.count == 1)
            }
        }
    }

    private static func sender(
        names: [String: [String]] = [:], allowing: [String] = ["127.0.0.0/8"], listeners: [EgressPolicy.Listener] = [],
        authorities: String? = nil, patience: TimeAmount = .seconds(10)
    ) -> CallbackSender {
        CallbackSender(
            egress: EgressPolicy(
                allowed: allowing.compactMap { (try? IPNetwork(parsing: $0)).map(EgressPolicy.Allowance.network) },
                listeners: listeners),
            resolver: TargetResolver(
                dns: ScriptedNames(names), reach: Reach(transports: [.tcp]), clock: .system()),
            authorities: authorities, patience: patience)
    }
}

/// Names of a test's own.
private struct ScriptedNames: DNSAsking {
    private let addresses: [String: [String]]

    init(_ addresses: [String: [String]]) { self.addresses = addresses }

    func ask(_ question: DNSQuestion, whenDone: @escaping @Sendable (DNSAnswer) -> Void) {
        let found = question.type == .a ? addresses[question.name.text, default: []].compactMap { IPAddress($0) } : []
        whenDone(
            found.isEmpty
                ? .none(ttl: 60) : .records(found.map { .address(high: $0.high, low: $0.low) }, ttl: 60))
    }
}

/// An account with a callback URL, and the events that a test gives it.
struct House: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    let account: AccountID

    init(url: String, salt: String? = nil) async throws {
        store = try TemporaryStore()
        useCases = store.useCases()
        let tenant = try await store.tenant()
        account = tenant.account.id
        try await useCases.ledgers.setCallback(url: url, salt: salt.map { Secret($0) }, by: tenant.administrator)
    }

    func append(_ event: CallbackEvent = .registrationsRecovered(registrations: [1])) async throws {
        let account = account
        try await store.store.write { (store) throws(ProvisioningError) in try store.append(event, to: account) }
    }

    func parcel() async throws -> CallbackParcel { try #require(try await useCases.callbacks.next(of: account)) }
}
