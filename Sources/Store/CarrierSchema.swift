/// Carriers with their costs, routes to them, and the number forms and currencies that they refer to.
enum CarrierSchema {
    static let step4 = catalogues + carriers + costs + routes

    private static let catalogues = """
        CREATE TABLE dial_plan (
            name TEXT PRIMARY KEY,
            international TEXT NOT NULL,
            country_code TEXT,
            national TEXT,
            is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
            CHECK ((country_code IS NULL) = (national IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX dial_plan_default ON dial_plan (is_default) WHERE is_default = 1;
        INSERT INTO dial_plan VALUES
            ('e164', '+', NULL, NULL, 1), ('digits', '', NULL, NULL, 0), ('international-00', '00', NULL, NULL, 0),
            ('international-011', '011', NULL, NULL, 0), ('nanp-10', '011', '1', '', 0),
            ('nanp-11', '011', '1', '1', 0);

        CREATE TABLE currency (
            code TEXT PRIMARY KEY CHECK (length(code) = 3 AND code = upper(code)),
            is_default INTEGER NOT NULL CHECK (is_default IN (0, 1))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX currency_default ON currency (is_default) WHERE is_default = 1;
        INSERT INTO currency VALUES
            ('USD', 1), ('AUD', 0), ('BRL', 0), ('CAD', 0), ('CHF', 0), ('CNY', 0), ('CZK', 0), ('DKK', 0), ('EUR', 0),
            ('GBP', 0), ('HKD', 0), ('HUF', 0), ('ILS', 0), ('INR', 0), ('JPY', 0), ('KRW', 0), ('MXN', 0), ('NOK', 0),
            ('NZD', 0), ('PLN', 0), ('RON', 0), ('RUB', 0), ('SEK', 0), ('SGD', 0), ('TRY', 0), ('UAH', 0), ('ZAR', 0);

        """

    /// `reserved_for` and `exceptions_by` are 0 for nobody, -1 for everybody, else an account.
    private static let carriers = """
        CREATE TABLE carrier (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('context', 'dahdi', 'iax', 'sip', 'pjsip', 'zap')),
            description TEXT NOT NULL,
            destination TEXT NOT NULL,
            proxy TEXT NOT NULL,
            user_name TEXT NOT NULL,
            password BLOB,
            called_prefix TEXT NOT NULL,
            called_strip_hash INTEGER NOT NULL CHECK (called_strip_hash IN (0, 1)),
            called_dial_plan TEXT NOT NULL REFERENCES dial_plan (name),
            caller_id TEXT NOT NULL,
            unknown_caller_id TEXT NOT NULL,
            withheld_caller_id TEXT NOT NULL,
            caller_dial_plan TEXT NOT NULL REFERENCES dial_plan (name),
            sends_asserted_identity INTEGER NOT NULL CHECK (sends_asserted_identity IN (0, 1)),
            sends_privacy INTEGER NOT NULL CHECK (sends_privacy IN (0, 1)),
            sends_remote_party_id INTEGER NOT NULL CHECK (sends_remote_party_id IN (0, 1)),
            codecs TEXT NOT NULL,
            dtmf TEXT NOT NULL CHECK (dtmf IN ('inband', 'info', 'rfc2833', 'rfc4733')),
            maximum_calls INTEGER CHECK (maximum_calls >= 0),
            fail_percent INTEGER NOT NULL CHECK (fail_percent BETWEEN 0 AND 100),
            reserved_for INTEGER NOT NULL CHECK (reserved_for IN (0, -1, account)),
            exceptions_by INTEGER NOT NULL CHECK (exceptions_by IN (0, -1, account)),
            charges INTEGER NOT NULL CHECK (charges IN (0, 1)),
            has_own_costs INTEGER NOT NULL CHECK (has_own_costs IN (0, 1)),
            currency TEXT NOT NULL REFERENCES currency (code),
            costs_url TEXT NOT NULL,
            channel_group INTEGER NOT NULL,
            context TEXT NOT NULL,
            UNIQUE (id, account)
        ) STRICT;
        CREATE INDEX carrier_account ON carrier (account);

        """

    /// Amounts are millionths of the carrier's currency, times are seconds, `first_minute` and `last_minute` minutes
    /// of the day.
    private static let costs = """
        CREATE TABLE carrier_cost (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL,
            carrier INTEGER NOT NULL,
            description TEXT NOT NULL,
            called_prefix TEXT NOT NULL,
            called_minimum INTEGER NOT NULL,
            called_maximum INTEGER NOT NULL CHECK (called_minimum <= called_maximum),
            caller_match TEXT NOT NULL CHECK (caller_match IN ('prefix', 'group')),
            caller_prefix TEXT NOT NULL,
            media TEXT NOT NULL CHECK (media IN ('voice_fax', 'voice', 'fax')),
            days TEXT NOT NULL,
            first_minute INTEGER NOT NULL,
            last_minute INTEGER NOT NULL,
            valid_from INTEGER,
            valid_until INTEGER,
            priority INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 10),
            is_least_cost INTEGER NOT NULL CHECK (is_least_cost IN (0, 1)),
            connect_fee INTEGER NOT NULL CHECK (connect_fee >= 0),
            per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
            per_message INTEGER NOT NULL CHECK (per_message >= 0),
            minimum INTEGER NOT NULL CHECK (minimum >= 0),
            included INTEGER NOT NULL,
            increment INTEGER NOT NULL CHECK (increment > 0),
            FOREIGN KEY (carrier, account) REFERENCES carrier (id, account) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX carrier_cost_carrier ON carrier_cost (carrier, account);

        """

    /// A choice is 0 for none, -1 for least cost, else a carrier, which stays while a route names it.
    private static let routes = """
        CREATE TABLE carrier_route (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            description TEXT NOT NULL,
            called_prefix TEXT NOT NULL CHECK (called_prefix <> ''),
            called_minimum INTEGER NOT NULL,
            called_maximum INTEGER NOT NULL CHECK (called_minimum <= called_maximum),
            caller_prefix TEXT NOT NULL,
            media TEXT NOT NULL CHECK (media IN ('voice_fax', 'voice', 'fax', 'message')),
            outbound_group INTEGER NOT NULL,
            choice1 INTEGER NOT NULL CHECK (choice1 = -1 OR choice1 > 0),
            choice2 INTEGER NOT NULL CHECK (choice2 >= -1),
            choice3 INTEGER NOT NULL CHECK (choice3 >= -1),
            allows_plans INTEGER NOT NULL CHECK (allows_plans IN (0, 1)),
            copies_costs_of INTEGER,
            carrier1 INTEGER AS (iif(choice1 > 0, choice1, NULL)) STORED,
            carrier2 INTEGER AS (iif(choice2 > 0, choice2, NULL)) STORED,
            carrier3 INTEGER AS (iif(choice3 > 0, choice3, NULL)) STORED,
            FOREIGN KEY (carrier1, account) REFERENCES carrier (id, account),
            FOREIGN KEY (carrier2, account) REFERENCES carrier (id, account),
            FOREIGN KEY (carrier3, account) REFERENCES carrier (id, account),
            FOREIGN KEY (copies_costs_of, account) REFERENCES carrier (id, account)
        ) STRICT;
        CREATE INDEX carrier_route_account ON carrier_route (account, called_prefix);
        CREATE INDEX carrier_route_carrier1 ON carrier_route (carrier1, account);
        CREATE INDEX carrier_route_carrier2 ON carrier_route (carrier2, account);
        CREATE INDEX carrier_route_carrier3 ON carrier_route (carrier3, account);
        CREATE INDEX carrier_route_copied ON carrier_route (copies_costs_of, account);
        """
}
