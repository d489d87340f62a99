#!/usr/bin/env python3
"""README.md is true: its logs, its commands, its links, and the program that it shows, built against an installed tree."""
import os, pathlib, re, subprocess, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, build, inboard, root, run

cluster = Cluster()
text = (root / "README.md").read_text()
shells = re.findall(r"^```sh\n(.*?)^```", text, flags=re.S | re.M)
prefix, hello = cluster.path("prefix"), cluster.path("hello")
state = {}
with_app = (build / "app").exists()  # not after configure --disable-app


def test_make_install_gives_the_whole_tree():
    run("make", "-s", "-C", build, "install", f"prefix={prefix}")
    wanted = ["libexec/inboard/app", "bin/inboard", "bin/inboard-embed", "lib/libinboard.so", "lib/libinboard.a", "include/inboard.h",
              "include/inboard/migrate.h", "lib/pkgconfig/inboard.pc", "share/aclocal/inboard.m4", "share/man/man1/app.1",
              "share/man/man1/inboard-embed.1", "share/man/man1/inboard-migrate-deploy.1"]
    if not with_app:
        wanted = [w for w in wanted if "/app" not in w]
    missing = [w for w in wanted if not (prefix / w).exists()]
    assert not missing, f"not installed: {missing}"
    assert not (prefix / "bin/app").exists(), "the example is in PATH"
    # The .pc file is written at configure time; this tree was moved to another prefix after it.
    pc = prefix / "lib/pkgconfig/inboard.pc"
    pc.write_text(re.sub(r"^prefix=.*$", f"prefix={prefix}", pc.read_text(), flags=re.M))


def test_documents_that_hints_and_headers_name_are_installed():
    named = set()
    for place in ("src/**/*.[ch]", "docs/man/*.1"):
        for f in root.glob(place):
            named |= set(re.findall(r"\bdocs/(\w+\.md)", f.read_text()))
    assert {"ROLES.md", "CLASSES.md"} <= named, named
    missing = [n for n in sorted(named) if not (prefix / "share/doc/inboard" / n).exists()]
    assert not missing, f"not installed: {missing}"


def test_the_library_and_the_service_do_not_link_the_parser():
    for f in ("lib/libinboard.so", "libexec/inboard/app")[:1 + with_app]:
        needed = run("readelf", "-d", prefix / f).stdout
        assert "libpg_query" not in needed, needed
        assert "libpq.so" in needed or f == "libexec/inboard/app", needed


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
    files = re.findall(r"<!-- file: (\S+) -->\n```\w*\n(.*?)```", text, flags=re.S)
    assert [f for f, _ in files] == ["configure.ac", "Makefile.am", "prisma/schema.prisma", "migrations/20260301090000_create_visits/migration.sql",
                                      "hello.c", "CMakeLists.txt", "meson.build"]
    for name, content in files:
        (hello / name).parent.mkdir(parents=True, exist_ok=True)
        (hello / name).write_text(content)
    env = {"ACLOCAL_PATH": f"{prefix}/share/aclocal", "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig", "MAKEFLAGS": "", "MFLAGS": "", "CFLAGS": "-g -O1 -Wall -Wextra -Werror"}
    state["env"] = env
    block = next(b for b in shells if "./hello" in b)
    block = block.replace("/opt/inboard", str(prefix)).replace("postgresql://…", f"'{cluster.url()}'")
    state["first"] = run("sh", "-ec", block, cwd=hello, env=env)
    env["LD_LIBRARY_PATH"] = f"{prefix}/lib"  # as the block has it


def test_it_migrates_and_runs():
    env = {**state["env"], "DATABASE_URL": cluster.url()}
    first = state["first"]
    assert first.stdout.endswith("hello, visitor 1\n"), first
    assert "20260301090000_create_visits" in first.stderr, first
    assert run("./hello", cwd=hello, env=env).stdout == "hello, visitor 2\n"
    assert run("./hello", "--migrate-only", cwd=hello, env={**env, **cluster.fresh("release")}).stdout == ""


