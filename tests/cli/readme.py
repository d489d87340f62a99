#!/usr/bin/env python3
"""An installed tree serves a program of somebody else's: the one that README.md shows, file by file."""
import pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, build, root, run

cluster = Cluster()
prefix, hello = cluster.path("prefix"), cluster.path("hello")
state = {}


def test_make_install_gives_the_whole_tree():
    run("make", "-s", "-C", build, "install", f"prefix={prefix}")
    wanted = ["bin/app", "bin/inboard", "bin/inboard-embed", "lib/libinboard.so", "lib/libinboard.a", "include/inboard.h",
              "include/inboard/migrate.h", "lib/pkgconfig/inboard.pc", "share/aclocal/inboard.m4", "share/man/man1/app.1",
              "share/man/man1/inboard-embed.1", "share/man/man1/inboard-migrate-deploy.1"]
    missing = [w for w in wanted if not (prefix / w).exists()]
    assert not missing, f"not installed: {missing}"
    # The .pc file is written at configure time; this tree was moved to another prefix after it.
    pc = prefix / "lib/pkgconfig/inboard.pc"
    pc.write_text(re.sub(r"^prefix=.*$", f"prefix={prefix}", pc.read_text(), flags=re.M))


def test_the_library_and_the_service_do_not_link_the_parser():
    for f in ("lib/libinboard.so", "bin/app"):
        needed = run("readelf", "-d", prefix / f).stdout
        assert "libpg_query" not in needed, needed
        assert "libpq.so" in needed or f == "bin/app", needed


def test_the_library_exports_what_its_headers_declare_and_nothing_else():
    symbols = {line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", prefix / "lib/libinboard.so").stdout.splitlines()}
    declared = set()
    for header in (prefix / "include").rglob("*.h"):
        for m in re.finditer(r"INB_EXPORT[^;]*?\b(inb_\w+)\(", header.read_text()):
            declared.add(m.group(1))
    assert symbols == declared, f"only exported: {sorted(symbols - declared)}; only declared: {sorted(declared - symbols)}"


def test_the_public_headers_are_clean_c99_and_cxx():
    source = hello / "headers.c"
    hello.mkdir(exist_ok=True)
    for header in sorted((prefix / "include").rglob("*.h")):
        name = header.relative_to(prefix / "include")
        source.write_text(f"#include <{name}>\nint main(void) {{ return 0; }}\n")
        flags = ["-I", prefix / "include", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"]
        run("gcc", "-std=c99", *flags, source)
        run("clang", "-x", "c++", "-std=c++11", *flags, source)


def test_the_program_in_the_readme_builds_against_it():
    text = (root / "README.md").read_text()
    files = re.findall(r"<!-- file: (\S+) -->\n```\w*\n(.*?)```", text, flags=re.S)
    assert [f for f, _ in files] == ["configure.ac", "Makefile.am", "migrations/20260301090000_create_visits/migration.sql", "hello.c"]
    for name, content in files:
        (hello / name).parent.mkdir(parents=True, exist_ok=True)
        (hello / name).write_text(content)
    env = {"ACLOCAL_PATH": f"{prefix}/share/aclocal", "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig", "LD_LIBRARY_PATH": f"{prefix}/lib",
           "MAKEFLAGS": "", "MFLAGS": "", "CFLAGS": "-g -O1 -Wall -Wextra -Werror"}
    state["env"] = env
    run("autoreconf", "-fi", cwd=hello, env=env)
    run("./configure", "-q", cwd=hello, env=env)
    run("make", "-s", cwd=hello, env=env)


def test_it_migrates_and_runs():
    env = {**state["env"], "DATABASE_URL": cluster.url()}
    first = run("./hello", cwd=hello, env=env)
    assert first.stdout == "hello, visitor 1\n", first
    assert "20260301090000_create_visits" in first.stderr, first
    assert run("./hello", cwd=hello, env=env).stdout == "hello, visitor 2\n"


def test_its_next_migration_is_refused_when_it_would_break_clients():
    folder = hello / "migrations/20260302090000_drop"
    folder.mkdir(exist_ok=True)
    (folder / "migration.sql").write_text('ALTER TABLE "visits" DROP COLUMN "at";\n')
    r = run("make", "-s", cwd=hello, env=state["env"], ok=False)
    assert r.returncode != 0 and "20260302090000_drop/migration.sql:1:1" in r.stderr, r
    assert "inboard: accept contracting" in r.stderr, r


tap.main(cluster.start, cluster.remove)
