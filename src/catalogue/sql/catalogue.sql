-- What a database has in some schemas, as plain facts: $1 is the list of the schemas. All of it is read in one snapshot and one
-- round trip, and only from pg_catalog, which every role can read: what a role has no right to is still known to be there.
--
-- Defaults and predicates are deparsed under the settings of catalogue_settings, so that their text is the same in every session.

PREPARE catalogue_settings AS
SELECT pg_catalog.set_config('search_path', $1, true),
    pg_catalog.set_config('TimeZone', 'UTC', true),
    pg_catalog.set_config('DateStyle', 'ISO, MDY', true),
    pg_catalog.set_config('IntervalStyle', 'postgres', true),
    pg_catalog.set_config('extra_float_digits', '1', true),
    pg_catalog.set_config('bytea_output', 'hex', true),
    pg_catalog.set_config('standard_conforming_strings', 'on', true),
    pg_catalog.set_config('quote_all_identifiers', 'off', true),
    pg_catalog.set_config('statement_timeout', '0', true),
    pg_catalog.set_config('lock_timeout', '0', true),
    pg_catalog.set_config('jit', 'off', true),
    pg_catalog.set_config('work_mem', '64MB', true),
    pg_catalog.current_database(),
    current_user,
    pg_catalog.current_setting('server_version_num');

PREPARE catalogue_spaces AS
SELECT n.nspname
FROM pg_catalog.pg_namespace n
WHERE n.nspname = ANY ($1::text[])
ORDER BY n.nspname;

-- The partitions of a table are left out: they are the table's own.
PREPARE catalogue_relations AS
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relhassubclass, c.relrowsecurity,
    EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid = c.oid AND d.deptype = 'e'),
    pg_catalog.has_any_column_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
    pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
ORDER BY n.nspname, c.relname;

-- A column of a domain is one of the type under it; of an array, one of the type of its elements. A default names no column, and is
-- deparsed without the table, whose columns would be read for each.
PREPARE catalogue_columns AS
WITH RECURSIVE domains (oid, base, typmod, required) AS (
    SELECT t.oid, t.typbasetype, t.typtypmod, t.typnotnull FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT d.oid, t.typbasetype, CASE WHEN d.typmod = -1 THEN t.typtypmod ELSE d.typmod END, d.required OR t.typnotnull
    FROM domains d JOIN pg_catalog.pg_type t ON t.oid = d.base AND t.typtype = 'd'
)
SELECT a.attrelid, a.attnum, a.attname, s.oid, sn.nspname, s.typname, s.typtype, e.oid IS NOT NULL,
    CASE WHEN COALESCE(d.typmod, a.atttypmod) >= 0
        THEN pg_catalog.format_type(b.oid, COALESCE(d.typmod, a.atttypmod)) END,
    pg_catalog.format_type(s.oid, NULL),
    a.attnotnull OR COALESCE(d.required, false), a.attidentity, a.attgenerated,
    pg_catalog.pg_get_expr(f.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE f.adrelid END),
    x.description,
    CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.oid, NULL) END,
    t.typtype = 'd' AND t.typdefault IS NOT NULL
FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN domains d ON d.oid = t.oid
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_type o WHERE o.oid = d.base AND o.typtype = 'd')
    JOIN pg_catalog.pg_type b ON b.oid = COALESCE(d.base, t.oid)
    LEFT JOIN pg_catalog.pg_type e ON e.oid = b.typelem AND e.typarray = b.oid
    JOIN pg_catalog.pg_type s ON s.oid = COALESCE(e.oid, b.oid)
    JOIN pg_catalog.pg_namespace sn ON sn.oid = s.typnamespace
    LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_description x ON x.objoid = a.attrelid AND x.objsubid = a.attnum
        AND x.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum;

-- One row a key column; what INCLUDE adds is only counted.
PREPARE catalogue_indexes AS
SELECT x.indrelid, i.relname, m.amname, x.indisunique, x.indisprimary, x.indisvalid, x.indnatts - x.indnkeyatts,
    pg_catalog.pg_get_expr(x.indpred, x.indrelid), o.contype, COALESCE(o.condeferrable, false),
    x.indkey[k.place], x.indoption[k.place], p.opcname, p.opcdefault,
    x.indcollation[k.place] <> 0 AND x.indcollation[k.place] <> (SELECT a.attcollation FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = x.indrelid AND a.attnum = x.indkey[k.place]),
    x.indexrelid
FROM pg_catalog.pg_index x
    JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = i.relam
    CROSS JOIN LATERAL pg_catalog.generate_series(0, x.indnkeyatts - 1) AS k (place)
    JOIN pg_catalog.pg_opclass p ON p.oid = x.indclass[k.place]
    LEFT JOIN pg_catalog.pg_constraint o ON o.conindid = x.indexrelid AND o.contype IN ('p', 'u', 'x')
WHERE n.nspname = ANY ($1::text[]) AND NOT c.relispartition AND c.relkind IN ('r', 'p')
ORDER BY x.indrelid, i.relname, k.place;

-- Foreign keys, checks and exclusions; of a partitioned table not those that its partitions inherit.
PREPARE catalogue_constraints AS
SELECT o.conrelid, o.conname, o.contype, o.conkey::pg_catalog.int2[]::text, o.confrelid, o.confkey::pg_catalog.int2[]::text,
    fn.nspname, fc.relname, o.confupdtype, o.confdeltype, o.confmatchtype, o.condeferrable, o.convalidated
FROM pg_catalog.pg_constraint o
    JOIN pg_catalog.pg_class c ON c.oid = o.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class fc ON fc.oid = o.confrelid
    LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND NOT c.relispartition AND o.contype IN ('f', 'c', 'x') AND o.conparentid = 0
ORDER BY o.conrelid, o.contype, o.conname;

PREPARE catalogue_enums AS
SELECT t.oid, n.nspname, t.typname, e.enumlabel, pg_catalog.obj_description(t.oid, 'pg_type'),
    EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.objid = t.oid AND d.deptype = 'e')
FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
WHERE n.nspname = ANY ($1::text[]) AND t.typtype = 'e'
ORDER BY n.nspname, t.typname, e.enumsortorder;

-- name: catalogue_extensions
SELECT e.extname, n.nspname, e.extversion, e.extrelocatable
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
ORDER BY e.extname;
