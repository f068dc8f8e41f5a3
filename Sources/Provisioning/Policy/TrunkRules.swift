/// What a trunk may be, given its account, its site and what it was before.
struct TrunkRules {
    let account: Account
    /// The trunk as it is; `nil` on create.
    let existing: Trunk?
    /// The site's default trunk, if it has one.
    let siteDefault: TrunkID?

    static let hostLimit = 10
    static let groupLimit = 5
    /// Masks that a new host may have; IPv6 is ours, the vendor knows IPv4 only.
    static let masksOnCreate = (v4: 20...32, v6: 48...128)
    static let masksOnUpdate = (v4: 24...32, v6: 48...128)

    /// Every broken rule: the shape of the fields, then what the account's features allow, then policy.
    func faults(of details: TrunkDetails, makeDefault: Bool?) -> [Fault] {
        shapeFaults(of: details) + featureFaults(of: details) + policyFaults(of: details, makeDefault: makeDefault)
    }

    /// The details as they are kept: what the account's features do not cover is dropped.
    func kept(_ details: TrunkDetails) -> TrunkDetails {
        var details = details
        if !account.features.contains(.unifiedCommunications) { details.premiseTrunks = nil }
        return details
    }

    /// Whether the trunk is the site's default after the change, or `nil` where the site would have none.
    static func isDefault(_ makeDefault: Bool?, siteDefault: TrunkID?, trunk: TrunkID?) -> Bool? {
        let needsOne = siteDefault == nil || siteDefault == trunk
        switch makeDefault {
        case true: return true
        case false: return needsOne ? nil : false
        case nil: return needsOne
        }
    }
}

// MARK: - Shape

extension TrunkRules {
    private func shapeFaults(of details: TrunkDetails) -> [Fault] {
        textFaults(of: details) + countFaults(of: details) + duplicateFaults(of: details)
            + details.terminationHosts.compactMap(maskFault) + (details.address?.faults(in: "address") ?? [])
    }

    private func textFaults(of details: TrunkDetails) -> [Fault] {
        var faults: [Fault] = []
        if details.name.isBlank {
            faults.append(Fault(.trunkNameRequired, field: "name"))
        } else if details.name.length > 50 {
            faults.append(Fault(.trunkNameTooLong, field: "name", values: [details.name]))
        } else if details.name.hasControls {
            faults.append(Fault(.valueInvalid, field: "name", values: ["PeerName", details.name]))
        }
        if let description = details.description, description.length > 50 {
            faults.append(Fault(.trunkDescriptionTooLong, field: "description", values: [description]))
        } else if let description = details.description, description.hasControls {
            faults.append(Fault(.valueInvalid, field: "description", values: ["Description", description]))
        }
        return faults
    }

    private func countFaults(of details: TrunkDetails) -> [Fault] {
        var faults: [Fault] = []
        if !details.voiceHosts.isEmpty, !details.voiceHostGroups.isEmpty {
            faults.append(Fault(.voiceHostsAndGroups, field: "voiceHostGroups"))
        }
        if details.voiceHosts.count > Self.hostLimit {
            faults.append(Fault(.tooManyVoiceHosts, field: "voiceHosts"))
        }
        if details.voiceHostGroups.count > Self.groupLimit {
            faults.append(Fault(.tooManyVoiceHostGroups, field: "voiceHostGroups"))
        }
        if details.voiceHostGroups.contains(where: { $0.count > Self.hostLimit }) {
            faults.append(Fault(.tooManyVoiceHosts, field: "voiceHostGroups"))
        }
        if details.messagingHosts.count > Self.hostLimit {
            faults.append(Fault(.tooManyMessagingHosts, field: "messagingHosts"))
        }
        if details.terminationHosts.count > Self.hostLimit {
            let count = String(details.terminationHosts.count)
            faults.append(
                Fault(.tooManyTerminationHosts, field: "terminationHosts", values: [count, String(Self.hostLimit)]))
        }
        return faults
    }

