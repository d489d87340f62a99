# The library part is what `inboard` uses at run time; the program writes C.
noinst_LTLIBRARIES += libinbembed.la
libinbembed_la_SOURCES = \
	%D%/expect.c %D%/expect.h \
	%D%/load.c %D%/load.h \
	%D%/schema.c %D%/schema.h \
	%D%/sum.c %D%/sum.h \
	%D%/table.c %D%/table.h

bin_PROGRAMS += inboard-embed
inboard_embed_SOURCES = \
	%D%/emit.c %D%/emit.h \
	%D%/explain.c %D%/explain.h \
	%D%/main.c
inboard_embed_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
inboard_embed_LDADD = libinbembed.la libinbsql.la libinbschema.la libinbpsl.la libinbvault.la libinbpostgres.la libinbutil.la \
	$(PGQUERY_LIBS)
