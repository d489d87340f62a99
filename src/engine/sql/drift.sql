-- The catalogue compared with what the embedded table expects.
--
-- $1: the schema of the connection; then arrays, an element for each row of the expectation, as inb_expected has them:
-- $2 schema, $3 relation, $4 name, $5 type, $6 schema of the type, $7 kind (0 column, 1 label, 2 default, 3 primary key,
-- 4 unique, 5 index, 6 foreign key, 7 check), $8 flags (1 not null, 2 enum, 4 not valid). One row for each that is not as
-- expected, in order, its columns in the order of INB__DIFFERENCE_…. With the local settings of history.sql, except that
-- pg_catalog is always searched and so not written here.
--
-- format_type() says a type's schema or not as search_path has it, so types that are not PostgreSQL's own are compared by
-- their names. Indexes are compared by what they are, whatever their name.
PREPARE drift_differences AS
WITH e AS (
    SELECT x.*, n.oid AS space
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::integer[]) WITH ORDINALITY
        AS x (schema, relation, name, type, type_schema, kind, flags, i)
    LEFT JOIN pg_namespace n ON n.nspname = COALESCE(NULLIF(x.schema, ''), $1)),
r AS (
    SELECT e.*, c.oid AS relid
    FROM e
    LEFT JOIN pg_class c ON c.relnamespace = e.space AND c.relname = e.relation::name AND c.relkind IN ('r', 'p', 'f')
    WHERE e.kind <> 1),
col AS (
    SELECT r.*, a.attnum,
        a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'n'
            AND NOT k.convalidated AND a.attnum = ANY (k.conkey)) AS attnotnull,
        b.typtype = 'e' AS has_enum, bn.nspname,
        b.typname || CASE WHEN b.oid <> t.oid THEN '[]' ELSE '' END AS typname,
        CASE WHEN y.typtype = 'd' THEN format_type(y.typbasetype, y.typtypmod)
            ELSE format_type(a.atttypid, a.atttypmod) END AS formatted
    FROM r
    LEFT JOIN pg_attribute a ON a.attrelid = r.relid AND a.attname = r.name::name AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_type y ON y.oid = a.atttypid
    -- A domain is what it is made of: statements do not tell them apart.
    LEFT JOIN pg_type t ON t.oid = CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END
    LEFT JOIN pg_type b ON b.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
    LEFT JOIN pg_namespace bn ON bn.oid = b.typnamespace
    WHERE r.kind = 0),
compared AS (
    SELECT col.*, flags & 1 <> 0 AS required,
        CASE WHEN type = '' THEN true
            WHEN flags & 2 <> 0
            THEN has_enum AND typname = type AND nspname = COALESCE(NULLIF(type_schema, ''), $1)
            -- Without a precision a time has six digits, too.
            ELSE NOT has_enum AND CASE WHEN nspname <> 'pg_catalog' THEN type = typname
                WHEN typname LIKE 'time%' THEN replace(type, '(6)', '') = replace(formatted, '(6)', '')
                ELSE type = formatted END
        END AS type_fits
    FROM col),
ix AS (
    SELECT i.indrelid, c.relname, i.indisvalid, i.indisunique, i.indisprimary,
        m.amname || ' (' || (SELECT string_agg(COALESCE('"' || replace(a.attname::text, '"', '""') || '"', '...')
                || CASE WHEN i.indoption[u.n::integer - 1]::integer & 1 = 1 THEN ' DESC' ELSE '' END, ', ' ORDER BY u.n)
            FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS u (att, n)
            LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.att AND u.att <> 0
            WHERE u.n <= i.indnkeyatts) || ')'
        || CASE WHEN i.indpred IS NULL THEN '' ELSE ' WHERE ...' END AS def
    FROM (SELECT DISTINCT relid FROM r WHERE kind IN (3, 4, 5)) t
    JOIN pg_index i ON i.indrelid = t.relid
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_am m ON m.oid = c.relam),
ixj AS (
    SELECT r.i, bool_or(f.fits AND ix.indisvalid) AS good, bool_or(f.fits) AS fits,
        max(CASE WHEN ix.indisprimary THEN 'primary key ' WHEN ix.indisunique THEN 'unique ' ELSE '' END || ix.def)
            FILTER (WHERE ix.relname = r.name::name) AS other
    FROM r
    LEFT JOIN ix ON ix.indrelid = r.relid
    CROSS JOIN LATERAL (SELECT ix.def = r.type
        AND CASE r.kind WHEN 3 THEN ix.indisprimary WHEN 4 THEN ix.indisunique ELSE true END AS fits) f
    WHERE r.kind IN (3, 4, 5) AND r.relid IS NOT NULL
    GROUP BY r.i),
