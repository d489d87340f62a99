# The library part is what `inboard` uses at run time; the program writes C.
noinst_LTLIBRARIES += libinbembed.la
libinbembed_la_SOURCES = \
	%D%/embed_builder.c %D%/embed_builder.h \
	%D%/embed_gates.c %D%/embed_gates.h \
	%D%/embed_expect.c %D%/embed_expect.h \
	%D%/embed_load.c %D%/embed_load.h \
	%D%/embed_model.c %D%/embed_model.h \
	%D%/embed_proof.c %D%/embed_proof.h \
	%D%/embed_schema.c %D%/embed_schema.h \
	%D%/embed_table.c %D%/embed_table.h \
	%D%/program_table.c %D%/program_table.h \
	%D%/sum.c %D%/sum.h

bin_PROGRAMS += inboard-embed
inboard_embed_SOURCES = \
	%D%/emit.c %D%/emit.h \
	%D%/explain.c %D%/explain.h \
	%D%/inboard_embed.c
inboard_embed_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
inboard_embed_LDADD = libinbembed.la libinbsql.la libinbdatamodel.la libinbschema.la libinbpsl.la libinbtable.la libinbvault.la libinbpostgres.la libinbutil.la \
	$(PGQUERY_LIBS)
