-- The SQL of the zero-downtime planner, as one script on an example: psql -v ON_ERROR_STOP=1 -f rollout.sql
-- templates.awk makes a C function of each template. What is named below its first line are operands.

DROP SCHEMA IF EXISTS "shop" CASCADE;
CREATE SCHEMA "shop";
CREATE SCHEMA "shop_archive";
CREATE TYPE "shop"."state" AS ENUM ('draft', 'open');
CREATE TYPE "shop"."state_new" AS ENUM ('open');
CREATE TABLE "shop"."customers" ("id" bigint NOT NULL, CONSTRAINT "customers_id_key" UNIQUE ("id"));
CREATE TABLE "shop"."orders" ("id" integer NOT NULL, "customer_id" bigint, "note" text, "total" text, "tags" text[], "state" "shop"."state",
    "number" integer DEFAULT 1, "gone" text NOT NULL, CONSTRAINT "orders_id_key" UNIQUE ("id"));
CREATE INDEX "orders_note_idx" ON "shop"."orders" ("note");
CREATE INDEX "orders_note_idx_new" ON "shop"."orders" ("note");
INSERT INTO "shop"."orders" VALUES (1, NULL, 'a', '17', '{x}', 'open', 1, '');

-- ---- expand

-- template: enum_value_add
-- type: "shop"."state"
-- value: 'paid'
ALTER TYPE "shop"."state" ADD VALUE 'paid';

-- template: enum_value_add_before
-- type: "shop"."state"
-- value: 'idea'
-- other: 'open'
ALTER TYPE "shop"."state" ADD VALUE 'idea' BEFORE 'open';

-- template: enum_value_add_after
-- type: "shop"."state"
-- value: 'late'
-- other: 'open'
ALTER TYPE "shop"."state" ADD VALUE 'late' AFTER 'open';

-- template: column_add
-- table: "shop"."orders"
-- definition: "amount" DECIMAL(12,2) NOT NULL DEFAULT 0
ALTER TABLE "shop"."orders" ADD COLUMN "amount" DECIMAL(12,2) NOT NULL DEFAULT 0;

-- template: column_add_bare
-- table: "shop"."orders"
-- column: "total_new"
-- type: DECIMAL(12,2)
ALTER TABLE "shop"."orders" ADD COLUMN "total_new" DECIMAL(12,2);

-- example
ALTER TABLE "shop"."orders" ADD COLUMN "remark" text, ADD COLUMN "serial" bigint, ADD COLUMN "first_tag" text;

-- template: default_set
-- table: "shop"."orders"
-- column: "remark"
-- value: 'none'
ALTER TABLE "shop"."orders" ALTER COLUMN "remark" SET DEFAULT 'none';

-- template: default_drop
-- table: "shop"."orders"
-- column: "remark"
ALTER TABLE "shop"."orders" ALTER COLUMN "remark" DROP DEFAULT;

-- template: sequence_create_typed
-- sequence: "shop"."orders_serial_seq"
-- type: BIGINT
-- table: "shop"."orders"
-- column: "serial"
CREATE SEQUENCE "shop"."orders_serial_seq" AS BIGINT OWNED BY "shop"."orders"."serial";

-- expression: nextval
-- sequence: "shop"."orders_serial_seq"
SELECT
    nextval('"shop"."orders_serial_seq"')
;

-- template: sequence_create
-- sequence: "shop"."orders_fill"
CREATE SEQUENCE "shop"."orders_fill";

-- template: sequence_own
-- sequence: "shop"."orders_fill"
-- table: "shop"."orders"
-- column: "serial"
ALTER SEQUENCE "shop"."orders_fill" OWNED BY "shop"."orders"."serial";

-- template: sequence_set
-- sequence: "shop"."orders_fill"
-- column: "serial"
-- table: "shop"."orders"
SELECT setval('"shop"."orders_fill"', greatest(max("serial"), 0)::bigint + 1, false) FROM "shop"."orders";

-- template: sequence_widen
-- sequence: "shop"."orders_serial_seq"
-- type: BIGINT
ALTER SEQUENCE "shop"."orders_serial_seq" AS BIGINT;

