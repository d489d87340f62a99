-- Confirmations: that what `-- inboard: before SENTENCE` says is true. The table is made with the first of them; a database
-- without one has none.

-- Whether the table is there, and may be read.
PREPARE confirm_find AS
SELECT CASE WHEN pg_catalog.to_regnamespace('inboard') IS NULL
        OR NOT pg_catalog.has_schema_privilege(pg_catalog.to_regnamespace('inboard'), 'USAGE') THEN false
    ELSE COALESCE(pg_catalog.has_table_privilege(pg_catalog.to_regclass('inboard.confirmations'), 'SELECT'), false) END;

-- name: confirm_table
CREATE TABLE IF NOT EXISTS inboard.confirmations (
    history      text NOT NULL,
    name         text NOT NULL,
    checksum     char(64) NOT NULL,
    sentence     text NOT NULL,
    confirmed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    role         text NOT NULL DEFAULT current_user,
    os_user      text,
    client       text NOT NULL DEFAULT COALESCE(pg_catalog.host(pg_catalog.inet_client_addr()), 'local socket'),
    application  text NOT NULL DEFAULT pg_catalog.current_setting('application_name'),
    run          text NOT NULL,
    PRIMARY KEY (history, name, checksum)
);

-- $1: the history. Names with the checksums for which they were confirmed.
PREPARE confirm_read AS
SELECT name, checksum FROM inboard.confirmations WHERE history = $1;

-- $1 history, $2 name, $3 checksum, $4 sentence, $5 user of the operating system, $6 run.
PREPARE confirm_store AS
INSERT INTO inboard.confirmations (history, name, checksum, sentence, os_user, run)
VALUES ($1, $2, $3, $4, NULLIF($5, ''), $6)
ON CONFLICT (history, name, checksum) DO NOTHING;

-- $1: the history, of a database that is reset.
PREPARE confirm_forget AS
DELETE FROM inboard.confirmations WHERE history = $1;
