#include "config.h"

#include "engine/history_sql.h"

#define HELD                                                                                       \
    "locktype = 'advisory' AND granted AND classid = '0' AND objid = '72707369' AND objsubid = 1"

/* A policy that has a say in what this role reads of the history. */
#define POLICY                                                                                     \
    "SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = h.oid AND p.polcmd IN ('r', '*')"       \
    " AND EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) AS r (oid) WHERE r.oid = 0"            \
    " OR pg_catalog.pg_has_role(r.oid, 'USAGE'))"

const char inb__sql_facts[] =
    "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery(), "
    "pg_catalog.current_setting('transaction_read_only') = 'on',"
    " pg_catalog.current_database(), current_user, n.oid IS NOT NULL, h.oid IS NOT NULL,"
    " h.oid IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid"
    " AND c.relkind = 'r' AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns',"
    " 'geography_columns', 'raster_columns', 'raster_overviews')),"
    " EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid"
    " AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    " AND c.relname <> '_prisma_migrations' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_class'::regclass::oid AND d.objid = c.oid AND d.deptype = "
    "'e'))"
    " OR EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.typnamespace = n.oid AND t.typtype = "
    "'e'),"
    " o.oid IS NOT NULL, EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'inboard'),"
    " COALESCE(pg_catalog.has_schema_privilege(o.relnamespace, 'USAGE') AND "
    "pg_catalog.has_table_privilege(o.oid, "
    "'SELECT'), false),"
    " COALESCE(pg_catalog.row_security_active(h.oid), false) AND (NOT EXISTS (" POLICY
    " AND p.polpermissive AND pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true')"
    " OR EXISTS (" POLICY " AND NOT p.polpermissive))"
    " FROM (SELECT) one LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1"
    " LEFT JOIN pg_catalog.pg_class h ON h.relnamespace = n.oid AND h.relname = "
    "'_prisma_migrations'"
    " AND h.relkind IN ('r', 'p', 'v')"
    " LEFT JOIN pg_catalog.pg_class o ON o.relname = 'migrations' AND o.relnamespace ="
    " (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'inboard')";

const char inb__sql_holder[] =
    "SELECT pg_catalog.format('pid %s, application \"%s\", user \"%s\", %s, for %s s, %s', a.pid,"
    " a.application_name, a.usename, COALESCE(a.client_addr::text, 'local'),"
    " COALESCE(pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp() - "
    "COALESCE(a.state_change, "
    "a.backend_start)))::text, '?'),"
    " CASE WHEN a.query IS NULL OR a.query = '' THEN 'no query' WHEN a.state = 'idle' THEN 'idle'"
    " ELSE pg_catalog.regexp_replace(pg_catalog.left(a.query, 120), '[[:space:]]+', ' ', 'g') END)"
    " FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
    " WHERE " HELD " AND l.pid <> pg_catalog.pg_backend_pid() AND l.database ="
    " (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) LIMIT "
    "1";

const char inb__sql_rows_head[] = "SELECT id, migration_name, checksum, CASE WHEN finished_at IS "
                                  "NULL THEN pg_catalog.left(logs, 4000) END,"
                                  " started_at, finished_at, rolled_back_at FROM ";
const char inb__sql_rows_tail[] = " ORDER BY migration_name COLLATE \"C\", started_at, id";

const char inb__sql_metadata_database[] =
    "SELECT initial, catalogue, catalogue_rows FROM inboard.histories WHERE history = $1";

const char inb__sql_metadata_migrations[] =
    "SELECT id, class, transactional FROM inboard.migrations WHERE history = $1"
    " AND (finished_at IS NULL OR name COLLATE \"C\" > $2)";

const char inb__sql_metadata_statements[] =
    "SELECT s.id, s.number, s.finished_at IS NOT NULL, s.digest FROM inboard.statements s"
    " JOIN inboard.migrations m ON m.id::text = s.id::text WHERE m.history = $1 AND m.finished_at "
    "IS NULL"
    " ORDER BY s.id, s.number";

