#!/usr/bin/env python3
"""`inboard db pull` on a server: what is written of each kind of thing, what is kept of a present schema, each place of
docs/DIFFERENCES.md; and after every pull a valid schema, an empty diff, and a second pull that changes nothing."""
import json, os, pathlib, re, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run, undocumented

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n\n'
GENERATOR = 'generator client {\n  provider = "prisma-client"\n}\n\n'


def database(sql, db="pull"):
    env = cluster.fresh(db)
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", cluster.url(db), stdin=sql, env={"PGOPTIONS": "-c client_min_messages=error"})
    return env


def pull(file, env, *more, ok=True):
    return run(inboard, "db", "pull", "--schema", file, *more, env=env, ok=ok)


def settled(sql, schema=GENERATOR + HEAD, *more):
    """The schema that is written, and the warnings; the three promises are held."""
    env, file = database(sql), cluster.path("schema.prisma")
    file.write_text(schema)
    first = pull(file, env, *more)
    assert "a diff would still make" not in first.stderr, first.stderr
    text = file.read_text()
    run(inboard, "validate", "--schema", file)
    again = pull(file, env)
    assert "a diff would still make" not in again.stderr, again.stderr
    assert file.read_text() == text, f"the second pull changes\n{text}\nto\n{file.read_text()}"
    run(inboard, "format", "--schema", file, "--check")
    return text, first.stderr


def blocks(text):
    """The blocks of a schema by name, each with the documentation and comments before it."""
    found = re.findall(r"^((?:[ ]*//[^\n]*\n)*(?:model|view|enum|datasource|generator) (\w+) \{\n.*?^\}\n)", text, re.M | re.S)
    return {name: body for body, name in found}


def lines(text, *wanted):
    """Each line is there, whatever the columns are aligned to."""
    there = {re.sub(r" +", " ", line.strip()) for line in text.split("\n")}
    missing = [w for w in wanted if w not in there]
    assert not missing, f"no {missing} in\n{text}"


def test_a_schema_of_the_usual_kind():
    text, warnings = settled("""
        CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');
        CREATE TABLE "User" (id SERIAL PRIMARY KEY, email TEXT NOT NULL, name VARCHAR(80), role "Role" NOT NULL DEFAULT 'USER',
            "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);
        CREATE UNIQUE INDEX "User_email_key" ON "User"(email);
        CREATE TABLE "Post" (id SERIAL PRIMARY KEY, title TEXT NOT NULL, "authorId" INTEGER,
            CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"(id) ON DELETE SET NULL ON UPDATE CASCADE);
        CREATE INDEX "Post_title_idx" ON "Post"(title);
        CREATE TABLE "_PostToTag" ("A" INTEGER NOT NULL, "B" INTEGER NOT NULL, CONSTRAINT "_PostToTag_AB_pkey" PRIMARY KEY ("A", "B"));
        CREATE INDEX "_PostToTag_B_index" ON "_PostToTag"("B");
        CREATE TABLE "Tag" (id INTEGER PRIMARY KEY, label TEXT NOT NULL);
        ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "Post"(id) ON DELETE CASCADE ON UPDATE CASCADE;
        ALTER TABLE "_PostToTag" ADD CONSTRAINT "_PostToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "Tag"(id) ON DELETE CASCADE ON UPDATE CASCADE;
    """)
    assert text == GENERATOR + HEAD + """model Post {
  id       Int    @id @default(autoincrement())
  title    String
  authorId Int?
  User     User?  @relation(fields: [authorId], references: [id])
  Tag      Tag[]

  @@index([title])
}

model Tag {
  id    Int    @id
  label String
  Post  Post[]
}

model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique
  name      String?  @db.VarChar(80)
  role      Role     @default(USER)
  createdAt DateTime @default(now())
  Post      Post[]
}

enum Role {
  USER
  ADMIN
}
""", text
    assert warnings == "", warnings


