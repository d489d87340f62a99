#!/usr/bin/env python3
"""`inboard migrate diff --zero-downtime` on a server: on a database with rows the sequence of migrations ends where the plain script
ends, and a release that knows only the old form goes on writing until the phase contract begins.

The cases are tests/golden/diff and tests/golden/zero; the engine deploys them. tests/cli/zero_downtime.py has what needs no server."""
import json, pathlib, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, root, run

cluster = Cluster()
# What no server can run, whatever the script: the version of an extension that nobody ships.
IMPOSSIBLE = {"extensions-change"}
# What to do with these rows is for their author to say: the plain script refuses them too, so here there are none.
REFUSED = {"foreign-key-to-new-table", "primary-key-single-to-compound", "indexes-partial"}
golden = [d for kind in ("diff", "zero") for d in sorted((root / "tests/golden" / kind).iterdir())
          if (d / "from.prisma").exists() and d.name not in IMPOSSIBLE]

CATALOGUE = """
select format('column %s.%s.%s %s%s%s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then ' not null' else '' end, coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''))
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and {ours}
union all
select format('constraint %s.%s %s %s %s', n.nspname, c.relname, x.conname, pg_get_constraintdef(x.oid), x.convalidated)
  from pg_constraint x join pg_class c on c.oid = x.conrelid join pg_namespace n on n.oid = c.relnamespace where {ours}
   -- NOT NULL is one in 18 and newer. It keeps its name when its column is renamed, and no statement that 13 knows would rename it.
   and x.contype <> 'n'
union all
select format('index %s %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where {ours}
union all
select format('type %s.%s %s', n.nspname, t.typname, (select string_agg(enumlabel, ',' order by enumlabel) from pg_enum where enumtypid = t.oid))
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'e' and {ours}
union all
select format('sequence %s.%s %s owned by %s.%s', n.nspname, c.relname, format_type(s.seqtypid, null), o.relname, a.attname)
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_depend p on p.objid = c.oid and p.deptype = 'a' left join pg_class o on o.oid = p.refobjid
  left join pg_attribute a on a.attrelid = p.refobjid and a.attnum = p.refobjsubid where {ours}
   -- One that nothing draws from is left by the plain script, and may go with its column here.
   and exists (select from pg_depend d where d.refobjid = c.oid and d.classid = 'pg_attrdef'::regclass)
union all
select format('function %s.%s', n.nspname, p.proname) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where {ours} and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select format('trigger %s.%s', c.relname, t.tgname) from pg_trigger t join pg_class c on c.oid = t.tgrelid
  join pg_namespace n on n.oid = c.relnamespace where not t.tgisinternal and {ours}
union all select format('extension %s', extname) from pg_extension
order by 1
""".format(ours="n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'inboard')")


def psql(db, sql, ok=True):
    r = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", cluster.url(db)], input=sql, capture_output=True, text=True, timeout=120)
    assert not ok or r.returncode == 0, f"{sql[:2000]}\n{r.stderr}"
    return r.stdout if r.returncode == 0 else None


def catalogue(db):
    return [l for l in psql(db, CATALOGUE).splitlines() if "_prisma_migrations" not in l and " inboard" not in l]


def diff(*args):
    return run(inboard, "migrate", "diff", *args).stdout


def sides(case, to="to.prisma"):
    return ["--from-schema", case / "from.prisma", "--to-schema", case / to] if (case / to).exists() else \
           ["--from-schema", case / "from.prisma", "--to-empty"]


# ---- rows ---------------------------------------------------------------------------------------------------------

VALUES = {"int2": "{i}", "int4": "{i}", "int8": "{i}", "oid": "{i}", "float4": "{i}", "float8": "{i}",
          "numeric": "{i}", "money": "{i}::numeric::money", "text": "chr(65 + {i} / 26) || chr(97 + {i} % 26)", "varchar": "chr(65 + {i} / 26) || chr(97 + {i} % 26)", "bpchar": "chr(96 + {i})",
          "citext": "chr(97 + {i} / 26) || chr(97 + {i} % 26)", "bool": "{i} = 1", "date": "date '2020-01-01' + {i}", "uuid": "lpad({i}::text, 32, '0')::uuid",
          "timestamp": "timestamp '2020-01-01' + {i} * interval '1 day'", "timestamptz": "timestamptz '2020-01-01' + {i} * interval '1 day'",
          "time": "time '01:00' + {i} * interval '1 minute'", "timetz": "timetz '01:00+00' + {i} * interval '1 minute'",
          "bytea": "convert_to('v' || {i}, 'UTF8')", "json": "to_json({i})", "jsonb": "to_jsonb({i})", "xml": "'<a/>'::xml",
          "inet": "'10.0.0.0'::inet + {i}", "bit": "{i}::bit(1)", "varbit": "{i}::bit(3)", "circle": "circle(point(0, 0), {i})",
          "point": "point({i}, {i})", "box": "box(point(0, 0), point({i}, {i}))", "tsvector": "to_tsvector('simple', 'v' || {i})",
          "interval": "{i} * interval '1 day'", "int4range": "int4range({i}, {i} + 1)", "hstore": "''::hstore"}
ROWS = 300