def test_other_build_systems_build_it_too():
    """CMake is run; of Meson's file, which nothing here can run, the options are those that there are."""
    folder = cluster.path("cmake")
    run("cmake", "-S", hello, "-B", folder, env={**state["env"], "CFLAGS": ""})
    run("cmake", "--build", folder, env=state["env"])
    assert run(folder / "hello", env={**state["env"], **cluster.fresh("cmake")}).stdout == "hello, visitor 1\n"
    options = set(re.findall(r"'(-[-\w]+)'", (hello / "meson.build").read_text()))
    known = set(re.findall(r"(?<![\w-])(--?[a-z][\w-]*)", run(prefix / "bin/inboard-embed", "--help").stdout))
    assert options and options <= known, options - known


def test_the_installation_in_the_readme_is_that_of_configure():
    block = next(b for b in shells if "make install" in b)
    options = re.findall(r"--[\w-]+", block)
    known = run(root / "configure", "--help").stdout
    assert options and all(o.replace("--disable-", "--enable-") in known or o in known for o in options), options


def test_its_schema_is_what_its_migrations_yield():
    wanted = run(inboard, "migrate", "diff", "--from-empty", "--to-schema", hello / "prisma/schema.prisma", "--script").stdout
    assert (hello / "migrations/20260301090000_create_visits/migration.sql").read_text().strip() in wanted, wanted
    schema = hello / "prisma/schema.prisma"
    kept = schema.read_text()
    schema.write_text(kept.replace("  at ", "  note String\n  at "))
    r = run("make", "-s", cwd=hello, env=state["env"], ok=False)
    schema.write_text(kept)
    run("make", "-s", cwd=hello, env=state["env"])
    assert r.returncode != 0 and 'ALTER TABLE "visits" ADD COLUMN     "note"' in r.stderr and "inboard migrate new" in r.stderr, r


def test_it_is_distributed_with_its_migrations():
    run("make", "-s", "distcheck", cwd=hello, env=state["env"])


def test_its_next_migration_is_refused_when_it_would_break_clients():
    folder = hello / "migrations/20260302090000_drop"
    folder.mkdir(exist_ok=True)
    (folder / "migration.sql").write_text('ALTER TABLE "visits" DROP COLUMN "at";\n')
    r = run("make", "-s", cwd=hello, env=state["env"], ok=False)
    assert r.returncode != 0 and "20260302090000_drop/migration.sql:1:1" in r.stderr, r
    assert "inboard: accept contracting" in r.stderr, r


def shape(line):
    """A log line without what differs from run to run: times and addresses."""
    line = re.sub(r"^\S+Z ", "TIME ", line)
    return re.sub(r"\d+(\.\d+)?(?= ms\b)|(?<=ms=)\S+|(?<=listen=)\S+|(?<=round_trips=)\d\d+", "N", line)


def shown(name):
    return [shape(line) for line in re.search(rf"<!-- log: {name} -->\n```text\n(.*?)\n```", text, flags=re.S).group(1).split("\n")]


def assert_shape(name, log):
    lines = [shape(line) for line in log.splitlines()]
    at, free = 0, False
    for want in shown(name):
        if want == "…":
            free = True
            continue
        found = lines.index(want, at) if want in lines[at:] else -1
        assert found == at or (free and found > at), f"README.md shows {want!r} where the log has {lines[at:at + 1]} of:\n{log}"
        at, free = found + 1, False
    assert at == len(lines), lines[at:]


def start(env):
    """Starts the service; what it wrote until it served or ended, and its exit status."""
    p = subprocess.Popen([build / "app"], env={**os.environ, **env, "LISTEN": "127.0.0.1:0"}, stderr=subprocess.PIPE, text=True)
    log = ""
    for line in p.stderr:
        log += line
        if "serving" in line:
            p.terminate()
            break
    rest = p.communicate(timeout=300)[1]
    return log, p.returncode, rest


def test_the_logs_are_what_a_start_writes():
    env = cluster.fresh("shown")
    for name in ("first start", "next start"):
        log, status, rest = start(env)
        assert status == 0, (log, rest)
        assert_shape(name, log)
    last = sorted(p.name for p in (root / "migrations").iterdir() if p.is_dir())[-1]
    cluster.sql("shown", f"DELETE FROM _prisma_migrations WHERE migration_name = '{last}'; UPDATE emissions SET source_key = NULL")
    log, status, rest = start(env)
    assert status == 3, (log, status)
    assert_shape("refused start", log)


