-- What a database has that only PostgreSQL 15 and newer know: $1 is the list of the schemas.

-- Unique indexes in which NULL equals NULL, and foreign keys whose SET NULL names columns.
PREPARE catalogue_15_nulls AS
SELECT x.indexrelid, NULL::oid, NULL::name
FROM pg_catalog.pg_index x
    JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND x.indnullsnotdistinct
UNION ALL
SELECT NULL, o.conrelid, o.conname
FROM pg_catalog.pg_constraint o
    JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND o.confdelsetcols IS NOT NULL;
