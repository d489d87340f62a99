#!/usr/bin/env python3
"""What a change of the schema does to rows: values before and after, by the plain script and by `--zero-downtime`."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap, zero
from inb import Cluster, inboard, run

cluster = Cluster()
HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


class Change:
    """A database of one schema with rows, on the way to another."""

    def __init__(self, db, before, after, *options, init=None, rows=""):
        self.db, self.url = db, cluster.fresh(db)["DATABASE_URL"]
        a, b = cluster.path(f"{db}_a.prisma"), cluster.path(f"{db}_b.prisma")
        a.write_text(HEAD + before)
        b.write_text(HEAD + after)
        self.sides = ["--from-schema", a, "--to-schema", b]
        self.options = options
        zero.psql(self.url, (init or run(inboard, "migrate", "diff", "--from-empty", "--to-schema", a, "--script").stdout) + rows)

    def script(self):
        return run(inboard, "migrate", "diff", *self.sides, "--script").stdout

    def text(self, *more):
        return run(inboard, "migrate", "diff", *self.sides, *more).stdout

    def plan(self):
        return json.loads(run(inboard, "migrate", "diff", *self.sides, "--zero-downtime", *self.options, "--json").stdout)["migrations"]

    def apply(self, migrations, ok=True):
        """Each as the engine would, until one fails; its name, or None."""
        for m in migrations:
            sql = "begin;\n" + m["sql"] + "commit;\n" if m["transactional"] else m["sql"]
            if zero.psql(self.url, sql, ok=False) is None:
                assert not ok, m["sql"]
                return m["name"]
        return None

    def sql(self, query):
        return cluster.sql(self.db, query)


# ---- types --------------------------------------------------------------------------------------------------------

# From, to, a value, and what is there afterwards; None where PostgreSQL has no cast and the plan has to say so.
RETYPED = [
    ("String?", "String? @db.Uuid", "'00000000-0000-0000-0000-00000000000a'", "00000000-0000-0000-0000-00000000000a"),
    ("String?", "Int?", "'12'", "12"), ("String", "Int @default(0)", "'12'", "12"), ("String?", "BigInt?", "'12'", "12"),
    ("String?", "DateTime?", "'2020-01-02 03:04:05'", "2020-01-02 03:04:05"), ("String?", "Json?", """'{"a": 1}'""", '{"a": 1}'),
    ("String?", "Boolean?", "'true'", "true"), ("String?", "Decimal?", "'1.5'", "1.500000000000000000000000000000"),
    ("String? @db.Char(5)", "Int?", "'12'", "12"), ("String? @db.VarChar(9)", "Float?", "'1.5'", "1.5"),
    ("Int?", "Boolean?", "1", "true"), ("Boolean?", "Int?", "true", "1"), ("Boolean?", "BigInt?", "true", "1"), ("Json?", "Int?", "'7'", "7"),
    ("String?", "Kind?", "'A'", "A"), ("Kind?", "String?", "'A'", "A"), ("Kind?", "Sort?", "'A'", "A"),
    ("String", "String[] @db.Uuid", "'00000000-0000-0000-0000-00000000000a'", "{00000000-0000-0000-0000-00000000000a}"),
    ("String[]", "Int[]", "'{1,2}'", "{1,2}"), ("String[]", "Int?", "'{1,2}'", "1"), ("Int", "BigInt[]", "3", "{3}"),
    ('String?', 'Unsupported("point")?', "'(1,2)'", "(1,2)"), ('Unsupported("point")?', 'String?', "'(1,2)'", "(1,2)"),
    ("Int?", "DateTime?", "1", None), ("Int?", "String? @db.Uuid", "1", None), ("String? @db.Uuid", "Int?", "gen_random_uuid()", None),
    ("String? @db.Inet", "Int?", "'1.2.3.4'", None), ("Bytes?", "Int?", "'\\x01'", None), ("DateTime?", "Int?", "now()", None),
    ("Int", "Kind @default(A)", "1", None), ("Int?", 'Unsupported("point")?', "1", None),
]
ENUMS = "enum Kind {\n  A\n  B\n}\nenum Sort {\n  A\n  B\n}\n"


def test_a_value_is_cast_or_the_plan_says_that_it_is_not():
    table = ENUMS + "model T {\n  id Int @id\n  keep Kind?\n  sort Sort?\n%s}\n"
    before, after = (table % "".join(f"  c{i} {r[side]}\n" for i, r in enumerate(RETYPED)) for side in (0, 1))
    c = Change("retyped", before, after, rows='insert into "T" values (1, null, null, %s);' % ", ".join(r[2] for r in RETYPED))
    plan = c.plan()
    said = " ".join(m["review"] for m in plan if m["review"] and "not carried over" in m["review"])
    c.apply(plan)
    for i, (was, becomes, value, wanted) in enumerate(RETYPED):
        assert (f'"c{i}"' in said) == (wanted is None), (was, becomes, said)
        got = c.sql(f'select c{i}::text from "T"')
        assert wanted is None or got == wanted, (was, becomes, got)


def test_a_value_that_cannot_be_cast_stops_the_backfill():
    c = Change("unfit", "model T {\n  id Int @id\n  c String?\n}\n", "model T {\n  id Int @id\n  c Int?\n}\n",
               rows="insert into \"T\" values (1, '12'), (2, 'twelve');")
    assert c.apply(c.plan(), ok=False) == "backfill_fill_t"
    assert c.sql('select string_agg(c, \',\' order by id) from "T"') == "12,twelve"
    # One that is written afterwards is refused before it would be lost.
    c = Change("unfit2", "model T {\n  id Int @id\n  c String?\n}\n", "model T {\n  id Int @id\n  c Int?\n}\n", rows="insert into \"T\" values (1, '12');")
    plan = c.plan()
    switch = next(i for i, m in enumerate(plan) if m["name"] == "contract_switch")
    c.apply(plan[:switch])
    assert zero.psql(c.url, "insert into \"T\" values (2, 'twelve')", ok=False) is None
    c.apply(plan[switch:])
    assert c.sql('select c from "T"') == "12"


def test_a_reference_gets_no_invented_value():
    before = """model Captain {
  id    String @id @default(uuid())
  ships Ship[]
}
model Ship {
  id        String  @id @default(uuid())
  captainId String
  captain   Captain @relation(fields: [captainId], references: [id])
}
"""
    after = before.replace("@id @default", "@id @db.Uuid @default").replace("captainId String", "captainId String @db.Uuid")
    ids = ["00000000-0000-0000-0000-00000000000" + d for d in "abcd"]
    rows = "".join(f"""insert into "Captain" values ('{i}');\n""" for i in ids[:2]) + f"""insert into "Ship" values ('{ids[2]}', '{ids[0]}'), ('{ids[3]}', '{ids[1]}');"""
    c = Change("referring", before, after, rows=rows)
    c.apply(c.plan())
    assert c.sql('select string_agg(id || \' \' || "captainId", \',\' order by id) from "Ship"') == f"{ids[2]} {ids[0]},{ids[3]} {ids[1]}"
    # Without a cast: nothing is written to the new column, and the plan stops where it must be there.
    before = before.replace("String @id @default(uuid())\n  ships", "Int @id\n  ships").replace("captainId String", "captainId Int")
    c = Change("guesses", before, before.replace("Int @id\n  ships", "String @id @db.Uuid\n  ships").replace("captainId Int", "captainId String @db.Uuid"),
               rows="""insert into "Captain" values (1); insert into "Ship" values ('s', 1);""")
    plan = c.plan()
    assert any('"captainId"' in (m["review"] or "") for m in plan), [m["review"] for m in plan]
    c.apply(plan[:[m["name"] for m in plan].index("backfill_sync_ship") + 1] if "backfill_sync_ship" in [m["name"] for m in plan] else plan[:2])
    zero.psql(c.url, """update "Ship" set id = 's2'""")
    assert c.sql('select count("captainId_new") from "Ship"') == "0"


# ---- trees of tables ----------------------------------------------------------------------------------------------

EVENTS = "model events {\n  tenant_id BigInt\n  id BigInt\n  kind String?\n  size Int?\n  @@id([tenant_id, id])\n}\n"
TABLE = """CREATE TABLE events (tenant_id bigint NOT NULL, id bigint NOT NULL, kind text, size integer,
           CONSTRAINT events_pkey PRIMARY KEY (tenant_id, id))%s;\n"""
TREES = {
    "partitions": TABLE % " PARTITION BY HASH (tenant_id)" + """
        CREATE TABLE e0 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE e1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1) PARTITION BY LIST (id);
        CREATE TABLE e2 PARTITION OF e1 DEFAULT;\n""",
    "children": TABLE % "" + "CREATE TABLE e0 (more text) INHERITS (events);\n",
}


def test_every_row_of_a_tree_is_filled():
    for name, tree in TREES.items():
        rows = "insert into %s select g %% 7, g, 'kind ' || g, g from generate_series(%d, %d) g;\n"
        more = rows % ("events", 1, 20000) + (rows % ("e0 (tenant_id, id, kind, size)", 20001, 30000) if name == "children" else "")
        c = Change(name, EVENTS, EVENTS.replace("  kind ", "  kind2 ").replace("size Int?", "size BigInt?"), "--rename", "events.kind=kind2",
                   init=tree, rows=more)
        total = c.sql("select count(*) from events")
        assert total == ("20000" if name == "partitions" else "30000")
        c.apply(c.plan())
        got = c.sql("select count(*), count(*) filter (where kind2 = 'kind ' || id), count(*) filter (where size = id) from events")
        assert got == "|".join([total] * 3), (name, got)


def test_a_row_that_the_trigger_did_not_see_stops_the_change():
    # The trigger of a parent is not one of its children: a child that is written to keeps the old column only.
    c = Change("unseen", EVENTS, EVENTS.replace("  kind ", "  kind2 "), "--rename", "events.kind=kind2", init=TREES["children"],
               rows="insert into e0 (tenant_id, id, kind) values (1, 1, 'a');")
    plan = c.plan()
    filled = [m["name"] for m in plan].index("backfill_fill_events") + 1
    c.apply(plan[:filled])
    zero.psql(c.url, "update e0 set kind = 'b'")
    assert c.apply(plan[filled:], ok=False) == "contract_validate_events"
    assert c.sql("select kind from events") == "b"


# ---- implicit many-to-many relations ------------------------------------------------------------------------------

AUTHORS = """model Author {
  id    Int @id
  books Book[] @relation("wrote")
}
model Book {
  id      %s @id
  authors Author[] @relation("wrote")
}
"""
PEOPLE = "model Person {\n  id Int @id\n  teachers Person[] @relation(\"teach\")\n  pupils Person[] @relation(\"teach\")\n}\n"


def test_the_pairs_of_a_relation_keep_their_meaning():
    for kind in ("Int", "String"):
        before = AUTHORS % kind
        after = before.replace("Author", "Writer").replace("  books Book[] @relation(\"wrote\")\n", "  books Book[] @relation(\"wrote\")\n  @@map(\"Author\")\n")
        for way in ("plain", "plan"):
            c = Change(f"sides{kind.lower()}{way}", before, after, rows="""insert into "Author" values (1), (2), (3); insert into "Book" values ('1'), ('2'), ('3');
                       insert into "_wrote" ("A", "B") values (1, '3'), (2, '1'), (3, '3');""")
            c.apply(c.plan()) if way == "plan" else zero.psql(c.url, c.script())
            assert c.sql("""select string_agg("B" || '/' || "A", ',' order by "B") from "_wrote" """) == "1/3,2/1,3/3", (kind, way)
            plain = cluster.fresh("wanted")["DATABASE_URL"]
            zero.psql(plain, run(inboard, "migrate", "diff", "--from-empty", "--to-schema", c.sides[3], "--script").stdout)
            got, wanted = zero.catalogue(c.url), zero.catalogue(plain)
            assert got == wanted, (kind, way, set(got) ^ set(wanted))


def test_a_self_relation_keeps_its_sides_or_warns():
    c = Change("self", PEOPLE, PEOPLE.replace("teachers", "mentors"), rows="")
    assert "A_turning" in c.script()  # pupils was A, and is B behind mentors
    c = Change("self", PEOPLE, PEOPLE.replace("pupils", "students"), rows="")
    assert c.script() == "-- This is an empty migration.\n" and "sides" not in c.text()
    c = Change("self", PEOPLE, PEOPLE.replace("teachers", "mentors").replace("pupils", "learners"), rows="")
    assert c.script() == "-- This is an empty migration.\n"
    assert 'both fields of the self relation in table "_teach" have new names' in c.text(), c.text()
    warned = json.loads(c.text("--json"))["warnings"]
    assert [(w["code"], w["step"]) for w in warned] == [("JoinTableSidesUnknown", None)], warned


# ---- enums --------------------------------------------------------------------------------------------------------

def test_a_foreign_key_on_an_enum_that_loses_a_value():
    before = """enum Chain {
  A
  B
  C
}
model Pool {
  id    Int
  chain Chain
  tokens Token[]
  @@id([id, chain])
}
model Token {
  id     Int @id
  poolId Int
  chain  Chain
  pool   Pool @relation(fields: [poolId, chain], references: [id, chain])
}
"""
    c = Change("enumkey", before, before.replace("  C\n", ""), rows="""insert into "Pool" values (1, 'A'); insert into "Token" values (1, 1, 'A');""")
    zero.psql(c.url, c.script())
    assert c.sql("""select chain from "Token" join "Pool" using (chain)""") == "A"
    assert c.sql("select count(*) from pg_constraint where contype = 'f' and convalidated") == "1"
    # One that is dropped at the same time is in the way as well.
    c = Change("enumkey", before, before.replace("  C\n", "").replace("  tokens Token[]\n", "").replace("  pool   Pool @relation(fields: [poolId, chain], references: [id, chain])\n", ""))
    zero.psql(c.url, c.script())


def values_of(names):
    return "enum Sev {\n%s}\nmodel T {\n  id Int @id\n  s Sev\n}\n" % "".join(f"  {n}\n" for n in names.split())


def test_a_new_value_is_where_the_schema_has_it():
    for i, (before, after) in enumerate([("LOW HIGH", "LOW MEDIUM HIGH"), ("LOW HIGH", "NONE LOW HIGH"), ("LOW HIGH", "A B LOW C D HIGH E F"), ("B", "A B C")]):
        c = Change(f"order{i}", values_of(before), values_of(after), rows=f"""insert into "T" values (1, '{before.split()[0]}');""")
        plan = c.plan()
        zero.psql(c.url, "begin;" + plan[0]["sql"] + "commit;")  # in one transaction too
        c.apply(plan[1:])
        assert c.sql('select array_to_string(enum_range(null::"Sev"), \' \')') == after, (before, after)
        # The plain script is Prisma's: it puts them at the end, and says so.
        warned = [(w["code"], w["enum"], w["step"]) for w in json.loads(c.text("--json"))["warnings"]]
        assert warned == [("EnumValueOrder", "Sev", None)], warned


def test_an_order_that_no_step_makes_is_said():
    for before, after, differs in (("LOW HIGH", "HIGH LOW", True), ("LOW HIGH", "LOW HIGH MORE", False), ("LOW HIGH GONE", "HIGH LOW", False)):
        c = Change("disorder", values_of(before), values_of(after))
        assert ("EnumValueOrder" in c.text("--json")) == differs, (before, after)
        zero.psql(c.url, c.script())
        assert (c.sql('select array_to_string(enum_range(null::"Sev"), \' \')') != after) == differs, (before, after)


# ---- keys ---------------------------------------------------------------------------------------------------------

# Before, after, two rows, and whether they can break the key.
KEYED = [
    ("a Int @unique", "a Int @id", "(1), (2)", False),
    ("a Int @unique\n  b Int", "a Int @unique\n  b Int\n  @@id([a, b])", "(1, 5), (2, 5)", False),
    ("a Int @unique\n  b Int", "a Int @unique\n  b Int\n  n Int @id @default(autoincrement())", "(1, 5), (2, 5)", False),
    ("a Int @unique\n  b Int", "a Int @unique\n  b Int\n  n Int @id @default(0)", "(1, 5), (2, 5)", True),
    ("a Int @unique\n  b Int", "a Int @unique\n  b Int @id", "(1, 5), (2, 5)", True),
    ("a Int\n  b Int\n  @@unique([a, b])", "a Int @id\n  b Int\n  @@unique([a, b])", "(1, 5), (1, 6)", True),
    ("a Int @unique\n  b Int?", "a Int @unique\n  b Int\n  @@id([a, b])", "(1, 5), (2, NULL)", True),
    ("a Decimal @unique", "a Int @id", "(1), (1.2)", True),
]


def test_a_primary_key_is_warned_of_where_rows_can_break_it():
    for i, (before, after, rows, warned) in enumerate(KEYED):
        c = Change(f"keyed{i}", *("model T {\n  %s\n}\n" % fields for fields in (before, after)), rows=f'insert into "T" values {rows};')
        assert ("PrimaryKeyAddition" in c.text("--json")) == warned, (before, after)
        assert (zero.psql(c.url, c.script(), ok=False) is None) == warned, (before, after)


# ---- sequences ----------------------------------------------------------------------------------------------------

def test_a_sequence_of_a_likely_name_stays():
    a = "model Acc {\n  id String @id\n  no Int @default(autoincrement())\n}\n"
    for i, b in enumerate(["model Acc {\n  id String @id\n  no Int\n}\n",
                           "model Acc {\n  id String @id\n  no Int @default(dbgenerated(\"nextval('acc_no_seq'::regclass)\"))\n}\n"]):
        for way in ("plain", "plan"):
            c = Change(f"sequence{i}{way}", a, b, rows="create sequence acc_no_seq start 100; select nextval('acc_no_seq');")
            c.apply(c.plan()) if way == "plan" else zero.psql(c.url, c.script())
            assert c.sql("select nextval('acc_no_seq')") == "101", (i, way)
            assert c.sql("select count(*) from pg_class where relkind = 'S'") == "1", (i, way)


tap.main(cluster.start, cluster.remove)
