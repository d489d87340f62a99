# tests/bench: ./dev bench. The programs are built on demand, two of them with a history of 1,000 migrations compiled in.
EXTRA_PROGRAMS += tests/bench/start_tables tests/bench/start_changes
tests_bench_start_tables_SOURCES = %D%/start.c
nodist_tests_bench_start_tables_SOURCES = %D%/history_tables.c
tests_bench_start_tables_LDADD = libinboard.la
tests_bench_start_changes_SOURCES = %D%/start.c
nodist_tests_bench_start_changes_SOURCES = %D%/history_changes.c
tests_bench_start_changes_LDADD = libinboard.la

EXTRA_PROGRAMS += tests/bench/schema
tests_bench_schema_SOURCES = %D%/schema.c
tests_bench_schema_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la

BENCH_HISTORY = $(MKDIR_P) %D% && rm -rf $(@:.c=) $(@:.c=.*) && python3 $(srcdir)/%D%/make_migrations.py
BENCH_EMBED = ./inboard-embed$(EXEEXT) --migrations $(@:.c=) -o $@
%D%/history_tables.c: $(srcdir)/%D%/make_migrations.py inboard-embed$(EXEEXT)
	$(AM_V_GEN)$(BENCH_HISTORY) tables $(@:.c=) 1000 && $(BENCH_EMBED)
%D%/history_changes.c: $(srcdir)/%D%/make_migrations.py inboard-embed$(EXEEXT)
	$(AM_V_GEN)$(BENCH_HISTORY) changes $(@:.c=) 1000 && $(BENCH_EMBED)

CLEANFILES += %D%/history_tables.c %D%/history_changes.c $(EXTRA_PROGRAMS)
EXTRA_DIST += %D%/backfill %D%/make_migrations.py %D%/peers.py %D%/planning.py %D%/run

clean-local: clean-bench
clean-bench:
	-rm -rf %D%/history_* %D%/peers
.PHONY: clean-bench
