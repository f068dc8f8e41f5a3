/// Calls: what becomes of one before it is made, and what became of those that were.
package struct Calls: Sendable {
    let store: any ProvisioningStore
    let now: @Sendable () -> Timestamp

    /// Decides a call by one snapshot of what is provisioned. Throws `unavailable`.
    package func decide(_ attempt: CallAttempt, in surroundings: CallSurroundings) async throws(ProvisioningError)
        -> CallDecision
    {
        try await store.read { (store) throws(ProvisioningError) in
            var random = SystemRandomNumberGenerator()
            return try CallPlanner.decide(attempt, in: surroundings, asking: store, using: &random)
        }
    }

    /// Decides a call that nobody makes, from a user, a trunk or a registration as people write them.
    ///
    /// Throws `accountUnknown`, and `valueInvalid` for a `from` that is nobody of the account.
    package func explain(
        from: String, to called: String, of account: AccountID, isDown: @escaping @Sendable (CarrierTarget) -> Bool,
        isRegistered: @escaping @Sendable (OutboundRegistrationID) -> Bool
    ) async throws(ProvisioningError) -> CallDecision {
        let surroundings = CallSurroundings(now: now(), isDown: isDown, isRegistered: isRegistered)
        return try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            var random = SystemRandomNumberGenerator()
            var attempt = try store.attempt(from: from, account: account)
            (attempt.called, attempt.place) = try store.place(of: called, account: account)
            return try CallPlanner.decide(attempt, in: surroundings, asking: store, using: &random)
        }
    }

    // MARK: Settings

    /// Throws `accountUnknown`.
    package func settings(of account: AccountID) async throws(ProvisioningError) -> CallSettings {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(account)
            return try store.callSettings(of: account)
        }
    }

    /// Sets everything that holds for an account's calls. Throws `accountUnknown`, then every fault of the settings.
    package func set(_ settings: CallSettings) async throws(ProvisioningError) {
        let faults = settings.faults()
        try await store.write { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(settings.account)
            try ProvisioningError.throwAny(faults)
            try store.put(settings)
        }
    }

    // MARK: Records

    /// Keeps legs as they are now; all of them or none.
    package func keep(_ legs: [CallLeg]) async throws(ProvisioningError) {
        guard !legs.isEmpty else { return }
        try await store.write { (store) throws(ProvisioningError) in for leg in legs { try store.put(leg) } }
    }

    /// Ends the records of calls that a crash cut off; returns how many legs there were.
    package func closeInterrupted() async throws(ProvisioningError) -> Int {
        let now = now()
        return try await store.write { (store) throws(ProvisioningError) in
            try store.closeCallLegs(at: now, cause: "server-restarted")
        }
    }

    /// Throws `accountUnknown`.
    package func list(_ query: CallQuery) async throws(ProvisioningError) -> [KeptCallLeg] {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requireAccount(query.account)
            return try store.calls(query)
        }
    }

    /// Every leg of a call. Throws `callUnknown`.
    package func legs(of call: String, account: AccountID) async throws(ProvisioningError) -> [CallLeg] {
        let legs = try await store.read { (store) throws(ProvisioningError) in
            try store.callLegs(of: call, account: account)
        }
        guard !legs.isEmpty else { throw ProvisioningError(.callUnknown, field: "call", call) }
        return legs
    }

    /// What today's calls cost so far, for a start that goes on counting.
    package func spentToday() async throws(ProvisioningError) -> [CallLimit.Scope: CostAmount] {
        let since = Timestamp(milliseconds: now().day * 86_400_000)
        return try await store.read { (store) throws(ProvisioningError) in try store.callsSpent(since: since) }
    }

    /// Forgets records that their accounts keep no longer.
    package func trim() async throws(ProvisioningError) {
        let now = now()
        var removed = Self.batch
        while removed == Self.batch {
            removed = try await store.write { (store) throws(ProvisioningError) in
                try store.removeCallLegs(at: now, limit: Self.batch)
            }
        }
    }

    private static let batch = 1000
}

