import Provisioning
import SIPEngine
import SIPMessage
import Synchronization

/// Who and what is ours on the SIP side: domains and credentials, kept in step by every committed change.
final class Directory: Sendable {
    private let state = Mutex(State())
    /// Host names that stand for this server as its numeric addresses do.
    private let ownHosts: Set<[UInt8]>

    init(ownHosts: [String] = []) { self.ownHosts = Set(ownHosts.map { Array($0.lowercased().utf8) }) }

    private struct State {
        var credentials = CredentialTable()
        var trunks = TrunkTable()
        var domains: [[UInt8]: Domain] = [:]
        var defaults: [Int64: [UInt8]] = [:]
        var accounts: Set<Int64> = []
        /// Accounts of which nothing is on the wire.
        var stopped: Set<Int64> = []
        /// The domain found last.
        var recent: Realm?
    }

    private struct Domain {
        let account: Int64
        var isDefault: Bool
    }

    var credentialCount: Int { state.withLock { $0.credentials.count } }

    // MARK: Questions of the hot path

    /// The realm that a host stands for, or `nil` when it is not ours.
    ///
    /// A numeric address stands for the default domain while the installation has one account.
    func realm(host: ByteRange, _ bytes: Span<UInt8>) -> Realm? {
        state.withLock { state in
            // Most requests of an installation name the same domain: no key need be made to find it again.
            if let recent = state.recent, bytes.extracting(host.range).holdsSame(as: recent.name.span) { return recent }
            let name = lowercased(host, bytes)
            if let domain = state.domains[name] {
                let realm = Realm(account: domain.account, name: name, realm: name)
                state.recent = realm
                return realm
            }
            guard isOwnHost(name), state.accounts.count == 1, let account = state.accounts.first,
                let domain = state.defaults[account]
            else { return nil }
            return Realm(account: account, name: domain, realm: domain)
        }
    }

    /// Whether the host is a domain of that account, or a numeric address.
    func isOwn(host: ByteRange, _ bytes: Span<UInt8>, of account: Int64) -> Bool {
        realm(host: host, bytes).map { $0.account == account } ?? isOwnHost(lowercased(host, bytes))
    }

    /// Whether the host is any domain of the installation, or a numeric address.
    func isOurs(host: ByteRange, _ bytes: Span<UInt8>) -> Bool {
        let name = lowercased(host, bytes)
        return isOwnHost(name) || state.withLock { $0.domains[name] != nil }
    }

    /// What a host of a Request-URI stands for, for a caller of that account.
    func place(host: ByteRange, _ bytes: Span<UInt8>, of account: Int64) -> CalledPlace {
        let name = lowercased(host, bytes)
        guard !name.isEmpty, !isOwnHost(name) else { return .server }
        let isOwn = state.withLock { $0.domains[name]?.account == account }
        return isOwn ? .domain(String(decoding: name, as: UTF8.self)) : .elsewhere
    }

    /// The credential of that composite name; a bare user name is enough where it is unambiguous.
    func identity(named name: Span<UInt8>, in realm: Realm) -> Identity? {
        state.withLock { state in
            state.credentials.find(name, account: realm.account, realm: realm.realm)
                ?? state.credentials.findUnambiguous(name, account: realm.account)
        }
    }

    /// The trunk that a source is; `nil` for one that is nobody's, or of an account that is stopped.
    func trunk(from source: SourceAddress) -> TrunkSource? {
        state.withLock { state in
            guard let found = state.trunks.find(source), !state.stopped.contains(found.account) else { return nil }
            return found
        }
    }

    /// Whether the credential is still there, and its account not stopped.
    func isLive(_ identity: Identity) -> Bool {
        state.withLock { state in
            !state.stopped.contains(identity.account)
                && state.credentials.isLive(id: identity.id, slot: identity.slot)
        }
    }

    /// Whether the account is suspended or leaves: nothing of it may be on the wire.
    func isStopped(_ account: Int64) -> Bool { state.withLock { $0.stopped.contains(account) } }

    // MARK: Questions of the operator

    func identity(aor: String) -> Identity? { state.withLock { $0.credentials.identity(aor: aor) } }

    func identity(id: Int64) -> Identity? { state.withLock { $0.credentials.identity(id: id) } }

    func search(_ text: String, limit: Int) -> [Identity] {
        state.withLock { $0.credentials.search(text, limit: limit) }
    }

    // MARK: Changes

    func reserve(credentials count: Int) { state.withLock { $0.credentials.reserve(count) } }

