# A live database: as the relational model, and as Prisma's schema text.
noinst_LTLIBRARIES += libinblive.la
libinblive_la_SOURCES = \
	%D%/default_scan.c %D%/default_scan.h \
	%D%/live.h \
	%D%/live_adapt.c \
	%D%/live_default.c \
	%D%/live_model.c %D%/live_model.h \
	%D%/live_read.c \
	%D%/live_type.c \
	%D%/make_database.c %D%/make_database.h \
	%D%/production.c %D%/production.h %D%/production_queries.h \
	%D%/pull.c %D%/pull.h \
	%D%/pull_attributes.c \
	%D%/pull_blocks.c \
	%D%/pull_comments.c \
	%D%/pull_config.c \
	%D%/pull_joins.c \
	%D%/pull_models.c \
	%D%/pull_names.c \
	%D%/pull_parts.h \
	%D%/pull_relations.c \
	%D%/pull_remarks.c \
	%D%/pull_warnings.c \
	%D%/reset.c %D%/reset.h %D%/reset_queries.h \
	%D%/risk_counts.c %D%/risk_counts.h \
	%D%/scratch.c %D%/scratch.h \
	%D%/shadow.c %D%/shadow.h \
	%D%/shadow_queries.h

LIVE_SQL = %D%/sql/production.sql %D%/sql/reset.sql %D%/sql/shadow.sql
LIVE_SQL_C = $(LIVE_SQL:.sql=_sql.c)
nodist_libinblive_la_SOURCES = $(LIVE_SQL_C)
EXTRA_DIST += $(LIVE_SQL)
CLEANFILES += $(LIVE_SQL_C)
