-- Citus, where the database has it. Its catalogue is asked only where it is there: see history_layout.

-- In the transaction that creates the history and inboard's tables, and for that alone: they stay ordinary tables. A server
-- without Citus takes both as placeholders; an older Citus refuses one that it does not know.
PREPARE citus_ordinary AS
SELECT pg_catalog.set_config(s.name, 'off', true)
FROM (VALUES ('citus.enable_schema_based_sharding'), ('citus.use_citus_managed_tables')) AS s (name)
WHERE pg_catalog.current_setting(s.name, true) IS NOT NULL
OR NOT EXISTS (SELECT FROM pg_catalog.pg_settings p WHERE pg_catalog.starts_with(p.name, 'citus.'));

-- 0 on the coordinator, and where there is no cluster.
PREPARE citus_node AS
SELECT groupid FROM pg_catalog.pg_dist_local_group;

-- $1: the schema. No row when the tables are ordinary, else one: schema, table, what Citus made of it. A history in a schema
-- that is itself distributed lives on one node with its tables, and is as good as an ordinary one.
PREPARE citus_tables AS
SELECT n.nspname, c.relname, d.kind
FROM pg_catalog.pg_dist_partition p
JOIN pg_catalog.pg_class c ON c.oid = p.logicalrelid::oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (SELECT CASE WHEN p.partmethod::text <> 'n' THEN 'distributed'
    WHEN pg_catalog.to_jsonb(p) ->> 'repmodel' = 't' THEN 'reference'
    WHEN COALESCE(pg_catalog.to_jsonb(p) ->> 'colocationid', '0') <> '0' THEN 'schema' ELSE 'managed' END AS kind) d
WHERE n.nspname = $1 AND c.relname = '_prisma_migrations' AND d.kind <> 'schema'
OR n.nspname = 'inboard' AND c.relname IN ('histories', 'migrations', 'statements', 'attempts', 'backfills', 'backfill_ranges',
    'backfill_rows')
ORDER BY n.nspname = 'inboard', c.relname
LIMIT 1;