    func set(_ account: Account) {
        let id = account.id.rawValue
        state.withLock { state in
            state.accounts.insert(id)
            if account.status == .active { state.stopped.remove(id) } else { state.stopped.insert(id) }
        }
    }

    func set(_ domain: SIPDomain) {
        let name = Array(domain.name.utf8)
        let account = domain.account.rawValue
        state.withLock { state in
            state.accounts.insert(account)
            state.recent = nil
            state.domains[name] = Domain(account: account, isDefault: domain.isDefault)
            if domain.isDefault { state.defaults[account] = name }
        }
    }

    func remove(_ domain: SIPDomain) {
        state.withLock { state in
            let name = Array(domain.name.utf8)
            let account = domain.account.rawValue
            state.recent = nil
            state.domains[name] = nil
            if state.defaults[account] == name { state.defaults[account] = nil }
        }
    }

    /// Forgets an account with its domains and credentials, a few of them under one lock.
    func removeAccount(_ id: Int64) {
        var count = state.withLock { state in
            state.accounts.remove(id)
            state.defaults[id] = nil
            state.trunks.removeAll(of: id)
            state.domains = state.domains.filter { $0.value.account != id }
            state.recent = nil
            return state.credentials.slotCount
        }
        while count > 0 {
            let places = max(0, count - Self.removedAtOnce)..<count
            state.withLock { $0.credentials.removeAll(of: id, in: places) }
            count = places.lowerBound
        }
    }

    private static let removedAtOnce = 4096

    func set(_ credential: Credential) {
        let secrets = DigestSecrets(credential.hashes)
        state.withLock { state in
            state.credentials.set(
                id: credential.id.rawValue, account: credential.account.rawValue, created: credential.created,
                name: Array(credential.name.composite.utf8), realm: Array(credential.realm.utf8), secrets: secrets)
        }
    }

    func set(_ trunk: Trunk) {
        state.withLock {
            $0.trunks.set(trunk.id.rawValue, account: trunk.account.rawValue, trunk.details.terminationHosts)
        }
    }

    /// One host more of a trunk, for a start that reads all of them.
    func add(_ host: TerminationHost, of trunk: TrunkID, account: AccountID) {
        state.withLock { $0.trunks.add(host, of: trunk.rawValue, account: account.rawValue) }
    }

    func remove(_ trunk: TrunkID) { state.withLock { $0.trunks.remove(trunk.rawValue) } }

    func set(_ grant: CallGrant) {
        guard case .trunk(let id) = grant.subject else { return }
        state.withLock { $0.trunks.restrict(id.rawValue, to: grant.transports.map(Transport.init)) }
    }

    func remove(_ grant: CallGrant.Subject) {
        guard case .trunk(let id) = grant else { return }
        state.withLock { $0.trunks.restrict(id.rawValue, to: []) }
    }

    func remove(credential id: Int64) { state.withLock { $0.credentials.remove(id: id) } }

    private func isOwnHost(_ name: [UInt8]) -> Bool { name.isNumericHost || ownHosts.contains(name) }

    private func lowercased(_ range: ByteRange, _ bytes: Span<UInt8>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(range.count)) { buffer, count in
            for offset in 0..<Int(range.count) {
                let byte = bytes[Int(range.start) + offset]
                unsafe buffer[offset] = folded(byte)
            }
            count = Int(range.count)
        }
    }
}

extension Transport {
    init(_ transport: CarrierTarget.Transport) {
        switch transport {
        case .udp: self = .udp
        case .tcp: self = .tcp
        case .tls: self = .tls
        }
    }
}

extension DigestSecrets {
    /// The usable part of what a credential holds; hashes that are no hex digests never match.
    init(_ hashes: CredentialHashes) {
        self.init(md5: MD5Secret(hex: hashes.hash1), md5WithRealm: hashes.hash1b.flatMap { MD5Secret(hex: $0) })
        if let secret = SHA256Secret(hex: hashes.hash1) { sha256.append(secret) }
        if let secret = hashes.hash1b.flatMap({ SHA256Secret(hex: $0) }) { sha256.append(secret) }
        if let secret = hashes.sha256.flatMap({ SHA256Secret(hex: $0) }) { sha256.append(secret) }
        if let secret = hashes.sha256b.flatMap({ SHA256Secret(hex: $0) }) { sha256.append(secret) }
    }
}

extension [UInt8] {
    /// An IPv4 address, or an IPv6 address with or without brackets: nothing that could be a domain name.
    fileprivate var isNumericHost: Bool {
        if contains(0x3A) { return true }
        guard let last else { return false }
        return (0x30...0x39).contains(last) && allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
