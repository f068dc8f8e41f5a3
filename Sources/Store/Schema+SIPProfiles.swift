import GRDB
import Provisioning

extension Schema {
    /// What endpoints have that say nothing themselves, and addresses for the endpoints of accounts.
    ///
    /// From here on `default` stands in an endpoint's `send_as`, `ciphers` and `codecs` too for what the profile decides.
    static func sipProfiles(_ database: Database) throws {
        try database.execute(sql: profiles)
        try database.execute(sql: addresses)
        let endpoints = try Row.fetchAll(
            database, sql: "SELECT id, account FROM sip_endpoint WHERE subscriber IS NULL ORDER BY id")
        for row in endpoints {
            try database.execute(
                sql: "INSERT INTO fabric_address (account, uid, endpoint) VALUES (?, ?, ?)",
                arguments: [row[1] as Int64, UniqueID.random().description, row[0] as Int64])
        }
    }

    private static let profiles = """
        CREATE TABLE sip_profile (
            account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            ciphers TEXT NOT NULL,
            codecs TEXT NOT NULL,
            requires_encryption INTEGER NOT NULL CHECK (requires_encryption IN (0, 1)),
            send_as TEXT NOT NULL,
            outbound TEXT NOT NULL CHECK (outbound IN ('passthrough', 'block-pstn'))
        ) STRICT;
        """

    /// The table is made anew, because exactly one of its references must stand, and that check cannot be altered.
    private static let addresses = """
        CREATE UNIQUE INDEX sip_endpoint_account ON sip_endpoint (id, account);
        CREATE TABLE new_address (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            uid TEXT NOT NULL UNIQUE,
            subscriber INTEGER UNIQUE,
            resource INTEGER UNIQUE,
            endpoint INTEGER UNIQUE,
            CHECK ((subscriber IS NOT NULL) + (resource IS NOT NULL) + (endpoint IS NOT NULL) = 1),
            UNIQUE (account, id),
            FOREIGN KEY (subscriber, account) REFERENCES subscriber (id, account) ON DELETE CASCADE,
            FOREIGN KEY (resource, account) REFERENCES call_resource (id, account) ON DELETE CASCADE,
            FOREIGN KEY (endpoint, account) REFERENCES sip_endpoint (id, account) ON DELETE CASCADE
        ) STRICT;
        INSERT INTO new_address (id, account, uid, subscriber, resource)
            SELECT id, account, uid, subscriber, resource FROM fabric_address;
        DROP TABLE fabric_address;
        ALTER TABLE new_address RENAME TO fabric_address;
        """
}