def test_what_the_present_schema_says_is_kept():
    text, _ = settled("""
        CREATE TABLE "user" (id TEXT PRIMARY KEY, full_name TEXT, updated TIMESTAMP(3) NOT NULL, extra INTEGER);
        CREATE TABLE post (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, CONSTRAINT post_user_id_fkey FOREIGN KEY (user_id)
            REFERENCES "user"(id) ON DELETE RESTRICT ON UPDATE CASCADE);
        CREATE TABLE added (id INTEGER PRIMARY KEY);
    """, """// The head of the file.

/// What the client is for.
generator client { // see the guide
  provider = "prisma-client"
  // where it goes
  output   = "../generated"
}

datasource db {
  provider = "postgresql"
}

// About people.
/// A person.
model User {
  id       String   @id @default(uuid())
  // never shown
  /// First and last.
  fullName String?  @map("full_name") // trailing
  updated  DateTime @updatedAt
  /// What they wrote.
  articles Article[] @relation("written")

  @@map("user")
}

model Article {
  id      Int    @id
  userId  String @map("user_id")
  author  User   @relation("written", fields: [userId], references: [id])

  // about the name
  @@map("post")
}

// The end.
""")
    b = blocks(text)
    lines(text, "// The head of the file.", "// see the guide", "// where it goes", "// The end.")
    assert list(b) == ["client", "db", "User", "Article", "added"], list(b)
    assert b["client"].startswith("/// What the client is for.\n"), b["client"]
    assert b["User"].startswith("// About people.\n/// A person.\n"), b["User"]
    lines(b["User"], "id String @id @default(uuid())", "// never shown", "/// First and last.", 'fullName String? @map("full_name") // trailing',
          "updated DateTime @updatedAt", "extra Int?", "/// What they wrote.", 'articles Article[] @relation("written")', '@@map("user")')
    lines(b["Article"], 'author User @relation("written", fields: [userId], references: [id])', "// about the name")


def test_force_keeps_the_configuration_alone():
    text, _ = settled('CREATE TABLE "user" (id INTEGER PRIMARY KEY)',
                      GENERATOR + HEAD + 'model User {\n  id Int @id\n\n  @@map("user")\n}\n', "--force")
    assert text == GENERATOR + HEAD + "model user {\n  id Int @id\n}\n", text


def test_names_that_no_field_can_have():
    text, warnings = settled("""
        CREATE TYPE "A" AS ENUM ('0', '1');
        CREATE TYPE few AS ENUM ('a b', 'a-b', '7', '');
        CREATE TABLE "日本" (id INTEGER PRIMARY KEY);
        CREATE TABLE "String" (id INTEGER PRIMARY KEY, a "A" DEFAULT '0', s few DEFAULT '7', l few[] DEFAULT ARRAY['a-b'::few]);
        CREATE TABLE "x y" (id INTEGER PRIMARY KEY);
        CREATE TABLE "x-y" (id INTEGER PRIMARY KEY, "a b" INTEGER, "a-b" INTEGER, "1a" INTEGER, a INTEGER, "__" INTEGER, "日" INTEGER UNIQUE);
        CREATE INDEX ON "x-y" ("日", a);
        CREATE TABLE "no" ();
        CREATE TABLE "quote""d\\" (id INTEGER PRIMARY KEY, "c""d" TEXT);
    """)
    b = blocks(text)
    lines(b["A"], 'value_0 @map("0")', 'value_1 @map("1")')
    lines(b["few"], 'a_b @map("a b")', 'a_b_2 @map("a-b")', '// 7 @map("7")', 'EMPTY_ENUM_VALUE @map("")')
    assert 'model public___ {' in text and '@@map("日本")' in text, text
    lines(b["RenamedString"], '@@map("String")', "a A? @default(value_0)", "s few? @default(dbgenerated(\"'7'::few\"))", "l few[] @default([a_b_2])")
    assert {"public_x_y", "public_x_y_2"} <= set(b), list(b)
    lines(text, 'a_b Int? @map("a b")', 'a_b_2 Int? @map("a-b")', 'a Int? @map("1a")', "a_2 Int? @map(\"a\")", '// __ Int? @map("__")')
    assert "日," not in text and "// model no {" in text, text
    lines(text, 'c_d String? @map("c\\"d")', '@@map("quote\\"d\\\\")')
    assert 'Model: "public_x_y_2", field(s): ["__", "日"]' in warnings, warnings