extension CallSettings {
    fileprivate func faults() -> [Fault] {
        var faults: [Fault] = []
        func check(_ field: String, _ texts: [String], _ isRight: (String) -> Bool) {
            for text in texts where !isRight(text) {
                faults.append(Fault(.valueInvalid, field: field, values: [field, text]))
            }
        }
        func isDigits(_ text: String, upTo limit: Int) -> Bool {
            (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy(\.isASCIIDigit)
        }
        check("countryCode", [countryCode].compactMap(\.self)) { isDigits($0, upTo: 3) && $0.first != "0" }
        check("nationalPrefix", [nationalPrefix].compactMap(\.self)) { $0.isEmpty || isDigits($0, upTo: 5) }
        check("internationalPrefixes", internationalPrefixes ?? []) { isDigits($0, upTo: 8) }
        check("emergencyNumbers", emergencyNumbers) { isDigits($0, upTo: 8) }
        for country in countries ?? [] where !Countries.contains(country) {
            faults.append(Fault(.countryInvalid, field: "countries", values: [country]))
        }
        faults += [Fault(outOf: 1...3650, recordDays, field: "recordDays")].compactMap(\.self)
        return faults + caps.faults()
    }
}

extension CallCaps {
    func faults() -> [Fault] {
        [
            Fault(outOf: 0...1_000_000, calls ?? 0, field: "calls"),
            Fault(outOf: 0...10_000, perSecond ?? 0, field: "perSecond"),
        ].compactMap(\.self)
    }
}

// MARK: - Calls that nobody makes

extension ProvisioningReader {
    /// `user`, `user@domain`, `trunk:ID`, `registration:ID`, the address of a termination host, or a number of the
    /// inventory, which stands for whoever has its calls.
    fileprivate func attempt(from text: String, account: AccountID) throws(ProvisioningError) -> CallAttempt {
        var claim = CallerClaim()
        if let identity = try identity(text, account: account, claim: &claim) {
            return CallAttempt(account: account, identity: identity, called: "", caller: claim)
        }
        throw ProvisioningError(.valueInvalid, field: "from", "from", text)
    }

    private func identity(_ text: String, account: AccountID, claim: inout CallerClaim) throws(ProvisioningError)
        -> CallIdentity?
    {
        if text.hasPrefix("trunk:"), let id = TrunkID(text.dropFirst(6)) {
            return try trunk(id, of: account).map { .trunk(id, host: $0.details.terminationHosts.first?.traffic) }
        }
        if text.hasPrefix("registration:"), let id = OutboundRegistrationID(text.dropFirst(13)) {
            return try outboundRegistration(id, of: account).map { .registration($0.id) }
        }
        if let address = IPAddress(text) { return try identity(of: address, account: account) }
        if text.hasPrefix("+"), let number = TelephoneNumber(text) {
            claim.user = number.e164
            guard let entry = try self.number(number, of: account) else { return nil }
            if case .user(let id) = entry.destination { return .user(id) }
            return try entry.trunk.flatMap { (id) throws(ProvisioningError) in
                try identity("trunk:\(id)", account: account, claim: &claim)
            }
        }
        let (name, place) = try place(of: text, account: account)
        let realm: String
        switch place {
        case .domain(let domain): realm = domain
        case .server: realm = try callAccount(account)?.domain ?? ""
        case .elsewhere: return nil
        }
        return try callUser(named: name, realm: realm, of: account).map { .user($0.credential) }
    }

    /// The trunk with the smallest network around an address.
    private func identity(of address: IPAddress, account: AccountID) throws(ProvisioningError) -> CallIdentity? {
        let hosts = try trunks(of: account).flatMap { trunk in
            trunk.details.terminationHosts.map { (trunk: trunk.id, host: $0) }
        }
        let around = hosts.filter { $0.host.network.contains(address) }
        return around.max { $0.host.network.prefixLength < $1.host.network.prefixLength }
            .map { .trunk($0.trunk, host: $0.host.traffic) }
    }

    /// What stands before and behind the `@`, if there is one.
    fileprivate func place(of text: String, account: AccountID) throws(ProvisioningError) -> (String, CalledPlace) {
        var rest = text[...]
        if rest.lowercased().hasPrefix("sip:") { rest = rest.dropFirst(4) }
        guard let at = rest.lastIndex(of: "@") else { return (String(rest), .server) }
        let host = rest[rest.index(after: at)...].lowercased()
        let isOwn = try domain(named: host, of: account) != nil
        return (String(rest[..<at]), isOwn ? .domain(host) : .elsewhere)
    }
}