def test_the_release_job_and_the_probe_run():
    block = next(b for b in shells if "--migrate-only" in b)
    r = run("sh", "-ec", block, env={**cluster.fresh("job"), "PATH": f"{build}:{os.environ['PATH']}"})
    assert r.stdout.startswith("up to date\n") and re.search(r"applied=[1-9]", r.stderr), r


def test_the_next_migration_is_written_proven_and_applied():
    """Line by line, with the edits of the schema that their comments speak of."""
    block = next(b for b in shells if "migrate new" in b).splitlines()
    project, env = cluster.path("next"), {**cluster.fresh("next"), "PATH": f"{build}:{os.environ['PATH']}"}
    cluster.sql("next", "CREATE TABLE visits (id BIGINT PRIMARY KEY)")
    baseline = project / "migrations/20260101000000_baseline"
    baseline.mkdir(parents=True)
    (baseline / "migration.sql").write_text('CREATE TABLE "visits" (\n    "id" BIGINT NOT NULL,\n\n    CONSTRAINT "visits_pkey" PRIMARY KEY ("id")\n);\n')
    run(build / "inboard", "migrate", "resolve", "--applied", baseline.name, cwd=project, env=env)
    schema, proof, said = project / "prisma/schema.prisma", next(l for l in block if "--exit-code" in l), {}
    schema.parent.mkdir()
    schema.write_text('datasource db {\n  provider = "postgresql"\n}\n')
    for line in block:
        if "migrate new" in line or "migrate dev" in line:
            schema.write_text(schema.read_text().replace(" @id\n", f" @id\n  phone{len(said)} String?\n"))
            assert run("sh", "-c", proof, cwd=project, env=env, ok=False).returncode == 2, line
        said[line.split("#")[0].strip()] = run("sh", "-ec", line, cwd=project, env=env).stdout
    made = sorted(p.name for p in (project / "migrations").iterdir() if p.is_dir())
    assert len(made) == 4 and all("_add_phone" in name for name in made[1:]), made
    columns = cluster.sql("next", "SELECT count(*) FROM information_schema.columns WHERE column_name LIKE 'phone%'")
    assert columns.strip() == "3", said
    assert [said["inboard migrate status"].count(name) for name in made] == [1, 1, 1, 1], said


def test_no_other_command_is_shown():
    dev = run(root / "dev", "help").stdout
    for block in shells:
        for line in block.splitlines():
            m = re.match(r"\./dev (\w+)", line)
            assert not m or re.search(rf"^  {m.group(1)} ", dev, flags=re.M), line
    assert len(shells) == 5, shells  # each of the others is run above


def test_links_lead_somewhere_and_every_document_is_linked():
    linked = set(re.findall(r"\]\(([^)#:]+)\)", text))
    missing = [l for l in linked if not (root / l).exists()]
    assert not missing, missing
    rules = {f"docs/{l}" for l in re.findall(r"\]\((rules/[^)]+)\)", (root / "docs/RULES.md").read_text())}
    documents = {str(p.relative_to(root)) for p in (root / "docs").rglob("*.md")}
    assert documents <= linked | rules, f"not in README.md: {sorted(documents - linked - rules)}"


def test_the_table_of_exit_statuses_is_that_of_help():
    told = dict(re.findall(r"^  (\d+) +(.*)$", run(build / "app", "--help").stdout, flags=re.M))
    table = re.findall(r"^\| (\d) \| (.*?) \|$", text, flags=re.M)
    assert [n for n, _ in table] == sorted(n for n in told if n != "143"), (table, told)
    for n, meaning in table:
        assert meaning.startswith(told[n]), (n, meaning, told[n])


if not with_app:
    del test_the_logs_are_what_a_start_writes, test_the_release_job_and_the_probe_run, test_the_table_of_exit_statuses_is_that_of_help

tap.main(cluster.start, cluster.remove)
