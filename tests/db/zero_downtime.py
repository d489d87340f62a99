#!/usr/bin/env python3
"""`inboard migrate diff --zero-downtime` on a server: on a database with rows the sequence of migrations ends where the plain script
ends, and a release that knows only the old form goes on writing until the phase contract begins.

The cases are tests/golden/diff and tests/golden/zero; the engine deploys them. tests/cli/zero_downtime.py has what needs no server."""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap, zero
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


def psql(db, sql):
    return zero.psql(cluster.url(db), sql)


def catalogue(db):
    return [l for l in psql(db, CATALOGUE).splitlines() if "_prisma_migrations" not in l and " inboard" not in l]


def diff(*args):
    return run(inboard, "migrate", "diff", *args).stdout


def sides(case, to="to.prisma"):
    return ["--from-schema", case / "from.prisma", "--to-schema", case / to] if (case / to).exists() else \
           ["--from-schema", case / "from.prisma", "--to-empty"]


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


def rows(db, tables):
    there = set(psql(db, "select format('\"%s\".\"%s\"', schemaname, tablename) from pg_tables").split("\n"))
    return {t: int(psql(db, f"select count(*) from {t}")) for t in tables if t in there}


ROWS = 300


def script_of(plan, old, new):
    """The whole life of the change: each migration, and after it what the releases do that work then."""
    out, i = "", ROWS + 1
    until = next((k for k, m in enumerate(plan) if m["before"]), len(plan))
    since = max([k + 1 for k, m in enumerate(plan) if m["after"]], default=0)
    for k, m in enumerate(plan):
        out += f"\\echo {k + 1} {m['name']}\n" + ("begin;\n" + m["sql"] + "commit;\n" if m["transactional"] else m["sql"])
        for name, release, works in (("old", old, k < until), ("new", new, k + 1 >= since)):
            if works and release:
                out += f"\\echo {name} release after {k + 1}\n" + release.work(i)
                i += 2
    return out


def arguments(case):
    """What the schemas alone do not say: --rename and the like."""
    there = case / "arguments"
    return there.read_text().split() if there.exists() else []


def check_case(case):
    name = f"{case.parent.name}_{case.name}".replace("-", "_")[:50]
    plain, db = f"{name}_plain", f"{name}_zero"
    for d in (plain, db):
        psql("postgres", f'create database "{d}" strategy wal_log')
    init = init_sql(case)
    psql(plain, init)
    psql(db, init)
    before = labels(plain)
    psql(plain, diff(*sides(case), "--script"))
    after = labels(plain)
    kept = {k: [l for l in before.get(k, after.get(k)) if l in after.get(k, before.get(k))] for k in before | after}
    plan = json.loads(diff(*sides(case), "--zero-downtime", *arguments(case), "--json"))["migrations"]
    wanted = catalogue(plain)
    old = new = None
    if case.name not in REFUSED:
        old, new = zero.Release(cluster.url(db), kept), zero.Release(cluster.url(plain), kept)
        psql(db, old.fill(ROWS))
    psql(db, script_of(plan, old, new))
    got = catalogue(db)
    assert got == wanted, "the schemas differ:\n" + "\n".join(["- " + l for l in wanted if l not in got] + ["+ " + l for l in got if l not in wanted])
    for d in (plain, db):
        psql("postgres", f'drop database "{d}"')


for case in golden:
    def one(case=case):
        check_case(case)
    globals()["test_" + case.parent.name + "_" + case.name.replace("-", "_")] = one

if __name__ == "__main__":
    tap.main(cluster.start, cluster.remove)
