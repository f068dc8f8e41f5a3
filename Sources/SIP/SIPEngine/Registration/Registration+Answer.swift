import SIPMessage

/// What a final response means.
extension Registration {
    /// What to do about a status.
    enum Disposition: Equatable, CaseIterable {
        case success, redirected, challenged, tooBrief
        /// This target cannot now: the next one, then again later.
        case passing
        /// Nobody can until something is changed.
        case refused

        init(_ status: Int) {
            self =
                switch status {
                case 200..<300: .success
                case 300..<400: .redirected
                case 401, 407: .challenged
                case 423: .tooBrief
                case 408, 429, 430, 480, 486, 491, 500..<600: .passing
                default: .refused
                }
        }
    }

    mutating func finish(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn) {
        if purpose != .depart { leaveBy = 0 }
        let disposition = Disposition(index.status)
        // A final answer that is none of success says that this request bound nothing.
        if disposition != .challenged, disposition != .success, purpose == .register { boundUntil = leaseEnd }
        noteRetryAfter(index, bytes, &turn)
        switch disposition {
        case .success: succeed(index, bytes, &turn)
        case .redirected: follow(index, bytes, &turn)
        case .challenged: answerChallenge(index, bytes, &turn)
        case .tooBrief: lengthen(index, bytes, &turn)
        case .passing: failTarget(index, bytes, &turn)
        case .refused:
            noteAnswer(index, bytes)
            reject(&turn)
        }
    }

    /// Keeps what people see of an answer; giving up a binding says nothing about the one that is kept.
    private mutating func noteAnswer(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) {
        guard purpose == .register else { return }
        code = UInt16(index.status)
        reason = index.status == 200 ? [] : Self.phrase(index, bytes)
    }

    private mutating func failTarget(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn) {
        noteAnswer(index, bytes)
        failTarget(&turn)
    }

