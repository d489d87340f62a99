-- One case a line: CLASS | STATEMENT. What it locks, rewrites and reads is asked of the server.
additive | CREATE TABLE n (id int PRIMARY KEY, p int REFERENCES parent (id), o int REFERENCES other.far)
additive | CREATE TABLE n (LIKE t INCLUDING ALL)
additive | CREATE TABLE n () INHERITS (up)
additive | CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20)
blocking | CREATE TABLE spread_1 PARTITION OF spread FOR VALUES FROM (10) TO (20)
additive | CREATE TABLE n PARTITION OF parted DEFAULT
blocking | CREATE TABLE n AS SELECT * FROM t
additive | CREATE TABLE n AS SELECT * FROM t WITH NO DATA
blocking | SELECT * INTO n FROM plainest
additive | CREATE VIEW n AS SELECT * FROM v JOIN parent USING (id)
contracting | CREATE OR REPLACE VIEW v AS SELECT id, a, 1 AS z FROM t
blocking | CREATE MATERIALIZED VIEW n AS WITH w AS (SELECT * FROM plainest) SELECT * FROM w
additive | CREATE MATERIALIZED VIEW n AS SELECT * FROM v WITH NO DATA
additive | CREATE SEQUENCE n
blocking | CREATE INDEX ON t (d)
blocking | CREATE UNIQUE INDEX n ON t (d)
blocking | CREATE INDEX n ON parted (k)
additive | CREATE INDEX n ON ONLY parted (k)
additive | CREATE INDEX CONCURRENTLY n ON t (d)
additive | CREATE UNIQUE INDEX CONCURRENTLY n ON t (d)
contracting | DROP INDEX t_a_idx
contracting | DROP INDEX CONCURRENTLY t_a_idx
additive | ALTER INDEX t_a_idx RENAME TO n
additive | ALTER INDEX t_a_idx SET (fillfactor = 70)
additive | CREATE TYPE n AS ENUM ('a')
additive | CREATE DOMAIN n AS int CHECK (value > 0)
additive | CREATE SCHEMA n
additive | CREATE FUNCTION n() RETURNS int LANGUAGE sql AS 'SELECT 1'
contracting | CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 2'
additive | CREATE STATISTICS n ON a, d FROM t
additive | CREATE PUBLICATION n FOR TABLE t
contracting | CREATE TRIGGER n BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION noop()
additive | CREATE POLICY n ON t USING (true)
contracting | CREATE POLICY n ON t AS RESTRICTIVE USING (true)
contracting | CREATE RULE n AS ON INSERT TO plainest DO ALSO NOTIFY x
additive | ALTER TABLE t ADD COLUMN n int
additive | ALTER TABLE t ADD COLUMN IF NOT EXISTS n text DEFAULT 'x'
additive | ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7
additive | ALTER TABLE t ADD COLUMN n timestamptz NOT NULL DEFAULT now()
additive | ALTER TABLE t ADD COLUMN n timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
additive | ALTER TABLE t ADD COLUMN n jsonb DEFAULT '{}'::jsonb
additive | ALTER TABLE t ADD COLUMN n text[] DEFAULT ARRAY[]::text[]
additive | ALTER TABLE t ADD COLUMN n mood DEFAULT 'ok'
additive | ALTER TABLE t ADD COLUMN n int DEFAULT NULL
blocking | ALTER TABLE t ADD COLUMN n uuid DEFAULT gen_random_uuid()
blocking | ALTER TABLE t ADD COLUMN n timestamptz DEFAULT clock_timestamp()
blocking | ALTER TABLE t ADD COLUMN n double precision DEFAULT random()
blocking | ALTER TABLE t ADD COLUMN n int DEFAULT nextval('sq')
blocking | ALTER TABLE t ADD COLUMN n serial
blocking | ALTER TABLE t ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY
blocking | ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a + 1) STORED
additive | ALTER TABLE t ADD COLUMN n plain
blocking | ALTER TABLE t ADD COLUMN n positive
blocking | ALTER TABLE t ADD COLUMN n int CHECK (n > 0)
additive | ALTER TABLE t ADD COLUMN n int REFERENCES parent (id)
blocking | ALTER TABLE t ADD COLUMN n int DEFAULT 1 REFERENCES parent (id)
blocking | ALTER TABLE t ADD COLUMN n int UNIQUE
additive | ALTER TABLE parted ADD COLUMN n int
additive | ALTER TABLE up ADD COLUMN n int
contracting | ALTER TABLE t DROP COLUMN d
contracting | ALTER TABLE t DROP COLUMN parent_id
contracting | ALTER TABLE t RENAME COLUMN d TO n
contracting | ALTER TABLE t RENAME TO n
contracting | ALTER TABLE t RENAME CONSTRAINT t_h_check TO n
contracting | ALTER TABLE plainest SET SCHEMA other
contracting | ALTER VIEW v RENAME TO n
additive | ALTER TABLE t ALTER COLUMN d SET DEFAULT 1
contracting | ALTER TABLE t ALTER COLUMN d DROP DEFAULT
contracting | ALTER TABLE t ALTER COLUMN a SET NOT NULL
additive | ALTER TABLE t ALTER COLUMN i SET NOT NULL
additive | ALTER TABLE t ALTER COLUMN id SET NOT NULL
contracting | ALTER TABLE child ALTER COLUMN t_id DROP NOT NULL
additive | ALTER TABLE t ALTER COLUMN a SET STATISTICS 100
additive | ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)
additive | ALTER TABLE t ALTER COLUMN c SET STORAGE MAIN
additive | ALTER TABLE t ALTER COLUMN c SET COMPRESSION pglz
contracting | ALTER TABLE nopk ALTER COLUMN y ADD GENERATED ALWAYS AS IDENTITY
blocking | ALTER TABLE t ALTER COLUMN w TYPE bigint
blocking | ALTER TABLE plainest ALTER COLUMN x TYPE numeric
additive | ALTER TABLE t ALTER COLUMN b TYPE varchar(20)
additive | ALTER TABLE t ALTER COLUMN b TYPE varchar
additive | ALTER TABLE t ALTER COLUMN b TYPE text
additive | ALTER TABLE t ALTER COLUMN b TYPE text USING b::text
contracting | ALTER TABLE t ALTER COLUMN b TYPE text USING b || 'x'
contracting | ALTER TABLE t ALTER COLUMN b TYPE varchar(5)
contracting | ALTER TABLE t ALTER COLUMN c TYPE varchar(50)
additive | ALTER TABLE t ALTER COLUMN c TYPE varchar
additive | ALTER TABLE t ALTER COLUMN d TYPE numeric(12, 2)
additive | ALTER TABLE t ALTER COLUMN d TYPE numeric
contracting | ALTER TABLE t ALTER COLUMN d TYPE numeric(12, 4)
contracting | ALTER TABLE t ALTER COLUMN d TYPE numeric(8, 2)
blocking | ALTER TABLE t ALTER COLUMN f TYPE jsonb
blocking | ALTER TABLE t ALTER COLUMN g TYPE timestamp
additive | ALTER TABLE t ALTER COLUMN q TYPE timestamptz
contracting | ALTER TABLE t ALTER COLUMN q TYPE timestamptz(0)
blocking | ALTER TABLE t ALTER COLUMN s TYPE char(5)
blocking | ALTER TABLE t ALTER COLUMN s TYPE text
contracting | ALTER TABLE t ALTER COLUMN m TYPE text USING m::text
contracting | ALTER TABLE t ALTER COLUMN u TYPE bytea USING NULL
blocking | ALTER TABLE t ALTER COLUMN r TYPE varchar(30)
contracting | ALTER TABLE t ALTER COLUMN w TYPE smallint
blocking | ALTER TABLE t ADD CONSTRAINT n CHECK (a > 0)
additive | ALTER TABLE t ADD CONSTRAINT n CHECK (a > 0) NOT VALID
contracting | ALTER TABLE t ADD CONSTRAINT n CHECK (a IS NOT NULL AND a > 0) NOT VALID
additive | ALTER TABLE t ADD CONSTRAINT n CHECK (id IS NOT NULL) NOT VALID
additive | ALTER TABLE t VALIDATE CONSTRAINT t_late
additive | ALTER TABLE t VALIDATE CONSTRAINT t_late_fk
blocking | ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY (a) REFERENCES other.far (id)
additive | ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY (a) REFERENCES parent (id) NOT VALID
blocking | ALTER TABLE t ADD CONSTRAINT n UNIQUE (a)
additive | ALTER TABLE t ADD CONSTRAINT n UNIQUE USING INDEX t_c_uidx
additive | ALTER TABLE nopk ADD CONSTRAINT n PRIMARY KEY USING INDEX nopk_y_uidx
contracting | ALTER TABLE nopk ADD CONSTRAINT n PRIMARY KEY USING INDEX nopk_x_uidx
contracting | ALTER TABLE nopk ADD PRIMARY KEY (x)
blocking | ALTER TABLE nopk ADD PRIMARY KEY (y)
blocking | ALTER TABLE t ADD CONSTRAINT n EXCLUDE USING btree (a WITH =)
contracting | ALTER TABLE t DROP CONSTRAINT t_h_check
contracting | ALTER TABLE t DROP CONSTRAINT t_parent_fk
contracting | ALTER TABLE t DROP CONSTRAINT t_b_key
additive | ALTER TABLE t ALTER CONSTRAINT t_parent_fk DEFERRABLE
blocking | ALTER TABLE plainest SET UNLOGGED
additive | ALTER TABLE t SET (fillfactor = 70)
additive | ALTER TABLE t RESET (fillfactor)
additive | ALTER TABLE t SET (autovacuum_enabled = false)
additive | ALTER TABLE t CLUSTER ON t_a_idx
additive | ALTER TABLE t SET WITHOUT CLUSTER
additive | ALTER TABLE t REPLICA IDENTITY FULL
contracting | ALTER TABLE t ENABLE ROW LEVEL SECURITY
contracting | ALTER TABLE t DISABLE TRIGGER t_noop
contracting | ALTER TABLE t ENABLE TRIGGER ALL
contracting | ALTER TABLE plainest DISABLE RULE t_rule
contracting | ALTER TABLE plainest OWNER TO postgres
contracting | ALTER TABLE plainest INHERIT up
contracting | ALTER TABLE down NO INHERIT up
blocking | ALTER TABLE parted ATTACH PARTITION loose FOR VALUES FROM (20) TO (30)
contracting | ALTER TABLE parted DETACH PARTITION parted_1
contracting | ALTER TABLE parted DETACH PARTITION parted_1 CONCURRENTLY
contracting | ALTER TABLE t DROP COLUMN d, ADD COLUMN n int
contracting | ALTER POLICY t_pol ON t USING (false)
contracting | DROP POLICY t_pol ON t
contracting | DROP TRIGGER t_noop ON t
contracting | DROP RULE t_rule ON plainest
additive | ALTER TRIGGER t_noop ON t RENAME TO n
additive | ALTER TYPE mood ADD VALUE 'good'
contracting | ALTER TYPE mood RENAME VALUE 'sad' TO 'bad'
blocking | ALTER DOMAIN plain ADD CONSTRAINT n CHECK (value > 0)
additive | ALTER DOMAIN plain ADD CONSTRAINT n CHECK (value > 0) NOT VALID
contracting | ALTER DOMAIN plain SET NOT NULL
contracting | ALTER DOMAIN positive DROP CONSTRAINT positive_check
additive | ALTER SEQUENCE sq INCREMENT BY 2
contracting | ALTER SEQUENCE sq RESTART
additive | ALTER SEQUENCE sq OWNED BY plainest.x
additive | COMMENT ON TABLE t IS 'x'
additive | COMMENT ON COLUMN t.a IS 'x'
additive | COMMENT ON INDEX t_a_idx IS 'x'
additive | COMMENT ON CONSTRAINT t_h_check ON t IS 'x'
additive | COMMENT ON VIEW v IS 'x'
additive | GRANT SELECT ON t TO PUBLIC
additive | GRANT SELECT (a), UPDATE ON t, v TO PUBLIC
additive | GRANT USAGE ON SEQUENCE sq TO PUBLIC
additive | GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC
additive | GRANT EXECUTE ON FUNCTION one() TO PUBLIC
contracting | REVOKE SELECT ON t FROM PUBLIC
contracting | DROP TABLE child
contracting | DROP TABLE parent CASCADE
contracting | DROP TABLE parted_1
contracting | DROP VIEW v
contracting | DROP MATERIALIZED VIEW mv
contracting | DROP SEQUENCE sq
contracting | DROP FUNCTION one()
contracting | TRUNCATE child
contracting | TRUNCATE parent CASCADE
additive | INSERT INTO parent VALUES (2, 'two', NULL)
additive | INSERT INTO child VALUES (2, 1, 1)
blocking | INSERT INTO plainest SELECT id, code FROM parent
blocking | INSERT INTO parent VALUES (1, 'x', NULL) ON CONFLICT (id) DO UPDATE SET note = 'x'
blocking | UPDATE parent SET note = 'x'
contracting | DELETE FROM plainest
contracting | DELETE FROM t
contracting | WITH gone AS (DELETE FROM plainest RETURNING *) SELECT count(*) FROM gone
blocking | MERGE INTO nopk USING parent ON x = id WHEN MATCHED THEN UPDATE SET y = 2
additive | SELECT count(*) FROM v
additive | SELECT * FROM parent FOR UPDATE
contracting | SELECT one()
contracting | SELECT setval('sq', 10)
contracting | DO 'BEGIN NULL; END'
blocking | LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE
additive | LOCK TABLE t IN ACCESS SHARE MODE
blocking | LOCK TABLE parent
additive | ANALYZE t
additive | VACUUM t
blocking | VACUUM FULL t
blocking | CLUSTER t USING t_a_idx
blocking | REINDEX TABLE t
blocking | REINDEX INDEX t_a_idx
additive | REINDEX TABLE CONCURRENTLY t
additive | REINDEX INDEX CONCURRENTLY t_a_idx
blocking | REINDEX SCHEMA other
blocking | REFRESH MATERIALIZED VIEW mv
blocking | REFRESH MATERIALIZED VIEW CONCURRENTLY mv
additive | EXPLAIN SELECT * FROM t
contracting | ALTER SYSTEM SET work_mem = '8MB'
additive | CREATE DATABASE n
contracting | DROP DATABASE n
additive | SET search_path = public
additive | NOTIFY x
contracting | ALTER ROLE postgres SET work_mem = '8MB'
additive | CREATE ROLE n
blocking | CREATE TABLE r (e varchar(10)); CREATE INDEX ON r (lower(e)) => ALTER TABLE r ALTER COLUMN e TYPE varchar(20)
blocking | CREATE TABLE r (e varchar(10), k int); CREATE INDEX ON r (k) WHERE e = 'x' => ALTER TABLE r ALTER COLUMN e TYPE text
blocking | CREATE TABLE r (e varchar(10), k int); CREATE INDEX ON r (e) WHERE k = 1 => ALTER TABLE r ALTER COLUMN e TYPE text
additive | CREATE TABLE r (e varchar(10), k int); CREATE INDEX ON r (e); CREATE INDEX ON r (k) WHERE k = 1 => ALTER TABLE r ALTER COLUMN e TYPE text
blocking | CREATE TABLE r (e timestamp(0)); CREATE INDEX ON r (date(e)) => ALTER TABLE r ALTER COLUMN e TYPE timestamp(3)
blocking | CREATE TABLE r (e varchar(10), EXCLUDE (lower(e) WITH =)) => ALTER TABLE r ALTER COLUMN e TYPE varchar(20)
blocking | CREATE DOMAIN dom AS varchar(10); CREATE TABLE r (e dom) => ALTER TABLE r ALTER COLUMN e TYPE varchar(20)
additive | CREATE DOMAIN dom AS varchar(10); CREATE TABLE r (e dom) => ALTER TABLE r ALTER COLUMN e TYPE text
contracting | CREATE TABLE r (e varchar(10) COLLATE "C"); CREATE INDEX ON r (e) => ALTER TABLE r ALTER COLUMN e TYPE varchar(20)
additive | CREATE TABLE r (e varchar(10) COLLATE "C"); CREATE INDEX ON r (e) => ALTER TABLE r ALTER COLUMN e TYPE varchar(20) COLLATE "C"
additive | CREATE TABLE r (e varchar(10)); CREATE INDEX ON r (e) => ALTER TABLE r ALTER COLUMN e TYPE varchar(20) COLLATE "default"
contracting | CREATE DOMAIN dom AS text COLLATE "C"; CREATE TABLE r (e dom); CREATE INDEX ON r (e) => ALTER TABLE r ALTER COLUMN e TYPE text
additive | CREATE DOMAIN dom AS int DEFAULT 1; CREATE TABLE r () => ALTER TABLE r ADD COLUMN e dom
blocking | CREATE DOMAIN dom AS float8 DEFAULT random(); CREATE TABLE r () => ALTER TABLE r ADD COLUMN e dom
blocking | CREATE DOMAIN dom AS int DEFAULT 1 NOT NULL; CREATE TABLE r () => ALTER TABLE r ADD COLUMN e dom
blocking | CREATE TABLE r (e int); ALTER TABLE r ADD CONSTRAINT rc CHECK (e > 0) NOT VALID => ALTER TABLE r ADD COLUMN f int, VALIDATE CONSTRAINT rc
