/// Names with a SIP target: what stands for a vendor's applications, and gateways.
///
/// Every call that changes something throws `forbidden` for a caller whose role does not allow it.
package struct CallResources: Sendable {
    let store: any ProvisioningStore

    /// Throws every fault of the draft: `elementRequired`, `textTooLong`, `valueInvalid`, `targetInvalid`.
    package func create(_ kind: CallResource.Kind, _ draft: CallResourceDraft, by caller: Caller)
        async throws(ProvisioningError) -> CallResource
    {
        try caller.requireChange()
        let details = try draft.details(of: kind)
        return try await store.write { (store) throws(ProvisioningError) in
            try store.insertResource(kind, details, account: caller.account)
        }
    }

    /// Throws `resourceUnknown`, for one of another kind as well where a kind is asked for.
    package func get(_ id: String, kind: CallResource.Kind? = nil, by caller: Caller) async throws(ProvisioningError)
        -> CallResource
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.requireResource(id, kind: kind, of: caller.account)
        }
    }

    package func list(_ query: ListQuery, kind: CallResource.Kind? = nil, by caller: Caller)
        async throws(ProvisioningError) -> ListPage<CallResource>
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.resources(of: caller.account, kind: kind, query)
        }
    }

    /// Changes what the draft names. Throws `resourceUnknown`, then as `create`.
    package func update(_ id: String, kind: CallResource.Kind, with draft: CallResourceDraft, by caller: Caller)
        async throws(ProvisioningError) -> CallResource
    {
        try caller.requireChange()
        return try await store.write { (store) throws(ProvisioningError) in
            var resource = try store.requireResource(id, kind: kind, of: caller.account)
            resource.details = try draft.details(of: kind, changing: resource.details)
            return try store.update(resource)
        }
    }

    /// Throws `resourceUnknown`, `resourceInUse`.
    package func delete(_ id: String, kind: CallResource.Kind? = nil, by caller: Caller)
        async throws(ProvisioningError)
    {
        try caller.requireChange()
        try await store.write { (store) throws(ProvisioningError) in
            try store.delete(store.requireResource(id, kind: kind, of: caller.account))
        }
    }

    /// Who or what has that address. Throws `fabricAddressUnknown`.
    package func addressee(_ address: String, by caller: Caller) async throws(ProvisioningError) -> Addressee {
        try await store.read { (store) throws(ProvisioningError) in
            guard let id = UniqueID(address), let addressee = try store.addressee(id, of: caller.account) else {
                throw ProvisioningError(.fabricAddressUnknown, address)
            }
            return addressee
        }
    }

    package func addressees(_ query: ListQuery, by caller: Caller) async throws(ProvisioningError)
        -> ListPage<Addressee>
    {
        try await store.read { (store) throws(ProvisioningError) in
            try store.addressees(of: caller.account, query)
        }
    }
}

/// A resource as a caller described it; what was not said is `nil`.
package struct CallResourceDraft: Sendable {
    package var name: String?
    package var target: String?
    package var ciphers: [MediaPolicy.Cipher]?
    package var codecs: [MediaPolicy.Codec]?
    package var encryption: MediaPolicy.Encryption?
    /// What was wrong with it before it came here.
    package var faults: [Fault] = []

    package init() {}

    /// What the draft makes of the details there are, if any; a gateway has a media policy. Throws every fault.
    func details(of kind: CallResource.Kind, changing old: CallResourceDetails? = nil) throws(ProvisioningError)
        -> CallResourceDetails
    {
        var faults = faults
        func add(_ fault: Fault) {
            if !faults.contains(where: { $0.field == fault.field }) { faults.append(fault) }
        }
        let name = name ?? old?.name ?? ""
        if name.isBlank { add(Fault(.elementRequired, field: "name", values: ["name"])) }
        if name.length > 255 { add(Fault(.textTooLong, field: "name", values: ["name", "255"])) }
        if name.hasControls { add(Fault(.valueInvalid, field: "name", values: ["name", name])) }
        let uri = target ?? old?.target.text ?? ""
        if uri.isBlank { add(Fault(.elementRequired, field: "target", values: ["target"])) }
        let target = SIPTarget(uri)
        if target == nil { add(Fault(.targetInvalid, field: "target", values: [uri])) }
        guard faults.isEmpty, let target else { throw ProvisioningError(faults) }
        guard kind == .gateway else { return CallResourceDetails(name: name, target: target) }
        var media = old?.media ?? MediaPolicy()
        media.ciphers = ciphers ?? media.ciphers
        media.codecs = codecs ?? media.codecs
        media.encryption = encryption ?? media.encryption
        return CallResourceDetails(name: name, target: target, media: media)
    }
}

extension ProvisioningReader {
    /// Throws `resourceUnknown`, for an id that is none as well.
    fileprivate func requireResource(_ id: String, kind: CallResource.Kind?, of account: AccountID)
        throws(ProvisioningError) -> CallResource
    {
        guard let uniqueID = UniqueID(id), let resource = try resource(uniqueID, of: account),
            kind == nil || resource.kind == kind
        else { throw ProvisioningError(.resourceUnknown, id) }
        return resource
    }
}
