import Provisioning

/// Calls, as `/v1` says them; times in milliseconds since 1970, amounts as exact decimals.
extension OperatorWire {
    /// What a call would come to.
    package struct RouteExplanation: Codable, Sendable, Equatable {
        /// Missing for a call that is refused.
        package var stages: [[RouteTarget]]?
        /// Missing for a call that is planned.
        package var refusal: RouteRefusal?
        /// What was called, as routing knows it.
        package var called: String?
        package var isEmergency: Bool
        package var steps: [RouteStep]
    }

    package struct RouteTarget: Codable, Sendable, Equatable {
        package var name: String
        /// Where the request goes: an AOR, a host, or a registration.
        package var place: String
        /// The user of the Request-URI.
        package var user: String
        package var caller: String
        package var callerName: String
        package var assertedIdentity: String?
        package var privacy: Bool
        package var remoteParty: String?
        package var codecs: [String]?
        package var limits: [String]
    }

    package struct RouteRefusal: Codable, Sendable, Equatable {
        package var status: Int
        package var reason: String
        package var cause: String
        package var detail: String
    }

    package struct RouteStep: Codable, Sendable, Equatable {
        package var question: String
        package var text: String
    }

    /// What holds for an account's calls; read and written alike.
    package struct CallSettings: Codable, Sendable, Equatable {
        package var countryCode: String?
        package var nationalPrefix: String?
        package var internationalPrefixes: [String]?
        package var emergencyNumbers: [String]?
        /// Missing is every country.
        package var countries: [String]?
        package var calls: Int?
        package var perSecond: Int?
        package var dailySpend: String?
        package var recordDays: Int?
        /// `direct`, `auto` or `always`.
        package var media: String?

        package init() {}
    }

    /// What a user or trunk was granted.
    package struct CallGrant: Codable, Sendable, Equatable {
        /// `user` or `trunk`.
        package var kind: String
        package var id: Int64
        package var name: String
        package var traffic: String?
        package var calls: Int?
        package var perSecond: Int?
        package var dailySpend: String?
        package var isEnabled: Bool
        package var transports: [String]
    }

    /// What to grant: all of it takes the place of what was.
    package struct NewCallGrant: Codable, Sendable {
        package var traffic: String?
        package var calls: Int?
        package var perSecond: Int?
        package var dailySpend: String?
        package var isEnabled: Bool?
        package var transports: [String]?

        package init() {}
    }

    /// One leg of a call.
    package struct CallLeg: Codable, Sendable, Equatable {
        /// The number of the first leg's row, which the next page begins behind; missing elsewhere.
        package var row: Int64?
        package var call: String
        package var position: Int
        /// Who the caller was proved to be: `user 5`, `trunk 7`, `registration 9`.
        package var identity: String
        package var from: String
        package var to: String
        package var party: String
        package var started: Int64
        package var rang: Int64?
        package var answered: Int64?
        package var ended: Int64?
        package var status: Int
        package var cause: String
        package var carrier: Int64?
        package var cost: String?
        package var currency: String?
    }
}

// MARK: - Shown

extension OperatorWire.RouteExplanation {
    init(_ decision: CallDecision) {
        let (plan, refusal) = (decision.plan, decision.refusal)
        self.init(
            stages: plan.map { $0.stages.map { $0.map(OperatorWire.RouteTarget.init) } },
            refusal: refusal.map {
                OperatorWire.RouteRefusal(
                    status: $0.status, reason: $0.reason, cause: $0.cause.rawValue, detail: $0.detail)
            },
            called: plan?.called, isEmergency: plan?.isEmergency ?? false,
            steps: decision.steps.map {
                OperatorWire.RouteStep(question: $0.question.rawValue, text: $0.text)
            })
    }
}

extension OperatorWire.RouteTarget {
    init(_ target: CallTarget) {
        let (place, user): (String, String) =
            switch target.place {
            case .user(_, let aor): (aor, "")
            case .hop(let hop):
                (hop.target.description + (hop.proxy.map { " by way of \($0)" } ?? ""), hop.user)
            case .registration(let id, let user): ("registration \(id)", user)
            }
        let caller = target.caller
        self.init(
            name: target.name, place: place, user: user, caller: caller.isAnonymous ? "anonymous" : caller.user,
            callerName: caller.displayName, assertedIdentity: caller.assertedUser, privacy: caller.sendsPrivacy,
            remoteParty: caller.remotePartyUser, codecs: target.media.codecs?.map(\.name),
            limits: target.limits.map { "\($0.scope): \($0.caps.calls.map(String.init) ?? "any") calls" })
    }
}

