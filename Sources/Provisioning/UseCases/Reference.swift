/// How a caller names one resource of its account.
package enum Reference<Resource: Sendable>: Sendable {
    case id(Identifier<Resource>)
    case name(String)
}

/// How a caller names several.
package enum References<Resource: Sendable>: Sendable {
    case all
    case ids([Identifier<Resource>])
    case names([String])

    /// What is named, each once, in the order of the list. Throws for the first that is not there.
    func chosen(
        from list: [Resource], id: (Resource) -> Identifier<Resource>, names: (Resource) -> [String],
        unknownID: ProvisioningError, unknownName: (String) -> ProvisioningError
    ) throws(ProvisioningError) -> [Resource] {
        switch self {
        case .all: return list
        case .ids(let ids):
            let known = Set(list.map(id))
            guard ids.allSatisfy(known.contains) else { throw unknownID }
            return list.filter { ids.contains(id($0)) }
        case .names(let wanted):
            let known = Set(list.flatMap(names))
            if let missing = wanted.first(where: { !known.contains($0) }) { throw unknownName(missing) }
            return list.filter { resource in names(resource).contains(where: wanted.contains) }
        }
    }
}

extension CallApplication {
    /// What it may be called: its name, and its domain.
    var names: [String] { [name, domain.name] }
}

extension ProvisioningReader {
    /// Throws `applicationIDUnknown`, `applicationNameInvalid`.
    func requireApplication(_ reference: Reference<CallApplication>, of account: AccountID) throws(ProvisioningError)
        -> CallApplication
    {
        switch reference {
        case .id(let id):
            guard let application = try application(id, of: account) else {
                throw ProvisioningError(.applicationIDUnknown, field: "application_id", "\(id)")
            }
            return application
        case .name(let name):
            guard let application = try applications(of: account).first(where: { $0.names.contains(name) }) else {
                throw ProvisioningError(.applicationNameInvalid, field: "application_name", name)
            }
            return application
        }
    }

    /// Throws `applicationIDUnknown`, `applicationNameInvalid`.
    func requireApplications(_ references: References<CallApplication>, of account: AccountID)
        throws(ProvisioningError) -> [CallApplication]
    {
        try references.chosen(
            from: applications(of: account), id: \.id, names: \.names,
            unknownID: ProvisioningError(.applicationIDUnknown, field: "application_id"),
            unknownName: { ProvisioningError(.applicationNameInvalid, field: "application_name", $0) })
    }
}
