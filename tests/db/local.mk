# tests/db: on a real server. Programs find or start one through tests/support/db.h.
DB_LDADD = libinbpg.la libinbpostgres.la libinbutil.la $(LIBPQ_LIBS) $(CHECK_LIBS)

check_PROGRAMS += tests/db/pg
tests_db_pg_SOURCES = %D%/pg.c
tests_db_pg_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_pg_CFLAGS = $(UNIT_CFLAGS)
tests_db_pg_LDADD = $(DB_LDADD)
TESTS += tests/db/pg

# Programs of other releases; this one alone uses the shared library.
check_PROGRAMS += tests/db/abi
tests_db_abi_SOURCES = %D%/abi.c
tests_db_abi_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_abi_CFLAGS = $(UNIT_CFLAGS)
tests_db_abi_LDADD = libinboard.la $(CHECK_LIBS)
TESTS += tests/db/abi

# The tables of src/postgres against a server.
check_PROGRAMS += tests/db/postgres
tests_db_postgres_SOURCES = %D%/postgres.c
tests_db_postgres_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_postgres_CFLAGS = $(UNIT_CFLAGS)
tests_db_postgres_LDADD = $(DB_LDADD)
TESTS += tests/db/postgres

dist_check_SCRIPTS += %D%/backfill_leaves.py
TESTS += %D%/backfill_leaves.py
dist_check_SCRIPTS += %D%/db_pull.py %D%/db_up.py %D%/diff_live.py %D%/histories.py %D%/round_trips.py %D%/shadow.py
TESTS += %D%/db_pull.py %D%/db_up.py %D%/diff_live.py %D%/histories.py %D%/shadow.py

dist_check_SCRIPTS += %D%/access.py %D%/citus.py %D%/planted.py %D%/refusals.py %D%/replicas.py %D%/search_path.py %D%/must_fail.py
TESTS += %D%/access.py %D%/citus.py %D%/planted.py %D%/refusals.py %D%/replicas.py %D%/search_path.py %D%/must_fail.py

dist_check_SCRIPTS += %D%/backfills.py %D%/backfill_pace.py %D%/network.py %D%/pgbouncer.py %D%/conditions.py %D%/waits.py %D%/clusters.py %D%/session_settings.py %D%/as_prisma.py %D%/outside_of_block.py %D%/server_functions.py %D%/at_commit.py %D%/cost.py
TESTS += %D%/backfills.py %D%/waits.py %D%/clusters.py %D%/session_settings.py %D%/as_prisma.py %D%/outside_of_block.py %D%/server_functions.py %D%/at_commit.py %D%/cost.py

ENGINE_LDADD = libinbengine.la libinbbackfill.la libinbpg.la libinbtable.la libinbvault.la libinbpostgres.la libinbutil.la $(LIBPQ_LIBS) $(SODIUM_LIBS) \
	$(CHECK_LIBS)

check_PROGRAMS += tests/db/engine_apply
tests_db_engine_apply_SOURCES = %D%/engine_apply.c tests/support/table.c
tests_db_engine_apply_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_engine_apply_CFLAGS = $(UNIT_CFLAGS)
tests_db_engine_apply_LDADD = $(ENGINE_LDADD)
TESTS += tests/db/engine_apply

check_PROGRAMS += tests/db/engine_resume
tests_db_engine_resume_SOURCES = %D%/engine_resume.c tests/support/table.c
tests_db_engine_resume_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_engine_resume_CFLAGS = $(UNIT_CFLAGS)
tests_db_engine_resume_LDADD = $(ENGINE_LDADD)
TESTS += tests/db/engine_resume

check_PROGRAMS += tests/db/engine_expect
tests_db_engine_expect_SOURCES = %D%/engine_expect.c tests/support/table.c
tests_db_engine_expect_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_engine_expect_CFLAGS = $(UNIT_CFLAGS)
tests_db_engine_expect_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
tests_db_engine_expect_LDADD = libinbembed.la libinbengine.la libinbbackfill.la libinbpg.la libinbtable.la libinbvault.la libinbsql.la \
	libinbdatamodel.la libinbschema.la libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la $(PGQUERY_LIBS) $(LIBPQ_LIBS) $(SODIUM_LIBS) $(CHECK_LIBS)
