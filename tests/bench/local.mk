# tests/bench: ./dev bench. The programs are built on demand, one of them with a history of 1,000 migrations compiled in.
EXTRA_PROGRAMS += tests/bench/start
tests_bench_start_SOURCES = %D%/start.c
nodist_tests_bench_start_SOURCES = %D%/bench_migrations.c
tests_bench_start_LDADD = libinboard.la

EXTRA_PROGRAMS += tests/bench/schema
tests_bench_schema_SOURCES = %D%/schema.c
tests_bench_schema_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la libinbpostgres.la libinbutil.la

%D%/bench_migrations.c: $(srcdir)/%D%/make_migrations.py inboard-embed$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D% && rm -rf %D%/history* && python3 $(srcdir)/%D%/make_migrations.py %D%/history 1000 && \
	./inboard-embed$(EXEEXT) --migrations %D%/history -o $@

CLEANFILES += %D%/bench_migrations.c $(EXTRA_PROGRAMS)
EXTRA_DIST += %D%/make_migrations.py %D%/run

clean-local: clean-bench
clean-bench:
	-rm -rf %D%/history %D%/history.dbmate %D%/history.sql
.PHONY: clean-bench