def populate(db, kept_labels):
    """The same number in every column of a row, so that every reference finds its row and every key is unique."""
    columns = json.loads(psql(db, """
        select coalesce(json_agg(json_build_array(format('%I.%I', n.nspname, c.relname), quote_ident(a.attname), t.typname, e.typname,
                                 format_type(a.atttypid, a.atttypmod), e.typtype, t.typtype) order by c.oid, a.attnum), '[]')
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
         where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
           and n.nspname not in ('pg_catalog', 'information_schema', 'inboard') and c.relname not like '\\_prisma%'
           and c.relname not like 'inboard%'"""))
    tables = {}
    for table, column, kind, element, full, e_kind, t_kind in columns:
        base = element or kind
        labels = kept_labels.get(base)
        if labels is not None:
            value = f"(array[{','.join(repr(l) for l in labels)}])[1 + {{i}} % {len(labels)}]::\"{base}\"" if labels else "null"
            value = value.replace('::"' + base + '"', "::" + full.removesuffix("[]"))
        else:
            value = f"({VALUES[base]})::{full.removesuffix('[]')}"
        value = f"array[{value}]" if element else value
        tables.setdefault(table, []).append((column, value.format(i="i")))
    for table, values in tables.items():
        psql(db, f"set session_replication_role = replica; insert into {table} ({', '.join(c for c, _ in values)}) "
                 f"select {', '.join(v for _, v in values)} from generate_series(1, {ROWS}) i")
    return tables


def old_release_writes(db, tables):
    """One row more in each table and a change to some, by whoever knows the columns of before; in the order that references ask for."""
    waiting = dict(tables)
    while waiting:
        done = []
        for table, values in waiting.items():
            names = ", ".join(c for c, _ in values)
            sql = (f"insert into {table} ({names}) select {', '.join(v for _, v in values)} from generate_series({ROWS + 1}, {ROWS + 1}) i; "
                   f"update {table} set {', '.join(f'{c} = {c}' for c, _ in values)} where ctid < '(1,0)'")
            if psql(db, f"begin; {sql}; commit", ok=False) is not None:
                done.append(table)
        assert done, (waiting, psql(db, f"begin; {sql}; commit"))
        for table in done:
            del waiting[table]


def rows(db, tables):
    there = set(psql(db, "select format('%I.%I', schemaname, tablename) from pg_tables").split())
    return {t: int(psql(db, f"select count(*) from {t}")) for t in tables if t in there}


def labels(db):
    out = {}
    for line in psql(db, "select typname, enumlabel from pg_type t left join pg_enum e on e.enumtypid = t.oid where typtype = 'e' "
                         "order by 1, enumsortorder").splitlines():
        name, label = line.split("|")
        out.setdefault(name, []).extend([label] if label else [])
    return out


# ---- one case -----------------------------------------------------------------------------------------------------

def folder_write(folder, name, sql):
    (folder / name).mkdir(parents=True)
    (folder / name / "migration.sql").write_text(sql)


def init_sql(case):
    """The database before; a type that a schema only names comes from an extension."""
    return "CREATE EXTENSION IF NOT EXISTS citext;\n\n" + diff("--from-empty", "--to-schema", case / "from.prisma", "--script")


def deploy(db, folder, plan, which):
    for i in which:
        folder_write(folder, f"20200102{i // 3600:02}{i // 60 % 60:02}{i % 60:02}_{plan[i]['name']}", plan[i]["sql"])
    run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url(db)})


def check_case(case):
    name = f"{case.parent.name}_{case.name}".replace("-", "_")[:50]
    plain, zero = f"{name}_plain", f"{name}_zero"
    for db in (plain, zero):
        psql("postgres", f'create database "{db}"')
    init = init_sql(case)
    psql(plain, init)
    before = labels(plain)
    script = diff(*sides(case), "--script")
    psql(plain, script)
    after = labels(plain)
    plan = json.loads(diff(*sides(case), "--zero-downtime", "--json"))["migrations"]
    folder = cluster.path(f"migrations_{name}")
    folder_write(folder, "20200101000000_init", init)
    run(inboard, "migrate", "deploy", "--migrations", folder, env={"DATABASE_URL": cluster.url(zero)})
    tables = {}
    if case.name not in REFUSED:
        tables = populate(zero, {k: [l for l in v if l in after.get(k, v)] for k, v in before.items()})
    until = next((i for i, m in enumerate(plan) if m["phase"] != "expand" and "_sync_" not in m["name"]), len(plan))
    deploy(zero, folder, plan, range(until))
    old_release_writes(zero, tables)
    was = rows(zero, tables)
    deploy(zero, folder, plan, range(until, len(plan)))
    got, wanted = catalogue(zero), catalogue(plain)
    assert got == wanted, "the schemas differ:\n" + "\n".join(["- " + l for l in wanted if l not in got] + ["+ " + l for l in got if l not in wanted])
    now = rows(zero, tables)
    assert all(now[t] == was[t] for t in now), (was, now)
for case in golden:
    def one(case=case):
        check_case(case)
    globals()["test_" + case.parent.name + "_" + case.name.replace("-", "_")] = one

if __name__ == "__main__":
    tap.main(cluster.start, cluster.remove)
