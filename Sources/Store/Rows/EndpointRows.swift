import GRDB
import Provisioning

extension SQLReader {
    func endpoint(_ id: UniqueID, of account: AccountID) throws(ProvisioningError) -> SIPEndpoint? {
        try row(
            "\(SIPEndpoint.query) WHERE e.uid = ? AND e.account = ?", [id.description, account.rawValue],
            SIPEndpoint.init)
    }

    func endpoints(
        of account: AccountID, subscriber: SubscriberID?, matching filter: SIPEndpointFilter, _ query: ListQuery
    ) throws(ProvisioningError) -> ListPage<SIPEndpoint> {
        try page(
            """
            \(SIPEndpoint.query) WHERE e.account = ? AND e.subscriber IS ?
                AND instr(lower(c.composite), lower(?)) > 0 AND instr(lower(e.caller_id), lower(?)) > 0
            """, id: "e.id",
            [account.rawValue, subscriber?.rawValue, filter.userNameFragment, filter.callerIDFragment], query,
            SIPEndpoint.init)
    }

    /// The endpoint that registers with that credential.
    func endpoint(with credential: Credential) throws(ProvisioningError) -> SIPEndpoint? {
        try row(
            "\(SIPEndpoint.query) WHERE e.credential = ? AND e.account = ?",
            [credential.id.rawValue, credential.account.rawValue], SIPEndpoint.init)
    }
}

extension SQLiteTransaction {
    func insertEndpoint(_ settings: SIPEndpointSettings, credential: Credential, subscriber: SubscriberID?)
        throws(ProvisioningError) -> SIPEndpoint
    {
        let account = credential.account
        let uniqueID = UniqueID.random()
        let id = try insert(
            """
            INSERT INTO sip_endpoint (
                caller_id, send_as, ciphers, codecs, encryption, handler, resource, credential, updated_at, account, uid,
                subscriber, created_at)
            VALUES (?, ?, ?, ?, ?, ?, (SELECT id FROM call_resource WHERE uid = ? AND account = ?), ?, ?, ?, ?, ?, ?)
            """,
            settings.columns(of: account) + [credential.id.rawValue, now.milliseconds, account.rawValue]
                + [uniqueID.description, subscriber?.rawValue, now.milliseconds],
            else: [:])
        let address = subscriber == nil ? UniqueID.random() : nil
        if let address {
            try run(
                "INSERT INTO fabric_address (account, uid, endpoint) VALUES (?, ?, ?)",
                [account.rawValue, address.description, id])
        }
        let endpoint = SIPEndpoint(
            id: SIPEndpointID(rawValue: id), account: account, uniqueID: uniqueID, subscriber: subscriber,
            address: address, credential: credential.id, userName: credential.name.composite, settings: settings,
            createdAt: now, updatedAt: now)
        try record(.endpoint(endpoint), .created, account: account)
        return endpoint
    }

    func update(_ endpoint: SIPEndpoint, credential: Credential) throws(ProvisioningError) -> SIPEndpoint {
        let account = endpoint.account
        let count = try run(
            """
            UPDATE sip_endpoint
            SET caller_id = ?, send_as = ?, ciphers = ?, codecs = ?, encryption = ?, handler = ?,
                resource = (SELECT id FROM call_resource WHERE uid = ? AND account = ?), credential = ?, updated_at = ?
            WHERE id = ? AND account = ?
            """,
            endpoint.settings.columns(of: account) + [credential.id.rawValue, now.milliseconds]
                + [endpoint.id.rawValue, account.rawValue])
        guard count == 1 else { throw ProvisioningError(.endpointUnknown, "\(endpoint.uniqueID)") }
        let changed = SIPEndpoint(
            id: endpoint.id, account: account, uniqueID: endpoint.uniqueID, subscriber: endpoint.subscriber,
            address: endpoint.address, credential: credential.id, userName: credential.name.composite,
            settings: endpoint.settings, createdAt: endpoint.createdAt, updatedAt: now)
        try record(.endpoint(changed), .updated, account: account)
        try moveCalls(from: endpoint.credential, to: credential.id, account: account)
        if credential.id != endpoint.credential, let old = try self.credential(endpoint.credential, of: account) {
            try delete(old)
        }
        return changed
    }
}

extension SIPEndpoint {
    static let query = """
        SELECT e.id, e.account, e.uid, e.subscriber, e.credential, c.composite, e.caller_id, e.send_as, e.ciphers, e.codecs,
            e.encryption, e.handler, r.uid, r.kind, e.created_at, e.updated_at, a.uid
        FROM sip_endpoint AS e JOIN credential AS c ON c.id = e.credential
            LEFT JOIN call_resource AS r ON r.id = e.resource LEFT JOIN fabric_address AS a ON a.endpoint = e.id
        """

    init(_ row: Row) throws(ProvisioningError) {
        var settings = SIPEndpointSettings()
        settings.callerID = row[6]
        settings.sendAs = try row.setting(7, row.sendAs)
        settings.ciphers = try row.setting(8) { row.words($0).compactMap(MediaPolicy.Cipher.init) }
        settings.codecs = try row.setting(9) { row.words($0).compactMap(MediaPolicy.Codec.init) }
        settings.encryption = try row.value(10, as: MediaPolicy.Encryption.self)
        settings.handler = try Self.handler(row)
        self.init(
            id: SIPEndpointID(rawValue: row[0]), account: AccountID(rawValue: row[1]), uniqueID: try row.uniqueID(2),
            subscriber: (row[3] as Int64?).map(SubscriberID.init),
            address: row[16] as String? == nil ? nil : try row.uniqueID(16), credential: CredentialID(rawValue: row[4]),
            userName: row[5], settings: settings, createdAt: row.timestamp(14), updatedAt: row.timestamp(15))
    }

    private static func handler(_ row: Row) throws(ProvisioningError) -> CallHandler {
        switch row[11] as String {
        case "default": return .default
        case "passthrough": return .passthrough
        case "block-pstn": return .blockPSTN
        default: return .resource(try row.uniqueID(12), try row.value(13, as: CallResource.Kind.self))
        }
    }
}

extension SIPEndpointSettings {
    /// Caller id, number, media, handler, and the handler's resource with its account.
    fileprivate func columns(of account: AccountID) -> StatementArguments {
        let (name, resource): (String, UniqueID?) =
            switch handler {
            case .default: ("default", nil)
            case .passthrough: ("passthrough", nil)
            case .blockPSTN: ("block-pstn", nil)
            case .resource(let id, _): ("resource", id)
            }
        return [
            callerID, sendAs.column(\.text), ciphers.column(\.words), codecs.column(\.words), encryption.rawValue, name,
            resource?.description, account.rawValue,
        ]
    }
}
