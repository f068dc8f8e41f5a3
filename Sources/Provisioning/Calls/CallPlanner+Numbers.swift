extension CallPlanner {
    /// Where a number is: in the account's inventory, over the caller's registration, or on the telephone network.
    mutating func destination(
        of number: TelephoneNumber, dialled: String, by authority: CallAuthority, from who: CallingParty
    ) throws(CallStop) -> FoundDestination {
        let account = attempt.account
        if number.e164 != dialled { note(.where, "\(dialled) is \(number)") }
        if let entry = try ask({ (reader) throws(ProvisioningError) in try reader.number(number, of: account) }) {
            return try destination(of: entry, from: who)
        }
        if case .caller = authority, let found = try overRegistration(user: dialled, of: who) { return found }
        try requireNetwork(number, by: authority)
        return FoundDestination(
            called: number.e164, stages: try carriers(to: number, dialled: dialled, from: who))
    }

    private mutating func destination(of entry: InventoryNumber, from who: CallingParty) throws(CallStop)
        -> FoundDestination
    {
        let account = attempt.account
        if let forward = entry.settings.callForward, facts.account.features.contains(.callForwarding) {
            try turn(to: "\(forward), which \(entry.number) is forwarded to")
            return try destination(of: forward, dialled: forward.e164, by: .account, from: who)
        }
        switch entry.destination {
        case .user(let id):
            let user = try ask { (reader) throws(ProvisioningError) in try reader.callUser(id, of: account) }
            guard let user else { throw refuse(.numberUnassigned, "\(entry.number) is a user's that is gone") }
            var found = try found(user, from: who)
            found.called = entry.number.e164
            return found
        case .application(let id):
            let application = try ask { (reader) throws(ProvisioningError) in try reader.application(id, of: account) }
            guard let application, let found = try ruled(entry.number.e164, in: application, from: who) else {
                throw refuse(.nobody, "no rule of application \(id) takes \(entry.number)")
            }
            return found
        case nil: break
        }
        guard let id = entry.trunk else { throw refuse(.numberUnassigned, "\(entry.number) is in the inventory only") }
        let trunk = try ask { (reader) throws(ProvisioningError) in try reader.trunk(id, of: account) }
        guard let trunk else { throw refuse(.numberUnassigned, "no trunk \(id)") }
        return FoundDestination(called: entry.number.e164, stages: try stages(of: trunk, for: entry, from: who))
    }

    // MARK: Trunks

    /// A trunk's voice hosts in order, or each group of them in an order of chance, then its final destination.
    private mutating func stages(of trunk: Trunk, for entry: InventoryNumber, from who: CallingParty)
        throws(CallStop) -> [[CallTarget]]
    {
        let account = attempt.account
        let (id, details) = (trunk.id, trunk.details)
        note(.where, "\(entry.number) is on trunk \(id) \(details.name)")
        let grant = try ask { (reader) throws(ProvisioningError) in try reader.callGrant(.trunk(id), of: account) }
        guard grant?.isEnabled != false else { throw refuse(.destinationDisabled, "trunk \(id) is down by command") }
        guard trunk.voice.origination == .sip else {
            throw refuse(.destinationNotCarried, "an application has the calls of trunk \(id)")
        }
        let shown = try callerOutside(who).shown(
            displayingName: details.displaysName(to: entry), remotePartyAs: entry.settings.callerFormat)
        let user = entry.settings.rewriteUser?.text ?? entry.number.text(entry.settings.calledFormat ?? .e164)
        var stages = hosts(of: trunk).map { host in
            let hop = CallHop(user: user, target: host.target)
            return [
                CallTarget(
                    place: .hop(hop), caller: shown, media: MediaDemand(),
                    limits: [trunk.limit(grant)].compactMap(\.self),
                    trunk: id, name: "trunk \(id) at \(hop.target)")
            ]
        }
        if attempt.media != .message { stages += try finalStages(of: trunk, user: user, shown, from: who) }
        guard !stages.isEmpty else { throw refuse(.destinationNotCarried, "trunk \(id) has no host for this") }
        return stages
    }

    private mutating func hosts(of trunk: Trunk) -> [HostAndPort] {
        let details = trunk.details
        guard attempt.media != .message else {
            guard details.messagingProtocol == .sip else {
                note(
                    .where,
                    "messages of trunk \(trunk.id) go by \(details.messagingProtocol.rawValue), which is not carried out"
                )
                return []
            }
            return details.messagingHosts.map { HostAndPort(host: $0) }
        }
        return details.voiceHosts + details.voiceHostGroups.flatMap { $0.shuffled(using: &random) }
    }

    /// The last resort; what it cannot do is a step and no refusal where hosts stand before it.
    private mutating func finalStages(
        of trunk: Trunk, user: String, _ shown: ShownCaller, from who: CallingParty
    ) throws(CallStop) -> [[CallTarget]] {
        guard let final = trunk.details.finalDestination else { return [] }
        do throws(CallStop) {
            switch final.place {
            case .number(let number):
                try turn(to: "\(number), the final destination of trunk \(trunk.id)")
                return try destination(of: number, dialled: number.e164, by: .account, from: who).stages
            case .name(let name):
                guard let found = try self.user(named: name, realm: facts.domain) else {
                    throw refuse(.nobody, "no user \(name) in \(facts.domain)")
                }
                return [[target(found, from: who)]]
            case .hop(let name, let target):
                let hop = CallHop(user: name ?? user, target: target)
                return [
                    [
                        CallTarget(
                            place: .hop(hop), caller: shown, media: MediaDemand(), trunk: trunk.id,
                            name: "final destination of trunk \(trunk.id) at \(target)")
                    ]
                ]
            }
        } catch {
            guard case .refused(let refusal) = error, refusal.cause != .loop else { throw error }
            note(.where, "the final destination \(final) is passed over: \(refusal.detail)")
            return []
        }
    }
}

