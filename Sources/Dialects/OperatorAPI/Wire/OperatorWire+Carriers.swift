import Provisioning

extension OperatorWire {
    package struct Carrier: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var name: String
        package var kind: String
        package var destination: String
        package var proxy: String
        package var userName: String
        package var hasPassword: Bool
        package var calledPrefix: String
        package var calledDialPlan: String
        package var callerDialPlan: String
        package var codecs: [String]
        package var dtmf: String
        /// `nil` for no limit.
        package var maximumCalls: Int?
        package var failPercent: Int
        /// Why routing passes over it; `nil` for one that calls go to.
        package var skipped: String?
    }

    package struct Route: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        package var calledPrefix: String
        package var callerPrefix: String
        package var media: String
        /// Ids of carriers, or `least cost`, in the order in which they are tried.
        package var choices: [String]
        package var description: String
    }

    /// Read and written alike.
    package struct DialPlan: Codable, Sendable, Equatable {
        package var name: String
        package var international: String
        package var countryCode: String?
        package var national: String?
        package var isDefault: Bool

        package init(
            name: String, international: String, countryCode: String?, national: String?, isDefault: Bool
        ) {
            self.name = name
            self.international = international
            self.countryCode = countryCode
            self.national = national
            self.isDefault = isDefault
        }

        func parse() throws(ProvisioningError) -> Provisioning.DialPlan {
            guard (countryCode == nil) == (national == nil) else {
                throw ProvisioningError(.dialPlanInvalid, field: "national", name)
            }
            let form = countryCode.map { Provisioning.DialPlan.National(countryCode: $0, prefix: national ?? "") }
            return Provisioning.DialPlan(
                name: name, international: international, national: form, isDefault: isDefault)
        }
    }

    /// Read and written alike.
    package struct Currency: Codable, Sendable, Equatable {
        package var code: String
        package var isDefault: Bool

        package init(code: String, isDefault: Bool) {
            self.code = code
            self.isDefault = isDefault
        }

        func parse() -> CostCurrency { CostCurrency(code: code, isDefault: isDefault) }
    }
}

extension OperatorWire.Carrier {
    init(_ carrier: Provisioning.Carrier) {
        let details = carrier.details
        self.init(
            id: carrier.id.rawValue, account: carrier.account.rawValue, name: details.name,
            kind: details.kind.rawValue, destination: details.destination.text, proxy: details.proxy.text,
            userName: details.userName, hasPassword: carrier.sealedPassword != nil,
            calledPrefix: details.calledPrefix, calledDialPlan: details.calledDialPlan,
            callerDialPlan: details.callerDialPlan, codecs: details.codecs.map(\.rawValue),
            dtmf: details.dtmf.rawValue, maximumCalls: details.maximumCalls, failPercent: details.failPercent,
            skipped: details.unroutable?.description)
    }
}

extension OperatorWire.Route {
    init(_ route: CarrierRoute) {
        let details = route.details
        self.init(
            id: route.id.rawValue, account: route.account.rawValue, calledPrefix: details.called.prefix,
            callerPrefix: details.callerPrefix, media: details.media.rawValue,
            choices: details.choices.compactMap { choice in
                switch choice {
                case .none: nil
                case .leastCost: "least cost"
                case .carrier(let id): "\(id)"
                }
            },
            description: details.description)
    }
}

extension OperatorWire.DialPlan {
    init(_ plan: Provisioning.DialPlan) {
        self.init(
            name: plan.name, international: plan.international, countryCode: plan.national?.countryCode,
            national: plan.national?.prefix, isDefault: plan.isDefault)
    }
}

extension OperatorWire.Currency {
    init(_ currency: CostCurrency) { self.init(code: currency.code, isDefault: currency.isDefault) }
}