    /// Printable, and short: it is shown to people.
    private static func phrase(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> [UInt8] {
        var phrase = index.reasonPhrase
        phrase.count = min(phrase.count, 64)
        return bytes.array(phrase).filter { $0 >= 0x20 && $0 != 0x7F }
    }

    /// The longest of this try's, with up to a tenth more so that not all come back in the same moment.
    private mutating func noteRetryAfter(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) {
        guard let value = index.first(.retryAfter), let seconds = bytes.leadingSeconds(value), seconds > 0 else {
            return
        }
        let wait = min(Int64(seconds) * 1000, terms.policy.longestRetryAfter)
        let spread = terms.key.number(in: 0...wait / 10, .backoff, id, UInt64(sequence.last))
        retryAfter = max(retryAfter, turn.now + wait + spread)
    }

    // MARK: Success

    private mutating func succeed(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn) {
        takeNextNonce(index, bytes)
        switch purpose {
        case .depart: return finishDeparture(&turn)
        case .tidy: return finishTidying(&turn)
        case .register: break
        }
        guard let target = currentTarget else { return }
        let own = contact(for: target)
        let lease = GrantedLease(index, bytes, contact: own, settings: settings, asked: askedExpires)
        noteAnswer(index, bytes)
        guard lease.seconds > 0 else { return fail(UInt16(index.status), "Nothing Granted", &turn) }
        // A contact that an earlier request may have left there: another address, transport or user of ours.
        if !leaseContact.isEmpty, leaseContact != own, holdsLease(at: turn.now) { leftover = leaseContact }
        granted = lease.seconds
        listedContact = lease.contact == own ? [] : Array(lease.contact.prefix(512))
        leaseContact = own
        serviceRoute = Self.serviceRoute(index, bytes)
        leaseEnd = turn.now + Int64(min(granted, terms.policy.longestLease)) * 1000
        boundUntil = leaseEnd
        lastSuccess = turn.now
        held = current
        (attempts, streak) = (0, 0)
        let window = terms.policy.refreshWindow
        let length = (leaseEnd - turn.now) / 100
        let wait = terms.key.number(
            in: length * window.lowerBound...length * window.upperBound, .refresh, id, UInt64(sequence.last))
        refreshAt = turn.now + max(wait, terms.policy.shortestRefresh)
        sequence.raise()
        turn.effects.append(.store(self.lease))
        note(.registered, &turn)
        self.wait(until: refreshAt)
        if isUnsettled { return depart(&turn) }
        if !leftover.isEmpty { begin(.tidy, &turn) }
    }

    private mutating func takeNextNonce(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) {
        guard let value = index.first(.authenticationInfo), let info = AuthenticationInfo(bytes, value),
            let nonce = info.nextNonce
        else { return }
        let clientNonce = newClientNonce()
        if let next = wwwChallenge?.next(nonce: nonce, bytes, clientNonce: clientNonce) { wwwChallenge = next }
    }

    private func newClientNonce() -> UInt64 {
        terms.key.word(.clientNonce, id, callIDLow &+ UInt64(sequence.last))
    }

    private static func serviceRoute(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> [UInt8] {
        var route: [UInt8] = []
        var values = HeaderValues(.serviceRoute)
        while let value = values.next(index, bytes) {
            guard NameAddress(bytes, value) != nil else { continue }
            if !route.isEmpty { route += [UInt8(ascii: ","), UInt8(ascii: " ")] }
            route += bytes.array(value)
        }
        return route.count <= 2048 ? route : []
    }

    // MARK: Challenges

    private mutating func answerChallenge(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn
    ) {
        guard budget.challenges < terms.policy.challenges else { return failTarget(index, bytes, &turn) }
        budget.challenges += 1
        let clientNonce = newClientNonce()
        let www = DigestChallenge.best(.wwwAuthenticate, in: index, bytes, clientNonce: clientNonce)
        let proxy = DigestChallenge.best(.proxyAuthenticate, in: index, bytes, clientNonce: clientNonce)
        guard www != nil || proxy != nil else {
            noteAnswer(index, bytes)
            reason = Array("No Usable Challenge".utf8)
            return reject(&turn)
        }
        if Self.isRefusal(www, after: wwwChallenge, budget.wwwIsFresh)
            || Self.isRefusal(proxy, after: proxyChallenge, budget.proxyIsFresh)
        {
            noteAnswer(index, bytes)
            return reject(&turn)
        }
        if let www { (wwwChallenge, budget.wwwIsFresh) = (www, true) }
        if let proxy { (proxyChallenge, budget.proxyIsFresh) = (proxy, true) }
        guard !isUnsettled || purpose == .depart else { return depart(&turn) }
        beginTransaction(&turn)
    }

    /// Whether a challenge says that the answer to the one before was wrong: not when that was an old nonce kept from
    /// an earlier try, not for another realm, and not when it says `stale`.
    private static func isRefusal(_ new: DigestChallenge?, after old: DigestChallenge?, _ isFresh: Bool) -> Bool {
        guard let new, let old, isFresh else { return false }
        return !new.isStale && new.hasSameRealm(as: old)
    }

    // MARK: Other ways on

    /// 423: the same again with what the registrar wants, at once (section 10.3 step 7).
    private mutating func lengthen(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn) {
        let asked = askedExpires
        let wanted = index.first(.minExpires).flatMap { bytes.leadingSeconds($0) } ?? asked &* 2
        guard purpose == .register, wanted > asked, wanted <= terms.policy.longestLease,
            budget.briefIntervals < terms.policy.briefIntervals
        else { return failTarget(index, bytes, &turn) }
        budget.briefIntervals += 1
        minimumExpires = wanted
        guard !isUnsettled else { return depart(&turn) }
        beginTransaction(&turn)
    }

    /// 3xx: the contact with the highest q, as the Request-URI, or with 305 as the next hop (section 8.1.3.4).
    private mutating func follow(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>, _ turn: inout Turn) {
        guard purpose == .register, budget.redirections < terms.policy.redirections,
            let place = redirection(index, bytes)
        else { return failTarget(index, bytes, &turn) }
        budget.redirections += 1
        redirect = place
        redirectsToProxy = index.status == 305
        (targets, held) = ([], -1)
        guard !isUnsettled else { return depart(&turn) }
        lookUp(&turn)
    }

    /// `scheme:host[:port][;parameters]`, since a REGISTER's Request-URI has no user (section 10.2).
    private func redirection(_ index: borrowing MessageIndex, _ bytes: Span<UInt8>) -> [UInt8]? {
        let mustBeSecure = settings.registrar.starts(with: Array("sips:".utf8))
        var best: (q: Int, uri: SIPURI)?
        var values = HeaderValues(.contact)
        while let value = values.next(index, bytes) {
            guard let fields = ContactFields(bytes, value), !fields.isStar, let uri = SIPURI(bytes, fields.uri),
                uri.scheme == .sips || (uri.scheme == .sip && !mustBeSecure), fields.uri.count <= 512
            else { continue }
            if fields.q > best?.q ?? -1 { best = (fields.q, uri) }
        }
        guard let uri = best?.uri else { return nil }
        var text = Array(uri.scheme == .sips ? "sips:".utf8 : "sip:".utf8)
        text += bytes.array(uri.host)
        if let port = uri.port { text += Array(":\(port)".utf8) }
        if !uri.parameters.isEmpty { text += [UInt8(ascii: ";")] + bytes.array(uri.parameters) }
        return text
    }
}
