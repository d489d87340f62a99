"""Releases of an application, as far as a database sees them: what one that knows only the old schema does to every table, and one that
knows only the new schema. For the tests of `inboard migrate diff --zero-downtime`."""
import json, re, subprocess

# A value of a type made of the number {i}.
VALUES = {"int2": "{i}", "int4": "{i}", "int8": "{i}", "oid": "{i}", "float4": "{i}", "float8": "{i}",
          "numeric": "{i}", "money": "{i}::numeric::money", "text": "chr(65 + {i} / 26) || chr(97 + {i} % 26)",
          "varchar": "chr(65 + {i} / 26) || chr(97 + {i} % 26)", "bpchar": "chr(96 + {i})",
          "citext": "chr(97 + {i} / 26) || chr(97 + {i} % 26)", "bool": "{i} = 1", "date": "date '2020-01-01' + {i}",
          "uuid": "lpad({i}::text, 32, '0')::uuid",
          "timestamp": "timestamp '2020-01-01' + {i} * interval '1 day'",
          "timestamptz": "timestamptz '2020-01-01' + {i} * interval '1 day'",
          "time": "time '01:00' + {i} * interval '1 minute'", "timetz": "timetz '01:00+00' + {i} * interval '1 minute'",
          "bytea": "convert_to('v' || {i}, 'UTF8')", "json": "to_json({i})", "jsonb": "to_jsonb({i})", "xml": "'<a/>'::xml",
          "inet": "'10.0.0.0'::inet + {i}", "bit": "{i}::bit(1)", "varbit": "{i}::bit(3)", "circle": "circle(point(0, 0), {i})",
          "point": "point({i}, {i})", "box": "box(point(0, 0), point({i}, {i}))", "tsvector": "to_tsvector('simple', 'v' || {i})",
          "interval": "{i} * interval '1 day'", "int4range": "int4range({i}, {i} + 1)", "hstore": "''::hstore"}

COLUMNS = """
select coalesce(json_agg(json_build_object('space', n.nspname, 'table', c.relname, 'column', a.attname, 'type', t.typname,
                         'element', e.typname, 'full', format_type(a.atttypid, a.atttypmod), 'needed', a.attnotnull and not a.atthasdef,
                         'key', exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)),
                         'bound', exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'f') and a.attnum = any(k.conkey))
                                  or exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any(i.indkey)))
                order by c.oid, a.attnum), '[]')
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
 where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
   and n.nspname not in ('pg_catalog', 'information_schema', 'inboard') and c.relname not like '\\_prisma%'
   and c.relname not like 'inboard%'"""


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def psql(url, sql, ok=True):
    r = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", url], input=sql, capture_output=True, text=True, timeout=300)
    assert not ok or r.returncode == 0, f"{sql[:3000]}\n{r.stdout[-500:]}\n{r.stderr}"
    return r.stdout if r.returncode == 0 else None


class Release:
    """What a release of one schema does, learnt from a database that has exactly that schema."""

    def __init__(self, url, labels):
        """labels: by enum, those that both schemas have."""
        self.tables = {}
        for c in json.loads(psql(url, COLUMNS)):
            base = c["element"] or c["type"]
            scalar = c["full"].removesuffix("[]")
            if base in labels:
                known = labels[base]
                value = f"(array[{','.join(repr(l) for l in known)}])[1 + {{i}} % {len(known)}]::{scalar}" if known else f"null::{scalar}"
            else:
                value = f"({VALUES[base]})::{scalar}"
            c["scalar"], c["value"] = value, f"array[{value}]" if c["element"] else value
            self.tables.setdefault(quote(c["space"]) + "." + quote(c["table"]), []).append(c)
        self.order = self.learn(url)

    def learn(self, url):
        """Tables in an order in which rows can be written: each needs those that it refers to."""
        waiting, order = list(self.tables), []
        while waiting:
            now = [t for t in waiting if psql(url, self.insert(t, 900), ok=False) is not None]
            assert now, (waiting, psql(url, self.insert(waiting[0], 900)))
            order += now
            waiting = [t for t in waiting if t not in now]
        psql(url, "".join(self.delete(t, 900) for t in reversed(order)))
        return order

    def insert(self, table, i, sparse=False):
        """Row i; sparse leaves out what can be left out."""
        sparse = sparse and any(c["key"] for c in self.tables[table])
        columns = [c for c in self.tables[table] if not sparse or c["needed"] or c["bound"]]
        return (f"insert into {table} ({', '.join(quote(c['column']) for c in columns)}) "
                f"values ({', '.join(c['value'].format(i=i) for c in columns)});\n")

    def where(self, table, i):
        columns = [c for c in self.tables[table] if c["key"]] or self.tables[table]
        return " and ".join(f"{quote(c['column'])}::text = ({c['value'].format(i=i)})::text" for c in columns)

    def update(self, table, i):
        return (f"update {table} set {', '.join(quote(c['column']) + ' = ' + c['value'].format(i=i) for c in self.tables[table])} "
                f"where {self.where(table, i)};\n")

    def delete(self, table, i):
        return f"delete from {table} where {self.where(table, i)};\n"

    def sees(self, table, i):
        """Fails unless the row is there with the values that were written."""
        columns = [c for c in self.tables[table] if c["type"] not in ("xml",)]
        same = " and ".join(f"{quote(c['column'])}::text is not distinct from ({c['value'].format(i=i)})::text" for c in columns)
        return f"select 1 / count(*) from {table} where {same};\n"

    def fill(self, n):
        """Rows 1 to n of every table."""
        return "set session_replication_role = replica;\n" + "".join(
            f"insert into {t} ({', '.join(quote(c['column']) for c in columns)}) "
            f"select {', '.join(c['value'].format(i='i') for c in columns)} from generate_series(1, {n}) i;\n"
            for t, columns in self.tables.items()) + """reset session_replication_role;
            -- What draws a number gets one that no release writes itself.
            select setval(format('%I.%I', schemaname, sequencename), 20000) from pg_sequences;\n"""

    def work(self, i):
        """All that a release does with rows: row i stays, row i + 1 comes and goes."""
        out = ""
        for t in self.order:
            out += self.insert(t, i) + self.insert(t, i + 1, sparse=True)
        for t in self.order:
            out += self.sees(t, i) + self.update(t, i) + self.sees(t, i)
        for t in reversed(self.order):
            out += self.delete(t, i + 1)
        return out


