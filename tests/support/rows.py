"""Rows on the way from one schema to another: what becomes of values, and whether it was said before.

A value was kept when it comes back as it was once it is cast back to its old type."""
import json, subprocess

import zero

LONG = "a longer text than any width here ......................................"
# Types of a schema, and values at their ends: the widest, the finest, those that no other type has.
KINDS = {
    "Int @db.SmallInt": ["-32768", "32767", "7"], "Int": ["-2147483648", "2147483647", "16777217", "7"],
    "BigInt": ["-9223372036854775808", "9223372036854775807", "9007199254740993", "7"],
    "Decimal": ["123456789012345678901234567890.123456789", "-0.000000000001", "NaN", "7"],
    "Decimal @db.Decimal(5, 2)": ["-999.99", "0.05", "7"], "Decimal @db.Decimal(4, 4)": ["-0.1234", "0.9999", "0"],
    "Decimal @db.Decimal(12, 2)": ["-9999999999.99", "7.25"], "Decimal @db.Decimal(9, 0)": ["-999999999", "7"],
    "Decimal @db.Decimal(18, 0)": ["999999999999999999", "7"], "Decimal @db.Decimal(4, 0)": ["-9999", "7"],
    "Decimal @db.Money": ["-92233720368547758.08", "7.25"], "Int @db.Oid": ["4294967295", "7"],
    "String @db.Inet": ["ffff:eeee:dddd:cccc:bbbb:aaaa:9999:8888/64", "10.0.0.1"],
    "Float @db.Real": ["3.4028235e+38", "-1.1754944e-38", "0.1", "16777216", "NaN", "7"],
    "Float": ["1.7976931348623157e+308", "-2.2250738585072014e-308", "0.1", "0.30000000000000004", "Infinity", "7"],
    "String": [LONG, "7", "a ", ""], "String @db.Citext": ["Aa", LONG, "7", "a "], "String @db.VarChar": [LONG, "7", "a "],
    "String @db.VarChar(4)": ["abcd", "a  ", "7"], "String @db.VarChar(40)": ["x" * 40, "a  ", "7"], "String @db.Char": ["a", "7"],
    "String @db.Char(40)": ["y" * 40, "a", "7"], "Bytes": ["\\x00ff", "\\x", "\\x37"],
    "DateTime": ["2020-01-02 03:04:05.678", "9999-12-31 23:59:59.999", "0044-03-15 00:00:00.001 BC", "2020-03-29 02:30"],
    "DateTime @db.Timestamp(6)": ["2020-01-02 03:04:05.678901", "294276-12-31 23:59:59.999999", "infinity", "2020-03-29 02:30"],
    "DateTime @db.Timestamptz(3)": ["2020-01-02 03:04:05.678+00", "2020-10-25 00:30:00+00", "2020-10-25 01:30:00+00"],
    "DateTime @db.Timestamptz(6)": ["2020-01-02 03:04:05.678901+00", "0044-03-15 00:00:00.000001+00 BC", "2020-10-25 00:30:00+00"],
    "DateTime @db.Date": ["2020-01-02", "9999-12-31", "0044-03-15 BC"],
    "DateTime @db.Time(6)": ["23:59:59.999999", "01:02:03"], "DateTime @db.Time(0)": ["23:59:59"],
    "DateTime @db.Timetz(6)": ["23:59:59.999999+15:59:59", "01:02:03-08"], "Boolean": ["true", "false"], "String @db.Bit": ["1", "0"],
    "String @db.Bit(8)": ["10101010", "00000111"], "String @db.VarBit": ["1" * 50, "", "111"], "String @db.VarBit(8)": ["10101010", "111", ""],
    "String @db.Uuid": ["ffffffff-eeee-dddd-cccc-bbbbbbbbbbbb"], "String @db.Xml": ["<a>7</a>", "7"],
    "Json @db.Json": ['{"b": 1,  "a": 2, "a": 3}', '"\\u0000"', "7", "true"], "Json": ['{"a": [1, null]}', "7", "true", '"x"'],
    "Kind": ["A", "B"], "Sort": ["B", "C"], 'Unsupported("point")': ["(1,2)"], 'Unsupported("int4range")': ["[1,7)"],
}
# Text types around the width at which they begin to be wide enough.
WIDTHS = [f"String @db.{kind}({n})" for kind in ("VarChar", "Char")
          for n in (3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 19, 20, 23, 24, 26, 28, 29, 32, 35, 36, 38, 43, 47, 50)]
ENUMS = "enum Kind {\n  A\n  B\n}\nenum Sort {\n  B\n  C\n}\n"


def literal(value):
    return "'" + value.replace("'", "''") + "'"


def steps_run(url, steps):
    """Runs each in a transaction of its own: by number, why one failed."""
    text = "".join(f"\\echo @@ {i}\nbegin;\n{sql}\ncommit;\n\\echo :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE\n" for i, sql in enumerate(steps))
    r = subprocess.run(["psql", "-XAt", url], input=text, capture_output=True, text=True, timeout=600)
    failed = {}
    for part in r.stdout.split("@@ ")[1:]:
        head, *lines = part.splitlines()
        if "ROLLBACK" in lines:
            failed[int(head)] = lines[-1]
    return failed


