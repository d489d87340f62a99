# What SQL means: the only room that includes pg_query.h, and in it only parser.c.
noinst_LTLIBRARIES += libinbsql.la
libinbsql_la_SOURCES = \
	%D%/alter.c \
	%D%/alter_column.c \
	%D%/alter_constraint.c \
	%D%/alter_partition.c \
	%D%/alter_rename.c \
	%D%/altering.c %D%/altering.h \
	%D%/analyse.c %D%/analyse.h \
	%D%/backfill_join.c \
	%D%/backfill_key.c \
	%D%/backfill_leaves.c \
	%D%/backfill_not_null.c \
	%D%/backfill_options.c %D%/backfill_options.h \
	%D%/backfill_parts.c \
	%D%/backfill_predicate.c \
	%D%/backfill_tree.c \
	%D%/catalog.c %D%/catalog.h \
	%D%/catalog_cascade.c \
	%D%/classifier.c %D%/classifier.h \
	%D%/classify.c %D%/classify.h \
	%D%/constraint.c \
	%D%/create.c \
	%D%/create_function.c \
	%D%/create_index.c \
	%D%/create_like.c \
	%D%/create_publication.c \
	%D%/directive.c %D%/directive.h \
	%D%/dml.c \
	%D%/do_block.c \
	%D%/drop.c \
	%D%/enum_use.c %D%/enum_use.h \
	%D%/expr_text.c %D%/expr_text.h \
	%D%/extension_call.c %D%/extension_call.h \
	%D%/functions.c \
	%D%/history_model.c %D%/history_model.h \
	%D%/model_column.c %D%/model_column.h \
	%D%/model_default.c %D%/model_default.h \
	%D%/lex.c %D%/lex.h \
	%D%/object_names.c \
	%D%/object_statements.c \
	%D%/parser.c %D%/parser.h \
	%D%/problem.c %D%/problem.h \
	%D%/query_relations.c \
	%D%/relation_needed.c \
	%D%/refuse.c %D%/refuse.h \
	%D%/routine_body.c %D%/routine_body.h \
	%D%/secret_scan.c \
	%D%/server_functions.c %D%/server_functions.h \
	%D%/session_effects.c %D%/session_effects.h \
	%D%/split.c %D%/split.h \
	%D%/sql_backfill.c %D%/sql_backfill.h \
	%D%/sql_advice.c %D%/sql_advice.h \
	%D%/sql_expr.c %D%/sql_expr.h \
	%D%/statement_rules.c \
	%D%/transaction.c %D%/transaction.h \
	%D%/type_name.c %D%/type_name.h \
	%D%/unparsed.c %D%/unparsed.h \
	%D%/utility.c \
	%D%/written_default.c %D%/written_default.h
libinbsql_la_CPPFLAGS = $(AM_CPPFLAGS) $(PGQUERY_CFLAGS)
