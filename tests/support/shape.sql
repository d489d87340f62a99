-- What stands in schema public, a line a fact, whoever made it and however often: no oid, no owner. Cluster.shape() of inb.py
-- reads it on servers of every version, for which one pg_dump does not do.
\set ours 'n.nspname = ''public'''
SELECT 'relation', c.relname, c.relkind, c.relpersistence, c.relreplident, c.relrowsecurity, c.reloptions, obj_description(c.oid, 'pg_class'),
    pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid), c.relacl IS NULL
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE :ours ORDER BY 2;
SELECT 'column', c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attstorage,
    -- pg_attver is the server's own note of when a column was changed
    ARRAY(SELECT o FROM unnest(a.attoptions) AS o WHERE o NOT LIKE 'pg\_attver=%'), col_description(c.oid, a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE :ours ORDER BY 2, 3;
SELECT 'constraint', conrelid::regclass, contypid::regtype, conname, contype, convalidated, pg_get_constraintdef(o.oid)
    FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace WHERE :ours ORDER BY 2, 3, 4;
SELECT 'index', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready, i.indisclustered, i.indisreplident
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE :ours ORDER BY 2;
SELECT 'sequence', c.relname, seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcycle, d.refobjid::regclass, d.refobjsubid, d.deptype
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    WHERE :ours ORDER BY 2;
SELECT 'type', t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
    (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE :ours AND t.typtype IN ('e', 'd', 'r') ORDER BY 2;
SELECT 'view', c.relname, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE :ours AND relkind IN ('v', 'm') ORDER BY 2;
SELECT 'routine', pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE :ours AND prokind IN ('f', 'p')
    ORDER BY 2;
SELECT 'trigger', pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE :ours AND NOT tgisinternal ORDER BY 2;
SELECT 'rule', tablename, definition FROM pg_rules WHERE schemaname = 'public' ORDER BY 2, 3;
SELECT 'policy', to_jsonb(p) FROM pg_policies p WHERE schemaname = 'public' ORDER BY 2;
SELECT 'statistics', pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE :ours ORDER BY 2;