def test_names_with_line_ends_and_names_without_a_letter():
    text, warnings = settled("""
        CREATE TYPE e AS ENUM ('a', '1\n2');
        CREATE TABLE t (id INTEGER PRIMARY KEY, "1\n2\x01" INTEGER DEFAULT 3, e e DEFAULT '1\n2', "a\nb" TEXT);
    """)
    lines(text, '// 1 2 @map("1\\n2")', '// 1 2 Int? @default(3) @map("1\\n2\\u0001")', 'a_b String? @map("a\\nb")')
    assert 'Model: "t", field(s): ["1 2 "]' in warnings and 'Enum: "e", value: "1\n2"' not in warnings, warnings
    text, _ = settled("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE \"String\" (); CREATE TABLE c (id INTEGER PRIMARY KEY); "
                      "COMMENT ON TABLE \"String\" IS 'said'")
    assert text.count("We could not retrieve columns") == 1 and text.count("database-comments") == 0, text
    text, _ = settled('CREATE SCHEMA "日本"; CREATE TABLE "日本"."東京" (id INTEGER PRIMARY KEY); CREATE TABLE "日本"."大阪" (id INTEGER PRIMARY KEY)',
                      GENERATOR + HEAD, "--schemas", "日本")
    b = blocks(text)
    lines(b["Renamed"], '@@map("大阪")')
    lines(b["Renamed_2"], '@@map("東京")')


def test_types_and_defaults():
    text, warnings = settled("""
        CREATE SCHEMA other;
        CREATE TYPE other.e AS ENUM ('x');
        CREATE DOMAIN code AS VARCHAR(9) NOT NULL DEFAULT 'dd';
        CREATE DOMAIN inner_code AS INTEGER;
        CREATE DOMAIN outer_code AS inner_code;
        CREATE TYPE pair AS (x INTEGER, y INTEGER);
        CREATE SEQUENCE "Free seq";
        CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            n NUMERIC, n5 NUMERIC(5), n52 NUMERIC(5, 2) DEFAULT 1.50, neg NUMERIC(4, 1) DEFAULT -2.5, f REAL DEFAULT -0.0, i INTEGER DEFAULT -7,
            ts TIMESTAMP, tsz TIMESTAMPTZ(2) DEFAULT now(), d DATE DEFAULT '2020-01-01', tm TIME, c CHAR, c7 CHAR(7), b BIT, b4 BIT(4) DEFAULT B'1010',
            ch "char", by BYTEA DEFAULT '\\x00ff10', u UUID DEFAULT '00000000-0000-0000-0000-000000000000', j JSON DEFAULT '{"a": "b''c"}',
            x TEXT DEFAULT E'a\\nb\\t"\\\\ it''s', bo BOOLEAN DEFAULT true, o OID, mo MONEY, xm XML, ip INET DEFAULT '10.0.0.1', ci CIDR,
            iv INTERVAL(3), ivs INTERVAL[], oe other.e, dom code, doms code[], oc outer_code, pr pair, prs pair[], ts_v TSVECTOR,
            gen INTEGER GENERATED ALWAYS AS (1 + 1) STORED, big BIGINT DEFAULT 9007199254740993, seq INTEGER DEFAULT nextval('"Free seq"'),
            tseq TEXT DEFAULT nextval('"Free seq"'), expr INTEGER DEFAULT 1 + 1, never TEXT DEFAULT NULL, nulled INTEGER DEFAULT nullif(1, 2),
            li INTEGER[] DEFAULT '{1,2}', lt TEXT[] DEFAULT ARRAY['a', 'b c'], lb BIGINT[] DEFAULT '{1,2}', le TEXT[] DEFAULT '{}', ln TEXT[] DEFAULT '{NULL}',
            lts TIMESTAMP[], lv VARCHAR(4)[] DEFAULT ARRAY['x']::VARCHAR(4)[], lbo BOOLEAN[] DEFAULT '{t,f}', lf REAL[] DEFAULT '{1.5,-2}');
    """)
    b = blocks(text)["t"]
    lines(b, "id BigInt @id @default(autoincrement())", "n Decimal? @db.Decimal", "n5 Decimal? @db.Decimal(5, 0)",
          "n52 Decimal? @default(1.50) @db.Decimal(5, 2)", "neg Decimal? @default(-2.5) @db.Decimal(4, 1)", "f Float? @default(0.0) @db.Real",
          "i Int? @default(-7)", "ts DateTime? @db.Timestamp(6)", "tsz DateTime? @default(now()) @db.Timestamptz(2)",
          "d DateTime? @default(dbgenerated(\"'2020-01-01'::date\")) @db.Date", "tm DateTime? @db.Time(6)", "c String? @db.Char(1)",
          "c7 String? @db.Char(7)", "b String? @db.Bit(1)", "ch String? @db.Char", 'by Bytes? @default("AP8Q")',
          "u String? @default(dbgenerated(\"'00000000-0000-0000-0000-000000000000'::uuid\")) @db.Uuid",
          'j Json? @default("{\\"a\\": \\"b\'c\\"}") @db.Json', 'x String? @default("a\\nb\\t\\"\\\\ it\'s")', "bo Boolean? @default(true)",
          "o Int? @db.Oid", "mo Decimal? @db.Money", "xm String? @db.Xml", 'ip String? @default("10.0.0.1") @db.Inet', 'ci Unsupported("cidr")?',
          'iv Unsupported("interval(3)")?', 'ivs Unsupported("interval")[]', 'oe Unsupported("other.e")?', "dom String @default(dbgenerated()) @db.VarChar(9)",
          'doms Unsupported("code")[]', "oc Int?", 'pr Unsupported("pair")?', 'prs Unsupported("pair")[]', 'ts_v Unsupported("tsvector")?',
          "gen Int? @default(dbgenerated())", "big BigInt? @default(9007199254740993)", "seq Int? @default(autoincrement())",
          'expr Int? @default(dbgenerated("(1 + 1)"))', "never String?", 'nulled Int? @default(dbgenerated("NULLIF(1, 2)"))', "li Int[] @default([1, 2])", 'lt String[] @default(["a", "b c"])',
          "lb BigInt[] @default([1, 2])", "le String[] @default([])", "ln String[] @default(dbgenerated(\"'{NULL}'::text[]\"))",
          "lts DateTime[] @db.Timestamp", 'lv String[] @default(["x"]) @db.VarChar(4)', "lbo Boolean[] @default([true, false])",
          "lf Float[] @default([1.5, -2]) @db.Real")
    assert 'field: "gen"' in warnings and 'field: "iv", original data type: "interval(3)"' in warnings, warnings


