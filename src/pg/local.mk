noinst_LTLIBRARIES += libinbpg.la
libinbpg_la_SOURCES = \
	%D%/call.c \
	%D%/cancel.c \
	%D%/conn.c \
	%D%/connect.c %D%/connect.h \
	%D%/exec.c \
	%D%/internal.h \
	%D%/message.c \
	%D%/pg.h \
	%D%/pipe.c \
	%D%/refusal.c \
	%D%/result.c \
	%D%/silence.c \
	%D%/smoke.c \
	%D%/url.c %D%/url.h \
	%D%/url_syntax.c %D%/url_syntax.h \
	%D%/wait.c
libinbpg_la_CPPFLAGS = $(AM_CPPFLAGS) $(LIBPQ_CFLAGS)
