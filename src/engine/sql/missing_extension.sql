-- $1: the message of an error that says what does not exist. The extension that has something of a name in it, in a schema that
-- is not searched.
PREPARE missing_extension_find AS
SELECT e.extname, n.nspname
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE n.nspname <> ALL (pg_catalog.current_schemas(true)) AND EXISTS (SELECT
    FROM pg_catalog.pg_depend d
    LEFT JOIN pg_catalog.pg_type t ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = d.objid
    LEFT JOIN pg_catalog.pg_proc p ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
    LEFT JOIN pg_catalog.pg_opclass o ON d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND o.oid = d.objid
    WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid AND d.deptype = 'e'
        AND COALESCE(t.typname, p.proname, o.opcname)::text
            = ANY (pg_catalog.regexp_split_to_array($1::text, '[^[:alnum:]_]+')))
ORDER BY e.extname
LIMIT 1;
