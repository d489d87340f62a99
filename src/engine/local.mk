# The engine, its parts as one archive for tests and tools, and all of it with what it stands on as libinboard.
noinst_LTLIBRARIES += libinbengine.la
libinbengine_la_SOURCES = \
	%D%/apply.c %D%/apply.h \
	%D%/apply_error.c \
	%D%/expect.c %D%/expect.h \
	%D%/expect_sql.c %D%/expect_sql.h \
	%D%/expect_text.c %D%/expect_text.h \
	%D%/history.c %D%/history.h \
	%D%/history_sql.c %D%/history_sql.h \
	%D%/lock.c %D%/lock.h \
	%D%/migrate.c \
	%D%/plan.c %D%/plan.h \
	%D%/repair.c %D%/repair.h \
	%D%/resolve.c %D%/resolve.h \
	%D%/resume.c %D%/resume.h \
	%D%/report.c %D%/report.h \
	%D%/run.c %D%/run.h \
	%D%/session.c %D%/session.h \
	%D%/status.c \
	%D%/store.c %D%/store.h \
	%D%/store_sql.c %D%/store_sql.h \
	%D%/survey.c %D%/survey.h \
	%D%/table.c %D%/table.h \
	%D%/version.c \
	%D%/watch.c %D%/watch.h

lib_LTLIBRARIES += libinboard.la
libinboard_la_SOURCES =
libinboard_la_LIBADD = libinbengine.la libinbpg.la libinbvault.la libinbpostgres.la libinbutil.la \
	$(LIBPQ_LIBS) $(SODIUM_LIBS)
libinboard_la_LDFLAGS = $(AM_LDFLAGS) -version-info $(INB_SOVERSION) \
	-export-symbols $(top_srcdir)/src/libinboard.sym -no-undefined
EXTRA_libinboard_la_DEPENDENCIES = src/libinboard.sym
EXTRA_DIST += src/libinboard.sym
