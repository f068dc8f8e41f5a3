import Provisioning
import SIPEngine
import SIPMessage
import SIPTransport

extension RequestFlow {
    /// RFC 3261 section 10.3.
    func register(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        // Step 1: a domain that is not ours is not ours; scanners learn nothing.
        guard let target = SIPURI(message, exchange.index.requestURI),
            let realm = directory.realm(host: target.host, message)
        else { return dropStranger(message, exchange) }
        // Step 2.
        if exchange.index.first(.require) != nil, let refusal = refuseExtensions(message, &exchange) { return refusal }
        // Steps 3 to 5.
        guard let range = exchange.index.first(.to), let to = NameAddress(message, range),
            let aor = SIPURI(message, to.uri)
        else { return refuse(message, &exchange, 400, "To cannot be read") }
        let name = AORName(aor, message, isOwn: directory.isOwn(host: aor.host, message, of: realm.account))
        let identity = name.find(message) { bytes in directory.identity(named: bytes, in: realm) }
        switch authenticate(identity, in: realm, name: name, as: .registrar, message, &exchange) {
        case .failed(let disposition): return disposition
        case .verified(let identity, let nonce, let count):
            return bind(identity, message, &exchange) {
                nonce.map { challenges.nonces.take(count: count, of: $0) } ?? false
            }
        }
    }

    /// Steps 6 to 8, once the sender is known to be the AOR's. `isNew` takes the nonce's count.
    ///
    /// The count is taken under the lock of the bindings: of two copies of a request that two threads have at once, one
    /// makes the binding before the other looks at it. A count that was taken before changes nothing; a request that has
    /// nothing to change gets its answer once more.
    private func bind(
        _ identity: Identity, _ message: Span<UInt8>, _ exchange: inout Exchange, isNew: () -> Bool
    ) -> Disposition {
        if let journal, journal.isFailing { return refuseUnkept(message, &exchange) }
        let (source, now) = (exchange.source, exchange.seconds)
        var isReplay = false
        let update = location.update(identity, isStillLive: { directory.isLive(identity) }) { set in
            let outcome = registrar.apply(exchange.index, message, from: source, now: now, to: &set)
            guard !isNew(), case .changed = outcome else { return outcome }
            isReplay = true
            return .unchanged
        }
        switch update.verdict {
        case .done: break
        case .gone:
            let isStopped = directory.isStopped(identity.account)
            let reason = isStopped ? "the account is suspended" : "the credential was deleted while it registered"
            return refuse(message, &exchange, 403, reason)
        case .notKept: return refuseUnkept(message, &exchange)
        }
        guard !isReplay else {
            return challenge(identity, realm: identity.realm, as: .registrar, isStale: true, message, &exchange)
        }
        if case .refused(let refusal) = update.outcome { return refuse(refusal, message, &exchange) }
        if case .changed(let summary) = update.outcome { announce(summary, identity, message, exchange) }
        accept(update.set, message, &exchange)
        return update.sequence.map { .replyWhenDurable($0) } ?? .reply
    }

    /// 200 with every binding (step 8), the Path as it came (RFC 3327 section 5.3) and the date.
    private func accept(_ set: BindingSet, _ message: Span<UInt8>, _ exchange: inout Exchange) {
        exchange.begin(200, message)
        let now = exchange.seconds
        set.writeContacts(to: &exchange.reply, now: now)
        var paths = HeaderValues(.path)
        while let path = paths.next(exchange.index, message) {
            exchange.reply.header(.path, message, path)
        }
        exchange.reply.header(date: Int(exchange.wall / 1000))
        exchange.reply.finish()
        exchange.boundUntil = set.latestExpiry(of: exchange.source)
    }

    /// A binding that cannot be kept is none: 503 (RFC 3261 section 21.5.4).
    private func refuseUnkept(_ message: Span<UInt8>, _ exchange: inout Exchange) -> Disposition {
        exchange.begin(503, message)
        exchange.reply.header(.retryAfter, decimal: UnkeptReply.retryAfter)
        exchange.reply.finish()
        note(message, exchange, 503, "the journal cannot be written")
        return .reply
    }

    private func refuse(
        _ refusal: RegisterRefusal, _ message: Span<UInt8>, _ exchange: inout Exchange
    ) -> Disposition {
        exchange.begin(refusal.status, message)
        if refusal == .intervalTooBrief {
            exchange.reply.header(.minExpires, decimal: Int(registrar.policy.minimumExpires))
        }
        exchange.reply.finish()
        note(message, exchange, refusal.status, refusal.reason)
        return .reply
    }

    private func announce(
        _ summary: Registrar.Summary, _ identity: Identity, _ message: Span<UInt8>,
        _ exchange: borrowing Exchange
    ) {
        guard observation.events.isHeard else { return }
        let kind: EdgeEvent.Kind =
            summary.added > 0 ? .registered : summary.refreshed > 0 ? .refreshed : .unregistered
        let contact = exchange.index.first(.contact).map { String(decoding: message.array($0), as: UTF8.self) } ?? ""
        let (now, source) = (exchange.now, exchange.source)
        observation.events.send {
            EdgeEvent(
                at: now, kind: kind, aor: identity.aor, contact: Redaction.uris(contact), source: source.text,
                detail: "")
        }
    }
}

/// The name that an AOR has in the directory.
struct AORName {
    /// Where it stands in the message, when it stands there as it is.
    private let range: ByteRange
    /// Made of the URI: unescaped, or with its host where the host is part of the name.
    private let made: [UInt8]?

    /// `isOwn` says whether the URI's host is one of the account's domains; a foreign host is part of the name.
    init(_ uri: SIPURI, _ bytes: Span<UInt8>, isOwn: Bool) {
        range = uri.user
        var isPlain = isOwn
        if isPlain { for position in uri.user.range where bytes[position] == 0x25 { isPlain = false } }
        guard !isPlain else {
            made = nil
            return
        }
        var name = bytes.unescaped(uri.user)
        if !isOwn {
            name.append(0x40)
            for position in uri.host.range { name.append(bytes[position]) }
        }
        made = name
    }

    func find(_ bytes: Span<UInt8>, _ lookUp: (Span<UInt8>) -> Identity?) -> Identity? {
        if let made { return lookUp(made.span) }
        return lookUp(bytes.extracting(range.range))
    }

    func withBytes<Result>(_ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Result) -> Result {
        if let made { return body(made.span) }
        return body(bytes.extracting(range.range))
    }
}