fk AS (
    SELECT k.conrelid, k.conname, k.convalidated, d.key,
        d.key || ' ON DELETE ' || CASE k.confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT'
            WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END
        || ' ON UPDATE ' || CASE k.confupdtype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT'
            WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END AS def
    FROM (SELECT DISTINCT relid FROM r WHERE kind = 6) t
    JOIN pg_constraint k ON k.conrelid = t.relid AND k.contype = 'f'
    JOIN pg_class o ON o.oid = k.confrelid
    JOIN pg_namespace n ON n.oid = o.relnamespace
    CROSS JOIN LATERAL (SELECT '('
        || (SELECT string_agg(COALESCE('"' || replace(a.attname::text, '"', '""') || '"', '...'), ', ' ORDER BY u.n)
            FROM unnest(k.conkey) WITH ORDINALITY AS u (att, n)
            LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.att AND u.att <> 0)
        || ') REFERENCES '
        || CASE WHEN n.nspname = $1 THEN '' ELSE '"' || replace(n.nspname::text, '"', '""') || '".' END
        || '"' || replace(o.relname::text, '"', '""') || '" ('
        || (SELECT string_agg(COALESCE('"' || replace(a.attname::text, '"', '""') || '"', '...'), ', ' ORDER BY u.n)
            FROM unnest(k.confkey) WITH ORDINALITY AS u (att, n)
            LEFT JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.att AND u.att <> 0)
        || ')' AS key) d),
fkj AS (
    SELECT r.i, bool_or(fk.def = r.type AND (fk.convalidated OR r.flags & 4 <> 0)) AS good,
        bool_or(fk.def = r.type) AS fits,
        max(fk.def) FILTER (WHERE fk.conname = r.name::name OR starts_with(r.type, fk.key || ' ON DELETE ')) AS other
    FROM r
    LEFT JOIN fk ON fk.conrelid = r.relid
    WHERE r.kind = 6 AND r.relid IS NOT NULL
    GROUP BY r.i),
ckj AS (
    SELECT r.i, bool_or(k.oid IS NOT NULL AND (k.convalidated OR r.flags & 4 <> 0)) AS good,
        bool_or(k.oid IS NOT NULL) AS fits
    FROM r
    LEFT JOIN pg_constraint k ON k.conrelid = r.relid AND k.contype = 'c' AND k.conname = r.name::name
    WHERE r.kind = 7 AND r.relid IS NOT NULL
    GROUP BY r.i)
SELECT i, relid IS NULL, attnum IS NULL,
    CASE WHEN type_fits THEN NULL WHEN nspname = 'pg_catalog' THEN formatted WHEN nspname = $1 THEN typname
        ELSE nspname || '.' || typname END,
    required AND NOT attnotnull, NULL
FROM compared
WHERE attnum IS NULL OR NOT type_fits OR (required AND NOT attnotnull)
UNION ALL
SELECT i, t.oid IS NULL, true, NULL, false, NULL
FROM e
LEFT JOIN pg_type t ON t.typnamespace = e.space AND t.typname = e.relation::name AND t.typtype = 'e'
WHERE e.kind = 1
AND NOT EXISTS (SELECT FROM pg_enum l WHERE l.enumtypid = t.oid AND l.enumlabel = e.name::name)
UNION ALL
SELECT r.i, false, NOT (a.atthasdef OR a.attidentity <> ''), pg_get_expr(d.adbin, d.adrelid), false, NULL
FROM r
JOIN pg_attribute a ON a.attrelid = r.relid AND a.attname = r.name::name AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE r.kind = 2
AND (NOT (a.atthasdef OR a.attidentity <> '') OR (r.type <> '' AND pg_get_expr(d.adbin, d.adrelid) <> r.type))
UNION ALL
SELECT i, false, NOT COALESCE(fits, false) AND other IS NULL, other, false, CASE WHEN fits THEN 'INVALID' END
FROM ixj
WHERE good IS NOT TRUE
UNION ALL
SELECT i, false, NOT COALESCE(fits, false) AND other IS NULL, other, false, CASE WHEN fits THEN 'NOT VALID' END
FROM fkj
WHERE good IS NOT TRUE
UNION ALL
SELECT i, false, NOT fits, NULL, false, CASE WHEN fits THEN 'NOT VALID' END
FROM ckj
WHERE good IS NOT TRUE
ORDER BY 1;