extension TrunkDetails {
    /// Whether callers' names are shown on calls to a number: as the number says unless the trunk enforces its own word.
    fileprivate func displaysName(to entry: InventoryNumber) -> Bool {
        guard let callingName else { return entry.settings.displaysName ?? true }
        return callingName.enforced ? callingName.display : entry.settings.displaysName ?? callingName.display
    }
}

extension FinalDestination {
    enum Place: Equatable {
        case number(TelephoneNumber)
        /// A user of the account's default domain.
        case name(String)
        /// The user of the Request-URI, where it names one, and the host.
        case hop(String?, CarrierTarget)
    }

    /// What the text means.
    var place: Place {
        if let number = TelephoneNumber(text) { return .number(number) }
        if let hop = CallHop(text), text.contains("@") { return .hop(hop.user, hop.target) }
        return HostName(text) == nil ? .name(text) : .hop(nil, CarrierTarget(host: text.lowercased()))
    }
}

extension CallHop {
    /// From `user@host`, `host` or a SIP URI, with a port and `transport` if need be; other parameters are passed over.
    init?(_ text: String) {
        var rest = text[...]
        var isSecure = false
        for scheme in ["sips:", "sip:"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            isSecure = scheme == "sips:"
            break
        }
        let parts = rest.prefix { $0 != "?" }.split(separator: ";", omittingEmptySubsequences: false)
        guard let place = parts.first else { return nil }
        let user = place.lastIndex(of: "@").map { place[..<$0] } ?? ""
        let host = place.lastIndex(of: "@").map { place[place.index(after: $0)...] } ?? place
        let transport = parts.dropFirst().map { $0.lowercased() }.first { $0.hasPrefix("transport=") }
        guard
            let target = CarrierTarget(Substring((isSecure ? "sips:" : "") + host + (transport.map { ";\($0)" } ?? "")))
        else { return nil }
        self.init(user: String(user), target: target)
    }
}
