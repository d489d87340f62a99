#!/usr/bin/env python3
"""Writes a history for the measurements: make_migrations.py DIR COUNT

Each migration makes a table, an index on it, and adds a column to the table of the migration before: three additive
statements. DIR gets Prisma's layout; DIR.sql the same statements one after the other for psql; DIR.dbmate the same for dbmate.
"""
import pathlib, sys

target, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
dbmate = pathlib.Path(f"{target}.dbmate")
for d in (target, dbmate):
    d.mkdir(parents=True, exist_ok=True)
(target / "migration_lock.toml").write_text('provider = "postgresql"\n')
whole = []
for n in range(count):
    stamp = f"{20250101000000 + n}"
    sql = (f'-- CreateTable\nCREATE TABLE "t{n}" (\n    "id" BIGSERIAL NOT NULL,\n    "name" TEXT NOT NULL,\n'
           f'    "quantity" DECIMAL(12,3) NOT NULL DEFAULT 0,\n    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n\n'
           f'    CONSTRAINT "t{n}_pkey" PRIMARY KEY ("id")\n);\n\n'
           f'-- CreateIndex\nCREATE INDEX "t{n}_name_idx" ON "t{n}"("name");\n')
    if n:
        sql += f'\n-- AlterTable\nALTER TABLE "t{n - 1}" ADD COLUMN     "note" TEXT;\n'
    folder = target / f"{stamp}_step_{n}"
    folder.mkdir(exist_ok=True)
    (folder / "migration.sql").write_text(sql)
    (dbmate / f"{stamp}_step_{n}.sql").write_text(f"-- migrate:up\n{sql}\n-- migrate:down\n")
    whole.append(sql)
pathlib.Path(f"{target}.sql").write_text("\n".join(whole))
