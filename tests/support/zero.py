"""Releases of an application, as far as a database sees them: what one that knows only the old schema does to every table, and one that
knows only the new schema. For the tests of `inboard migrate diff --zero-downtime`."""
import json, subprocess

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
                         'key', exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(i.indkey)))
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
            c["value"] = f"array[{value}]" if c["element"] else value
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
        columns = [c for c in self.tables[table] if not sparse or c["needed"]]
        if not columns:
            return f"insert into {table} default values;\n"
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
            for t, columns in self.tables.items()) + "reset session_replication_role;\n"

    def work(self, i):
        """All that a release does with rows: row i stays, row i + 1 comes and goes."""
        out = ""
        for t in self.order:
            out += self.insert(t, i) + self.insert(t, i + 1)
        for t in self.order:
            out += self.sees(t, i) + self.update(t, i) + self.sees(t, i)
        for t in reversed(self.order):
            out += self.delete(t, i + 1)
        return out