def plan_run(url, plan, repair):
    """Runs the migrations of a plan one after the other; the number of one that fails is given to `repair`, with the reason, and it runs again."""
    at = 0
    while True:
        text = "".join(f"\\echo @@ {i}\n" + ("begin;\n" + m["sql"] + "commit;\n" if m["transactional"] else m["sql"])
                       for i, m in enumerate(plan) if i >= at)
        r = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", url], input=text, capture_output=True, text=True, timeout=600)
        if r.returncode == 0:
            return
        at = int(r.stdout.split("@@ ")[-1].split()[0])
        repair(at, r.stderr)


def types_of(url):
    """By (table, column), its type."""
    return {tuple(line.split("|")[:2]): line.split("|")[2] for line in zero.psql(url, """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relnamespace = 'public'::regnamespace""").splitlines()}


def changed(url, values):
    """Of (table, column, old type, key of the row, old value): those that are not what they were."""
    values, answers = list(values), {}
    for cast in ("{c}::{t}", "({c}::text)::{t}"):
        left = [i for i in range(len(values)) if i not in answers]
        text = "".join("select {i}, ({back})::text is distinct from ({v}::{t})::text from {table} where id::text = {id};\n".format(
            i=i, back=cast.format(c=zero.quote(c), t=t), v=literal(v), t=t, table=zero.quote(table), id=literal(key))
            for i, (table, c, t, key, v) in ((i, values[i]) for i in left))
        r = subprocess.run(["psql", "-XAt", url], input=text, capture_output=True, text=True, timeout=600)
        answers |= {int(line.split("|")[0]): line.endswith("t") for line in r.stdout.splitlines()}
    return [v for i, v in enumerate(values) if answers.get(i, True)]


# ---- whole databases ----------------------------------------------------------------------------------------------

SPACES = "n.nspname not in ('pg_catalog', 'information_schema', 'inboard') and n.nspname !~ '^pg_'"


def named(table):
    """A table, which is a pair of namespace and name, as SQL."""
    return ".".join(map(zero.quote, table))


class Snapshot:
    """The rows of all tables, a column each. The column of a join table is known by the table that it refers to, where there is one other."""

    def __init__(self, url):
        self.url, self.tables, self.sides = url, {}, {}
        for line in zero.psql(url, f"""
            select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute a join pg_class c on c.oid = a.attrelid
              join pg_namespace n on n.oid = c.relnamespace
             where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and {SPACES} order by c.oid, a.attnum""").splitlines():
            space, table, column, kind = line.split("|")
            self.tables.setdefault((space, table), {})[column] = kind
        for line in zero.psql(url, f"""
            select n.nspname, c.relname, a.attname, k.confrelid::regclass from pg_constraint k join pg_class c on c.oid = k.conrelid
              join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
             where k.contype = 'f' and a.attname in ('A', 'B') and c.relname ~ '^_' and {SPACES}""").splitlines():
            space, table, column, to = line.split("|")
            self.sides.setdefault((space, table), {})[column] = to
        self.sides = {t: s for t, s in self.sides.items() if len(set(s.values())) == 2}

    def empty(self):
        lines = zero.psql(self.url, "".join(f"select {i} where not exists (select from {named(t)});\n" for i, t in enumerate(self.tables)))
        return {list(self.tables)[int(i)] for i in lines.splitlines()}

    def column(self, table, known):
        """The column that is known by this name."""
        sides = {to: c for c, to in self.sides.get(table, {}).items()}
        return sides.get(known, known)

    def known(self, table):
        return [self.sides.get(table, {}).get(c, c) for c in self.tables[table]]

    def rows(self, table, columns, types):
        """What stands in columns, each as text of the type that is given, of all rows."""
        chosen = []
        for name, kind in zip(columns, types):
            column = self.column(table, name)
            c = zero.quote(column)
            backs = [f"({c}::{kind})::text", f"({c}::text::{kind})::text"] if self.tables[table][column] != kind else []
            chosen.append(next((b for b in backs if zero.psql(self.url, f"select {b} from {named(table)} limit 0", ok=False) is not None), f"{c}::text"))
        return zero.psql(self.url, f"select json_build_array({', '.join(chosen)}) from {named(table)}").splitlines() if chosen else []


def fill(url, n, old=None):
    """Rows in every table; in a join table each is of two that differ."""
    release = old or zero.Release(url, zero.labels(url))
    for table, columns in release.tables.items():
        if [c["column"] for c in columns] == ["A", "B"]:
            columns[1]["value"] = columns[1]["value"].replace("{i}", f"({{i}} % {n} + 1)")
    zero.psql(url, release.fill(n))


