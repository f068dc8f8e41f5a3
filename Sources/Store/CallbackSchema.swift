/// What accounts' own servers are told, until they have it, and what that is signed with.
enum CallbackSchema {
    /// A callback waits until it is delivered, which removes it, or given up, which says when and keeps it a while.
    ///
    /// `is_failing` is whether a registration's failure was the last that was told of it. `key_secret` keeps
    /// the secrets of keys that callbacks are signed with.
    static let step9 = """
        CREATE TABLE callback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account INTEGER NOT NULL REFERENCES account (id),
            event TEXT NOT NULL CHECK (json_valid(event)),
            at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            next_try INTEGER NOT NULL,
            failure TEXT,
            given_up INTEGER
        ) STRICT;
        CREATE INDEX callback_waiting ON callback (account, id) WHERE given_up IS NULL;
        CREATE INDEX callback_given_up ON callback (given_up) WHERE given_up IS NOT NULL;
        ALTER TABLE outbound_registration ADD COLUMN is_failing INTEGER NOT NULL DEFAULT 0 CHECK (is_failing IN (0, 1));
        CREATE TABLE key_secret (
            id INTEGER PRIMARY KEY,
            account INTEGER NOT NULL REFERENCES account (id),
            key TEXT NOT NULL UNIQUE REFERENCES service_key (id) ON DELETE CASCADE,
            sealed BLOB NOT NULL
        ) STRICT;
        CREATE INDEX key_secret_account ON key_secret (account);
        """
}
