import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport
import Synchronization

extension RequestFlow {
    enum Authentication {
        /// The sender is the AOR's; whether the nonce's count was taken before is still to be asked. Without a nonce it can
        /// only be a copy of what was answered.
        case verified(Identity, nonce: UInt32?, count: UInt32)
        case failed(Disposition)
    }

    /// RFC 3261 section 22.4 and RFC 8760: who sent the request, and whether the AOR is theirs.
    func authenticate(
        _ identity: Identity?, in realm: Realm, name: AORName, as role: DigestRole, _ message: Span<UInt8>,
        _ exchange: inout Exchange
    ) -> Authentication {
        let challengeRealm = identity?.realm ?? realm.realm
        func challenge(isStale: Bool, _ exchange: inout Exchange) -> Authentication {
            .failed(self.challenge(identity, name, challengeRealm, as: role, isStale: isStale, message, &exchange))
        }
        guard let fields = answerFields(in: role.answer, for: challengeRealm, message, exchange) else {
            return challenge(isStale: false, &exchange)
        }
        let standing = fields.nonce.map {
            challenges.nonces.standing(of: $0, message, from: exchange.source, now: exchange.seconds)
        }
        // A nonce that is not ours says nothing about the answer: checking it would let guesses be tried uncounted.
        guard let standing, standing != .unknown else {
            return challenge(isStale: true, &exchange)
        }
        let named = identify(fields, expecting: identity, in: realm, message)
        let isRight = DigestCheck.matches(
            fields, message, method: exchange.index.methodRange, secrets: named?.identity.secrets ?? .unknownUser,
            realmInName: named?.hasRealm ?? false)
        guard let named, isRight else {
            countFailure(message, exchange)
            note(
                message, exchange, role.status, named == nil ? "unknown user" : "wrong password",
                aor: named?.identity.aor)
            return challenge(isStale: false, &exchange)
        }
        guard named.identity.id == identity?.id else {
            return .failed(refuse(message, &exchange, 403, "the AOR is another user's"))
        }
        let number: UInt32?
        switch standing {
        case .fresh(let own): number = own
        case .late: number = nil
        case .expired, .unknown: return challenge(isStale: true, &exchange)
        }
        let source = exchange.source
        bans.withLock { $0.succeeded(source) }
        let count = fields.nc.flatMap { message.hexadecimal($0) } ?? 0
        return .verified(named.identity, nonce: number, count: count)
    }

    /// 401 or 407 with a challenge for each algorithm.
    func challenge(
        _ identity: Identity, realm: [UInt8], as role: DigestRole, isStale: Bool, _ message: Span<UInt8>,
        _ exchange: inout Exchange
    ) -> Disposition {
        exchange.begin(role.status, message)
        let set = challenges.set(for: identity, name: identity.name.span)
        challenges.write(set, as: role, realm: realm, isStale: isStale, to: &exchange)
        exchange.reply.finish()
        return .reply
    }

    private func challenge(
        _ identity: Identity?, _ name: AORName, _ realm: [UInt8], as role: DigestRole, isStale: Bool,
        _ message: Span<UInt8>, _ exchange: inout Exchange
    ) -> Disposition {
        exchange.begin(role.status, message)
        let set = name.withBytes(message) { challenges.set(for: identity, name: $0) }
        challenges.write(set, as: role, realm: realm, isStale: isStale, to: &exchange)
        exchange.reply.finish()
        return .reply
    }

    /// The first digest answer for our realm among the headers of that name.
    private func answerFields(
        in name: HeaderName, for realm: [UInt8], _ message: Span<UInt8>, _ exchange: borrowing Exchange
    ) -> DigestFields? {
        for line in 0..<exchange.index.headerCount {
            let header = exchange.index.header(line)
            guard header.name == name, let fields = DigestFields(message, header.value),
                let named = fields.realm,
                message.extracting(named.range).holdsSame(as: realm.span)
            else { continue }
            return fields
        }
        return nil
    }

    /// The credential that the answer's user name stands for, and whether the name carries the realm.
    ///
    /// `John`, `John@bw.com` and `John@bw.com@realm` may all be the one credential.
    private func identify(
        _ fields: DigestFields, expecting identity: Identity?, in realm: Realm,
        _ message: Span<UInt8>
    ) -> (identity: Identity, hasRealm: Bool)? {
        guard let range = fields.username else { return nil }
        if fields.usernameIsEscaped {
            let name = message.unquoted(range)
            return identify(name.span, expecting: identity, in: realm)
        }
        return identify(message.extracting(range.range), expecting: identity, in: realm)
    }

    private func identify(
        _ name: Span<UInt8>, expecting identity: Identity?, in realm: Realm
    ) -> (identity: Identity, hasRealm: Bool)? {
        if let identity, name.holdsSame(as: identity.name.span) { return (identity, false) }
        if let found = directory.identity(named: name, in: realm) { return (found, false) }
        let suffix = realm.realm.count + 1
        guard name.count > suffix, name[name.count - suffix] == 0x40,
            name.extracting((name.count - suffix + 1)..<name.count).holdsSame(as: realm.realm.span),
            let found = directory.identity(named: name.extracting(first: name.count - suffix), in: realm)
        else { return nil }
        return (found, true)
    }

    private func countFailure(_ message: Span<UInt8>, _ exchange: borrowing Exchange) {
        let (source, now, seconds) = (exchange.source, exchange.now, exchange.seconds)
        let user = exchange.addressedUser(message)
        let ban = bans.withLock {
            $0.failed(source, reason: "too many failed authentications, the last as \(user)", now: seconds)
        }
        guard let ban else { return }
        observation.events.send {
            EdgeEvent(at: now, kind: .banned, aor: user, contact: "", source: source.text, detail: ban.reason)
        }
    }
}

extension DigestSecrets {
    /// What the answer of an unknown user is checked against, so that it takes as long as any other.
    fileprivate static let unknownUser: DigestSecrets = {
        var generator = SystemRandomNumberGenerator()
        return DigestSecrets(
            md5: MD5Secret(high: generator.next(), low: generator.next()),
            md5WithRealm: MD5Secret(high: generator.next(), low: generator.next()),
            sha256: (0..<2).map { _ in
                SHA256Secret(words: [generator.next(), generator.next(), generator.next(), generator.next()])
            })
    }()
}