def test_types_of_extensions_keep_their_modifiers():
    """A type as vector and geometry are, its functions borrowed from varchar; and the extensions that every server has."""
    text, warnings = settled("""
        CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION cube;
        CREATE TYPE vector;
        CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
        CREATE FUNCTION vector_out(vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
        CREATE FUNCTION vector_modify(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
        CREATE FUNCTION vector_modified(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
        CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, TYPMOD_IN = vector_modify, TYPMOD_OUT = vector_modified, COLLATABLE = true);
        CREATE TABLE t (id INTEGER PRIMARY KEY, v vector(3) NOT NULL, vs vector(3)[], any_v vector, h hstore DEFAULT '"a"=>"1"', p ltree, c cube);
        CREATE INDEX t_h_idx ON t USING gist (h); CREATE INDEX t_p_idx ON t USING gist (p); CREATE INDEX p_siglen ON t USING gist (p gist_ltree_ops (siglen = 100));
    """)
    lines(text, 'v Unsupported("vector(3)")', 'vs Unsupported("vector(3)")[]', 'any_v Unsupported("vector")?',
          'h Unsupported("hstore")? @default(dbgenerated("\'\\"a\\"=>\\"1\\"\'::hstore"))', 'p Unsupported("ltree")?', 'c Unsupported("cube")?',
          "@@index([h], type: Gist)", "@@index([p], type: Gist)")
    assert 'field: "vs", original data type: "vector(3)"' in warnings, warnings
    made = run(inboard, "migrate", "diff", "--from-empty", "--to-schema", cluster.path("schema.prisma"), "--script").stdout
    assert '"v" vector(3) NOT NULL' in made and '"vs" vector(3)[]' in made, made


def test_a_numeric_that_the_language_cannot_say():
    if cluster.version >= 15:
        text, _ = settled("CREATE TABLE t (id INTEGER PRIMARY KEY, a NUMERIC(2, -3), b NUMERIC(2, 5))")
        lines(text, 'a Unsupported("numeric(2,-3)")?', 'b Unsupported("numeric(2,5)")?')


