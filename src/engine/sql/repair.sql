-- What an interrupted statement left in the catalogue. Each answers with rows of: state, the statement that repairs it
-- (or NULL). $1: the schema as written, or ''; $2: the relation; $3: the object.

-- CREATE INDEX CONCURRENTLY with a name.
PREPARE repair_create_index AS
SELECT CASE WHEN i.indisvalid THEN 'valid'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid) THEN 'building'
    ELSE 'invalid' END,
    pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE n.nspname = COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name AND c.relname = $3::name
AND $2::text IS NOT NULL;

-- Before a statement without a name: the indexes that its table has.
PREPARE repair_existing AS
SELECT ARRAY(SELECT i.indexrelid
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name AND t.relname = $2::name);

-- Without a name: of those that were not there before ($3, NULL when that was not recorded), by the names that the server
-- chooses.
PREPARE repair_create_nameless AS
SELECT CASE WHEN i.indisvalid THEN 'valid'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid) THEN 'building'
    ELSE 'invalid' END,
    pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE n.nspname = COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name AND t.relname = $2::name
AND i.indexrelid <> ALL ($3::oid[])
AND c.relname::text ~ '_idx[0-9]*$';

PREPARE repair_drop_index AS
SELECT 'there', NULL
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE n.nspname = COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name AND c.relname = $3::name
AND $2::text IS NOT NULL;

-- Copies that REINDEX CONCURRENTLY makes and, interrupted, leaves: name_ccnew, name_ccold, with a number or without.
PREPARE repair_reindex AS
SELECT CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid)
    THEN 'building' ELSE 'invalid' END,
    pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
WHERE NOT i.indisvalid AND c.relname::text ~ '_cc(new|old)[0-9]*$' AND n.nspname::text !~ '^pg_'
AND ($2 = '' AND $3 = ''
    OR n.nspname = COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name
        AND (t.relname = $2::name
            OR $3 <> '' AND pg_catalog.starts_with(c.relname, pg_catalog.left($3, 40))));

-- By way of JSON, because a server older than 14 has neither the column nor the statement, and it is the statement that it
-- is to refuse.
PREPARE repair_detach AS
SELECT CASE pg_catalog.to_jsonb(h) ->> 'inhdetachpending' WHEN 'true' THEN 'pending' ELSE 'there' END,
    pg_catalog.format('ALTER TABLE %s DETACH PARTITION %s FINALIZE', h.inhparent::regclass, h.inhrelid::regclass)
FROM pg_catalog.pg_inherits h
JOIN pg_catalog.pg_class p ON p.oid = h.inhparent AND p.relname = $2::name
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
    AND n.nspname = COALESCE(NULLIF($1, ''), pg_catalog.current_schema())::name
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relname = $3::name;
