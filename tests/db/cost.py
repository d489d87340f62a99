#!/usr/bin/env python3
"""What the engine sends: round trips, statements, and statements that the server has to parse and plan anew.

Counted at a proxy, so it is the same on a busy machine. The numbers are ceilings: less is better.
"""
import json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run
from proxy import Proxy

cluster = Cluster()
PLAIN = 100  # migrations, each of two statements


def migrations(count):
    return {f"2026{1 + n // 28:02d}{1 + n % 28:02d}000000_m{n}": f"CREATE TABLE t{n} (a int, b int);\nCREATE INDEX t{n}_a_idx ON t{n} (a);\n"
            for n in range(count)}


class Sent:
    """What went to the server after connecting: rounds of questions and answers, statements run, texts parsed."""

    def __init__(self):
        self.rounds, self.run, self.parsed, self.asks = 0, [], [], False
        self.texts, self.connected = {}, False

    def take(self, m):
        if not m.to_server:
            self.connected = self.connected or m.type == "Z"
            self.asks = False
            return None
        if not self.connected or m.type == "X":
            return None
        self.rounds += not self.asks
        self.asks = True
        if m.type == "P":
            name, text = m.body.split(b"\0")[:2]
            self.texts[name] = text.decode()
            self.parsed.append(text.decode())
        elif m.type == "B":
            self.run.append(self.texts.get(m.body.split(b"\0")[1], "?"))
        elif m.type == "Q":
            self.parsed.append(m.body.decode())
            self.run.append(m.body.decode())
        return None


def counted(db, *command, ok=True, sends=None):
    sent = Sent()
    with Proxy(f"{cluster.socket}/.s.PGSQL.5432", on_message=lambda m: sent.take(m)) as p:
        url = f"postgresql://postgres@127.0.0.1:{p.port}/{db}?sslmode=disable&gssencmode=disable"
        sent.result = run(inboard, "migrate", *command, env={"DATABASE_URL": url}, ok=ok)
    print(f"# {' '.join(str(c) for c in command[:1])}: {sent.rounds} round trips, {len(sent.run)} statements, {len(sent.parsed)} parsed")
    return sent


def within(sent, rounds, statements, parsed):
    told = json.loads(sent.result.stdout)["round_trips"] if sent.result.stdout.startswith("{") else sent.rounds  # a large one can overlap
    got = told, len(sent.run), len(sent.parsed)
    assert all(a <= b for a, b in zip(got, (rounds, statements, parsed))), (got, (rounds, statements, parsed), sent.run[:200])


def deployed(db, count):
    """A database with so many of the migrations, and the folder of all."""
    env = cluster.fresh(db)
    run(inboard, "migrate", "deploy", "--migrations", cluster.folder(f"of_{count}", migrations(count)), env=env)


older = 0  # a server older than 14 is asked by libpq whether it takes writes
newer = 0  # one from 17 on has a timeout more to set


def before():
    cluster.start()
    global older, newer
    older = cluster.version < 14
    newer = cluster.version >= 17


def test_nothing_pending():
    deployed("nothing", 3)
    sent = counted("nothing", "deploy", "--migrations", cluster.folder("of_3", migrations(3)))
    within(sent, 1 + older, 7 + older, 7 + older)


def test_one_pending():
    deployed("one", 3)
    sent = counted("one", "deploy", "--migrations", cluster.folder("of_4", migrations(4)), "--json")
    assert len(json.loads(sent.result.stdout)["applied"]) == 1
    within(sent, 6, 45 + older + newer, 45 + older + newer)


def test_many_pending_are_parsed_and_planned_once():
    deployed("many", 3)
    sent = counted("many", "deploy", "--migrations", cluster.folder("of_many", migrations(3 + PLAIN)), "--json")
    assert len(json.loads(sent.result.stdout)["applied"]) == PLAIN
    theirs = [s for s in sent.parsed if s.startswith("CREATE ")]
    assert len(theirs) == 2 * PLAIN, len(theirs)
    # Besides its own two statements a migration runs six that are prepared, and the server parses none of them again.
    within(sent, 8, (2 + 6) * PLAIN + 45 + older, 2 * PLAIN + 45 + older)
    guards = [s for s in sent.run if "inboard.xid" in s]
    assert len(guards) == 2 * PLAIN and len([s for s in sent.parsed if "inboard.xid" in s]) == 2, len(guards)


def test_what_runs_code_is_looked_after_and_what_does_not_is_not():
    deployed("code", 3)
    folder = cluster.folder("of_code", {**migrations(14), "20270101000000_code": "DO $$ BEGIN PERFORM 1; END $$;\n",
                                        **{f"202702{n:02d}000000_more": f"CREATE TABLE more{n} (a int);\n" for n in range(1, 11)}})
    sent = counted("code", "deploy", "--migrations", folder, "--json")
    assert len(json.loads(sent.result.stdout)["applied"]) == 22
    assert len([s for s in sent.run if s == "RESET ALL"]) == 1, sent.run
    assert len([s for s in sent.run if s == "DISCARD TEMP"]) == 1, sent.run
    assert len([s for s in sent.parsed if "inboard.xid" in s]) == 6, sent.parsed  # twice prepared, and once as it is


def test_a_role_is_kept_only_where_one_can_have_been_set():
    for name, set_role in (("plain", ""), ("roles", "SET ROLE postgres;\n")):
        deployed(name, 3)
        text = f"-- inboard: no-transaction\n{set_role}CREATE TABLE steps (a int);\nCREATE INDEX CONCURRENTLY i ON steps (a);\nALTER TABLE steps ADD COLUMN b int;\n"
        sent = counted(name, "deploy", "--migrations", cluster.folder(f"of_{name}", {**migrations(3), "20270101000000_steps": text}), "--json")
        assert bool([s for s in sent.run if "inboard.role" in s]) == bool(set_role), sent.run


def test_the_probe():
    deployed("probe", 3)
    sent = counted("probe", "status", "--migrations", cluster.folder("of_3", migrations(3)))
    within(sent, 1 + older, 7 + older, 7 + older)
    cluster.sql("probe", "CREATE TABLE more (a int)")
    sent = counted("probe", "status", "--migrations", cluster.folder("of_3", migrations(3)), ok=False)
    assert sent.result.returncode == 32, sent.result
    within(sent, 2 + older, 19 + older, 19 + older)  # and then all of it is compared


def test_a_waiter_asks_little_and_seldom():
    deployed("waiter", 3)
    with cluster.session("waiter", "SELECT pg_advisory_lock(72707369)"):
        sent = counted("waiter", "deploy", "--migrations", cluster.folder("of_4", migrations(4)), "--lock-wait=3", ok=False)
    assert sent.result.returncode == 5, sent.result
    tries = [s for s in sent.run if "pg_try_advisory_lock" in s]
    counts = [s for s in sent.run if "count(*) FROM" in s and "_prisma_migrations" in s]
    assert 5 <= len(tries) <= 60, len(tries)
    assert len(counts) == len(tries) - 1, (len(counts), len(tries))
    assert len([s for s in sent.parsed if "count(*) FROM" in s and "_prisma_migrations" in s]) == 1, sent.parsed
    rows = [s for s in sent.run if "ORDER BY migration_name" in s]
    assert len(rows) <= 5, len(rows)  # all of the history: now and then


tap.main(before, cluster.remove)