def test_indexes():
    text, warnings = settled("""
        CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE EXTENSION bloom;
        CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, s TEXT, j JSONB, ip INET, g POINT, arr INTEGER[], during TSRANGE,
            CONSTRAINT uq UNIQUE (a, b), CONSTRAINT excl EXCLUDE USING gist (a WITH =, during WITH &&), CONSTRAINT ck CHECK (a > 0));
        CREATE UNIQUE INDEX a_some ON t (a) WHERE b > 0;
        CREATE UNIQUE INDEX a_others ON t (a) WHERE b < 0;
        CREATE UNIQUE INDEX b_1 ON t (b); CREATE UNIQUE INDEX b_2 ON t (b);
        CREATE INDEX incl ON t (a) INCLUDE (s);
        CREATE INDEX t_a_b_idx ON t (a DESC, b);
        CREATE INDEX nulls ON t (b NULLS FIRST);
        CREATE INDEX lowered ON t (lower(s));
        CREATE INDEX trgm ON t USING gin (s gin_trgm_ops);
        CREATE INDEX path ON t USING gin (j jsonb_path_ops);
        CREATE INDEX t_j_idx ON t USING gin (j);
        CREATE INDEX points ON t USING gist (g);
        CREATE INDEX hashed ON t USING hash (s);
        CREATE INDEX brin ON t USING brin (a);
        CREATE INDEX arrays ON t USING gin (arr);
        CREATE INDEX ints ON t USING gist (b);
        CREATE INDEX pattern ON t (s text_pattern_ops);
        CREATE INDEX blooming ON t USING bloom (a, b);
        CREATE INDEX collated ON t (s COLLATE "C");
    """)
    b = blocks(text)["t"]
    lines(text, 'previewFeatures = ["partialIndexes"]')
    lines(b, 'a Int? @unique(map: "a_others", where: raw("(b < 0)"))', 'b Int? @unique(map: "b_1")', '@@unique([a, b], map: "uq")',
          '@@unique([a], map: "a_some", where: raw("(b > 0)"))', '@@index([a], map: "incl")', "@@index([a(sort: Desc), b])", '@@index([b], map: "nulls")',
          '@@index([s(ops: raw("gin_trgm_ops"))], map: "trgm", type: Gin)', '@@index([j(ops: JsonbPathOps)], map: "path", type: Gin)',
          "@@index([j], type: Gin)", '@@index([g], map: "points", type: Gist)', '@@index([s], map: "hashed", type: Hash)',
          '@@index([a], map: "brin", type: Brin)', '@@index([arr], map: "arrays", type: Gin)', '@@index([b(ops: raw("gist_int4_ops"))], map: "ints", type: Gist)',
          '@@index([s(ops: raw("text_pattern_ops"))], map: "pattern")', '@@index([s], map: "collated")')
    assert not any(x in b for x in ("b_2", "lowered", "blooming", "excl\"")), b
    said = warnings.split("\n")
    for line in ('Model: "t", constraint: "lowered"', 'Model: "t", constraint: "ck"', 'Model: "t", constraint: "excl"', 'Model: "t", constraint: "blooming"',
                 'Model: "t", constraint: "incl"', 'Model: "t", constraint: "collated"', 'Index: "nulls", column: "b"'):
        assert f"  - {line}" in said, (line, warnings)


def test_an_index_that_is_not_valid_is_left_out():
    sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO t VALUES (1, 1), (2, 1);"
    env = database(sql)
    assert run("psql", "-qX", cluster.url("pull"), "-c", "CREATE UNIQUE INDEX CONCURRENTLY half ON t (a)", ok=False).returncode != 0
    file = cluster.path("schema.prisma")
    file.write_text(HEAD)
    r = pull(file, env)
    assert "half" not in file.read_text() and '  - Model: "t", constraint: "half"' in r.stderr and "would still" not in r.stderr, r


