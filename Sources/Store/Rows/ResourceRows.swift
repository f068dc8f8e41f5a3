import GRDB
import Provisioning

extension SQLReader {
    func resource(_ id: UniqueID, of account: AccountID) throws(ProvisioningError) -> CallResource? {
        try row(
            "\(CallResource.query) WHERE r.uid = ? AND r.account = ?", [id.description, account.rawValue],
            CallResource.init)
    }

    func resources(of account: AccountID, kind: CallResource.Kind?, _ query: ListQuery)
        throws(ProvisioningError) -> ListPage<CallResource>
    {
        try page(
            "\(CallResource.query) WHERE r.account = ? AND kind = ifnull(?, kind)", id: "r.id",
            [account.rawValue, kind?.rawValue], query, CallResource.init)
    }

    func addressee(_ address: UniqueID, of account: AccountID) throws(ProvisioningError) -> Addressee? {
        let ids = try row(
            "SELECT subscriber, resource FROM fabric_address WHERE uid = ? AND account = ?",
            [address.description, account.rawValue]
        ) { (subscriber: $0[0] as Int64?, resource: $0[1] as Int64?) }
        return try ids.map { (ids) throws(ProvisioningError) in
            try addressee(subscriber: ids.subscriber, resource: ids.resource, of: account)
        }
    }

    func addressees(of account: AccountID, _ query: ListQuery) throws(ProvisioningError) -> ListPage<Addressee> {
        try page(
            "SELECT id, subscriber, resource FROM fabric_address WHERE account = ?", id: "id", [account.rawValue], query
        ) { (row) throws(ProvisioningError) in
            try addressee(subscriber: row[1], resource: row[2], of: account)
        }
    }

    /// Throws `unavailable` for a row that no version of ours wrote.
    private func addressee(subscriber: Int64?, resource: Int64?, of account: AccountID)
        throws(ProvisioningError) -> Addressee
    {
        let id: Int64 = subscriber ?? resource ?? 0
        let ids: StatementArguments = [id, account.rawValue]
        if subscriber != nil {
            let found = try row("\(Subscriber.query) WHERE s.id = ? AND s.account = ?", ids, Subscriber.init)
            if let found { return .subscriber(found) }
        } else {
            let found = try row("\(CallResource.query) WHERE r.id = ? AND r.account = ?", ids, CallResource.init)
            if let found { return .resource(found) }
        }
        throw ProvisioningError(.unavailable)
    }
}

extension SQLiteTransaction {
    func insertResource(_ kind: CallResource.Kind, _ details: CallResourceDetails, account: AccountID)
        throws(ProvisioningError) -> CallResource
    {
        let (uniqueID, content, address) = (UniqueID.random(), UniqueID.random(), UniqueID.random())
        let id = try insert(
            """
            INSERT INTO call_resource (
                name, target, ciphers, codecs, encryption, updated_at, account, uid, content, kind, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            details.columns + [now.milliseconds, account.rawValue, uniqueID.description, content.description]
                + [kind.rawValue, now.milliseconds],
            else: [.reference: ProvisioningError(.accountUnknown, "\(account)")])
        try run(
            "INSERT INTO fabric_address (account, uid, resource) VALUES (?, ?, ?)",
            [account.rawValue, address.description, id])
        let resource = CallResource(
            id: CallResourceID(rawValue: id), account: account, uniqueID: uniqueID, content: content,
            address: address, kind: kind, details: details, createdAt: now, updatedAt: now)
        try record(.resource(resource), .created, account: account)
        return resource
    }

    func update(_ resource: CallResource) throws(ProvisioningError) -> CallResource {
        var changed = resource
        changed.updatedAt = now
        let count = try run(
            """
            UPDATE call_resource SET name = ?, target = ?, ciphers = ?, codecs = ?, encryption = ?, updated_at = ?
            WHERE id = ? AND account = ?
            """,
            resource.details.columns + [now.milliseconds, resource.id.rawValue, resource.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.resourceUnknown, "\(resource.uniqueID)") }
        try record(.resource(changed), .updated, account: resource.account)
        return changed
    }

    func delete(_ resource: CallResource) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM call_resource WHERE id = ? AND account = ?",
            [resource.id.rawValue, resource.account.rawValue],
            else: [.reference: ProvisioningError(.resourceInUse, "\(resource.uniqueID)")])
        guard count == 1 else { throw ProvisioningError(.resourceUnknown, "\(resource.uniqueID)") }
        try record(.resourceDeleted(resource), .deleted, account: resource.account)
    }
}

extension CallResource {
    fileprivate static let query = """
        SELECT r.id, r.account, r.uid, content, a.uid, kind, name, target, ciphers, codecs, encryption, created_at,
            updated_at
        FROM call_resource AS r JOIN fabric_address AS a ON a.resource = r.id
        """

    fileprivate init(_ row: Row) throws(ProvisioningError) {
        let hasMedia = row[8] as String? != nil
        self.init(
            id: CallResourceID(rawValue: row[0]), account: AccountID(rawValue: row[1]), uniqueID: try row.uniqueID(2),
            content: try row.uniqueID(3), address: try row.uniqueID(4), kind: try row.value(5, as: Kind.self),
            details: CallResourceDetails(
                name: row[6], target: SIPTarget(stored: row[7]), media: hasMedia ? try row.media(8) : nil),
            createdAt: row.timestamp(11), updatedAt: row.timestamp(12))
    }
}

extension CallResourceDetails {
    /// Name, target, ciphers, codecs, encryption.
    fileprivate var columns: StatementArguments {
        let none: StatementArguments = [nil, nil, nil]
        return [name, target.text] + (media?.columns ?? none)
    }
}