-- template: sequence_rename
-- sequence: "shop"."orders_serial_seq"
-- name: "orders_number_seq"
ALTER SEQUENCE IF EXISTS "shop"."orders_serial_seq" RENAME TO "orders_number_seq";

-- template: type_set
-- table: "shop"."orders"
-- column: "gone"
-- type: VARCHAR
ALTER TABLE "shop"."orders" ALTER COLUMN "gone" SET DATA TYPE VARCHAR;

-- ---- a table under two names

-- template: view_create
-- view: "shop"."purchases"
-- columns: "id", "note"
-- table: "shop"."orders"
CREATE VIEW "shop"."purchases" AS SELECT "id", "note" FROM "shop"."orders";

-- template: view_drop
-- view: "shop"."purchases"
DROP VIEW "shop"."purchases";

-- template: table_rename
-- table: "shop"."orders"
-- name: "purchases"
ALTER TABLE "shop"."orders" RENAME TO "purchases";

-- template: table_move
-- table: "shop"."purchases"
-- space: "shop_archive"
ALTER TABLE "shop"."purchases" SET SCHEMA "shop_archive";

-- example
ALTER TABLE "shop_archive"."purchases" SET SCHEMA "shop";
ALTER TABLE "shop"."purchases" RENAME TO "orders";

-- ---- both columns are written

-- template: sync_function
-- function: "shop"."orders_sync"
CREATE FUNCTION "shop"."orders_sync"() RETURNS trigger LANGUAGE plpgsql AS $inboard$
BEGIN
    -- parts: parts
    -- part: sync_copy
    -- new: "serial"
    -- value: NEW."id"
    NEW."serial" := NEW."id";
    -- part: sync_copy_if_possible
    -- new: "total_new"
    -- value: NEW."total"
    BEGIN
        NEW."total_new" := NEW."total";
    EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
        NEW."total_new" := NULL; -- the backfill reports the value that does not fit
    END;
    -- part: sync_constant
    -- new: "first_tag"
    -- value: 'none'
    -- type: VARCHAR
    NEW."first_tag" := coalesce(NEW."first_tag", ('none')::VARCHAR);
    -- part: sync_names
    -- left_out: NEW."remark" IS NULL
    -- new: "remark"
    -- old: "note"
    IF (TG_OP = 'INSERT' AND NEW."remark" IS NULL)
       OR (TG_OP = 'UPDATE' AND record_image_eq(ROW(NEW."remark"), ROW(OLD."remark"))) THEN
        NEW."remark" := NEW."note"; -- written by a release that uses the old name
    ELSE
        NEW."note" := NEW."remark";
    END IF;
    -- end
    RETURN NEW;
END
$inboard$;

-- template: sync_trigger
-- trigger: "orders_sync"
-- table: "shop"."orders"
-- function: "shop"."orders_sync"
CREATE TRIGGER "orders_sync" BEFORE INSERT OR UPDATE ON "shop"."orders" FOR EACH ROW EXECUTE FUNCTION "shop"."orders_sync"();

-- expression: new_value
-- column: "note"
SELECT
    NEW."note"
FROM "shop"."orders" AS NEW;

-- expression: new_is_null
-- column: "note"
SELECT
    NEW."note" IS NULL
FROM "shop"."orders" AS NEW;

-- expression: new_is_default
-- column: "note"
-- value: 'none'
-- type: TEXT
SELECT
    record_image_eq(ROW(NEW."note"), ROW(('none')::TEXT))
FROM "shop"."orders" AS NEW;

-- ---- conversions

-- expression: convert_through
-- value: "total"
-- through: text
SELECT
    "total"::text
FROM "shop"."orders";

-- expression: convert_cast
-- value: "total"
-- type: DECIMAL(12,2)
SELECT
    ("total")::DECIMAL(12,2)
FROM "shop"."orders";

-- expression: convert_to_list
-- old: "total"
-- value: "total"::varchar
SELECT
    CASE WHEN "total" IS NOT NULL THEN ARRAY["total"::varchar] END
FROM "shop"."orders";

-- expression: convert_first
-- value: "tags"
SELECT
    ("tags")[1]
FROM "shop"."orders";

-- ---- values for rows that have none

-- expression: invent_text
-- number: "serial"
SELECT
    ("serial")::text
FROM "shop"."orders";

