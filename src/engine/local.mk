# The engine, its parts as one archive for tests and tools, and all of it with what it stands on as libinboard.
noinst_LTLIBRARIES += libinbengine.la
libinbengine_la_SOURCES = \
	%D%/apply_stepwise.c %D%/apply_stepwise.h \
	%D%/apply_transactional.c %D%/apply_transactional.h \
	%D%/backfill_api.c %D%/backfill_api.h \
	%D%/backfill_control.c %D%/backfill_control.h \
	%D%/backfill_list.c %D%/backfill_list.h \
	%D%/backfill_step.c %D%/backfill_step.h \
	%D%/citus.c %D%/citus.h \
	%D%/commit_failure.c %D%/commit_failure.h \
	%D%/confirm.c %D%/confirm.h \
	%D%/drift.c %D%/drift.h \
	%D%/drift_text.c %D%/drift_text.h \
	%D%/existing_schemas.c %D%/existing_schemas.h \
	%D%/failure.c %D%/failure.h \
	%D%/fingerprint.c %D%/fingerprint.h \
	%D%/first_look.c %D%/first_look.h \
	%D%/gate.c %D%/gate.h \
	%D%/hint.c %D%/hint.h \
	%D%/history.c %D%/history.h \
	%D%/history_fault.c %D%/history_fault.h \
	%D%/lock.c %D%/lock.h \
	%D%/migrate.c %D%/migrate_rounds.h \
	%D%/mismatch.c %D%/mismatch.h \
	%D%/missing_extension.c %D%/missing_extension.h \
	%D%/names.c %D%/names.h \
	%D%/objects.c %D%/objects.h \
	%D%/objects_run.c %D%/objects_run.h \
	%D%/plan.c %D%/plan.h \
	%D%/preview.c %D%/preview.h \
	%D%/probe.c %D%/probe.h \
	%D%/queries.h \
	%D%/reconcile.c %D%/reconcile.h \
	%D%/record.c %D%/record.h \
	%D%/rename_applied.c %D%/rename_applied.h \
	%D%/repair.c %D%/repair.h \
	%D%/resolve.c %D%/resolve.h \
	%D%/retry.c %D%/retry.h \
	%D%/round_trip.c %D%/round_trip.h \
	%D%/run.c %D%/run.h \
	%D%/run_report.c %D%/run_report.h \
	%D%/session.c %D%/session.h \
	%D%/stall_watch.c %D%/stall_watch.h \
	%D%/statement_progress.c %D%/statement_progress.h \
	%D%/status.c \
	%D%/under_lock.c %D%/under_lock.h \
	%D%/unread.h \
	%D%/unseal_each.c \
	%D%/version.c

ENGINE_SQL = %D%/sql/citus.sql \
	%D%/sql/confirm.sql \
	%D%/sql/drift.sql \
	%D%/sql/fingerprint.sql \
	%D%/sql/first_look.sql \
	%D%/sql/history.sql \
	%D%/sql/lock.sql \
	%D%/sql/mismatch.sql \
	%D%/sql/missing_extension.sql \
	%D%/sql/objects.sql \
	%D%/sql/record.sql \
	%D%/sql/repair.sql \
	%D%/sql/session.sql \
	%D%/sql/stall_watch.sql
ENGINE_SQL_C = $(ENGINE_SQL:.sql=_sql.c)
nodist_libinbengine_la_SOURCES = $(ENGINE_SQL_C)
EXTRA_DIST += $(ENGINE_SQL)
CLEANFILES += $(ENGINE_SQL_C)

lib_LTLIBRARIES += libinboard.la
libinboard_la_SOURCES =
libinboard_la_LIBADD = libinbengine.la libinbbackfill.la libinbpg.la libinbtable.la libinbvault.la libinbpostgres.la libinbutil.la \
	$(LIBPQ_LIBS) $(SODIUM_LIBS)
libinboard_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(INB_SOVERSION) \
	-export-symbols $(top_srcdir)/src/libinboard.sym -no-undefined
EXTRA_libinboard_la_DEPENDENCIES = src/libinboard.sym
EXTRA_DIST += src/libinboard.sym
