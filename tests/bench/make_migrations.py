#!/usr/bin/env python3
"""Writes a history for the measurements: make_migrations.py KIND DIR COUNT

KIND says what the migrations do. `tables`: each makes a table, an index on it, and adds a column to the table of the migration before.
`changes`: every tenth makes a table; of the others a third each adds a column, an index or a foreign key to a table that exists, which
is what most migrations of real histories do. The same COUNT gives the same bytes.

DIR gets Prisma's layout; DIR.sql the same statements for psql, in one transaction a migration; DIR.dbmate the same for dbmate.
"""
import pathlib, random, sys

TABLE = """-- CreateTable
CREATE TABLE "t{n}" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "quantity" DECIMAL(12,3) NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "t{n}_pkey" PRIMARY KEY ("id")
);
"""
COLUMN = """-- AlterTable
ALTER TABLE "t{n}" ADD COLUMN     "{column}" TEXT;
"""
ACCEPTED = "-- inboard: accept blocking the tables are empty\n"
INDEX = """-- CreateIndex
CREATE INDEX "t{n}_{name}_idx" ON "t{n}"({columns});
"""
FOREIGN_KEY = """-- AlterTable
ALTER TABLE "t{n}" ADD COLUMN     "r{i}" BIGINT;

-- AddForeignKey
ALTER TABLE "t{n}" ADD CONSTRAINT "t{n}_r{i}_fkey" FOREIGN KEY ("r{i}") REFERENCES "t{to}"("id") ON DELETE SET NULL ON UPDATE CASCADE;
"""


def tables(count):
    for n in range(count):
        text = TABLE.format(n=n) + "\n" + INDEX.format(n=n, name="name", columns='"name"')
        yield text + ("\n" + COLUMN.format(n=n - 1, column="note") if n else "")


def changes(count):
    choose, there = random.Random(7), 0
    for i in range(count):
        if i % 10 == 0:
            yield TABLE.format(n=there)
            there += 1
            continue
        n = choose.randrange(there)
        yield [COLUMN.format(n=n, column=f"c{i}"),
               ACCEPTED + INDEX.format(n=n, name=i, columns='"name", "created_at"'),
               ACCEPTED + FOREIGN_KEY.format(n=n, i=i, to=choose.randrange(there))][i % 3]


def write(texts, target):
    dbmate = pathlib.Path(f"{target}.dbmate")
    for d in (target, dbmate):
        d.mkdir(parents=True, exist_ok=True)
    (target / "migration_lock.toml").write_text('provider = "postgresql"\n')
    whole = []
    for i, text in enumerate(texts):
        name = f"{20250101000000 + i}_step_{i}"
        (target / name).mkdir(exist_ok=True)
        (target / name / "migration.sql").write_text(text)
        (dbmate / f"{name}.sql").write_text(f"-- migrate:up\n{text}\n-- migrate:down\n")
        whole.append(f"BEGIN;\n{text}COMMIT;\n")
    pathlib.Path(f"{target}.sql").write_text("\n".join(whole))


kind, folder, number = sys.argv[1:]
write({"tables": tables, "changes": changes}[kind](int(number)), pathlib.Path(folder))
