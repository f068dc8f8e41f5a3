/// On whose word a call leaves for the telephone network.
enum CallAuthority {
    /// Whoever calls asked for it.
    case caller(CallingParty)
    /// The account provisioned that calls go there: a call forward, a rule, a final destination.
    case account
}

extension CallPlanner {
    /// Throws the refusal of a call that may not leave for the telephone network.
    ///
    /// In this order: the account's product, whether the caller may at all, the class, the country.
    mutating func requireNetwork(_ number: TelephoneNumber, by authority: CallAuthority) throws(CallStop) {
        let product = attempt.media == .message ? ProductFeature.messaging : .termination
        guard facts.account.features.contains(product) else {
            throw refuse(.noProduct, "the account does not have \(product.rawValue)")
        }
        let ceiling = facts.account.trafficCeiling
        let traffic = min(try traffic(of: authority), ceiling)
        let country = facts.account.country
        guard traffic.holds(number, country: country) else {
            throw refuse(.classTooLow, "\(traffic.rawValue) does not hold \(number) for \(country)")
        }
        if let allowed = facts.settings.countries, Set(allowed).isDisjoint(with: number.countries) {
            let countries = number.countries.joined(separator: ", ")
            throw refuse(.countryNotAllowed, "\(number) is in \(countries.isEmpty ? "no country" : countries)")
        }
        note(.may, "the telephone network as far as \(traffic.rawValue)")
    }

    /// The class that somebody's calls have.
    private mutating func traffic(of authority: CallAuthority) throws(CallStop) -> TrafficClass {
        guard case .caller(let who) = authority else {
            note(.may, "the account says so")
            return .all
        }
        switch who {
        case .user(let user):
            guard let endpoint = user.endpoint else {
                guard let granted = user.grant?.traffic else {
                    throw refuse(.notGranted, "\(user.aor) has no grant (demarc grant set)")
                }
                note(.may, "\(user.aor) has a grant of \(granted.rawValue)")
                return granted
            }
            return min(try traffic(of: endpoint), user.grant?.traffic ?? .all)
        case .trunk(let trunk, let host, let grant):
            let traffic = min(host ?? .all, grant?.traffic ?? .all)
            note(.may, "the host of trunk \(trunk.id) has \(host?.rawValue ?? "the account's ceiling")")
            return traffic
        case .registration(let registration):
            throw refuse(.notGranted, "calls that come over registration \(registration.id) go to the account only")
        }
    }

    /// An endpoint's by its call handler: what nobody decided is a call within the country.
    private mutating func traffic(of endpoint: SIPEndpointSettings) throws(CallStop) -> TrafficClass {
        let policy = SIPEndpointPolicy(of: endpoint, in: facts.profile)
        guard policy.handler != .blockPSTN else {
            throw refuse(.blocked, "its call handler is block-pstn")
        }
        guard policy.handlerIsDecided else {
            note(.may, "its call handler is default, and the SIP profile never said more: LITE")
            return .lite
        }
        note(.may, "its call handler is passthrough")
        return .all
    }
}
