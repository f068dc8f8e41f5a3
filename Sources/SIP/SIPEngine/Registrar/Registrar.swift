package import SIPMessage

/// Applies an authenticated REGISTER to the bindings of its AOR (RFC 3261 section 10.3 steps 6 to 8).
package struct Registrar: Sendable {
    package let policy: RegistrarPolicy

    /// Bytes of a contact's URI and of its `+sip.instance`.
    private static let longestURI = 1024
    private static let longestInstance = 512

    package init(policy: RegistrarPolicy) { self.policy = policy }

    /// What became of a request; on `refused` the bindings are as they were.
    package enum Outcome: Equatable, Sendable {
        /// The request changed nothing: a fetch, a retransmission of the one that made a binding, or a removal of what
        /// is not there.
        case unchanged
        case changed(Summary)
        case refused(RegisterRefusal)
    }

    /// How many contacts a request touched.
    package struct Summary: Equatable, Sendable {
        package var added = 0
        package var refreshed = 0
        package var removed = 0
    }

    /// Applies the request to `set`; everything or nothing.
    ///
    /// `now` is in seconds since 1970. Expired bindings are left out on the way.
    package func apply(
        _ index: borrowing MessageIndex, _ bytes: Span<UInt8>, from source: SourceAddress, now: UInt32,
        to set: inout BindingSet
    ) -> Outcome {
        guard let request = RegisterRequest(index, bytes, from: source) else { return .refused(.malformed) }
        var values = HeaderValues(.contact)
        guard let first = values.next(index, bytes) else {
            return .unchanged
        }
        guard let contact = ContactFields(bytes, first) else { return .refused(.malformed) }
        if contact.isStar {
            guard values.next(index, bytes) == nil, request.expires == 0 else { return .refused(.malformed) }
            return removeAll(request, bytes, now: now, of: &set)
        }
        var update = BindingUpdate(of: set, now: now)
        var next: ContactFields? = contact
        while let contact = next {
            switch apply(contact, of: request, bytes, now: now, to: &update) {
            case .done:
                // Before more are compared with all of these: a message has room for a thousand.
                guard update.made <= policy.maximumContacts || update.made <= set.count else {
                    return .refused(.tooManyContacts)
                }
            case .repeated: return .unchanged
            case .refused(let refusal): return .refused(refusal)
            }
            next = nil
            if let value = values.next(index, bytes) {
                guard let more = ContactFields(bytes, value), !more.isStar else { return .refused(.malformed) }
                next = more
            }
        }
        guard update.summary != Summary() else { return .unchanged }
        if update.result.count > policy.maximumContacts, update.summary.added > 0 {
            guard policy.overflow == .replaceOldest, update.made <= policy.maximumContacts else {
                return .refused(.tooManyContacts)
            }
            update.dropOldest(keeping: policy.maximumContacts)
        }
        guard update.result.bytes.count <= BindingSet.longest else { return .refused(.tooManyContacts) }
        set = update.result
        return .changed(update.summary)
    }

    private func removeAll(
        _ request: borrowing RegisterRequest, _ bytes: Span<UInt8>, now: UInt32, of set: inout BindingSet
    ) -> Outcome {
        var summary = Summary()
        var offset = 0
        while let binding = set.binding(at: &offset) {
            guard binding.expiresAt > now else { continue }
            if request.isOutOfOrder(for: binding, bytes) { return .refused(.outOfOrder) }
            summary.removed += 1
        }
        guard summary.removed > 0 else { return .unchanged }
        set = BindingSet()
        return .changed(summary)
    }

    private enum Step {
        case done
        /// The very request that made this binding, once more.
        case repeated
        case refused(RegisterRefusal)
    }

    private func apply(
        _ contact: ContactFields, of request: borrowing RegisterRequest, _ bytes: Span<UInt8>,
        now: UInt32, to update: inout BindingUpdate
    ) -> Step {
        guard contact.uri.count <= Self.longestURI, contact.instance.count <= Self.longestInstance else {
            return .refused(.malformed)
        }
        var expires = contact.expires ?? request.expires ?? policy.defaultExpires
        if expires > 0, expires < policy.minimumExpires, expires < 3600 {
            return .refused(.intervalTooBrief)
        }
        expires = min(expires, policy.maximumExpires)
        // More than one where the contact is equivalent to two that are not so to each other (section 19.1.4).
        var replaced = 0
        while let (binding, isOwn) = update.take(contact, bytes) {
            if !isOwn, request.isOutOfOrder(for: binding, bytes) {
                return request.made(binding) ? .repeated : .refused(.outOfOrder)
            }
            replaced += 1
        }
        guard expires > 0 else {
            update.summary.removed += replaced
            return .done
        }
        update.add(
            Binding.Head(
                expiresAt: now &+ expires, registeredAt: now, cseq: request.cseq, branch: request.branch,
                q: UInt16(contact.q), regID: contact.regID ?? 0, source: request.source),
            Binding.Texts(
                contact: contact.uri, callID: request.callID, instance: contact.instance,
                userAgent: request.userAgent, path: request.path),
            from: bytes)
        if replaced == 0 {
            update.summary.added += 1
        } else {
            update.summary.refreshed += 1
            update.summary.removed += replaced - 1
        }
        return .done
    }
}

/// Why a REGISTER was refused after it was authenticated.
package enum RegisterRefusal: Equatable, Sendable, CaseIterable {
    /// A header cannot be read, or `*` does not stand alone with Expires 0.
    case malformed
    /// 423 with Min-Expires.
    case intervalTooBrief
    /// A known Call-ID with a CSeq that is not higher.
    case outOfOrder
    case tooManyContacts

    package var status: UInt16 {
        switch self {
        case .malformed: 400
        case .intervalTooBrief: 423
        case .outOfOrder: 500
        case .tooManyContacts: 403
        }
    }

    /// For the operator's list of refusals.
    package var reason: String {
        switch self {
        case .malformed: "malformed REGISTER"
        case .intervalTooBrief: "expiry below the minimum"
        case .outOfOrder: "CSeq not higher than before for this Call-ID"
        case .tooManyContacts: "more contacts than allowed"
        }
    }
}
