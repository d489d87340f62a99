-- AlterTable
CREATE SEQUENCE counter_id_seq;
CREATE SEQUENCE counter_count_seq;
ALTER TABLE "Counter" ALTER COLUMN "id" SET DEFAULT nextval('counter_id_seq'),
ALTER COLUMN "Count" SET DEFAULT nextval('counter_count_seq');
ALTER SEQUENCE counter_id_seq OWNED BY "Counter"."id";
ALTER SEQUENCE counter_count_seq OWNED BY "Counter"."Count";
