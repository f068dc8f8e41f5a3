import Provisioning

/// API tokens, and the resources that SIP endpoints' calls can go to.
extension OperatorWire {
    package struct Token: Codable, Sendable, Equatable {
        package var id: Int64
        package var account: Int64
        /// With the account's project id it is what clients sign in with.
        package var name: String
        package var contract: String
        package var scopes: [String]

        init(_ token: APIToken) {
            id = token.id.rawValue
            account = token.account.rawValue
            name = token.name
            contract = token.contract.rawValue
            scopes = token.scopes.map(\.rawValue).sorted()
        }
    }

    /// A token just made; nobody is told its text again.
    package struct CreatedToken: Codable, Sendable, Equatable {
        package var token: Token
        package var project: String
        package var secret: String
    }

    package struct NewToken: Codable, Sendable {
        package var name: String?
        package var contract: String?
        package var scopes: [String]?

        package init(name: String?, contract: String? = nil, scopes: [String]? = nil) {
            self.name = name
            self.contract = contract
            self.scopes = scopes
        }

        func parse() throws(ProvisioningError)
            -> (name: String, contract: APIToken.Contract, scopes: Set<APIToken.Scope>?)
        {
            var faults: [Fault] = []
            let chosen = contract.map { APIToken.Contract(rawValue: $0) } ?? .year2026
            if chosen == nil {
                faults.append(
                    Fault(
                        .valueInvalid, field: "contract",
                        values: ["contract", contract ?? "", APIToken.Contract.choices]))
            }
            let named = scopes?.map { (text: $0, scope: APIToken.Scope(rawValue: $0)) }
            for entry in named ?? [] where entry.scope == nil {
                faults.append(Fault(.listEntryInvalid, field: "scopes", values: ["scopes", entry.text]))
            }
            guard let chosen, faults.isEmpty else { throw ProvisioningError(faults) }
            return (name ?? "", chosen, named.map { Set($0.compactMap(\.scope)) })
        }
    }

    package struct Resource: Codable, Sendable, Equatable {
        package var id: String
        package var kind: String
        package var name: String
        package var target: String

        init(_ resource: CallResource) {
            id = resource.uniqueID.description
            kind = resource.kind.rawValue
            name = resource.details.name
            target = resource.details.target.text
        }
    }

    package struct NewResource: Codable, Sendable {
        package var kind: String?
        package var name: String?
        package var target: String?

        package init(kind: String?, name: String?, target: String?) {
            self.kind = kind
            self.name = name
            self.target = target
        }

        func parse() throws(ProvisioningError) -> (kind: CallResource.Kind, draft: CallResourceDraft) {
            guard let kind = CallResource.Kind(rawValue: kind ?? "") else {
                throw ProvisioningError(.valueInvalid, field: "kind", "kind", kind ?? "", CallResource.Kind.choices)
            }
            var draft = CallResourceDraft()
            draft.name = name
            draft.target = target
            return (kind, draft)
        }
    }
}
