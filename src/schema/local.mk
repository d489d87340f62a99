# The relational model: of a datamodel; what differs between two; as SQL, text and JSON.
noinst_LTLIBRARIES += libinbschema.la
libinbschema_la_SOURCES = \
	%D%/apply.c \
	%D%/cast.c %D%/cast.h \
	%D%/checks.c \
	%D%/checks_text.c \
	%D%/decimal.c %D%/decimal.h \
	%D%/diff.c %D%/diff.h \
	%D%/diff_default.c \
	%D%/diff_enum.c \
	%D%/diff_foreign_key.c \
	%D%/diff_index.c \
	%D%/diff_json.c \
	%D%/diff_pairs.c %D%/diff_pairs.h \
	%D%/diff_sort.c \
	%D%/diff_table.c \
	%D%/from_datamodel.c \
	%D%/json_same.c %D%/json_same.h \
	%D%/markdown.c %D%/markdown.h %D%/markdown_parts.h \
	%D%/markdown_table.c \
	%D%/mermaid.c \
	%D%/model.c %D%/model.h \
	%D%/predicate.c \
	%D%/rename.c %D%/rename.h \
	%D%/render.c %D%/render.h \
	%D%/render_alter.c \
	%D%/render_enum.c \
	%D%/sequence.c %D%/sequence.h \
	%D%/sql_text.c %D%/sql_text.h \
	%D%/summary.c \
	%D%/types.c \
	%D%/zero.c %D%/zero.h %D%/zero_parts.h \
	%D%/zero_backfill.c \
	%D%/zero_columns.c \
	%D%/zero_contract.c \
	%D%/zero_expand.c \
	%D%/zero_keys.c \
	%D%/zero_print.c \
	%D%/zero_rename.c \
	%D%/zero_survey.c \
	%D%/zero_switch.c \
	%D%/zero_sync.c \
	%D%/zero_values.c