def test_relations():
    text, _ = settled("""
        CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER NOT NULL, y INTEGER, UNIQUE (x, id), boss INTEGER REFERENCES a (id), second INTEGER REFERENCES a (id));
        CREATE TABLE c (a INTEGER NOT NULL, a_id INTEGER UNIQUE REFERENCES a (id), id INTEGER PRIMARY KEY);
        CREATE TABLE d (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL, a_x INTEGER NOT NULL UNIQUE,
            FOREIGN KEY (a_x, a_id) REFERENCES a (x, id) ON DELETE CASCADE ON UPDATE SET DEFAULT);
        CREATE TABLE two (id INTEGER PRIMARY KEY, one INTEGER REFERENCES c (id), other INTEGER REFERENCES c (id), CONSTRAINT again FOREIGN KEY (one) REFERENCES c (id));
        CREATE TABLE twice (id INTEGER PRIMARY KEY REFERENCES a (id), CONSTRAINT twice_c FOREIGN KEY (id) REFERENCES c (id));
        CREATE TABLE part (id INTEGER PRIMARY KEY, p INTEGER REFERENCES c (id)); CREATE UNIQUE INDEX ON part (p) WHERE id > 3;
    """)
    b = blocks(text)
    lines(b["a"], 'a_a_bossToa a? @relation("a_bossToa", fields: [boss], references: [id], onDelete: NoAction, onUpdate: NoAction)',
          'other_a_a_bossToa a[] @relation("a_bossToa")', "c c?", "d d[]", "twice twice?")
    lines(b["c"], "a Int", "a_2 a? @relation(fields: [a_id], references: [id], onDelete: NoAction, onUpdate: NoAction)")
    lines(b["d"], 'a a @relation(fields: [a_x, a_id], references: [x, id], onDelete: Cascade, onUpdate: SetDefault)')
    lines(b["twice"], "a a @relation(fields: [id], references: [id], onDelete: NoAction, onUpdate: NoAction)",
          'c c @relation(fields: [id], references: [id], onDelete: NoAction, onUpdate: NoAction, map: "twice_c")')
    lines(b["c"], "part part[]")
    assert b["two"].count("@relation(") == 2, b["two"]


JOIN = """
    CREATE TABLE "Post" (id INTEGER PRIMARY KEY); CREATE TABLE "User" (id INTEGER PRIMARY KEY);
    CREATE TABLE "_PostToUser" ({columns}); CREATE INDEX ON "_PostToUser" ({b});
"""


def test_join_tables_with_more_in_them_are_models():
    for columns, b in (('"A" INTEGER REFERENCES "Post", "B" INTEGER REFERENCES "User", note TEXT, PRIMARY KEY ("A", "B")', '"B"'),
                       ('a INTEGER REFERENCES "Post", b INTEGER REFERENCES "User", PRIMARY KEY (a, b)', "b"),
                       ('"A" INTEGER REFERENCES "User", "B" INTEGER REFERENCES "Post", PRIMARY KEY ("A", "B")', '"B"'),
                       ('"A" BIGINT REFERENCES "Post", "B" INTEGER REFERENCES "User", PRIMARY KEY ("A", "B")', '"B"')):
        text, _ = settled(JOIN.format(columns=columns, b=b))
        assert "model PostToUser {" in text and '@@map("_PostToUser")' in text, (columns, text)


def test_join_tables_that_work_are_relations():
    for columns in ('"A" INTEGER REFERENCES "Post", "B" INTEGER REFERENCES "User", PRIMARY KEY ("A", "B")',
                    '"A" INTEGER REFERENCES "Post", "B" INTEGER REFERENCES "User", UNIQUE ("A", "B")'):
        text, _ = settled(JOIN.format(columns=columns, b='"B"'))
        lines(text, "User User[]", "Post Post[]")
        assert "PostToUser" not in text, text


def test_names_of_many_to_many_relations_are_kept():
    sql = """CREATE TABLE "Person" (id INTEGER PRIMARY KEY);
        CREATE TABLE "_friends" ("A" INTEGER NOT NULL REFERENCES "Person", "B" INTEGER NOT NULL REFERENCES "Person", PRIMARY KEY ("A", "B"));
        CREATE INDEX ON "_friends" ("B");"""
    text, _ = settled(sql, HEAD + 'model Person {\n  id     Int      @id\n  knows  Person[] @relation("friends")\n  knownBy Person[] @relation("friends")\n}\n')
    lines(text, 'knows Person[] @relation("friends")', 'knownBy Person[] @relation("friends")')


