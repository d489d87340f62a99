# What SQL means: the only room that includes pg_query.h, and in it only parse.c.
noinst_LTLIBRARIES += libinbsql.la
libinbsql_la_SOURCES = \
	%D%/alter.c %D%/alter_column.c %D%/alter_constraint.c %D%/alter_partition.c %D%/alter.h \
	%D%/analyse.c %D%/sql.h \
	%D%/catalog.c %D%/follow.c %D%/catalog.h \
	%D%/check.c %D%/check.h \
	%D%/classifier.h \
	%D%/classify.c %D%/classify.h \
	%D%/constraint.c \
	%D%/create.c \
	%D%/directive.c %D%/directive.h \
	%D%/dml.c %D%/drop.c \
	%D%/expr.c %D%/expr.h \
	%D%/facts.c \
	%D%/functions.c \
	%D%/lex.c %D%/lex.h \
	%D%/maintain.c \
	%D%/note.c %D%/note.h \
	%D%/object.c \
	%D%/parse.c %D%/parse.h \
	%D%/problem.c %D%/problem.h \
	%D%/read.c %D%/rename.c \
	%D%/secret.c \
	%D%/split.c %D%/split.h \
	%D%/transaction.c %D%/transaction.h \
	%D%/tree.c %D%/tree.h \
	%D%/types.c %D%/types.h \
	%D%/unparsed.c %D%/unparsed.h
libinbsql_la_CPPFLAGS = $(AM_CPPFLAGS) $(PGQUERY_CFLAGS)
