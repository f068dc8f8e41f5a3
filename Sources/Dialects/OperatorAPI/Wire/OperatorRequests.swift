import Provisioning

/// The JSON bodies that `/v1` reads. Each is parsed into values of the model in one place, with every fault named.
extension OperatorWire {
    package struct NewAccount: Codable, Sendable {
        package var name: String?
        package var domain: String?
        package var features: [String]?
        package var trafficCeiling: String?
        package var country: String?

        package init(
            name: String?, domain: String? = nil, features: [String]? = nil, trafficCeiling: String? = nil,
            country: String? = nil
        ) {
            self.name = name
            self.domain = domain
            self.features = features
            self.trafficCeiling = trafficCeiling
            self.country = country
        }

        func parse() throws(ProvisioningError) -> AccountDraft {
            var faults = FaultCollector()
            let features = faults.features(features, field: "features")
            let ceiling = faults.traffic(trafficCeiling)
            let name = faults.required(name, field: "name")
            try faults.finish()
            var draft = AccountDraft(name: name, domain: domain)
            if let features { draft.features = features }
            if let ceiling { draft.ceiling = ceiling }
            if let country { draft.country = country }
            return draft
        }
    }

    package struct AccountChange: Codable, Sendable {
        package var enable: [String]?
        package var disable: [String]?
        package var trafficCeiling: String?

        package init(enable: [String]? = nil, disable: [String]? = nil, trafficCeiling: String? = nil) {
            self.enable = enable
            self.disable = disable
            self.trafficCeiling = trafficCeiling
        }

        func parse() throws(ProvisioningError)
            -> (enable: Set<ProductFeature>, disable: Set<ProductFeature>, ceiling: TrafficClass?)
        {
            var faults = FaultCollector()
            let enable = faults.features(enable, field: "enable") ?? []
            let disable = faults.features(disable, field: "disable") ?? []
            let ceiling = faults.traffic(trafficCeiling)
            try faults.finish()
            return (enable, disable, ceiling)
        }
    }

    package struct NewCaller: Codable, Sendable {
        package var name: String?
        package var role: String?
        package var password: String?

        package init(name: String?, role: String? = nil, password: String?) {
            self.name = name
            self.role = role
            self.password = password
        }

        func parse() throws(ProvisioningError) -> (name: String, role: Role, password: Secret<String>) {
            var faults = FaultCollector()
            let name = faults.required(name, field: "name")
            let password = faults.password(password)
            let role = faults.one(of: Role.self, role, field: "role") ?? .administrator
            try faults.finish()
            return (name, role, password)
        }
    }

    package struct NewPassword: Codable, Sendable {
        package var password: String?

        package init(password: String?) { self.password = password }

        func parse() throws(ProvisioningError) -> Secret<String> {
            var faults = FaultCollector()
            let password = faults.password(password)
            try faults.finish()
            return password
        }
    }

    package struct NewDomain: Codable, Sendable {
        package var name: String?
        package var description: String?
        package var isDefault: Bool?

        package init(name: String?, description: String? = nil, isDefault: Bool? = nil) {
            self.name = name
            self.description = description
            self.isDefault = isDefault
        }

        func parse() throws(ProvisioningError) -> (name: String, description: String?, isDefault: Bool) {
            var faults = FaultCollector()
            let name = faults.required(name, field: "name")
            try faults.finish()
            return (name, description, isDefault ?? false)
        }
    }

