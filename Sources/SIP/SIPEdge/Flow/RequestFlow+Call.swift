import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport

extension RequestFlow {
    /// A request of a call, or one that begins a call.
    func call(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        guard let calls else { return refuseMethod(message, &exchange) }
        if let number = calls.call(of: exchange.index, message) {
            let whole = message.array(ByteRange(0, message.count))
            calls.post(.received(number, whole, exchange.source), to: number)
            return .silence
        }
        switch exchange.index.method {
        case .ack: return drop(.acknowledgement)
        case .invite, .message:
            return hasToTag(message, exchange)
                ? refuseMethod(message, &exchange) : begin(message, &exchange, calls)
        default: return refuseMethod(message, &exchange)
        }
    }

    /// Who calls: a trunk by its source, the server that we registered with by our contact, or a user by digest. Nobody else
    /// learns that there is a server.
    private func begin(_ message: Span<UInt8>, _ exchange: inout Exchange, _ calls: Switchboard) -> Disposition {
        guard let uri = SIPURI(message, exchange.index.requestURI) else { return dropStranger(message, exchange) }
        if let trunk = directory.trunk(from: exchange.source) {
            let identity = CallIdentity.trunk(TrunkID(rawValue: trunk.trunk), host: trunk.traffic)
            return begin(identity, of: trunk.account, message, &exchange, calls)
        }
        if let found = calls.registrations.registration(contactUser: message.extracting(uri.user.range)) {
            return begin(.registration(found.id), of: found.account.rawValue, message, &exchange, calls)
        }
        guard let range = exchange.index.first(.from), let from = NameAddress(message, range),
            let own = SIPURI(message, from.uri), let realm = directory.realm(host: own.host, message),
            directory.isOurs(host: uri.host, message) || uri.host.isEmpty
        else { return dropStranger(message, exchange) }
        let name = AORName(own, message, isOwn: directory.isOwn(host: own.host, message, of: realm.account))
        let identity = name.find(message) { bytes in directory.identity(named: bytes, in: realm) }
        switch authenticate(identity, in: realm, name: name, as: .proxy, message, &exchange) {
        case .failed(let disposition): return disposition
        case .verified(let identity, let nonce, let count):
            guard nonce.map({ challenges.nonces.take(count: count, of: $0) }) ?? false else {
                return challenge(identity, realm: identity.realm, as: .proxy, isStale: true, message, &exchange)
            }
            guard directory.isLive(identity) else {
                return refuse(message, &exchange, 403, "the account is suspended, or the credential is gone")
            }
            return begin(.user(CredentialID(rawValue: identity.id)), of: identity.account, message, &exchange, calls)
        }
    }

    private func begin(
        _ identity: CallIdentity, of account: Int64, _ message: Span<UInt8>, _ exchange: inout Exchange,
        _ calls: Switchboard
    ) -> Disposition {
        guard let number = CallName.call(of: exchange.index, message, terms: calls.terms),
            let attempt = CallAttempt(
                identity, of: AccountID(rawValue: account), exchange.index, message, in: directory)
        else { return refuse(message, &exchange, 400, "the call cannot be read") }
        guard !calls.isCrowded(number) else {
            exchange.begin(503, message)
            exchange.reply.header(.retryAfter, decimal: 5)
            exchange.reply.finish()
            return .reply
        }
        calls.begin(number, message.array(ByteRange(0, message.count)), from: exchange.source, attempt)
        return .silence
    }
}

extension CallAttempt {
    /// What an INVITE asks for; nil where its addresses cannot be read.
    fileprivate init?(
        _ identity: CallIdentity, of account: AccountID, _ index: borrowing MessageIndex, _ message: Span<UInt8>,
        in directory: Directory
    ) {
        guard let target = SIPURI(message, index.requestURI),
            let from = index.first(.from).flatMap({ NameAddress(message, $0) })
        else { return nil }
        var called = target
        var place = directory.place(host: target.host, message, of: account.rawValue)
        if case .registration = identity {
            // The Request-URI is our contact; whom the caller means stands in To.
            place = .server
            if let to = index.first(.to).flatMap({ NameAddress(message, $0) }), let uri = SIPURI(message, to.uri) {
                called = uri
            }
        }
        self.init(
            account: account, identity: identity,
            called: Self.text(called.scheme == .other ? message.array(called.whole) : message.unescaped(called.user)),
            place: place,
            caller: CallerClaim(index, message, from: from, isTrusted: identity.isTrunk),
            media: index.method == .message ? .message : .voice)
    }

    fileprivate static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension CallIdentity {
    var isTrunk: Bool { if case .trunk = self { true } else { false } }
}

extension CallerClaim {
    fileprivate init(
        _ index: borrowing MessageIndex, _ message: Span<UInt8>, from: NameAddress, isTrusted: Bool
    ) {
        let asserted = isTrusted ? index.first(.pAssertedIdentity).flatMap { NameAddress(message, $0) } : nil
        let uri = SIPURI(message, (asserted ?? from).uri)
        let own = SIPURI(message, from.uri)
        let privacy = index.first(.privacy).map { CallAttempt.text(message.array($0)).lowercased() } ?? ""
        let isAnonymous =
            own.map { CallAttempt.text(message.array($0.host)).lowercased() == "anonymous.invalid" } ?? false
        self.init(
            user: uri.map { CallAttempt.text(message.unescaped($0.user)) } ?? "",
            displayName: CallAttempt.text(message.unquoted(from.displayName)),
            isWithheld: isAnonymous
                || privacy.split { $0 == ";" || $0 == " " }.contains { ["id", "user", "header"].contains($0) })
    }
}
