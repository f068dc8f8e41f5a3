extension Trunks {
    /// Every trunk of the account.
    package func list(by caller: Caller) async throws(ProvisioningError) -> [Trunk] {
        try await store.read { (store) throws(ProvisioningError) in try store.trunks(of: caller.account) }
    }

    /// Says over what calls of one direction travel; an application takes the place of every host for voice.
    ///
    /// Throws `trunkUnknown`, `httpVoiceNotEnabled`.
    package func setVoice(
        _ settings: VoiceSettings, for direction: VoiceDirection, of id: TrunkID, in site: SiteID, by caller: Caller
    ) async throws(ProvisioningError) {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            var trunk = try store.requirePlacedTrunk(id, in: site, of: caller.account)
            if settings != .sip {
                guard try store.requireAccount(caller.account).features.contains(.httpVoice) else {
                    throw ProvisioningError(.httpVoiceNotEnabled)
                }
                trunk.details.voiceHosts = []
                trunk.details.voiceHostGroups = []
                trunk.details.terminationHosts = []
            }
            trunk.voice[direction] = settings
            try store.update(trunk)
        }
    }

    /// The trunk's termination hosts with their ids. Throws `trunkUnknown`.
    package func gateways(of id: TrunkID, in site: SiteID, by caller: Caller) async throws(ProvisioningError)
        -> [TerminationGateway]
    {
        try await store.read { (store) throws(ProvisioningError) in
            _ = try store.requirePlacedTrunk(id, in: site, of: caller.account)
            return try store.gateways(of: id, account: caller.account)
        }
    }
}
