-- The session that migrates.

-- $1: search_path, $2: lock_timeout, for what runs outside of a transaction: the engine's transactions set their own. Zero
-- is off for each timeout; a role or a database may have set any of these.
PREPARE session_settings AS
SELECT pg_catalog.set_config('statement_timeout', '0', false),
    pg_catalog.set_config('inboard.lock_timeout', pg_catalog.set_config('lock_timeout', $2, false), false),
    pg_catalog.set_config('idle_in_transaction_session_timeout', '0', false),
    pg_catalog.set_config('standard_conforming_strings', 'on', false),
    pg_catalog.set_config('default_transaction_isolation', 'read committed', false),
    pg_catalog.set_config('search_path', $1, false);

-- Those of version 14. The check for a client that is gone needs an operating system that can tell.
PREPARE session_settings_14 AS
SELECT pg_catalog.set_config('idle_session_timeout', '0', false),
    CASE WHEN pg_catalog.regexp_match(pg_catalog.version(), 'linux') IS NOT NULL
        THEN pg_catalog.set_config('client_connection_check_interval', '1000', false) END;

-- Of version 17.
PREPARE session_settings_17 AS
SELECT pg_catalog.set_config('transaction_timeout', '0', false);

-- Releases every advisory lock but the migration lock, in both forms of the keys, exclusive and shared. One that was
-- taken several times is released once; the next migration releases the rest.
PREPARE session_release_locks AS
SELECT CASE WHEN l.objsubid = 1 AND l.mode = 'ExclusiveLock' THEN pg_catalog.pg_advisory_unlock(k.high << 32 | k.low)
    WHEN l.objsubid = 1 THEN pg_catalog.pg_advisory_unlock_shared(k.high << 32 | k.low)
    WHEN l.mode = 'ExclusiveLock' THEN pg_catalog.pg_advisory_unlock(k.one, k.two)
    ELSE pg_catalog.pg_advisory_unlock_shared(k.one, k.two) END
FROM pg_catalog.pg_locks l
CROSS JOIN LATERAL (SELECT l.classid::bigint AS high, l.objid::bigint AS low,
    ((l.classid::bigint << 32) >> 32)::bit(32)::integer AS one,
    ((l.objid::bigint << 32) >> 32)::bit(32)::integer AS two) k
WHERE l.locktype = 'advisory' AND l.granted AND l.pid = pg_catalog.pg_backend_pid()
AND NOT (l.classid = '0' AND l.objid = '72707369' AND l.objsubid = 1);

-- $1: names of schemas. Those of them that exist.
PREPARE session_existing_schemas AS
SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::pg_catalog.text[]);

PREPARE session_backend_pid AS
SELECT pg_catalog.pg_backend_pid();

-- The role that a migration's statements have set, kept while the engine writes its records as itself.
PREPARE session_role_keep AS
SELECT pg_catalog.set_config('inboard.session_authorization', session_user::text, false),
    pg_catalog.set_config('inboard.role', pg_catalog.current_setting('role'), false);

-- That role again; nothing where none was kept. The order matters: another session authorization takes the role back.
PREPARE session_role_again AS
SELECT CASE WHEN NULLIF(pg_catalog.current_setting('inboard.session_authorization', true), '') <> session_user::text
        THEN pg_catalog.set_config('session_authorization', pg_catalog.current_setting('inboard.session_authorization'), false) END,
    CASE WHEN pg_catalog.current_setting('inboard.role', true) <> ''
        THEN pg_catalog.set_config('role', pg_catalog.current_setting('inboard.role'), false) END;