extension OperatorWire.CallSettings {
    init(_ settings: Provisioning.CallSettings) {
        self.init()
        countryCode = settings.countryCode
        nationalPrefix = settings.nationalPrefix
        internationalPrefixes = settings.internationalPrefixes
        emergencyNumbers = settings.emergencyNumbers
        countries = settings.countries
        calls = settings.caps.calls
        perSecond = settings.caps.perSecond
        dailySpend = settings.caps.dailySpend?.description
        recordDays = settings.recordDays
        media = settings.media.rawValue
    }

    /// Everything that is not said is as nobody had said anything.
    func parse(of account: AccountID) throws(ProvisioningError) -> Provisioning.CallSettings {
        var settings = Provisioning.CallSettings(account: account)
        settings.countryCode = countryCode
        settings.nationalPrefix = nationalPrefix
        settings.internationalPrefixes = internationalPrefixes
        settings.emergencyNumbers = emergencyNumbers ?? []
        settings.countries = countries?.map { $0.uppercased() }
        settings.caps = CallCaps(calls: calls, perSecond: perSecond, dailySpend: try CostAmount.spend(dailySpend))
        settings.recordDays = recordDays ?? settings.recordDays
        if let media {
            guard let value = MediaRouting(rawValue: media.lowercased()) else {
                throw ProvisioningError(.valueInvalid, field: "media", "media", media, MediaRouting.choices)
            }
            settings.media = value
        }
        return settings
    }
}

extension OperatorWire.CallGrant {
    init(_ named: CallGrants.Named) {
        let grant = named.grant
        let (kind, id): (String, Int64) =
            switch grant.subject {
            case .user(let id): ("user", id.rawValue)
            case .trunk(let id): ("trunk", id.rawValue)
            }
        self.init(
            kind: kind, id: id, name: named.name, traffic: grant.traffic?.rawValue, calls: grant.caps.calls,
            perSecond: grant.caps.perSecond, dailySpend: grant.caps.dailySpend?.description,
            isEnabled: grant.isEnabled, transports: grant.transports.map(\.rawValue).sorted())
    }
}

extension OperatorWire.NewCallGrant {
    func parse(for subject: CallGrantDraft.Subject) throws(ProvisioningError) -> CallGrantDraft {
        var draft = CallGrantDraft(subject)
        if let traffic {
            guard let value = TrafficClass(rawValue: traffic.uppercased()) else {
                throw ProvisioningError(.trafficClassInvalid, field: "traffic", traffic)
            }
            draft.traffic = value
        }
        for name in transports ?? [] {
            guard let transport = CarrierTarget.Transport(rawValue: name.lowercased()) else {
                throw ProvisioningError(
                    .valueInvalid, field: "transports", "transports", name, CarrierTarget.Transport.choices)
            }
            draft.transports.insert(transport)
        }
        draft.caps = CallCaps(calls: calls, perSecond: perSecond, dailySpend: try CostAmount.spend(dailySpend))
        draft.isEnabled = isEnabled ?? true
        return draft
    }
}

extension CostAmount {
    /// Throws `amountInvalid`.
    fileprivate static func spend(_ text: String?) throws(ProvisioningError) -> CostAmount? {
        guard let text else { return nil }
        guard let amount = CostAmount(text) else {
            throw ProvisioningError(.amountInvalid, field: "dailySpend", text)
        }
        return amount
    }
}

extension OperatorWire.CallLeg {
    init(_ leg: Provisioning.CallLeg, row: Int64? = nil) {
        self.init(
            row: row, call: leg.call, position: leg.position, identity: leg.identity.description, from: leg.from,
            to: leg.to,
            party: leg.party, started: leg.started.milliseconds, rang: leg.rang?.milliseconds,
            answered: leg.answered?.milliseconds, ended: leg.ended?.milliseconds, status: leg.status, cause: leg.cause,
            carrier: leg.carrier?.rawValue, cost: leg.cost?.description,
            currency: leg.currency.isEmpty ? nil : leg.currency)
    }
}
