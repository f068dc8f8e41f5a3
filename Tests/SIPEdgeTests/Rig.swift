import Foundation
import Logging
import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Store
import TestSupport
import Testing

@testable import SIPEdge

/// The whole SIP side over a real store, without sockets; time moves only when it is told to.
final class Rig: Sendable {
    let clock: ManualClock
    let edge: SIPEdge
    let home: TemporaryStore
    let folder: TemporaryFolder

    /// Opens an edge over a new store, or over that of another rig, as after a restart.
    init(
        after other: Rig? = nil, settings change: (inout EdgeSettings) -> Void = { _ in }
    ) async throws {
        let clock = other?.clock ?? ManualClock()
        self.clock = clock
        folder = try other?.folder ?? TemporaryFolder()
        var settings = EdgeSettings(
            listeners: [ListenerAddress(transport: .udp, host: "127.0.0.1", port: 0, advertisedHost: "Edge.Test")],
            dataDirectory: folder.path, durability: .memory, uniformityKey: Array("a key that outlives restarts".utf8))
        change(&settings)
        let edge = SIPEdge(settings: settings, clock: EdgeClock { clock.now.milliseconds }, logger: .quiet)
        self.edge = edge
        if let other {
            home = other.home
        } else {
            home = try TemporaryStore(observers: [edge])
        }
        try await edge.load(from: home.store)
    }

    /// Hands a message to the flow as a listener would.
    func ask(_ text: String, from source: SourceAddress = .phone) -> Answer? {
        let message = Array(text.utf8)
        var exchange = Exchange(source: source, now: clock.now.milliseconds)
        let disposition = edge.flow.handle(message.span, &exchange)
        guard disposition != .silence else { return nil }
        return Answer(
            text: String(decoding: exchange.reply.array, as: UTF8.self), disposition: disposition,
            port: exchange.replyPort, boundUntil: exchange.boundUntil)
    }

    /// Makes a credential of the account from the hashes of a password, MD5 and SHA-256, unless others are given.
    @discardableResult
    func credential(
        _ userName: String, domain: String? = nil, realm: String, of tenant: Tenant, password: String = "pw",
        hashes: CredentialHashes? = nil
    ) async throws -> Credential {
        let name = CredentialName(userName: userName, domain: domain)
        let hashes =
            hashes ?? CredentialHashes(of: name.composite, realm: realm, password: Secret(password))
        return try await home.store.write { (store) throws(ProvisioningError) in
            try store.insertCredential(name, realm: realm, hashes: hashes, account: tenant.account.id)
        }
    }

    func delete(_ credential: Credential) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in try store.delete(credential) }
    }

    func update(_ credential: Credential, _ change: @escaping @Sendable (inout Credential) -> Void) async throws {
        try await home.store.write { (store) throws(ProvisioningError) in
            var credential = credential
            change(&credential)
            try store.update(credential)
        }
    }

    func domain(_ name: String, of tenant: Tenant, isDefault: Bool = false) async throws {
        _ = try await home.store.write { (store) throws(ProvisioningError) in
            try store.insertDomain(name: name, description: nil, isDefault: isDefault, account: tenant.account.id)
        }
    }

    /// The contacts that are live, by AOR.
    var live: [String] { edge.bindings(matching: nil, limit: 1000).map { "\($0.aor) \($0.contact)" } }
}

/// What the flow answered.
struct Answer {
    let text: String
    let disposition: Disposition
    let port: UInt16
    /// Until when the sender's connection is kept.
    var boundUntil: UInt32?

    var lines: [String] { text.split(separator: "\r\n").map(String.init) }
    var status: Int { Int(text.dropFirst(8).prefix(3)) ?? 0 }

    /// The values of every header line with that name.
    func values(_ name: String) -> [String] {
        lines.filter { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    /// The algorithms of the challenges, in order.
    var algorithms: [String] { challenges.map { Answer.field("algorithm", of: $0) ?? "" } }
    var challenges: [String] { values("WWW-Authenticate") }
    var isStale: Bool { !challenges.isEmpty && challenges.allSatisfy { $0.contains("stale=true") } }

    static func field(_ name: String, of challenge: String) -> String? {
        guard let start = challenge.range(of: "\(name)=")?.upperBound else { return nil }
        let rest = challenge[start...]
        return String(rest.first == "\"" ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != "," })
    }
}

extension SourceAddress {
    static let phone = SourceAddress(ipv4: 0xC000_0207, port: 40_312, transport: .udp)
    static let other = SourceAddress(ipv4: 0xC633_6401, port: 5060, transport: .udp)
}

extension Logger {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A folder of its own, removed with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = TemporaryPlace.make("demarc-edge").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
