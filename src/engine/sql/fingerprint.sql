-- Whether the catalogue is as it was, without reading what it says: of each of its tables how many rows are anybody's own, and
-- the sum of the transactions that wrote them. A row that is written again has a later transaction than those that ended
-- before, so when as many rows are added as removed the sum grows. With the settings of first_look_settings.

-- Left out is what is temporary, and partitions, which jobs make and drop: neither is compared. An expression of a relation that is
-- not somebody's own cannot change. Of types not those of rows and arrays, which come and go with tables; a domain has the category
-- of its type. A server older than 14 marks an index as valid or not in its place, without a transaction. What belongs to
-- extensions is there because the description leaves it out. pg_trigger has no statistics in a new database: tgparentid = 0 in
-- WHERE would be taken for a handful of rows, and each of them compared with each relation.
PREPARE fingerprint_now AS
WITH rel AS NOT MATERIALIZED (
    SELECT oid, xmin, relkind FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't' AND NOT relispartition)
SELECT pg_catalog.concat_ws(' ',
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint)) FROM rel),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_attribute
        WHERE attnum > 0 AND attrelid IN (SELECT oid FROM rel WHERE relkind NOT IN ('i', 'I', 't', 'S'))),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_attrdef WHERE adrelid IN (SELECT oid FROM rel)),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_constraint WHERE conrelid IN (SELECT oid FROM rel) AND conparentid = 0),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint), '.',
            pg_catalog.count(*) FILTER (WHERE indisvalid))
        FROM pg_catalog.pg_index WHERE indrelid IN (SELECT oid FROM rel)),
    (SELECT pg_catalog.concat(pg_catalog.count(*) FILTER (WHERE tgparentid = 0), '.',
            pg_catalog.sum(xmin::text::bigint) FILTER (WHERE tgparentid = 0))
        FROM pg_catalog.pg_trigger WHERE tgrelid IN (SELECT oid FROM rel)),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_rewrite WHERE ev_class IN (SELECT oid FROM rel)),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_sequence WHERE seqrelid IN (SELECT oid FROM rel)),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint)) FROM pg_catalog.pg_policy),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_type WHERE oid >= '16384' AND typtype <> 'c' AND (typcategory <> 'A' OR typtype = 'd')),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint)) FROM pg_catalog.pg_enum),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_proc WHERE oid >= '16384'),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_namespace WHERE NOT pg_catalog.starts_with(nspname::text, 'pg_')),
    (SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
        FROM pg_catalog.pg_depend WHERE refclassid = 'pg_catalog.pg_extension'::regclass AND deptype = 'e'));
