# What a database has, read from its catalog as plain facts.
noinst_LTLIBRARIES += libinbcatalogue.la
libinbcatalogue_la_SOURCES = \
	%D%/catalogue.h \
	%D%/catalogue_keys.c \
	%D%/catalogue_queries.h \
	%D%/catalogue_read.c \
	%D%/catalogue_rows.c %D%/catalogue_rows.h \
	%D%/catalogue_values.c

CATALOGUE_SQL = %D%/sql/catalogue.sql %D%/sql/catalogue_15.sql
CATALOGUE_SQL_C = $(CATALOGUE_SQL:.sql=_sql.c)
nodist_libinbcatalogue_la_SOURCES = $(CATALOGUE_SQL_C)
EXTRA_DIST += $(CATALOGUE_SQL)
CLEANFILES += $(CATALOGUE_SQL_C)
