-- What is in schemas that are to be emptied: each object that stands in one, and what its removal would take along elsewhere.

-- $1: the schemas, $2: whether extensions go too. One row an object: what becomes of it, its type, its name, its owner, whether
-- this role may remove it, and what removes it. The history is first, so that a database that is half emptied has none.
--
-- goes, history: it stands in one of the schemas. Not extensions' objects, partitions, sequences of columns and the like: they go with what they
-- belong to. lost: it stands elsewhere and depends on something that goes. stays: an extension.
PREPARE reset_objects AS
WITH RECURSIVE space AS (
    SELECT n.oid, n.nspname, n.nspowner FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::name[])
), seed AS (
    SELECT d.classid, d.objid, s.nspowner, s.nspname
    FROM pg_catalog.pg_depend d
    JOIN space s ON d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = s.oid
    WHERE d.deptype = 'n' AND (d.classid <> 'pg_catalog.pg_extension'::regclass OR $2::boolean) AND NOT EXISTS (SELECT
        FROM pg_catalog.pg_depend e
        LEFT JOIN pg_catalog.pg_class p ON e.refclassid = 'pg_catalog.pg_class'::regclass AND p.oid = e.refobjid
        LEFT JOIN pg_catalog.pg_type t ON e.refclassid = 'pg_catalog.pg_type'::regclass AND t.oid = e.refobjid
        WHERE e.classid = d.classid AND e.objid = d.objid AND e.objsubid = 0 AND (e.deptype = 'e'
            OR e.deptype IN ('a', 'i') AND COALESCE(p.relnamespace, t.typnamespace) IN (SELECT oid FROM space)))
), gone AS (
    SELECT classid, objid, 0 AS objsubid FROM seed
    UNION
    SELECT d.classid, d.objid, d.objsubid
    FROM gone g
    JOIN pg_catalog.pg_depend d ON d.refclassid = g.classid AND d.refobjid = g.objid AND (g.objsubid = 0 OR d.refobjsubid = g.objsubid)
), elsewhere AS (
    SELECT g.classid, g.objid, g.objsubid,
        COALESCE((pg_catalog.pg_identify_object(g.classid, g.objid, g.objsubid)).schema, n.nspname::text) AS nspname
    FROM gone g
    LEFT JOIN pg_catalog.pg_attrdef a ON g.classid = 'pg_catalog.pg_attrdef'::regclass AND a.oid = g.objid
    LEFT JOIN pg_catalog.pg_rewrite r ON g.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = g.objid
    LEFT JOIN pg_catalog.pg_trigger t ON g.classid = 'pg_catalog.pg_trigger'::regclass AND t.oid = g.objid
    LEFT JOIN pg_catalog.pg_policy p ON g.classid = 'pg_catalog.pg_policy'::regclass AND p.oid = g.objid
    LEFT JOIN pg_catalog.pg_class c ON c.oid = COALESCE(a.adrelid, r.ev_class, t.tgrelid, p.polrelid)
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE g.classid NOT IN ('pg_catalog.pg_publication_rel'::regclass, 'pg_catalog.pg_default_acl'::regclass, 'pg_catalog.pg_amop'::regclass,
            'pg_catalog.pg_amproc'::regclass, 'pg_catalog.pg_cast'::regclass, 'pg_catalog.pg_transform'::regclass)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e JOIN seed s ON s.classid = e.refclassid AND s.objid = e.refobjid
            WHERE e.classid = g.classid AND e.objid = g.objid AND e.deptype = 'e')
        AND NOT EXISTS (SELECT FROM seed s WHERE s.classid = g.classid AND s.objid = g.objid) AND t.tgisinternal IS NOT TRUE
), found AS (
    SELECT CASE WHEN i.type = 'table' AND i.name = '_prisma_migrations' THEN 'history' ELSE 'goes' END AS role, s.classid, s.objid, i.type, i.identity,
        s.classid <> 'pg_catalog.pg_extension'::regclass AND pg_catalog.pg_has_role(s.nspowner, 'USAGE') AS of_schema
    FROM seed s, pg_catalog.pg_identify_object(s.classid, s.objid, 0) i
    UNION ALL
    SELECT 'lost', e.classid, e.objid, i.type, i.identity, true
    FROM elsewhere e, pg_catalog.pg_identify_object(e.classid, e.objid, e.objsubid) i
    WHERE COALESCE(e.nspname, '') NOT IN (SELECT nspname FROM space) AND COALESCE(e.nspname, '') !~ '^pg_toast'
    UNION ALL
    SELECT 'stays', 'pg_catalog.pg_extension'::regclass, x.oid, 'extension', pg_catalog.quote_ident(x.extname), true
    FROM pg_catalog.pg_extension x
    WHERE NOT $2::boolean AND x.extnamespace IN (SELECT oid FROM space)
)
SELECT f.role, f.type, f.identity, pg_catalog.pg_get_userbyid(o.owner),
    f.of_schema OR pg_catalog.pg_has_role(o.owner, 'USAGE'),
    pg_catalog.concat('DROP ', CASE WHEN f.classid = 'pg_catalog.pg_proc'::regclass THEN 'ROUTINE' WHEN f.type = 'composite type' THEN 'TYPE'
        WHEN f.type = 'statistics object' THEN 'STATISTICS' ELSE pg_catalog.upper(f.type) END, ' IF EXISTS ', f.identity, ' CASCADE')
FROM found f
LEFT JOIN pg_catalog.pg_shdepend d ON d.deptype = 'o' AND d.classid = f.classid AND d.objid = f.objid AND d.objsubid = 0
    AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
CROSS JOIN LATERAL (SELECT COALESCE(d.refobjid, 10::oid) AS owner) o
ORDER BY f.role = 'history' DESC, f.role, f.type, f.identity;