# What a warning allows to be lost or changed: columns, or a whole table.
LOSSES = {"NonEmptyColumnDrop", "RiskyCast", "TimeZoneCast", "DropAndRecreateColumn", "DropAndRecreateRequiredColumn", "AddedRequiredFieldToTable",
          "AddedRequiredFieldToTableWithPrismaLevelDefault", "MadeScalarFieldIntoArrayField", "NonEmptyTableDrop", "JoinTableSidesUnknown"}


def script_check(url, answer):
    """Runs a script on rows, step by step: what is wrong with it, as sentences. A step that fails has a warning, and runs without rows."""
    warnings = answer["warnings"] + answer["unexecutable"]
    before = Snapshot(url)
    values = {t: before.rows(t, before.known(t), before.tables[t].values()) for t in before.tables}
    lost = {(w["schema"], w["table"], w.get("column")) for w in warnings if w["code"] in LOSSES}
    wrong = []

    def repair(i, why):
        step, now = answer["steps"][i], Snapshot(url)
        if not any(w["step"] == i for w in warnings):
            wrong.append(f"fails without a warning: {step['sql']}{why}")
        filled = set(now.tables) - now.empty()
        assert filled, f"cannot run: {step['sql']}{why}"
        # Its table first, and those that refer to it: the others keep their rows, so that they are still looked at.
        mine = {t for t in filled if t[1] == step.get("table")} or filled
        zero.psql(url, "truncate " + ", ".join(map(named, mine)) + " cascade")

    plan_run(url, [{"sql": s["sql"], "transactional": True} for s in answer["steps"]], repair)
    after = Snapshot(url)
    empty = after.empty()
    return wrong + differences(before, values, after, lost, empty)


def differences(before, values, after, lost, skipped):
    """What is not as it was, of what nobody said that it would be lost."""
    wrong = []
    for t in before.tables:
        if (*t, None) in lost or t in skipped:
            continue
        if t not in after.tables:
            wrong.append(f"table {t} is gone without a warning")
            continue
        kept = [c for c in before.known(t) if (*t, before.column(t, c)) not in lost]
        gone = [c for c in kept if after.column(t, c) not in after.tables[t]]
        wrong += [f"column {c} of {t} is gone without a warning" for c in gone]
        kept = [c for c in kept if c not in gone]
        place = [before.known(t).index(c) for c in kept]
        was = [[json.loads(row)[k] for k in place] for row in values[t]]
        now = after.rows(t, kept, [before.tables[t][before.column(t, c)] for c in kept])
        if kept and sorted(map(json.dumps, was)) != sorted(json.dumps(json.loads(row)) for row in now):
            wrong.append(f"rows of {t} are not what they were, in {kept}")
    return wrong


REFERENCES = f"""
select n.nspname, c.relname, a.attname, coalesce(pg_get_expr(d.adbin, d.adrelid), 'NULL')
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey) left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where k.contype = 'f' and {SPACES}"""


def guesses(before, after, url):
    """Columns of foreign keys that are new, and do not hold their default in every row."""
    wrong = []
    for line in zero.psql(url, REFERENCES).splitlines():
        space, table, column, default = line.split("|")
        t = (space, table)
        if t in before.tables and column not in before.tables[t]:
            found = zero.psql(url, f"select count(*) from {named(t)} where {zero.quote(column)}::text is distinct from ({default})::text").strip()
            wrong += [f"{found} references in {named(t)}.{column} are guesses"] if found != "0" else []
    return wrong


def plan_check(url, answer, plan):
    """The same of the migrations of a plan; `answer` has the steps and warnings of the plain script."""
    said = " ".join(m["review"] or "" for m in plan)
    before = Snapshot(url)
    values = {t: before.rows(t, before.known(t), before.tables[t].values()) for t in before.tables}
    drops = {"NonEmptyColumnDrop", "NonEmptyTableDrop"}
    lost = {(w["schema"], w["table"], w.get("column")) for w in answer["warnings"] if w["code"] in drops}
    lost |= {(*t, c) for t in before.tables for c in before.tables[t] if f'"{c}"' in said}
    wrong, emptied = [], set()

    def repair(at, why):
        m, now = plan[at], Snapshot(url)
        if not m["review"] and not m["check"]:
            before_it = [x for x in plan[:at] if x["review"] or x["check"]]
            if not before_it:
                wrong.append(f"fails without a word: {m['name']}: {m['sql'][-1500:]}{why}")
        filled = set(now.tables) - now.empty()
        assert filled, f"cannot run: {m['name']}: {m['sql'][-3000:]}{why}"
        emptied.update(filled)
        # As the engine does before a statement that builds an index runs again.
        zero.psql(url, "select format('drop index %s', indexrelid::regclass) from pg_index where not indisvalid \\gexec\n")
        zero.psql(url, "truncate " + ", ".join(map(named, filled)) + " cascade")

    plan_run(url, plan, repair)
    after = Snapshot(url)
    return wrong + differences(before, values, after, lost, emptied) + ([] if emptied else guesses(before, after, url))
