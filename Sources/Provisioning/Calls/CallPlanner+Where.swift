extension CallPlanner {
    /// Where a call goes that is no emergency's.
    mutating func destination(for who: CallingParty) throws(CallStop) -> FoundDestination {
        guard attempt.place != .elsewhere else { throw refuse(.notOurs, "the host is no domain of the account") }
        if case .registration(let registration) = who { return try destination(of: registration, from: who) }
        if let resource = try handlingResource(of: who) {
            return FoundDestination(called: attempt.called, stages: [[try target(resource, from: who)]])
        }
        let realm = if case .domain(let name) = attempt.place { name } else { facts.domain }
        return try destination(named: attempt.called, realm: realm, from: who)
    }

    /// The resource that an endpoint's calls go to whatever was called.
    private mutating func handlingResource(of who: CallingParty) throws(CallStop) -> CallResource? {
        guard let endpoint = who.user?.endpoint, case .resource(let id, _) = endpoint.handler else { return nil }
        let account = attempt.account
        note(.where, "its call handler is the resource \(id)")
        guard let found = try ask({ (reader) throws(ProvisioningError) in try reader.resource(id, of: account) })
        else { throw refuse(.nobody, "no resource \(id)") }
        return found
    }

    /// Rules of an application first, then users by name, things by the id of their address, numbers, and at last what the
    /// caller's own registration or the carriers reach.
    private mutating func destination(named name: String, realm: String, from who: CallingParty) throws(CallStop)
        -> FoundDestination
    {
        if let application = try application(of: who, realm: realm),
            let found = try ruled(name, in: application, from: who)
        {
            return found
        }
        if let user = try user(named: name, realm: realm) { return try found(user, from: who) }
        if let id = UniqueID(name), let found = try addressed(id, from: who) { return found }
        if let number = facts.dialling.number(name) {
            return try destination(of: number, dialled: name, by: .caller(who), from: who)
        }
        if let found = try overRegistration(user: name, of: who) { return found }
        throw refuse(.nobody, "\(name) is neither a user in \(realm) nor a number")
    }

    /// The application whose rules look at the call: the caller's own, or the one that was called.
    private func application(of who: CallingParty, realm: String) throws(CallStop) -> CallApplication? {
        let account = attempt.account
        return try ask { (reader) throws(ProvisioningError) in
            if let user = who.user?.endUser { return try reader.application(user.application, of: account) }
            return try reader.application(inDomain: realm, of: account)
        }
    }

    func user(named name: String, realm: String) throws(CallStop) -> CallUser? {
        let account = attempt.account
        return try ask { (reader) throws(ProvisioningError) in
            try reader.callUser(named: name, realm: realm, of: account)
        }
    }

    // MARK: Users and resources

    mutating func found(_ user: CallUser, from who: CallingParty) throws(CallStop) -> FoundDestination {
        note(.where, "user \(user.aor)")
        guard user.isEnabled else { throw refuse(.destinationDisabled, "calls of \(user.aor) are off") }
        return FoundDestination(called: user.aor, stages: [[target(user, from: who)]])
    }

    func target(_ user: CallUser, from who: CallingParty) -> CallTarget {
        CallTarget(
            place: .user(user.credential, aor: user.aor), caller: caller(who).shown,
            media: user.media(in: facts.profile),
            limits: [user.grant.flatMap { CallLimit(.user(user.credential), CallCaps(calls: $0.caps.calls)) }]
                .compactMap(\.self),
            name: "user \(user.aor)")
    }

    private mutating func addressed(_ id: UniqueID, from who: CallingParty) throws(CallStop) -> FoundDestination? {
        let account = attempt.account
        let addressee = try ask { (reader) throws(ProvisioningError) in try reader.addressee(id, of: account) }
        switch addressee {
        case nil: return nil
        case .resource(let resource):
            note(.where, "resource \(resource.details.name)")
            return FoundDestination(called: resource.addressName, stages: [[try target(resource, from: who)]])
        case .endpoint(let endpoint):
            let user = try ask { (reader) throws(ProvisioningError) in
                try reader.callUser(endpoint.credential, of: account)
            }
            return try user.map { (user) throws(CallStop) in try found(user, from: who) }
        case .subscriber(let subscriber):
            note(.where, "every endpoint of subscriber \(subscriber.profile.shownName)")
            let users = try ask { (reader) throws(ProvisioningError) in
                try reader.callUsers(of: subscriber.id, account: account)
            }.filter(\.isEnabled)
            guard !users.isEmpty else { throw refuse(.destinationDisabled, "the subscriber has no endpoint") }
            return FoundDestination(
                called: subscriber.addressName, stages: [users.map { target($0, from: who) }])
        }
    }

    func target(_ resource: CallResource, from who: CallingParty) throws(CallStop) -> CallTarget {
        guard let hop = CallHop(resource.details.target.text) else {
            throw refuse(.destinationNotCarried, "\(resource.details.target.text) is no target")
        }
        var media = MediaDemand()
        if let policy = resource.details.media {
            media = MediaDemand(
                codecs: policy.codecs, ciphers: policy.ciphers,
                requiresEncryption: facts.profile.requiresEncryption(policy.encryption))
        }
        return CallTarget(
            place: .hop(hop), caller: caller(who).shown, media: media,
            name: "resource \(resource.details.name) at \(hop.target)")
    }

    // MARK: Applications

    /// Where the first rule sends the call whose pattern takes what was called; `nil` where none does.
    mutating func ruled(_ called: String, in application: CallApplication, from who: CallingParty) throws(CallStop)
        -> FoundDestination?
    {
        let account = attempt.account
        let rules = try ask { (reader) throws(ProvisioningError) in
            try reader.applicationRules(in: application.id, of: account)
        }
        for rule in rules where takes(rule, called) {
            guard let destination = rule.details.destination else {
                note(.where, "rule \(rule.details.name) is passed over: its calls go nowhere yet")
                continue
            }
            return try found(destination, of: rule, in: application, from: who)
        }
        return nil
    }

    private mutating func takes(_ rule: ApplicationRule, _ called: String) -> Bool {
        guard let pattern = RulePattern(rule.details.pattern) else {
            note(.where, "rule \(rule.details.name) is passed over: its pattern cannot be carried out")
            return false
        }
        guard pattern.matches(called) else { return false }
        guard let text = rule.details.excluded else { return true }
        guard let excluded = RulePattern(text) else {
            note(.where, "rule \(rule.details.name) is passed over: what it excludes cannot be carried out")
            return false
        }
        return !excluded.matches(called)
    }

    mutating func found(
        _ destination: RuleDestination, of rule: ApplicationRule, in application: CallApplication,
        from who: CallingParty
    ) throws(CallStop) -> FoundDestination {
        try turn(to: "\(destination) by rule \(rule.details.name)")
        let text = destination.description
        let rest = String(text.dropFirst(text.prefix { $0 != ":" }.count + 1))
        if text.hasPrefix("user:") {
            guard let user = try user(named: rest, realm: application.domain.name) else {
                throw refuse(.nobody, "no user \(rest) in \(application.domain.name)")
            }
            return try found(user, from: who)
        }
        if text.hasPrefix("number:") {
            guard let number = TelephoneNumber(rest) else { throw refuse(.nobody, "\(rest) is no number") }
            return try self.destination(of: number, dialled: rest, by: .account, from: who)
        }
        guard let hop = CallHop(text) else { throw refuse(.destinationNotCarried, "\(text) is no target") }
        let target = CallTarget(
            place: .hop(hop), caller: caller(who).shown, media: MediaDemand(),
            name: "rule \(rule.details.name) at \(hop.target)")
        return FoundDestination(called: text, stages: [[target]])
    }

    // MARK: Registrations at other servers

    /// A call that came over a registration goes to its user, its rule or its application's rules, the first that is bound.
    private mutating func destination(of registration: OutboundRegistration, from who: CallingParty)
        throws(CallStop) -> FoundDestination
    {
        let (account, binding) = (attempt.account, registration.binding)
        if let id = binding.credential {
            let user = try ask { (reader) throws(ProvisioningError) in try reader.callUser(id, of: account) }
            guard let user else { throw refuse(.nobody, "no user \(id)") }
            return try found(user, from: who)
        }
        if let bound = binding.rule {
            let rules = try ask { (reader) throws(ProvisioningError) in
                try reader.applicationRules(in: nil, of: account)
            }
            guard let rule = rules.first(where: { $0.id == bound.id }), let destination = rule.details.destination,
                let application = try ask({ (reader) throws(ProvisioningError) in
                    try reader.application(rule.application, of: account)
                })
            else { throw refuse(.nobody, "the calls of rule \(bound.name) go nowhere") }
            return try found(destination, of: rule, in: application, from: who)
        }
        if let bound = binding.application,
            let application = try ask({ (reader) throws(ProvisioningError) in
                try reader.application(bound.id, of: account)
            }), let found = try ruled(attempt.called, in: application, from: who)
        {
            return found
        }
        throw refuse(.nobody, "registration \(registration.id) is bound to nothing that takes \(attempt.called)")
    }

    /// Out over the registration that the calling user is bound to.
    mutating func overRegistration(user: String, of who: CallingParty) throws(CallStop) -> FoundDestination? {
        guard let endUser = who.user?.endUser else { return nil }
        let account = attempt.account
        let found = try ask { (reader) throws(ProvisioningError) in
            try reader.outboundRegistration(boundTo: endUser.id, of: account)
        }
        guard let registration = found else { return nil }
        let name = "registration \(registration.id) at \(registration.details.proxy)"
        guard !registration.subscription.isDeactivated else {
            note(.where, "\(name) is passed over: it is frozen")
            return nil
        }
        guard surroundings.isRegistered(registration.id) else {
            note(.where, "\(name) is passed over: it does not hold")
            return nil
        }
        note(.where, "out over \(name), which the caller is bound to")
        var shown = caller(who).shown
        // The other server knows the user by the name that we registered.
        if !shown.isAnonymous { shown.user = registration.details.userName }
        shown.domain = nil
        let target = CallTarget(
            place: .registration(registration.id, user: user), caller: shown, media: MediaDemand(), name: name)
        return FoundDestination(called: user, stages: [[target]])
    }
}