def test_a_foreign_key_with_another_target_or_name_is_a_new_relation():
    text, _ = settled("""CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);
        CREATE TABLE c (id INTEGER PRIMARY KEY, x INTEGER, CONSTRAINT renamed FOREIGN KEY (x) REFERENCES b (id), y INTEGER, CONSTRAINT moved FOREIGN KEY (y) REFERENCES a (id));""",
        HEAD + "model a {\n  id Int @id\n  mine c[] @relation(\"one\")\n  others c[] @relation(\"two\")\n}\nmodel b {\n  id Int @id\n}\n"
        "model c {\n  id Int @id\n  x Int?\n  y Int?\n  was a? @relation(\"one\", fields: [x], references: [id])\n"
        "  still a? @relation(\"two\", fields: [y], references: [id], map: \"before\")\n}\n")
    b = blocks(text)
    lines(b["c"], 'b b? @relation(fields: [x], references: [id], onDelete: NoAction, onUpdate: NoAction, map: "renamed")',
          'still a? @relation("two", fields: [y], references: [id], onDelete: NoAction, onUpdate: NoAction, map: "moved")')
    assert "was" not in b["c"] and "mine" not in b["a"], text


def test_ignored_models():
    text, warnings = settled("""CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE none (of INTEGER REFERENCES a (id));
        CREATE TABLE by_hand (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id), n INTEGER);""",
        HEAD + "model a {\n  id Int @id\n  by_hand by_hand[] @ignore\n}\nmodel by_hand {\n  id Int @id\n  a_field Int? @map(\"a\")\n  n Int?\n"
        "  a a? @relation(fields: [a_field], references: [id])\n\n  @@ignore\n}\n")
    lines(blocks(text)["a"], "none none[] @ignore", "by_hand by_hand[] @ignore")
    assert text.count("@@ignore") == 2 and '  - "none"' in warnings, (text, warnings)


def test_partitions_inheritance_and_what_is_no_table():
    text, warnings = settled("""
        CREATE EXTENSION citext;
        CREATE TABLE log (id INTEGER NOT NULL, at DATE NOT NULL, a INTEGER, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        CREATE TABLE entry (id INTEGER PRIMARY KEY, log_id INTEGER, log_at DATE, FOREIGN KEY (log_id, log_at) REFERENCES log (id, at));
        CREATE TABLE parent (id INTEGER PRIMARY KEY, name citext); CREATE TABLE child (more TEXT, PRIMARY KEY (id)) INHERITS (parent);
        CREATE VIEW v AS SELECT 1 AS one; CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one; CREATE TEMP TABLE gone (id INTEGER);
        CREATE UNLOGGED TABLE fast (id INTEGER PRIMARY KEY); ALTER TABLE fast ENABLE ROW LEVEL SECURITY;
        CREATE TABLE dropped (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER); ALTER TABLE dropped DROP COLUMN a;
        COMMENT ON COLUMN dropped.b IS 'said';
    """)
    b = blocks(text)
    assert sorted(b) == ["child", "client", "db", "dropped", "entry", "fast", "log", "parent"], sorted(b)
    lines(b["parent"], "/// This table has subclasses and requires additional setup for migrations. Visit https://pris.ly/d/table-inheritance for more info.",
          "name String? @db.Citext")
    lines(b["log"], "entry entry[]", "@@id([id, at])")
    assert '"log"' in warnings and '"fast"' in warnings and '"dropped.b"' in warnings, warnings


def test_schemas():
    text, warnings = settled("""
        CREATE SCHEMA one; CREATE SCHEMA two; CREATE SCHEMA auth;
        CREATE TABLE auth.users (id INTEGER PRIMARY KEY);
        CREATE TYPE two.kind AS ENUM ('x');
        CREATE TABLE one.t (id INTEGER PRIMARY KEY, u INTEGER CONSTRAINT to_auth REFERENCES auth.users (id), k two.kind);
        CREATE TABLE two.t (id INTEGER PRIMARY KEY, one INTEGER REFERENCES one.t (id));
    """, HEAD, "--schemas", "one,two")
    lines(text, 'schemas = ["one", "two"]')
    b = blocks(text)
    lines(b["one_t"], '@@schema("one")', "k kind?", '@@map("t")')
    lines(b["two_t"], '@@schema("two")')
    assert 'constraint: "to_auth", references: "auth.users"' in warnings, warnings


