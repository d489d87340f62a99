# What SQL means: the only room that includes pg_query.h, and in it only parse.c.
noinst_LTLIBRARIES += libinbsql.la
libinbsql_la_SOURCES = \
	%D%/alter.c \
	%D%/analyse.c %D%/sql.h \
	%D%/catalog.c %D%/catalog.h \
	%D%/check.c %D%/check.h \
	%D%/classifier.h \
	%D%/classify.c %D%/classify.h \
	%D%/constraint.c \
	%D%/create.c \
	%D%/directive.c %D%/directive.h \
	%D%/dml.c \
	%D%/expr.c %D%/expr.h \
	%D%/facts.c \
	%D%/functions.c \
