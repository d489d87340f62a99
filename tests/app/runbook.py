#!/usr/bin/env python3
"""Every command of docs/db/MIGRATION_PLAN.md works, in the order in which it stands there."""
import pathlib, re, shutil, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, build, root, run

cluster = Cluster()
text = (root / "docs/db/MIGRATION_PLAN.md").read_text()
blocks = re.findall(r"^```sh\n(.*?)^```", text, flags=re.S | re.M)


def services(**urls):
    """The service file that the page describes."""
    path, text = cluster.path("services"), ""
    for name, url in urls.items():
        database, query = re.fullmatch(r"postgresql:///(\w+)\?(.*)", url).groups()
        text += f"[{name}]\ndbname={database}\n" + query.replace("&", "\n") + "\n"
    path.touch(0o600)
    path.write_text(text)
    return path


def test_no_block_puts_a_url_on_a_command_line():
    for block in blocks:
        for line in block.splitlines():
            words = re.sub(r"^\w+=\S+ ", "", line)  # a variable of the command's own is in its environment
            assert "_URL" not in words, line


def test_every_block_runs():
    env = cluster.fresh("live")
    env["RESTORE_URL"] = cluster.fresh("restored")["DATABASE_URL"]
    env["PGSERVICEFILE"] = str(services(live=env["DATABASE_URL"], restored=env["RESTORE_URL"]))
    env["PATH"] = f"{build}:" + __import__("os").environ["PATH"]
    project = cluster.path("project")
    for d in ("prisma", "migrations", "docs"):
        shutil.copytree(root / d, project / d)
    run("chmod", "-R", "u+w", project)
    run("git", "init", "-q", cwd=project)
    run("git", "add", "-A", cwd=project)
    run("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "before", cwd=project)
    keyring = cluster.path("keyring")
    keyring.touch(0o600)
    keyring.write_text("erp-2026 " + run("sh", "-c", "head -c 32 /dev/urandom | base64").stdout)
    env["ERP_KEYRING"] = str(keyring)
    # What production has before: the program's own migrations and a user.
    run(build / "app", "--migrate-only", env=env)
    run("psql", "-qX", "-v", "ON_ERROR_STOP=1", env["DATABASE_URL"], "-f", root / "prisma/seed.sql")
    assert len(blocks) >= 14, len(blocks)
    script = "set -eu\n" + "".join(f"echo '# block {n}' >&2\n{b}" for n, b in enumerate(blocks, 1))
    r = run("bash", "-c", script, env=env, cwd=project, ok=False)
    assert r.returncode == 0, f"after {re.findall(r'# block .*', r.stderr)[-1]}:\n{r.stdout[-1500:]}\n{r.stderr[-3000:]}"
    assert cluster.sql("live", "SELECT count(*) FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'locale'") == "1"


def test_every_code_and_status_that_it_explains_is_one_that_the_programs_know():
    sources = "".join(f.read_text() for f in (root / "src").rglob("*.c"))
    for code in set(re.findall(r"\bP[13]\d{3}\b", text)):
        assert f'"{code}"' in sources, f"{code} is explained and never given"


tap.main(cluster.start, cluster.remove)
