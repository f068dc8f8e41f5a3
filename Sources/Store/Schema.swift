import GRDB

/// The tables, and the invariants that they hold whoever writes to them.
enum Schema {
    /// Numbered steps; a step that was released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            for part in [tenants, places, hosts, credentials, log] { try database.execute(sql: part) }
        }
        migrator.registerMigration("2") { database in try database.execute(sql: numberSettings) }
        migrator.registerMigration("4") { database in try database.execute(sql: CarrierSchema.step4) }
        migrator.registerMigration("5") { database in try database.execute(sql: subscribers) }
        migrator.registerMigration("6") { database in try database.execute(sql: applications) }
        migrator.registerMigration("7") { database in try database.execute(sql: accountStatus) }
        migrator.registerMigration("8") { database in try sipProfiles(database) }
        migrator.registerMigration("9") { database in try database.execute(sql: CallbackSchema.step9) }
        migrator.registerMigration("10") { database in try database.execute(sql: CallSchema.step10) }
        migrator.registerMigration("11") { database in try database.execute(sql: CallSchema.step11) }
        return migrator
    }

    /// The message of the trigger that keeps termination hosts apart.
    static let terminationHostTaken = "termination_host_taken"

    private static let tenants = """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            features TEXT NOT NULL,
            ceiling TEXT NOT NULL CHECK (ceiling IN ('LITE', 'DOMESTIC', 'ALL')),
            country TEXT NOT NULL CHECK (length(country) = 2)
        ) STRICT;

        CREATE TABLE caller (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL CHECK (role IN ('administrator', 'reader')),
            password_hash TEXT NOT NULL
        ) STRICT;
        CREATE INDEX caller_account ON caller (account);

        CREATE TABLE domain (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL UNIQUE CHECK (name = lower(name)),
            description TEXT,
            is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
            UNIQUE (account, name)
        ) STRICT;
        CREATE UNIQUE INDEX domain_default ON domain (account) WHERE is_default = 1;
        """

    /// An account is deleted some rows at a time, also of a table that is else looked up by carrier.
    private static let accountStatus = """
        ALTER TABLE account ADD COLUMN status TEXT NOT NULL DEFAULT 'active'
            CHECK (status IN ('active', 'suspended', 'leaving'));
        CREATE INDEX carrier_cost_account ON carrier_cost (account);
        """

    private static let places = """
        CREATE TABLE site (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL,
            description TEXT,
            customer_name TEXT,
            customer_provided_id TEXT,
            address TEXT CHECK (address IS NULL OR json_valid(address)),
            UNIQUE (account, name),
            UNIQUE (id, account)
        ) STRICT;

        CREATE TABLE trunk (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL,
            site INTEGER NOT NULL,
            name TEXT NOT NULL,
            description TEXT,
            is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
            final_destination TEXT,
            messaging_protocol TEXT NOT NULL CHECK (messaging_protocol IN ('SIP', 'SMPP', 'HTTP')),
            address TEXT CHECK (address IS NULL OR json_valid(address)),
            premise_trunks INTEGER,
            name_display INTEGER CHECK (name_display IN (0, 1)),
            name_enforced INTEGER CHECK (name_enforced IN (0, 1)),
            UNIQUE (site, name),
            UNIQUE (id, account),
            FOREIGN KEY (site, account) REFERENCES site (id, account)
        ) STRICT;
        CREATE UNIQUE INDEX trunk_default ON trunk (site) WHERE is_default = 1;
        CREATE INDEX trunk_account ON trunk (account);

        CREATE TABLE number (
            e164 TEXT PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account (id),
            trunk INTEGER,
            FOREIGN KEY (trunk, account) REFERENCES trunk (id, account)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX number_account ON number (account);
        CREATE INDEX number_trunk ON number (trunk, account);
        """

    /// What is said about numbers, which direction of a trunk's calls an application has (`NULL` is SIP, empty an
    /// application without an id), and the order of termination hosts, whose ids stay when a trunk is replaced.
    private static let numberSettings = """
        ALTER TABLE number ADD COLUMN called_format TEXT CHECK (called_format IN ('10digit', '11digit', 'e164'));
        ALTER TABLE number ADD COLUMN caller_format TEXT CHECK (caller_format IN ('10digit', '11digit', 'e164'));
        ALTER TABLE number ADD COLUMN rewrite_user TEXT;
        ALTER TABLE number ADD COLUMN call_forward TEXT;
        ALTER TABLE number ADD COLUMN displays_name INTEGER CHECK (displays_name IN (0, 1));
        ALTER TABLE number ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
        ALTER TABLE number ADD COLUMN messaging INTEGER CHECK (messaging IN (0, 1));
        ALTER TABLE trunk ADD COLUMN origination_application TEXT;
        ALTER TABLE trunk ADD COLUMN termination_application TEXT;
        ALTER TABLE termination_host ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
        """

    /// A network is kept as its first and last address, 16 bytes each, so that byte order is address order.
    ///
    /// Two networks overlap when one holds the other's first address. Those inside the new one are a range of an index.
    /// Of those around it there can be one for each shorter mask, the nearest whose first address is not above the new
    /// one's: a look-up for each row of `network_mask` (nested, since the planner would join them by a scan). Hosts of
    /// one trunk may overlap, since the longest mask decides between them.
    private static let hosts = """
        CREATE TABLE trunk_host (
            trunk INTEGER NOT NULL REFERENCES trunk (id) ON DELETE CASCADE,
            list TEXT NOT NULL CHECK (list IN ('voice', 'group', 'messaging')),
            list_group INTEGER NOT NULL,
            position INTEGER NOT NULL,
            host TEXT NOT NULL,
            port INTEGER CHECK (port BETWEEN 0 AND 65535),
            PRIMARY KEY (trunk, list, list_group, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE network_mask (
            is_v4 INTEGER NOT NULL,
            length INTEGER NOT NULL,
            PRIMARY KEY (is_v4, length)
        ) STRICT, WITHOUT ROWID;
        WITH RECURSIVE lengths (length) AS (VALUES (20) UNION ALL SELECT length + 1 FROM lengths WHERE length < 128)
        INSERT INTO network_mask
        SELECT is_v4, length FROM lengths, (SELECT 1 AS is_v4 UNION ALL SELECT 0)
        WHERE iif(is_v4, length <= 32, length >= 48);

        CREATE TABLE termination_host (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            trunk INTEGER NOT NULL REFERENCES trunk (id) ON DELETE CASCADE,
            first BLOB NOT NULL CHECK (length(first) = 16),
            last BLOB NOT NULL CHECK (length(last) = 16 AND first <= last),
            mask INTEGER NOT NULL,
            port INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
            traffic TEXT CHECK (traffic IN ('LITE', 'DOMESTIC', 'ALL')),
            data_allowed INTEGER CHECK (data_allowed IN (0, 1)),
            is_v4 INTEGER NOT NULL AS (substr(first, 1, 12) = x'00000000000000000000ffff') STORED,
            UNIQUE (trunk, first, mask, port),
            FOREIGN KEY (is_v4, mask) REFERENCES network_mask (is_v4, length)
        ) STRICT;
        CREATE INDEX termination_host_first ON termination_host (first, port, trunk);
        CREATE INDEX termination_host_mask ON termination_host (is_v4, mask, first, port, trunk, last);

        CREATE TRIGGER termination_host_insert BEFORE INSERT ON termination_host
        WHEN EXISTS (
            SELECT 1 FROM termination_host AS inner_host
            WHERE inner_host.first BETWEEN NEW.first AND NEW.last AND inner_host.trunk <> NEW.trunk
                AND (inner_host.port = NEW.port OR inner_host.port = 0 OR NEW.port = 0)
        ) OR EXISTS (
            SELECT 1 FROM network_mask AS shorter
            WHERE shorter.is_v4 = (substr(NEW.first, 1, 12) = x'00000000000000000000ffff')
                AND shorter.length < NEW.mask AND EXISTS (
                    SELECT 1 FROM termination_host AS outer_host
                    WHERE outer_host.is_v4 = shorter.is_v4 AND outer_host.mask = shorter.length
                        AND outer_host.first = (
                            SELECT max(nearest.first) FROM termination_host AS nearest
                            WHERE nearest.is_v4 = shorter.is_v4 AND nearest.mask = shorter.length
                                AND nearest.first <= NEW.first)
                        AND outer_host.last >= NEW.first AND outer_host.trunk <> NEW.trunk
                        AND (outer_host.port = NEW.port OR outer_host.port = 0 OR NEW.port = 0))
        )
        BEGIN SELECT RAISE(ABORT, 'termination_host_taken'); END;

        CREATE TRIGGER termination_host_update BEFORE UPDATE ON termination_host
        BEGIN SELECT RAISE(ABORT, 'termination_host_fixed'); END;
        """

    /// The name is one whether its domain was given apart or within it; `bare` is what stands before the `@`.
    private static let credentials = """
        CREATE TABLE credential (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            domain TEXT,
            realm TEXT NOT NULL,
            hash1 TEXT NOT NULL,
            hash1b TEXT,
            sha256 TEXT,
            sha256b TEXT,
            created INTEGER NOT NULL,
            composite TEXT NOT NULL AS (user_name || ifnull('@' || domain, '')) VIRTUAL,
            bare TEXT NOT NULL AS (substr(user_name, 1, instr(user_name || '@', '@') - 1)) VIRTUAL,
            UNIQUE (realm, composite),
            FOREIGN KEY (account, realm) REFERENCES domain (account, name)
        ) STRICT;
        CREATE INDEX credential_account ON credential (account);
        """

    private static let log = """
        CREATE TABLE change (
            number INTEGER PRIMARY KEY,
            account INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('created', 'updated', 'deleted')),
            at INTEGER NOT NULL
        ) STRICT;
        """
}
