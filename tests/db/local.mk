# tests/db: on a real server. Programs find or start one through tests/support/db.h.
DB_LDADD = libinbpg.la libinbutil.la $(LIBPQ_LIBS) $(CHECK_LIBS)

check_PROGRAMS += tests/db/pg
tests_db_pg_SOURCES = %D%/pg.c
tests_db_pg_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_db_pg_CFLAGS = $(UNIT_CFLAGS)
tests_db_pg_LDADD = $(DB_LDADD)
TESTS += tests/db/pg

dist_check_SCRIPTS += %D%/replicas.py
TESTS += %D%/replicas.py
