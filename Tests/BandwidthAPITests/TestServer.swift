import BandwidthAPI
import DialectKit
import Foundation
import Provisioning
import Store
import Synchronization
import TestSupport
import Testing

/// The dialect on a real store behind a real socket, with one account.
struct TestServer: Sendable {
    let store: TemporaryStore
    let useCases: UseCases
    let account: Account
    let addressCheck: SwitchedAddressCheck
    let server: DialectServer

    var host: String { server.host }

    /// Runs `body` against a server that is gone afterwards.
    static func run(
        features: Set<ProductFeature> = [.messaging, .termination], ceiling: TrafficClass = .all,
        settings: BandwidthSettings = BandwidthSettings(), signIn: SignInLimits = SignInLimits(),
        rate: RequestRate = .standard,
        scheme: String = "http",
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let store = try TemporaryStore()
        let addressCheck = SwitchedAddressCheck()
        let useCases = store.useCases(addressCheck: addressCheck, signIn: signIn)
        let (account, _) = try await useCases.accounts.create(
            AccountDraft(name: "test", features: features, ceiling: ceiling))
        for role in Role.allCases {
            _ = try await useCases.callers.create(
                name: role.rawValue, account: account.id, role: role, password: Secret("open sesame"))
        }
        let limits = RequestLimits(rate, uptime: { store.clock.uptime }, now: { store.clock.now })
        let api = BandwidthAPI(useCases: useCases, limits: limits, settings: settings)
        try await DialectServer.run([api], scheme: scheme) { server in
            try await body(
                TestServer(
                    store: store, useCases: useCases, account: account, addressCheck: addressCheck, server: server))
        }
        await store.store.close()
    }

    /// Sends a request of HTTP/1.1 whose connection ends with the answer; the answer comes back without its `Date`.
    ///
    /// - Parameters:
    ///   - caller: `none`, `wrong` (password), a name whose password is right, or a whole `Bearer` value.
    ///   - chunks: a body that is already in chunks.
    func send(
        _ line: String, headers: [String] = [], caller: String = "administrator", body: [UInt8] = [],
        chunks: [UInt8] = []
    ) async throws -> String {
        var headers = headers
        switch caller {
        case "none": break
        case "wrong": headers.append(Self.authorization("administrator", "wrong"))
        case let token where token.hasPrefix("Bearer "): headers.append("Authorization: \(token)")
        default: headers.append(Self.authorization(caller, "open sesame"))
        }
        return try await server.send(line, headers: headers, body: body, chunks: chunks).text
    }

    static func authorization(_ name: String, _ password: String) -> String {
        "Authorization: Basic \(Data("\(name):\(password)".utf8).base64EncodedString())"
    }
}

/// An address check that answers as it was told last; the embedded one until then.
final class SwitchedAddressCheck: AddressCheck {
    private let verdict = Mutex(AddressVerdict?.none)

    func answer(_ verdict: AddressVerdict) { self.verdict.withLock { $0 = verdict } }

    func check(_ address: PostalAddress) async -> AddressVerdict {
        if let verdict = verdict.withLock({ $0 }) { return verdict }
        return await EmbeddedAddressCheck().check(address)
    }
}
