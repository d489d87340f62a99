-- Whether the catalogue is as it was, without reading what it says: of each of its tables how many rows are anybody's own, and
-- the sum of the transactions that wrote them. A row that is written again has a later transaction than those that ended
-- before, so when as many rows are added as removed the sum grows. Small statements, because a new server process plans each for the
-- first time; with the settings of first_look_settings. What is temporary is left out; an expression of a relation that is
-- not somebody's own cannot change.

PREPARE fingerprint_relations AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't';

PREPARE fingerprint_columns AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_attribute
WHERE attrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't');

PREPARE fingerprint_defaults AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_attrdef
WHERE adrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't');

PREPARE fingerprint_constraints AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_constraint
WHERE conrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't');

-- A server older than 14 marks an index as valid or not in its place, without a transaction.
PREPARE fingerprint_indexes AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint), '.',
    pg_catalog.count(*) FILTER (WHERE indisvalid))
FROM pg_catalog.pg_index
WHERE indrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't');

PREPARE fingerprint_triggers AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_trigger
WHERE tgrelid IN (SELECT oid FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't');

PREPARE fingerprint_views AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_rewrite
WHERE ev_class IN (SELECT oid FROM pg_catalog.pg_class WHERE oid >= '16384' AND relpersistence <> 't');

-- Not those of rows and arrays, which come and go with tables. A domain has the category of its type.
PREPARE fingerprint_types AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_type WHERE oid >= '16384' AND typtype <> 'c' AND (typcategory <> 'A' OR typtype = 'd');

PREPARE fingerprint_labels AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_enum;

PREPARE fingerprint_functions AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_proc WHERE oid >= '16384';

PREPARE fingerprint_schemas AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_namespace WHERE NOT pg_catalog.starts_with(nspname::text, 'pg_');

-- What belongs to extensions: the digest leaves it out.
PREPARE fingerprint_members AS
SELECT pg_catalog.concat(pg_catalog.count(*), '.', pg_catalog.sum(xmin::text::bigint))
FROM pg_catalog.pg_depend WHERE refclassid = 'pg_catalog.pg_extension'::regclass AND deptype = 'e';