    /// Lists that hold one host and port twice, each list named once.
    private func duplicateFaults(of details: TrunkDetails) -> [Fault] {
        func spelled(_ hosts: [HostAndPort]) -> [String] {
            hosts.map { "\($0.host.canonical) \($0.port.map(String.init) ?? "")" }
        }
        let lists: [(field: String, element: String, hosts: [String])] = [
            ("voiceHosts", "VoiceHosts", spelled(details.voiceHosts)),
            ("voiceHostGroups", "VoiceHostGroups", spelled(details.voiceHostGroups.flatMap(\.self))),
            ("messagingHosts", "SmsHosts", details.messagingHosts.map(\.canonical)),
            ("terminationHosts", "TerminationHosts", details.terminationHosts.map { "\($0.network) \($0.port)" }),
        ]
        return lists.filter { Set($0.hosts).count < $0.hosts.count }.map {
            Fault(.duplicateHost, field: $0.field, values: [$0.element])
        }
    }

    private func maskFault(of host: TerminationHost) -> Fault? {
        let network = host.network
        if network.spansIPv4 {
            return Fault(.terminationHostInvalid, field: "terminationHosts", values: ["\(network)"])
        }
        let isKnown = existing?.details.terminationHosts.contains { $0.network == network } ?? false
        let masks = existing == nil || isKnown ? Self.masksOnCreate : Self.masksOnUpdate
        guard !(network.isIPv4 ? masks.v4 : masks.v6).contains(network.prefixLength) else { return nil }
        let rule = existing == nil ? Rule.terminationMaskOnCreate : .terminationMaskOnUpdate
        return Fault(rule, field: "terminationHosts", values: ["\(network)"])
    }
}

// MARK: - Features and policy

extension TrunkRules {
    private func featureFaults(of details: TrunkDetails) -> [Fault] {
        var faults: [Fault] = []
        let features = account.features
        if details.callingName != nil {
            if !features.contains(.callingName) {
                faults.append(Fault(.callingNameNotEnabled, field: "callingName", values: ["\(account.id)"]))
            }
            if features.contains(.dedicatedPrivateNetwork) {
                faults.append(Fault(.callingNameOnPrivateNetwork, field: "callingName"))
            }
        }
        if !details.messagingHosts.isEmpty, !features.contains(.messaging) {
            faults.append(Fault(.messagingNotEnabled, field: "messagingHosts"))
        }
        if !details.terminationHosts.isEmpty {
            if features.isDisjoint(with: [.messaging, .termination]) {
                faults.append(Fault(.terminationNotEnabled, field: "terminationHosts"))
            } else if !features.contains(.termination), details.terminationHosts.contains(where: { $0.traffic != nil })
            {
                faults.append(Fault(.trafficClassNotEnabled, field: "terminationHosts"))
            }
            if features.contains(.dedicatedPrivateNetwork) {
                faults.append(Fault(.terminationOnPrivateNetwork, field: "terminationHosts"))
            }
        }
        if features.contains(.unifiedCommunications) {
            if details.address == nil { faults.append(Fault(.addressRequired, field: "address")) }
            if let count = details.premiseTrunks, count < 1 {
                faults.append(Fault(.premiseTrunksInvalid, field: "premiseTrunks", values: [String(count)]))
            }
        }
        return faults
    }

    private func policyFaults(of details: TrunkDetails, makeDefault: Bool?) -> [Fault] {
        var faults: [Fault] = []
        if account.features.contains(.messaging), existing?.voice.usesHTTP != true,
            details.messagingHosts.isEmpty != details.terminationHosts.isEmpty
        {
            faults.append(Fault(.messagingAndTerminationHosts))
        }
        for host in details.terminationHosts where (host.traffic ?? .lite) > account.trafficCeiling {
            let values = ["\(host.network)", String(host.port)]
            faults.append(Fault(.trafficClassTooHigh, field: "terminationHosts", values: values))
        }
        if Self.isDefault(makeDefault, siteDefault: siteDefault, trunk: existing?.id) == nil {
            faults.append(Fault(.defaultTrunkRequired, field: "isDefault"))
        }
        return faults
    }

    /// Hosts for voice, for a trunk whose calls an application has.
    static func httpVoiceFaults(of details: TrunkDetails) -> [Fault] {
        let lists: [(field: String, element: String, isEmpty: Bool)] = [
            ("voiceHosts", "VoiceHosts", details.voiceHosts.isEmpty),
            ("voiceHostGroups", "VoiceHostGroups", details.voiceHostGroups.isEmpty),
            ("terminationHosts", "TerminationHosts", details.terminationHosts.isEmpty),
        ]
        return lists.filter { !$0.isEmpty }.map { Fault(.hostsOnHTTPVoice, field: $0.field, values: [$0.element]) }
    }
}
