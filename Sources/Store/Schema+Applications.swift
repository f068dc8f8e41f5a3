extension Schema {
    /// Applications with their rules and users, registrations that we keep elsewhere, the money that pays for them, and the
    /// keys of programs.
    ///
    /// A user is what is said about a credential, and goes with it; what is bound to something that goes is unbound.
    /// Entries of a ledger are only ever added, and the balance is their sum.
    static let applications = """
        CREATE TABLE ledger (
            account INTEGER PRIMARY KEY REFERENCES account (id),
            currency TEXT NOT NULL CHECK (length(currency) = 3),
            balance INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0),
            is_frozen INTEGER NOT NULL CHECK (is_frozen IN (0, 1)),
            callback_url TEXT,
            callback_salt BLOB
        ) STRICT;

        CREATE TABLE ledger_entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES ledger (account),
            kind TEXT NOT NULL CHECK (kind IN ('topup', 'installation', 'fee', 'tax')),
            amount INTEGER NOT NULL CHECK (iif(kind = 'topup', amount > 0, amount <= 0)),
            registration INTEGER,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX ledger_entry_account ON ledger_entry (account);
        CREATE TRIGGER ledger_entry_insert AFTER INSERT ON ledger_entry
        BEGIN UPDATE ledger SET balance = balance + NEW.amount WHERE account = NEW.account; END;
        CREATE TRIGGER ledger_entry_update BEFORE UPDATE ON ledger_entry
        BEGIN SELECT RAISE(ABORT, 'ledger_entry_fixed'); END;

        CREATE TABLE application (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL,
            domain INTEGER NOT NULL UNIQUE REFERENCES domain (id),
            secures_records INTEGER NOT NULL CHECK (secures_records IN (0, 1)),
            modified INTEGER NOT NULL,
            UNIQUE (account, name)
        ) STRICT;

        CREATE TABLE application_rule (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            application INTEGER NOT NULL REFERENCES application (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            pattern TEXT NOT NULL,
            excluded TEXT,
            is_video_conference INTEGER NOT NULL CHECK (is_video_conference IN (0, 1)),
            destination TEXT,
            modified INTEGER NOT NULL,
            UNIQUE (application, name)
        ) STRICT;
        CREATE INDEX application_rule_account ON application_rule (account);

        CREATE TABLE end_user (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            application INTEGER NOT NULL REFERENCES application (id),
            credential INTEGER NOT NULL UNIQUE REFERENCES credential (id) ON DELETE CASCADE,
            display_name TEXT NOT NULL,
            is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
            is_paid_by_account INTEGER NOT NULL CHECK (is_paid_by_account IN (0, 1)),
            custom_data TEXT,
            created INTEGER NOT NULL,
            modified INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX end_user_account ON end_user (account);
        CREATE INDEX end_user_application ON end_user (application);

        CREATE TABLE outbound_registration (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            user_name TEXT NOT NULL,
            proxy TEXT NOT NULL,
            auth_user TEXT,
            outbound_proxy TEXT,
            password BLOB,
            is_persistent INTEGER NOT NULL CHECK (is_persistent IN (0, 1)),
            application INTEGER REFERENCES application (id) ON DELETE SET NULL,
            rule INTEGER REFERENCES application_rule (id) ON DELETE SET NULL,
            end_user INTEGER REFERENCES end_user (id) ON DELETE SET NULL,
            price INTEGER NOT NULL CHECK (price >= 0),
            purchased INTEGER NOT NULL,
            next_renewal TEXT NOT NULL CHECK (length(next_renewal) = 10),
            is_deactivated INTEGER NOT NULL CHECK (is_deactivated IN (0, 1)),
            is_successful INTEGER CHECK (is_successful IN (0, 1)),
            status INTEGER CHECK ((status IS NULL) = (is_successful IS NULL)),
            message TEXT,
            updated INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbound_registration_account ON outbound_registration (account, id);
        CREATE INDEX outbound_registration_due ON outbound_registration (next_renewal) WHERE is_deactivated = 0;
        CREATE INDEX outbound_registration_application ON outbound_registration (application);
        CREATE INDEX outbound_registration_rule ON outbound_registration (rule);
        CREATE UNIQUE INDEX outbound_registration_user ON outbound_registration (end_user) WHERE end_user IS NOT NULL;

        CREATE TABLE service_key (
            id TEXT PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account (id),
            description TEXT,
            role TEXT NOT NULL,
            public_key TEXT,
            digest TEXT,
            created INTEGER NOT NULL,
            CHECK ((public_key IS NULL) <> (digest IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX service_key_account ON service_key (account);
        """
}
