extension Schema {
    /// API tokens, subscribers, SIP endpoints and what takes calls by a name.
    ///
    /// An endpoint goes with its credential, whoever deletes that; a subscriber and a resource only when nothing leans
    /// on them. What has an address stands in `fabric_address`, whose ids are the one order of all of them.
    static let subscribers = """
        CREATE TABLE api_token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            name TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE,
            contract TEXT NOT NULL CHECK (contract IN ('2025', '2026')),
            scopes TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX api_token_account ON api_token (account);

        CREATE TABLE subscriber (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            uid TEXT NOT NULL UNIQUE,
            reference TEXT NOT NULL UNIQUE,
            email TEXT NOT NULL,
            first_name TEXT NOT NULL,
            last_name TEXT NOT NULL,
            display_name TEXT NOT NULL,
            job_title TEXT NOT NULL,
            time_zone TEXT NOT NULL,
            country TEXT NOT NULL,
            company_name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (account, id),
            UNIQUE (id, account)
        ) STRICT;
        CREATE UNIQUE INDEX subscriber_email ON subscriber (account, lower(email));

        CREATE TABLE call_resource (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            uid TEXT NOT NULL UNIQUE,
            content TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            target TEXT NOT NULL,
            ciphers TEXT,
            codecs TEXT,
            encryption TEXT CHECK (encryption IN ('default', 'required', 'optional')),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (account, kind, id),
            UNIQUE (id, account)
        ) STRICT;

        CREATE TABLE fabric_address (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            uid TEXT NOT NULL UNIQUE,
            subscriber INTEGER UNIQUE,
            resource INTEGER UNIQUE,
            CHECK ((subscriber IS NULL) <> (resource IS NULL)),
            UNIQUE (account, id),
            FOREIGN KEY (subscriber, account) REFERENCES subscriber (id, account) ON DELETE CASCADE,
            FOREIGN KEY (resource, account) REFERENCES call_resource (id, account) ON DELETE CASCADE
        ) STRICT;

        CREATE TABLE sip_endpoint (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            uid TEXT NOT NULL UNIQUE,
            subscriber INTEGER,
            credential INTEGER NOT NULL UNIQUE REFERENCES credential (id) ON DELETE CASCADE,
            caller_id TEXT NOT NULL,
            send_as TEXT NOT NULL,
            ciphers TEXT NOT NULL,
            codecs TEXT NOT NULL,
            encryption TEXT NOT NULL CHECK (encryption IN ('default', 'required', 'optional')),
            handler TEXT NOT NULL CHECK (handler IN ('default', 'passthrough', 'block-pstn', 'resource')),
            resource INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            CHECK ((handler = 'resource') = (resource IS NOT NULL)),
            FOREIGN KEY (subscriber, account) REFERENCES subscriber (id, account),
            FOREIGN KEY (resource, account) REFERENCES call_resource (id, account)
        ) STRICT;
        CREATE INDEX sip_endpoint_owner ON sip_endpoint (account, subscriber, id);
        CREATE INDEX sip_endpoint_subscriber ON sip_endpoint (subscriber, account);
        CREATE INDEX sip_endpoint_resource ON sip_endpoint (resource, account);
        """
}
