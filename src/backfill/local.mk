# Backfills: windows, state, pace, and what holds them.
noinst_LTLIBRARIES += libinbbackfill.la
libinbbackfill_la_SOURCES = \
	%D%/amount.c %D%/amount.h \
	%D%/backfill.h \
	%D%/backfill_metrics.c %D%/backfill_metrics.h \
	%D%/backfill_text.c %D%/backfill_text.h \
	%D%/backfill_queries.h \
	%D%/backfill_batch.c %D%/backfill_batch.h \
	%D%/backfill_claim.c %D%/backfill_claim.h \
	%D%/backfill_hold.c %D%/backfill_hold.h \
	%D%/backfill_relations.c %D%/backfill_relations.h \
	%D%/backfill_pass.c %D%/backfill_pass.h \
	%D%/backfill_refused_rows.c %D%/backfill_refused_rows.h \
	%D%/backfill_run.c \
	%D%/backfill_session.c %D%/backfill_session.h \
	%D%/backfill_state.c %D%/backfill_state.h \
	%D%/backfill_walk.c %D%/backfill_walk.h \
	%D%/backfill_window.c %D%/backfill_window.h \
	%D%/backfill_worker.c %D%/backfill_worker.h \
	%D%/hold_queries.h \
	%D%/hold_rules.c %D%/hold_rules.h \
	%D%/holds.c %D%/holds.h \
	%D%/eta.c %D%/eta.h \
	%D%/pace.c %D%/pace.h \
	%D%/supervise.c %D%/supervise.h \
	%D%/vacuum_step.c %D%/vacuum_step.h

BACKFILL_SQL = %D%/sql/backfill.sql \
	%D%/sql/holds.sql \
	%D%/sql/vacuum_step.sql
BACKFILL_SQL_C = $(BACKFILL_SQL:.sql=_sql.c)
nodist_libinbbackfill_la_SOURCES = $(BACKFILL_SQL_C)
EXTRA_DIST += $(BACKFILL_SQL)
CLEANFILES += $(BACKFILL_SQL_C)