    /// A credential with the password it is to have, which Demarc hashes, or with the hashes themselves.
    package struct NewCredential: Codable, Sendable {
        package var userName: String?
        package var domain: String?
        package var realm: String?
        package var password: String?
        package var hash1: String?
        package var hash1b: String?

        package init(
            userName: String?, domain: String? = nil, realm: String? = nil, password: String? = nil,
            hash1: String? = nil, hash1b: String? = nil
        ) {
            self.userName = userName
            self.domain = domain
            self.realm = realm
            self.password = password
            self.hash1 = hash1
            self.hash1b = hash1b
        }

        enum Command {
            case hashed(CredentialDraft)
            case withPassword(CredentialName, Secret<String>, realm: String?)
        }

        func parse() throws(ProvisioningError) -> Command {
            var faults = FaultCollector()
            let userName = faults.required(userName, field: "userName")
            if hash1 != nil, password == nil {
                try faults.finish()
                return .hashed(
                    CredentialDraft(userName: userName, domain: domain, hash1: hash1, hash1b: hash1b, realm: realm))
            }
            let password = faults.password(password)
            try faults.finish()
            return .withPassword(CredentialName(userName: userName, domain: domain), password, realm: realm)
        }
    }

    package struct NewNumbers: Codable, Sendable {
        package var numbers: [String]?

        package init(numbers: [String]?) { self.numbers = numbers }

        func parse() throws(ProvisioningError) -> [String] {
            var faults = FaultCollector()
            if numbers?.isEmpty ?? true { _ = faults.required(nil, field: "numbers") }
            if let count = numbers?.count, count > OperatorLimits.numbersPerRequest {
                faults.add(
                    .valueInvalid, "numbers", ["numbers", "\(count), at most \(OperatorLimits.numbersPerRequest)"])
            }
            try faults.finish()
            return numbers ?? []
        }
    }

    /// Sends a number's calls to a trunk, a user or an application, or nowhere when none is named.
    package struct NumberChange: Codable, Sendable {
        package var trunk: Int64?
        /// `name` or `name@domain`.
        package var user: String?
        package var application: Int64?

        package init(trunk: Int64?, user: String? = nil, application: Int64? = nil) {
            self.trunk = trunk
            self.user = user
            self.application = application
        }

        func parse() throws(ProvisioningError) -> Numbers.Assignment {
            guard [trunk != nil, user != nil, application != nil].count(where: \.self) <= 1 else {
                throw ProvisioningError(.onlyOneOf, "trunk, user, application")
            }
            if let trunk { return .trunk(TrunkID(rawValue: trunk)) }
            if let user { return .user(user) }
            return application.map { .application(CallApplicationID(rawValue: $0)) } ?? .nothing
        }
    }
}

/// Collects the faults of one body, so that the answer names all of them.
private struct FaultCollector {
    private var faults: [Fault] = []

    mutating func add(_ rule: Rule, _ field: String, _ values: [String]) {
        faults.append(Fault(rule, field: field, values: values))
    }

    mutating func required(_ value: String?, field: String) -> String {
        guard let value, !value.allSatisfy(\.isWhitespace) else {
            add(.elementRequired, field, [field])
            return ""
        }
        return value
    }

    mutating func password(_ value: String?) -> Secret<String> {
        let text = required(value, field: "password")
        if text.utf8.count > OperatorLimits.passwordBytes {
            add(.valueInvalid, "password", ["password", "<redacted>"])
        }
        return Secret(text)
    }

    mutating func one<Value: RawRepresentable<String> & CaseIterable>(
        of type: Value.Type, _ text: String?, field: String
    ) -> Value? {
        guard let text else { return nil }
        let value = Value(rawValue: text)
        if value == nil { add(.valueInvalid, field, [field, text, Value.choices]) }
        return value
    }

    mutating func traffic(_ text: String?) -> TrafficClass? {
        guard let text else { return nil }
        let value = TrafficClass(rawValue: text.uppercased())
        if value == nil { add(.trafficClassInvalid, "trafficCeiling", [text]) }
        return value
    }

    mutating func features(_ names: [String]?, field: String) -> Set<ProductFeature>? {
        guard let names else { return nil }
        var features = Set<ProductFeature>()
        for name in names {
            guard let feature = ProductFeature.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
            else {
                add(.featureUnknown, field, [name])
                continue
            }
            features.insert(feature)
        }
        return features
    }

    func finish() throws(ProvisioningError) {
        if !faults.isEmpty { throw ProvisioningError(faults) }
    }
}