def test_relations_by_hand():
    schema = 'datasource db {\n  provider     = "postgresql"\n  relationMode = "prisma"\n}\n\nmodel A {\n  id Int @id\n  b  B[]\n}\n\nmodel B {\n  id   Int @id\n  a_id Int\n  a    A   @relation(fields: [a_id], references: [id], onDelete: Cascade)\n\n  @@index([a_id])\n}\n'
    text, warnings = settled('CREATE TABLE "A" (id INTEGER PRIMARY KEY); CREATE TABLE "B" (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL); CREATE INDEX "B_a_id_idx" ON "B" (a_id);', schema)
    lines(text, "b B[]", "a A @relation(fields: [a_id], references: [id], onDelete: Cascade)")
    assert "relations taken from the present schema" in warnings, warnings


def test_a_role_without_rights_sees_all_and_is_told():
    env, file = database("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a); "
                         "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; GRANT SELECT ON b TO reader"), cluster.path("schema.prisma")
    file.write_text(HEAD)
    r = pull(file, {"DATABASE_URL": cluster.url("pull", user="reader")})
    assert "model a {" in file.read_text() and '  - "a"' in r.stderr and '  - "b"' not in r.stderr, r
    cluster.sql("pull", "DROP OWNED BY reader; DROP ROLE reader")


def test_several_files():
    folder = cluster.path("several")
    folder.mkdir()
    (folder / "a.prisma").write_text(HEAD)
    (folder / "b.prisma").write_text("// kept\nmodel User {\n  id Int @id\n\n  @@map(\"user\")\n}\n")
    env = database('CREATE TABLE "user" (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE fresh (id INTEGER PRIMARY KEY)')
    for _ in range(2):
        pull(folder, env)
        assert (folder / "b.prisma").read_text() == '// kept\nmodel User {\n  id Int  @id\n  n  Int?\n\n  @@map("user")\n}\n'
        assert (folder / "introspected.prisma").read_text() == "model fresh {\n  id Int @id\n}\n"
        assert (folder / "a.prisma").read_text() == HEAD.rstrip("\n") + "\n"
    printed = pull(folder, env, "--print").stdout
    assert printed.startswith(f"// {folder}/a.prisma\ndatasource db"), printed


def test_several_files_and_force():
    folder = cluster.path("forced")
    folder.mkdir()
    (folder / "a.prisma").write_text(HEAD)
    (folder / "introspected.prisma").mkdir() # cannot be written: then the others keep what they have
    (folder / "z.prisma").write_text("model gone {\n  id Int @id\n}\n")
    env = database("CREATE TABLE fresh (id INTEGER PRIMARY KEY)")
    assert pull(folder, env, "--force", ok=False).returncode == 1
    assert (folder / "a.prisma").read_text() == HEAD and "gone" in (folder / "z.prisma").read_text()
    (folder / "introspected.prisma").rmdir()
    pull(folder, env, "--force")
    assert {f.name: f.read_text() for f in folder.iterdir()} == \
        {"a.prisma": "", "introspected.prisma": HEAD + "model fresh {\n  id Int @id\n}\n", "z.prisma": ""}


def test_json_and_print_write_what_is_documented():
    env, file = database("CREATE TABLE t (id INTEGER PRIMARY KEY, c CIDR)"), cluster.path("schema.prisma")
    file.write_text(HEAD)
    r = pull(file, env, "--print", "--json")
    answer = json.loads(r.stdout)
    undocumented("inboard db pull", answer)
    assert file.read_text() == HEAD and answer["models"] == 1 and answer["differences"] == 0, answer
    assert answer["warnings"] == [{"kind": "unsupported-type", "text": 'Model: "t", field: "c", original data type: "cidr"'}], answer
    pull(file, env, "--json")
    assert file.read_text() == answer["files"][0]["text"]


def test_refusals():
    env, file = database(""), cluster.path("schema.prisma")
    file.write_text(HEAD)
    r = pull(file, env, ok=False)
    assert r.returncode == 1 and "P4001" in r.stderr and "--schemas" in r.stderr, r
    r = pull(file, {"DATABASE_URL": "", "DIRECT_URL": ""}, ok=False)
    assert r.returncode == 2 and "DATABASE_URL is not set" in r.stderr, r
    r = pull(file, {"DATABASE_URL": cluster.url("not_there")}, ok=False)
    assert r.returncode == 6 and "P1003" in r.stderr, r
    file.write_text(HEAD + "model A {\n}\n")
    r = pull(file, env, ok=False)
    assert r.returncode == 1 and "P1012" in r.stderr, r


tap.main(cluster.start, cluster.remove)
