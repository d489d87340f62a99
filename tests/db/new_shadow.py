#!/usr/bin/env python3
"""`inboard migrate new --shadow`: what analysis cannot see, a server shows."""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, inboard, run

cluster = Cluster()
MODEL = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Port {\n  id   Int    @id @default(autoincrement())\n  name String\n}\n'
HIDDEN = "DO $$ BEGIN EXECUTE 'CREATE TABLE \"Port\" (\"id\" SERIAL PRIMARY KEY)'; END $$;\n"


def test_a_shadow_shows_what_analysis_cannot_see():
    folder, schema = cluster.folder("hidden", {"20260101000000_a": HIDDEN}), cluster.path("s.prisma")
    schema.write_text(MODEL)
    words = ("migrate", "new", "name", "--schema", schema, "--migrations", folder)
    r = run(inboard, *words, ok=False)
    assert r.returncode == 1 and "--shadow" in r.stderr and len(list(folder.iterdir())) == 2, r.stderr
    env = cluster.fresh("hidden")
    r = run(inboard, *words, "--shadow", env=env)
    written = (pathlib.Path(r.stdout.strip())).read_text()
    assert 'ALTER TABLE "Port" ADD COLUMN     "name" TEXT NOT NULL;' in written and "CREATE TABLE" not in written, written
    r = run(inboard, *words, "--shadow", env=env)
    assert "nothing to write" in r.stdout, r.stdout
    shadows = cluster.sql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE '%shadow%'")
    assert shadows == "0", shadows


tap.main(cluster.start, cluster.remove)