const char inb__sql_local_settings[] = "SELECT pg_catalog.set_config('search_path', '', true),"
                                       " pg_catalog.set_config('statement_timeout', '0', true),"
                                       " pg_catalog.set_config('lock_timeout', '0', true),"
                                       " pg_catalog.set_config('join_collapse_limit', '1', true),"
                                       " pg_catalog.set_config('jit', 'off', true)";

/*
 * What a person would call the schema, as text in a fixed order, so that it is the same after a
 * dump and restore: names and definitions, never oids. Extension members and _prisma_migrations are
 * left out. Each major version writes definitions in its own way (16 names no table where there is
 * one, 18 has NOT NULL among the constraints), so the version stands before the digest.
 */
#define NOT_EXTENSION(class, oid)                                                                  \
    " NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog." class         \
        "'::regclass::oid AND d.objid = " oid " AND d.deptype = 'e')"

const char inb__sql_catalogue[] =
    "WITH ns AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1),"
    " rel AS (SELECT c.oid, c.relname, c.relkind FROM pg_catalog.pg_class c"
    " WHERE c.relnamespace = (SELECT oid FROM ns) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"
    " AND c.relname <> '_prisma_migrations' AND" NOT_EXTENSION(
        "pg_class",
        "c.oid") ")"
                 " SELECT pg_catalog.format('%s %s', pg_catalog.current_setting("
                 "'server_version_num')::integer / 10000,"
                 " pg_catalog.md5(COALESCE(pg_catalog.string_agg(item, E'\\n' ORDER BY item "
                 "COLLATE \"C\"), ''))) "
                 "FROM ("
                 "SELECT pg_catalog.format('relation %s %s', c.relkind, c.relname) AS item FROM "
                 "rel c"
                 " UNION ALL SELECT pg_catalog.format('column %s.%s %s %s %s %s %s', c.relname, "
                 "a.attname,"
                 " pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, "
                 "a.attgenerated,"
                 " pg_catalog.pg_get_expr(ad.adbin, ad.adrelid)) FROM rel c"
                 " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
                 "a.attisdropped"
                 " LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = c.oid AND ad.adnum = a.attnum"
                 " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')"
                 " UNION ALL SELECT pg_catalog.format('constraint %s.%s %s', c.relname, k.conname, "
                 "pg_catalog.pg_get_constraintdef(k.oid))"
                 " FROM rel c JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid"
                 " UNION ALL SELECT pg_catalog.format('index %s %s', i.indisvalid, "
                 "pg_catalog.pg_get_indexdef(i.indexrelid)) FROM rel c"
                 " JOIN pg_catalog.pg_index i ON i.indrelid = c.oid"
                 " UNION ALL SELECT pg_catalog.format('trigger %s', "
                 "pg_catalog.pg_get_triggerdef(t.oid)) FROM rel c"
                 " JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
                 " UNION ALL SELECT pg_catalog.format('view %s %s', c.relname, "
                 "pg_catalog.pg_get_viewdef(c.oid)) FROM "
                 "rel c"
                 " WHERE c.relkind IN ('v', 'm')"
                 " UNION ALL SELECT pg_catalog.format('enum %s %s', t.typname, (SELECT "
                 "pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ','"
                 " ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))"
                 " FROM pg_catalog.pg_type t WHERE t.typnamespace = (SELECT oid FROM ns) AND "
                 "t.typtype = 'e' AND" NOT_EXTENSION(
                     "pg_type",
                     "t.oid") " UNION ALL SELECT pg_catalog.format('function %s', "
                              "pg_catalog.pg_get_functiondef(p.oid)) "
                              "FROM pg_catalog.pg_proc p"
                              " WHERE p.pronamespace = (SELECT oid FROM ns) AND p.prokind IN ('f', "
                              "'p') AND" NOT_EXTENSION("pg_proc", "p.oid") ") items";
