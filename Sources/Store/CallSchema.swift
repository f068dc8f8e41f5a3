/// What holds for calls, what became of them, and what else numbers can go to.
enum CallSchema {
    static let step10 = settings + numbers + legs
    static let step11 = """
        ALTER TABLE call_settings ADD COLUMN media TEXT NOT NULL DEFAULT 'auto'
            CHECK (media IN ('direct', 'auto', 'always'));
        """

    /// A grant is about a user or a trunk, and goes with it. `says_outbound` is whether a profile's `outbound` was ever said:
    /// of profiles from before nobody knows.
    private static let settings = """
        CREATE TABLE call_settings (
            account INTEGER PRIMARY KEY REFERENCES account (id),
            country_code TEXT,
            national_prefix TEXT,
            international_prefixes TEXT,
            emergency_numbers TEXT NOT NULL,
            countries TEXT,
            calls INTEGER CHECK (calls >= 0),
            per_second INTEGER CHECK (per_second >= 0),
            daily_spend INTEGER CHECK (daily_spend >= 0),
            record_days INTEGER NOT NULL CHECK (record_days > 0)
        ) STRICT;

        CREATE TABLE call_grant (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            credential INTEGER UNIQUE REFERENCES credential (id) ON DELETE CASCADE,
            trunk INTEGER UNIQUE,
            traffic TEXT CHECK (traffic IN ('LITE', 'DOMESTIC', 'ALL')),
            calls INTEGER CHECK (calls >= 0),
            per_second INTEGER CHECK (per_second >= 0),
            daily_spend INTEGER CHECK (daily_spend >= 0),
            is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
            transports TEXT NOT NULL,
            CHECK ((credential IS NULL) <> (trunk IS NULL)),
            FOREIGN KEY (trunk, account) REFERENCES trunk (id, account) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX call_grant_account ON call_grant (account);
        ALTER TABLE sip_profile ADD COLUMN says_outbound INTEGER NOT NULL DEFAULT 0 CHECK (says_outbound IN (0, 1));
        CREATE INDEX carrier_cost_called ON carrier_cost (account, called_prefix);

        """

    private static let numbers = """
        ALTER TABLE number ADD COLUMN credential INTEGER REFERENCES credential (id) ON DELETE SET NULL;
        ALTER TABLE number ADD COLUMN application INTEGER REFERENCES application (id) ON DELETE SET NULL
            CHECK ((trunk IS NULL) + (credential IS NULL) + (application IS NULL) >= 2);
        CREATE INDEX number_credential ON number (credential) WHERE credential IS NOT NULL;
        CREATE INDEX number_application ON number (application) WHERE application IS NOT NULL;
        CREATE INDEX number_order ON number (account, e164);

        """

    /// One row for each leg; times are milliseconds since 1970, a cost is in millionths.
    private static let legs = """
        CREATE TABLE call_leg (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            call TEXT NOT NULL,
            position INTEGER NOT NULL CHECK (position >= 0),
            account INTEGER NOT NULL REFERENCES account (id),
            identity_kind TEXT NOT NULL CHECK (identity_kind IN ('user', 'trunk', 'registration')),
            identity INTEGER NOT NULL,
            caller TEXT NOT NULL,
            called TEXT NOT NULL,
            party TEXT NOT NULL,
            started INTEGER NOT NULL,
            rang INTEGER,
            answered INTEGER,
            ended INTEGER,
            status INTEGER NOT NULL,
            cause TEXT NOT NULL,
            carrier INTEGER,
            cost INTEGER CHECK (cost >= 0),
            currency TEXT NOT NULL,
            UNIQUE (call, position)
        ) STRICT;
        CREATE INDEX call_leg_first ON call_leg (account, id) WHERE position = 0;
        CREATE INDEX call_leg_started ON call_leg (account, started);
        CREATE INDEX call_leg_open ON call_leg (id) WHERE ended IS NULL;
        CREATE INDEX call_leg_cost ON call_leg (started) WHERE cost IS NOT NULL;
        """
}
