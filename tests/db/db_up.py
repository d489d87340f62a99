#!/usr/bin/env python3
"""`inboard db up` and `inboard db down`: a private server that is made, started, found again and stopped."""
import json, os, pathlib, shutil, signal, subprocess, sys, tempfile

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


def test_a_folder_of_somebody_else_is_left_alone():
    other = pathlib.Path(work.name, "other")
    (other / "data").mkdir(parents=True)
    os.chmod(other, 0o750)
    before = os.stat(other)
    for word in ("up", "down"):
        r = run(inboard, "db", word, "--dir", other, ok=False)
        assert r.returncode == 2 and "has files in it that `db up` did not make" in r.stderr and "--dir" in r.stderr, r
    after = os.stat(other)
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode) and os.listdir(other) == ["data"]


def test_two_at_a_time_share_one_server():
    both = pathlib.Path(work.name, "both")
    runs = [subprocess.Popen([inboard, "db", "up", "--dir", both], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [r.communicate() for r in runs]
    try:
        assert [r.returncode for r in runs] == [0, 0] and outputs[0][0] == outputs[1][0], outputs
    finally:
        run(inboard, "db", "down", "--dir", both)


def test_the_port_of_the_environment_does_not_matter():
    port = pathlib.Path(work.name, "port")
    try:
        url = run(inboard, "db", "up", "--dir", port, env={"PGPORT": "6000"}).stdout.strip()
        assert answer(url, "SELECT current_database()") == "dev"
    finally:
        run(inboard, "db", "down", "--dir", port)


def test_a_killed_initdb_and_a_killed_server_leave_nothing_in_the_way():
    killed = pathlib.Path(work.name, "killed")
    killed.mkdir()
    (killed / "inboard.lock").touch()
    (killed / "data.new").mkdir()
    (killed / "data.new/PG_VERSION").touch()
    if os.getuid() == 0: # then a killed initdb was not root's
        shutil.chown(killed / "data.new", "postgres")
    try:
        url = run(inboard, "db", "up", "--dir", killed).stdout.strip()
        socket = url.split("host=")[1].split("&")[0]
        server = int((killed / "data/postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGQUIT)
        while os.path.exists(f"/proc/{server}") and "State:\tZ" not in pathlib.Path(f"/proc/{server}/status").read_text():
            os.sched_yield()
        os.makedirs(socket, exist_ok=True)
        pathlib.Path(socket, ".s.PGSQL.5432").touch() # as after a kill -9
        again = run(inboard, "db", "up", "--dir", killed).stdout.strip()
        assert again != url and answer(again, "SELECT 1") == "1" and not os.path.exists(socket)
    finally:
        run(inboard, "db", "down", "--dir", killed)


def teardown():
    call("down", ok=False)
    work.cleanup()


tap.main(lambda: None, teardown)
