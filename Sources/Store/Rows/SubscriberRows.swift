import GRDB
import Provisioning

extension SQLReader {
    func subscriber(_ id: UniqueID, of account: AccountID) throws(ProvisioningError) -> Subscriber? {
        try row(
            "\(Subscriber.query) WHERE s.id = (SELECT id FROM subscriber WHERE uid = ?1 OR reference = ?1) AND s.account = ?2",
            [id.description, account.rawValue], Subscriber.init)
    }

    func subscriber(email: String, of account: AccountID) throws(ProvisioningError) -> Subscriber? {
        try row(
            "\(Subscriber.query) WHERE s.account = ? AND lower(email) = lower(?)", [account.rawValue, email],
            Subscriber.init)
    }

    func subscribers(of account: AccountID, _ query: ListQuery) throws(ProvisioningError) -> ListPage<Subscriber> {
        try page("\(Subscriber.query) WHERE s.account = ?", id: "s.id", [account.rawValue], query, Subscriber.init)
    }
}

extension SQLiteTransaction {
    func insertSubscriber(_ profile: SubscriberProfile, account: AccountID) throws(ProvisioningError) -> Subscriber {
        let (resource, reference, address) = (UniqueID.random(), UniqueID.random(), UniqueID.random())
        let id = try insert(
            """
            INSERT INTO subscriber (
                email, first_name, last_name, display_name, job_title, time_zone, country, company_name, updated_at,
                account, uid, reference, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            profile.columns + [now.milliseconds, account.rawValue]
                + [resource.description, reference.description, now.milliseconds],
            else: [
                .unique: ProvisioningError(.emailTaken, field: "email", profile.email),
                .reference: ProvisioningError(.accountUnknown, "\(account)"),
            ])
        try run(
            "INSERT INTO fabric_address (account, uid, subscriber) VALUES (?, ?, ?)",
            [account.rawValue, address.description, id])
        let subscriber = Subscriber(
            id: SubscriberID(rawValue: id), account: account, resource: resource, reference: reference,
            address: address, profile: profile, createdAt: now, updatedAt: now)
        try record(.subscriber(subscriber), .created, account: account)
        return subscriber
    }

    func update(_ subscriber: Subscriber) throws(ProvisioningError) -> Subscriber {
        var changed = subscriber
        changed.updatedAt = now
        let count = try run(
            """
            UPDATE subscriber
            SET email = ?, first_name = ?, last_name = ?, display_name = ?, job_title = ?, time_zone = ?, country = ?,
                company_name = ?, updated_at = ?
            WHERE id = ? AND account = ?
            """,
            subscriber.profile.columns + [now.milliseconds, subscriber.id.rawValue, subscriber.account.rawValue],
            else: [.unique: ProvisioningError(.emailTaken, field: "email", subscriber.profile.email)])
        guard count == 1 else { throw ProvisioningError(.subscriberUnknown, "\(subscriber.resource)") }
        try record(.subscriber(changed), .updated, account: subscriber.account)
        return changed
    }

    func delete(_ subscriber: Subscriber) throws(ProvisioningError) {
        let count = try run(
            "DELETE FROM subscriber WHERE id = ? AND account = ?",
            [subscriber.id.rawValue, subscriber.account.rawValue])
        guard count == 1 else { throw ProvisioningError(.subscriberUnknown, "\(subscriber.resource)") }
        try record(.subscriberDeleted(subscriber), .deleted, account: subscriber.account)
    }
}

extension Subscriber {
    static let query = """
        SELECT s.id, s.account, s.uid, reference, a.uid, email, first_name, last_name, display_name, job_title, time_zone,
            country, company_name, created_at, updated_at
        FROM subscriber AS s JOIN fabric_address AS a ON a.subscriber = s.id
        """

    init(_ row: Row) throws(ProvisioningError) {
        var profile = SubscriberProfile(email: row[5])
        for (index, field) in SubscriberProfile.fields.enumerated() {
            profile[keyPath: field.path] = row[6 + index]
        }
        self.init(
            id: SubscriberID(rawValue: row[0]), account: AccountID(rawValue: row[1]), resource: try row.uniqueID(2),
            reference: try row.uniqueID(3), address: try row.uniqueID(4), profile: profile,
            createdAt: row.timestamp(13), updatedAt: row.timestamp(14))
    }
}

extension SubscriberProfile {
    /// The email and the fields in their order.
    fileprivate var columns: StatementArguments {
        StatementArguments([email] + Self.fields.map { self[keyPath: $0.path] })
    }
}