TESTS += tests/db/engine_expect

check_PROGRAMS += tests/db/engine_keys
tests_db_engine_keys_SOURCES = %D%/engine_keys.c tests/support/table.c
tests_db_engine_keys_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_engine_keys_CFLAGS = $(UNIT_CFLAGS)
tests_db_engine_keys_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
tests_db_engine_keys_LDADD = $(tests_db_engine_expect_LDADD)
TESTS += tests/db/engine_keys

check_PROGRAMS += tests/db/engine_lock
tests_db_engine_lock_SOURCES = %D%/engine_lock.c tests/support/table.c
tests_db_engine_lock_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_engine_lock_CFLAGS = $(UNIT_CFLAGS)
tests_db_engine_lock_LDADD = $(ENGINE_LDADD)
TESTS += tests/db/engine_lock

# The table of facts against a server.
dist_check_SCRIPTS += %D%/facts.py
TESTS += %D%/facts.py
check_PROGRAMS += tests/db/engine_history
tests_db_engine_history_SOURCES = %D%/engine_history.c tests/support/table.c
tests_db_engine_history_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_engine_history_CFLAGS = $(UNIT_CFLAGS)
tests_db_engine_history_LDADD = $(ENGINE_LDADD)
TESTS += tests/db/engine_history
dist_check_SCRIPTS += %D%/migrate_diff.py %D%/new_shadow.py
TESTS += %D%/new_shadow.py
dist_check_SCRIPTS += %D%/create_database.py %D%/db_scripts.py %D%/migrate_reset.py
TESTS += %D%/create_database.py %D%/db_scripts.py %D%/migrate_reset.py
dist_check_SCRIPTS += %D%/versions.py %D%/rollout_sql.py %D%/kept_values.py %D%/schema_rows.py %D%/zero_backfill.py %D%/zero_downtime.py %D%/zero_random.py %D%/zero_restart.py
TESTS += %D%/versions.py %D%/rollout_sql.py %D%/schema_rows.py %D%/zero_backfill.py %D%/zero_random.py %D%/zero_restart.py
check_PROGRAMS += tests/db/release
tests_db_release_SOURCES = %D%/release.c
tests_db_release_LDADD = libinboard.la -ldl
dist_check_SCRIPTS += %D%/create_database.py %D%/db_push.py %D%/db_scripts.py %D%/migrate_reset.py %D%/resolve_through.py
TESTS += %D%/create_database.py %D%/db_push.py %D%/db_scripts.py %D%/migrate_reset.py %D%/resolve_through.py
dist_check_SCRIPTS += %D%/versions.py %D%/rollout_sql.py %D%/kept_values.py %D%/schema_rows.py %D%/zero_backfill.py %D%/zero_downtime.py %D%/zero_random.py
TESTS += %D%/versions.py %D%/rollout_sql.py %D%/schema_rows.py %D%/zero_backfill.py %D%/zero_random.py

# The engine's statements, as psql runs them.
dist_check_SCRIPTS += %D%/sql_files.py
TESTS += %D%/sql_files.py
dist_check_SCRIPTS += %D%/fingerprint.py
TESTS += %D%/fingerprint.py

check_PROGRAMS += tests/db/backfill_holds
tests_db_backfill_holds_SOURCES = %D%/backfill_holds.c
tests_db_backfill_holds_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_backfill_holds_CFLAGS = $(UNIT_CFLAGS)
tests_db_backfill_holds_LDADD = $(ENGINE_LDADD)
TESTS += tests/db/backfill_holds

check_PROGRAMS += tests/db/backfill_vacuum
tests_db_backfill_vacuum_SOURCES = %D%/backfill_vacuum.c
tests_db_backfill_vacuum_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_backfill_vacuum_CFLAGS = $(UNIT_CFLAGS)
tests_db_backfill_vacuum_LDADD = $(ENGINE_LDADD)
TESTS += tests/db/backfill_vacuum
dist_check_SCRIPTS += %D%/migrate_dev.py
TESTS += %D%/migrate_dev.py
dist_check_SCRIPTS += %D%/drift.py %D%/fingerprint.py
TESTS += %D%/drift.py %D%/fingerprint.py