-- expression: invent_money
-- number: "serial"
SELECT
    ("serial")::numeric::money
FROM "shop"."orders";

-- expression: invent_inet
-- number: "serial"
SELECT
    '0.0.0.0'::inet + ("serial")
FROM "shop"."orders";

-- expression: invent_bytea
-- number: "serial"
SELECT
    convert_to(("serial")::text, 'UTF8')
FROM "shop"."orders";

-- expression: invent_timestamp
-- number: "serial"
SELECT
    timestamp '1970-01-01' + ("serial") * interval '1 second'
FROM "shop"."orders";

-- expression: invent_timestamptz
-- number: "serial"
SELECT
    timestamptz '1970-01-01 00:00:00+00' + ("serial") * interval '1 second'
FROM "shop"."orders";

-- expression: invent_date
-- number: "serial"
SELECT
    date '1970-01-01' + ("serial")::integer
FROM "shop"."orders";

-- expression: invent_time
-- number: "serial"
SELECT
    time '00:00' + ("serial") * interval '1 millisecond'
FROM "shop"."orders";

-- expression: invent_timetz
-- number: "serial"
SELECT
    timetz '00:00+00' + ("serial") * interval '1 millisecond'
FROM "shop"."orders";

-- expression: invent_bit
-- number: "serial"
SELECT
    ("serial")::bigint
FROM "shop"."orders";

-- expression: invent_varbit
-- number: "serial"
SELECT
    ("serial")::integer::bit(32)
FROM "shop"."orders";

-- expression: invent_json
-- number: "serial"
SELECT
    to_json("serial")
FROM "shop"."orders";

-- expression: invent_jsonb
-- number: "serial"
SELECT
    to_jsonb("serial")
FROM "shop"."orders";

-- expression: invent_number
-- number: "serial"
SELECT
    "serial"
FROM "shop"."orders";

-- expression: invent_boolean
SELECT
    false
;

-- expression: invent_uuid
SELECT
    gen_random_uuid()
;

-- expression: invent_xml
SELECT
    ''::xml
;

-- ---- backfill

-- expression: fill_copy
-- column: "total_new"
-- value: "total"::numeric
SELECT
    "total_new" = "total"::numeric
FROM "shop"."orders";

-- expression: fill_constant
-- column: "total_new"
-- value: 0
-- type: DECIMAL(12,2)
SELECT
    "total_new" = (0)::DECIMAL(12,2)
FROM "shop"."orders";

-- expression: fill_constant_too
-- column: "total_new"
-- value: 0
-- type: DECIMAL(12,2)
SELECT
    "total_new" = coalesce("total_new", (0)::DECIMAL(12,2))
FROM "shop"."orders";

-- expression: is_empty
-- column: "total_new"
SELECT
    "total_new" IS NULL
FROM "shop"."orders";

-- expression: is_not_copied
-- column: "total_new"
-- old: "total"
SELECT
    "total_new" IS NULL AND "total" IS NOT NULL
FROM "shop"."orders";

-- example
UPDATE "shop"."orders" SET "total_new" = NULL;

-- One statement for all columns of a table, and its partitions and children. A row that was written is not looked for again, so it can be
-- run in windows, and again at any time.
-- template: fill
-- table: "shop"."orders"
-- sets: "total_new" = "total"::numeric
-- wanting: "total_new" IS NULL
UPDATE "shop"."orders"
SET "total_new" = "total"::numeric
WHERE "total_new" IS NULL;

-- template: sequence_drop
-- sequence: "shop"."orders_fill"
DROP SEQUENCE "shop"."orders_fill";

-- ---- queries that find what would make a migration fail

-- template: check_null
-- table: "shop"."orders"
-- column: "serial"
SELECT count(*) FROM "shop"."orders" WHERE "serial" IS NULL HAVING count(*) > 0;

-- template: check_lost
-- table: "shop"."orders"
-- same: "remark" IS NOT DISTINCT FROM "note"
SELECT count(*) FROM "shop"."orders" WHERE NOT ("remark" IS NOT DISTINCT FROM "note") HAVING count(*) > 0;

-- template: check_duplicates
-- columns: "id", "customer_id"
-- table: "shop"."orders"
-- where: "id" IS NOT NULL
SELECT "id", "customer_id", count(*) FROM "shop"."orders" WHERE "id" IS NOT NULL GROUP BY "id", "customer_id" HAVING count(*) > 1;

