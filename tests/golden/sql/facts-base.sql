-- What tests/db/facts.py tries each case of facts-cases.sql on.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE DOMAIN plain AS int;
CREATE SCHEMA other;
CREATE TABLE other.far (id int PRIMARY KEY);
CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE, note text);
CREATE TABLE t (
    id int PRIMARY KEY,
    a int,
    b varchar(10),
    c text,
    d numeric(10, 2),
    e timestamp,
    f json,
    g date,
    h int CONSTRAINT t_h_check CHECK (h > 0),
    i int,
    m mood,
    p plain,
    q timestamptz(3),
    r varchar(20) CONSTRAINT t_r_check CHECK (r <> ''),
    s char(3),
    u uuid,
    w int,
    parent_id int CONSTRAINT t_parent_fk REFERENCES parent (id),
    CONSTRAINT t_i_present CHECK (i IS NOT NULL),
    CONSTRAINT t_b_key UNIQUE (b)
);
ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL;
ALTER TABLE t ADD CONSTRAINT t_late CHECK (a < 1000) NOT VALID;
ALTER TABLE t ADD CONSTRAINT t_late_fk FOREIGN KEY (a) REFERENCES other.far (id) NOT VALID;
CREATE INDEX t_a_idx ON t (a);
CREATE UNIQUE INDEX t_c_uidx ON t (c);
CREATE UNIQUE INDEX t_id_uidx ON t (id);
CREATE TABLE child (id int PRIMARY KEY, t_id int NOT NULL REFERENCES t (id) ON DELETE CASCADE, n int);
CREATE TABLE plainest (x int, y text);
CREATE TABLE nopk (x int, y int NOT NULL);
CREATE UNIQUE INDEX nopk_x_uidx ON nopk (x);
CREATE UNIQUE INDEX nopk_y_uidx ON nopk (y);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id, a FROM t;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE TABLE parted (id int, k int, v text) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE loose (id int, k int, v text);
CREATE TABLE spread (id int, k int) PARTITION BY RANGE (k);
CREATE TABLE spread_rest PARTITION OF spread DEFAULT;
CREATE SEQUENCE sq;
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER t_noop BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION noop();
CREATE POLICY t_pol ON t USING (true);
CREATE RULE t_rule AS ON UPDATE TO plainest DO ALSO NOTIFY plainest;
CREATE TABLE up (x int);
CREATE TABLE down () INHERITS (up);
INSERT INTO parent VALUES (1, 'one', NULL);
INSERT INTO other.far VALUES (5);
INSERT INTO t (id, a, b, h, i, r, p, parent_id) VALUES (1, 5, 'b', 1, 1, 'r', 1, 1);
INSERT INTO child VALUES (1, 1, 1);
INSERT INTO plainest VALUES (1, 'y');
INSERT INTO nopk VALUES (1, 1);
INSERT INTO parted VALUES (1, 1, 'v');
INSERT INTO loose VALUES (1, 20, 'v');
INSERT INTO spread VALUES (1, 1);
INSERT INTO up VALUES (1);
