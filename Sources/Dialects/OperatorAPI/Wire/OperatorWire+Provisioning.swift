import Provisioning

extension OperatorWire.Account {
    init(_ account: Provisioning.Account) {
        self.init(
            id: account.id.rawValue, project: account.project, name: account.name,
            features: account.features.map(\.rawValue).sorted(), trafficCeiling: account.trafficCeiling.rawValue,
            country: account.country, status: account.status.rawValue)
    }
}

extension OperatorWire.Caller {
    init(_ caller: Provisioning.Caller) {
        self.init(
            id: caller.id.rawValue, account: caller.account.rawValue, name: caller.name, role: caller.role.rawValue)
    }
}

extension OperatorWire.Domain {
    init(_ domain: SIPDomain) {
        self.init(
            id: domain.id.rawValue, account: domain.account.rawValue, name: domain.name,
            description: domain.description, isDefault: domain.isDefault)
    }
}

extension OperatorWire.Site {
    init(_ site: Provisioning.Site) {
        self.init(
            id: site.id.rawValue, account: site.account.rawValue, name: site.details.name,
            description: site.details.description)
    }
}

extension OperatorWire.Trunk {
    init(_ trunk: Provisioning.Trunk) {
        let groups = trunk.details.voiceHostGroups.flatMap(\.self)
        self.init(
            id: trunk.id.rawValue, account: trunk.account.rawValue, site: trunk.site.rawValue,
            name: trunk.details.name, isDefault: trunk.details.isDefault,
            voiceHosts: (trunk.details.voiceHosts + groups).map(Self.text),
            terminationHosts: trunk.details.terminationHosts.map(OperatorWire.TerminationHost.init),
            finalDestination: trunk.details.finalDestination?.text)
    }

    private static func text(_ host: HostAndPort) -> String {
        guard let port = host.port else { return host.host.text }
        return host.host.text.contains(":") ? "[\(host.host.text)]:\(port)" : "\(host.host.text):\(port)"
    }
}

extension OperatorWire.TerminationHost {
    init(_ host: Provisioning.TerminationHost) {
        self.init(network: host.network.description, port: host.port, traffic: host.traffic?.rawValue)
    }
}

extension OperatorWire.Credential {
    init(_ credential: Provisioning.Credential) {
        self.init(
            id: credential.id.rawValue, account: credential.account.rawValue, name: credential.name.composite,
            realm: credential.realm, algorithms: credential.hashes.sha256 == nil ? ["MD5"] : ["SHA-256", "MD5"])
    }
}

extension OperatorWire.Number {
    init(_ number: InventoryNumber) {
        self.init(
            number: number.number.e164, account: number.account.rawValue, trunk: number.trunk?.rawValue)
        switch number.destination {
        case .user(let id): user = id.rawValue
        case .application(let id): application = id.rawValue
        case nil: break
        }
    }
}

extension OperatorWire.Totals {
    init(_ totals: StoreTotals) {
        self.init(
            accounts: totals.accounts, sites: totals.sites, trunks: totals.trunks, credentials: totals.credentials,
            domains: totals.domains, numbers: totals.numbers, lastChange: totals.lastChange)
    }
}
