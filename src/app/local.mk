# The service: inboard's first user. It includes <inboard.h> and nothing of the other rooms.
if BUILD_APP
# What reads bodies is pure, and a library of its own so that its fuzz target has it.
noinst_LTLIBRARIES += libappbody.la
libappbody_la_SOURCES = \
	%D%/body.c %D%/body.h \
	%D%/field_check.c %D%/field_check.h \
	%D%/csv.c \
	%D%/cursor.c %D%/cursor.h \
	%D%/login_queue.c %D%/login_queue.h \
	%D%/json_slice.c %D%/json_slice.h \
	%D%/json_text.c %D%/json_text.h \
	%D%/client.c %D%/client.h \
	%D%/multipart.c \
	%D%/wire.c %D%/wire.h
libappbody_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libappbody_la_LIBADD = $(JANSSON_LIBS) $(CSV_LIBS)

# An example, not a command: it is installed outside of PATH.
pkglibexec_PROGRAMS = app
app_SOURCES = \
	%D%/accept.c \
	%D%/answer.c \
	%D%/app_sqlstate.h \
	%D%/api.c \
	%D%/deadlines.c \
	%D%/connectors.c \
	%D%/db.c \
	%D%/db_link.c %D%/db_link.h \
	%D%/drain.c \
	%D%/emissions.c \
	%D%/exits.c %D%/exits.h \
	%D%/http.h \
	%D%/jobs.c \
	%D%/cmd_backfill.c \
	%D%/cmd_seal.c \
	%D%/cmd_status.c \
	%D%/listen.c \
	%D%/login_limit.c %D%/login_limit.h \
	%D%/log_line.c %D%/log_line.h \
	%D%/app.c \
	%D%/metrics.c %D%/metrics.h \
	%D%/modes.h \
	%D%/openapi.c \
	%D%/readiness.c \
	%D%/receive.c \
	%D%/request.c \
	%D%/routes.c \
	%D%/peers.c \
	%D%/program.c %D%/program.h \
	%D%/rows.c %D%/rows.h \
	%D%/server.c %D%/server.h \
	%D%/server_state.c \
	%D%/settings.c %D%/settings.h \
	%D%/smoke_checks.c %D%/smoke_checks.h \
	%D%/start.c %D%/start.h \
	%D%/storage.h \
	%D%/uploads.c \
	%D%/users.c \
	%D%/workers.c
nodist_app_SOURCES = %D%/migrations.c
app_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS) $(JANSSON_CFLAGS)
app_CFLAGS = $(AM_CFLAGS) -pthread
app_LDADD = libappbody.la libinboard.la $(MICROHTTPD_LIBS) $(JANSSON_LIBS) -lpthread

# The depfile names every file of migrations/ and the schema, so that an edited one is embedded anew.
%D%/migrations.c: inboard-embed$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D% && ./inboard-embed$(EXEEXT) --migrations $(top_srcdir)/migrations \
	  --schema $(top_srcdir)/prisma/schema.prisma --depfile %D%/migrations.d -o $@ && touch $@
-include %D%/migrations.d
CLEANFILES += %D%/migrations.c %D%/migrations.d
endif

EXTRA_DIST += migrations prisma