TEXTUAL = {"text", "varchar", "bpchar", "citext"}


def convertible(old, new):
    """Text and JSON that become another type hold values of that type, so that they can be carried over."""
    for table, columns in old.tables.items():
        then = {c["column"]: c for c in new.tables.get(table, [])}
        for c in columns:
            n, base, scalar = then.get(c["column"]), c["element"] or c["type"], c["full"].removesuffix("[]")
            if not n or n["full"].removesuffix("[]") == scalar or base not in TEXTUAL | {"jsonb"}:
                continue
            held = n["scalar"].rsplit("::", 1)[0]  # of a label: without the type, which the database does not have yet
            value = f"to_jsonb({n['scalar']})" if base == "jsonb" else f"(({held})::text)::{scalar}"
            c["value"] = f"array[{value}]" if c["element"] else value


# ---- two databases ------------------------------------------------------------------------------------------------

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


def catalogue(url):
    """All that a schema says, a line each, but for the order of columns, and for the type of text through which a default is what it is."""
    return [re.sub(r"(?<=')::(character varying|bpchar|text)$", "", l) for l in psql(url, CATALOGUE).splitlines()
            if "_prisma_migrations" not in l and " inboard" not in l]


def labels(url):
    out = {}
    for line in psql(url, "select typname, enumlabel from pg_type t left join pg_enum e on e.enumtypid = t.oid where typtype = 'e' "
                         "order by 1, enumsortorder").splitlines():
        name, label = line.split("|")
        out.setdefault(name, []).extend([label] if label else [])
    return out


def script_of(plan, old, new, first):
    """The whole life of a change: each migration, and after it what the releases do that are said to work then."""
    out, i = "", first
    until = next((k for k, m in enumerate(plan) if m["before"]), len(plan))
    since = max([k + 1 for k, m in enumerate(plan) if m["after"]], default=0)
    for k, m in enumerate(plan):
        out += "".join(f"create temp table found as {q}\nselect 1 / (not exists (select from found))::int;\ndrop table found;\n"
                       for q in (m["check"] or "").splitlines())
        out += f"\\echo {k + 1} {m['name']}\n" + ("begin;\n" + m["sql"] + "commit;\n" if m["transactional"] else m["sql"])
        for name, release, works in (("old", old, k < until), ("new", new, k + 1 >= since)):
            if works and release:
                out += f"\\echo {name} release after {k + 1}\n" + release.work(i)
                i += 2
    return out


def check(cluster, name, init, script, plan, rows):
    """The plan leads where the script leads, with rows in all tables (0: none) and releases at work in between."""
    plain, zero = cluster.url(f"{name}_plain"), cluster.url(f"{name}_zero")
    for db in ("plain", "zero"):
        cluster.fresh(f"{name}_{db}")
    psql(plain, init)
    psql(zero, init)
    before = labels(plain)
    psql(plain, script)
    after, wanted = labels(plain), catalogue(plain)
    kept = {k: [l for l in before.get(k, after.get(k)) if l in after.get(k, before.get(k))] for k in before | after}
    old = new = None
    if rows:
        old, new = Release(zero, kept), Release(plain, kept)
        convertible(old, new)
        psql(zero, old.fill(rows))
    psql(zero, script_of(plan, old, new, rows + 1))
    got = catalogue(zero)
    assert got == wanted, "the schemas differ:\n" + "\n".join(["- " + l for l in wanted if l not in got] + ["+ " + l for l in got if l not in wanted])
    for db in ("plain", "zero"):
        psql(cluster.url(), f'drop database "{name}_{db}"')
