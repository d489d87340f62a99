#!/usr/bin/env python3
"""`inboard db up` and `inboard db down`: a private server that is made, started, found again and stopped."""
import json, os, pathlib, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import inboard, run, undocumented

# Below a folder that user postgres may enter, where the test is root's.
work = tempfile.TemporaryDirectory(prefix="inb-server.", dir="/var/tmp")
os.chmod(work.name, 0o755)
folder = pathlib.Path(work.name, "it's here")


def call(word, *more, ok=True, env=None):
    return run(inboard, "db", word, "--dir", folder, *more, ok=ok, env=env)


def answer(url, sql):
    return run("psql", "-qXAt", url, "-c", sql).stdout.strip()


def test_it_is_made_found_again_stopped_and_keeps_its_data():
    url = call("up").stdout.strip()
    assert answer(url, "SELECT current_database()") == "dev" and answer(url, "SHOW listen_addresses") == ""
    answer(url, "CREATE TABLE kept (id INTEGER)")
    assert call("up").stdout.strip() == url
    socket = url.split("host=")[1].split("&")[0]
    assert oct(os.stat(socket).st_mode)[-3:] == "700"
    assert call("down").stdout == "stopped\n" and not os.path.exists(socket)
    assert call("down").stdout == "no server was running\n"
    again = json.loads(call("up", "--json").stdout)
    undocumented("inboard db up", again)
    assert answer(again["url"], "SELECT count(*) FROM kept") == "0"
    stopped = json.loads(call("down", "--json").stdout)
    undocumented("inboard db up", stopped)
    assert stopped == {"stopped": True}


def test_what_is_missing_or_fails_is_told():
    r = call("up", ok=False, env={"PG_BINDIR": work.name})
    assert r.returncode == 2 and "PostgreSQL's programs are not there" in r.stderr and "PG_BINDIR" in r.stderr, r
    (folder / "data/PG_VERSION").write_text("1\n")
    r = call("up", ok=False)
    assert r.returncode == 6 and "pg_ctl failed" in r.stderr and f"{folder}/log" in r.stderr, r


def teardown():
    call("down", ok=False)
    work.cleanup()


tap.main(lambda: None, teardown)
