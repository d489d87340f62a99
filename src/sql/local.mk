# What SQL means: the only room that includes pg_query.h, and in it only parse.c.
noinst_LTLIBRARIES += libinbsql.la
libinbsql_la_SOURCES = \
	%D%/analyse.c %D%/sql.h \
	%D%/catalog.c %D%/catalog.h \
	%D%/classify.c %D%/classify.h \
	%D%/directive.c %D%/directive.h \
	%D%/expr.c %D%/expr.h \
	%D%/lex.c %D%/lex.h \
	%D%/parse.c %D%/parse.h \
	%D%/problem.c %D%/problem.h \
	%D%/split.c %D%/split.h \
	%D%/tree.c %D%/tree.h
libinbsql_la_CPPFLAGS = $(AM_CPPFLAGS) $(PGQUERY_CFLAGS)