-- expression: is_not_null
-- column: "id"
SELECT
    "id" IS NOT NULL
FROM "shop"."orders";

-- expression: enclosed
-- value: "id" > 0
SELECT
    ("id" > 0)
FROM "shop"."orders";

-- template: check_labels
-- column: "state"
-- table: "shop"."orders"
-- labels: 'draft', 'open', 'paid'
SELECT "state", count(*) FROM "shop"."orders" WHERE "state"::text <> ALL (ARRAY['draft', 'open', 'paid']::text[]) GROUP BY 1;

-- template: check_label_lists
-- column: "tags"
-- table: "shop"."orders"
-- labels: 'x', 'y'
SELECT "tags", count(*) FROM "shop"."orders" WHERE NOT "tags"::text[] <@ ARRAY['x', 'y']::text[] GROUP BY 1;

-- template: check_orphans
-- table: "shop"."orders"
-- known: c."customer_id" IS NOT NULL
-- references: "shop"."customers"
-- match: p."id" = c."customer_id"
SELECT count(*) FROM "shop"."orders" c WHERE c."customer_id" IS NOT NULL AND NOT EXISTS (SELECT FROM "shop"."customers" p WHERE p."id" = c."customer_id") HAVING count(*) > 0;

-- expression: child_is_not_null
-- column: "customer_id"
SELECT
    c."customer_id" IS NOT NULL
FROM "shop"."orders" c;

-- expression: parent_is_child
-- parent: "id"
-- child: "customer_id"
SELECT
    p."id" = c."customer_id"
FROM "shop"."orders" c, "shop"."customers" p;

-- ---- contract

-- example
UPDATE "shop"."orders" SET "serial" = "id", "remark" = "note", "total_new" = 17;

-- template: not_null_check
-- table: "shop"."orders"
-- check: "orders_serial_not_null_check"
-- column: "serial"
ALTER TABLE "shop"."orders" ADD CONSTRAINT "orders_serial_not_null_check" CHECK ("serial" IS NOT NULL) NOT VALID;

-- template: kept_check
-- table: "shop"."orders"
-- check: "orders_remark_kept_check"
-- same: "remark" IS NOT DISTINCT FROM "note"
ALTER TABLE "shop"."orders" ADD CONSTRAINT "orders_remark_kept_check" CHECK ("remark" IS NOT DISTINCT FROM "note") NOT VALID;

-- expression: is_same
-- new: "remark"
-- old: "note"
SELECT
    record_image_eq(ROW("remark"), ROW("note"))
FROM "shop"."orders";

-- expression: is_carried_over
-- old: "total"
-- new: "total_new"
SELECT
    "total" IS NULL OR "total_new" IS NOT NULL
FROM "shop"."orders";

-- template: constraint_validate
-- table: "shop"."orders"
-- constraint: "orders_serial_not_null_check"
ALTER TABLE "shop"."orders" VALIDATE CONSTRAINT "orders_serial_not_null_check";

-- template: not_null_set
-- table: "shop"."orders"
-- column: "serial"
ALTER TABLE "shop"."orders" ALTER COLUMN "serial" SET NOT NULL;

-- template: not_null_drop
-- table: "shop"."orders"
-- column: "gone"
ALTER TABLE "shop"."orders" ALTER COLUMN "gone" DROP NOT NULL;

-- template: constraint_drop
-- table: "shop"."orders"
-- constraint: "orders_serial_not_null_check"
ALTER TABLE "shop"."orders" DROP CONSTRAINT "orders_serial_not_null_check";

-- template: key_index_build
-- index: "orders_pkey_new"
-- table: "shop"."orders"
-- columns: "id", "serial"
CREATE UNIQUE INDEX CONCURRENTLY "orders_pkey_new" ON "shop"."orders"("id", "serial");

-- template: primary_key_add
-- table: "shop"."orders"
-- constraint: "orders_pkey"
-- index: "orders_pkey_new"
ALTER TABLE "shop"."orders" ADD CONSTRAINT "orders_pkey" PRIMARY KEY USING INDEX "orders_pkey_new";

