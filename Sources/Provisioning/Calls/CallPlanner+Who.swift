/// Who calls, as the store knows it.
enum CallingParty {
    case user(CallUser)
    case trunk(Trunk, host: TrafficClass?, grant: CallGrant?)
    case registration(OutboundRegistration)

    var user: CallUser? { if case .user(let user) = self { user } else { nil } }

    /// Whether it is one of the account's own; whoever calls in over a registration is not.
    var isOfTheAccount: Bool { if case .registration = self { false } else { true } }
}

extension CallPlanner {
    /// Finds who calls; every way out of here that is not a refusal is an identity of the account.
    mutating func who() throws(CallStop) -> CallingParty {
        let account = attempt.account
        switch attempt.identity {
        case .user(let id):
            guard let user = try ask({ (reader) throws(ProvisioningError) in try reader.callUser(id, of: account) })
            else { throw refuse(.callerUnknown, "no user \(id)") }
            note(.who, "user \(user.aor)\(user.endpoint == nil ? "" : ", a SIP endpoint")")
            guard user.isEnabled else { throw refuse(.callerDisabled, "calls of \(user.aor) are off") }
            return .user(user)
        case .trunk(let id, let host):
            guard let trunk = try ask({ (reader) throws(ProvisioningError) in try reader.callTrunk(id, of: account) })
            else { throw refuse(.callerUnknown, "no trunk \(id)") }
            let grant = try ask { (reader) throws(ProvisioningError) in try reader.callGrant(.trunk(id), of: account) }
            note(.who, "trunk \(id) \(trunk.details.name), by its source")
            guard grant?.isEnabled != false else { throw refuse(.callerDisabled, "trunk \(id) is down by command") }
            return .trunk(trunk, host: host, grant: grant)
        case .registration(let id):
            guard
                let row = try ask({ (reader) throws(ProvisioningError) in
                    try reader.outboundRegistration(id, of: account)
                })
            else { throw refuse(.callerUnknown, "no registration \(id)") }
            note(.who, "somebody at \(row.details.proxy), over registration \(id)")
            guard !row.subscription.isDeactivated else {
                throw refuse(.callerDisabled, "registration \(id) is frozen")
            }
            return .registration(row)
        }
    }

    /// What the call must have room in.
    func limits(of who: CallingParty) -> [CallLimit] {
        let own: CallLimit? =
            switch who {
            case .user(let user): user.grant.flatMap { CallLimit(.user(user.credential), $0.caps) }
            case .trunk(let trunk, _, let grant): trunk.limit(grant)
            case .registration: nil
            }
        return [CallLimit(.account(attempt.account), facts.settings.caps), own].compactMap(\.self)
    }

    /// How the caller is known before it is shown anywhere.
    func caller(_ who: CallingParty) -> KnownCaller {
        var caller = KnownCaller()
        caller.isWithheld = attempt.caller.isWithheld
        caller.displayName = attempt.caller.cleanName
        switch who {
        case .user(let user):
            caller.user = user.name
            caller.domain = user.realm
            if let name = user.endpoint?.callerID, !name.isEmpty { caller.displayName = name }
            if caller.displayName.isEmpty, let name = user.endUser?.details.displayName { caller.displayName = name }
        case .trunk, .registration:
            caller.number = facts.dialling.number(attempt.caller.user)
            caller.user = caller.number?.e164 ?? attempt.caller.cleanUser
        }
        return caller
    }

    /// The same with the number that may be shown outside: an endpoint's as it is sent, another user's if it is the account's.
    mutating func callerOutside(_ who: CallingParty) throws(CallStop) -> KnownCaller {
        var caller = caller(who)
        guard case .user(let user) = who else { return caller }
        let account = attempt.account
        guard let endpoint = user.endpoint else {
            guard let claimed = facts.dialling.number(attempt.caller.user) else { return caller }
            let entry = try ask { (reader) throws(ProvisioningError) in try reader.number(claimed, of: account) }
            if entry == nil { note(.how, "\(claimed) is not shown: it is no number of the account") }
            caller.number = entry?.number
            return caller
        }
        switch SIPEndpointPolicy(of: endpoint, in: facts.profile).sendAs {
        case .number(let number): caller.number = number
        case .random: caller.number = try randomNumber()
        }
        note(.how, "sent as \(caller.number?.e164 ?? "nobody: the account has no number")")
        return caller
    }

    /// One of the account's numbers: each alike among the few, and among many each near a random place.
    private mutating func randomNumber() throws(CallStop) -> TelephoneNumber? {
        let account = attempt.account
        let place = "+\(Int64.random(in: 10_000_000_000...99_999_999_999, using: &random))"
        var found = try ask { (reader) throws(ProvisioningError) in
            try reader.numbers(of: account, from: place, limit: Self.sample)
        }
        if found.count < Self.sample {
            let left = Self.sample - found.count
            found += try ask { (reader) throws(ProvisioningError) in
                try reader.numbers(of: account, from: "", limit: left)
            }.filter { $0.e164 < place }
        }
        return found.randomElement(using: &random)
    }

    private static var sample: Int { 64 }
}

extension Trunk {
    /// Its room for calls either way; PremiseTrunks is one of its limits.
    func limit(_ grant: CallGrant?) -> CallLimit? {
        var caps = grant?.caps ?? CallCaps()
        caps.calls = [caps.calls, details.premiseTrunks].compactMap(\.self).min()
        return CallLimit(.trunk(id), caps)
    }
}