-- template: primary_key_create
-- table: "shop"."customers"
-- constraint: "customers_key"
-- columns: "id"
ALTER TABLE "shop"."customers" ADD CONSTRAINT "customers_key" PRIMARY KEY ("id");

-- template: constraint_rename
-- table: "shop"."orders"
-- constraint: "orders_pkey"
-- name: "orders_primary"
ALTER TABLE "shop"."orders" RENAME CONSTRAINT "orders_pkey" TO "orders_primary";

-- template: not_valid
-- statement: ALTER TABLE "shop"."orders" ADD CONSTRAINT "orders_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "shop"."customers"("id")
ALTER TABLE "shop"."orders" ADD CONSTRAINT "orders_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "shop"."customers"("id") NOT VALID;

-- template: index_rename
-- index: "shop"."orders_note_idx"
-- name: "orders_note_idx_old"
ALTER INDEX "shop"."orders_note_idx" RENAME TO "orders_note_idx_old";

-- template: index_drop
-- index: "shop"."orders_note_idx_old"
DROP INDEX "shop"."orders_note_idx_old";

-- template: index_drop_concurrently
-- index: "shop"."orders_note_idx_new"
DROP INDEX CONCURRENTLY "shop"."orders_note_idx_new";

-- ---- the switch

-- template: sync_trigger_drop
-- trigger: "orders_sync"
-- table: "shop"."orders"
DROP TRIGGER "orders_sync" ON "shop"."orders";

-- template: sync_function_drop
-- function: "shop"."orders_sync"
DROP FUNCTION "shop"."orders_sync"();

-- template: column_rename
-- table: "shop"."orders"
-- column: "total"
-- name: "total_old"
ALTER TABLE "shop"."orders" RENAME COLUMN "total" TO "total_old";

-- template: type_rename
-- type: "shop"."state"
-- name: "state_old"
ALTER TYPE "shop"."state" RENAME TO "state_old";

-- example
ALTER TABLE "shop"."orders" ADD COLUMN "ticket_old" serial, ADD COLUMN "ticket" bigint;

-- template: sequence_move
-- table: "shop"."orders"
-- old: "ticket_old"
-- new: "ticket"
-- type: BIGINT
DO $inboard$
DECLARE
    sequence text := pg_get_serial_sequence('"shop"."orders"', 'ticket_old');
    identity text := (SELECT attidentity FROM pg_attribute
                      WHERE attrelid = '"shop"."orders"'::regclass AND attname = 'ticket_old');
    number bigint;
BEGIN
    IF identity <> '' THEN
        number := nextval(sequence);
        ALTER TABLE "shop"."orders" ALTER COLUMN "ticket_old" DROP IDENTITY;
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (START WITH %s)', '"shop"."orders"', 'ticket',
                       CASE identity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, number);
    ELSE
        EXECUTE 'ALTER SEQUENCE ' || sequence || ' AS BIGINT';
        EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', sequence, '"shop"."orders"', 'ticket');
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L)', '"shop"."orders"', 'ticket', sequence);
        ALTER TABLE "shop"."orders" ALTER COLUMN "ticket_old" DROP DEFAULT;
        -- parts: parts
        -- part: sequence_take_name
        -- name: "orders_ticket_seq"
        EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', sequence, 'orders_ticket_seq');
        -- end
    END IF;
END
$inboard$;

-- ---- drops

-- template: column_drop
-- table: "shop"."orders"
-- column: "ticket_old"
ALTER TABLE "shop"."orders" DROP COLUMN "ticket_old";

-- template: type_drop
-- type: "shop"."state_new"
DROP TYPE "shop"."state_new";

-- example
ALTER TABLE "shop"."orders" ALTER COLUMN "ticket" DROP DEFAULT;

-- template: sequence_drop_owned
-- table: "shop"."orders"
-- column: "ticket"
DO $inboard$
DECLARE
    owned text := pg_get_serial_sequence('"shop"."orders"', 'ticket');
BEGIN
    IF owned IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_depend WHERE refobjid = owned::regclass AND classid = 'pg_attrdef'::regclass) THEN
        EXECUTE 'DROP SEQUENCE ' || owned;
    END IF;
END
$inboard$;

-- example
DROP SCHEMA "shop_archive";
DROP SCHEMA "shop" CASCADE;
