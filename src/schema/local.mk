# The relational model, whoever made it; what differs between two; as SQL, text and JSON.
noinst_LTLIBRARIES += libinbschema.la
libinbschema_la_SOURCES = \
	%D%/cast.c %D%/cast.h \
	%D%/column_type.c \
	%D%/decimal.c %D%/decimal.h \
	%D%/diff.c %D%/diff.h \
	%D%/diff_default.c \
	%D%/diff_enum.c \
	%D%/diff_foreign_key.c \
	%D%/diff_index.c \
	%D%/diff_joins.c \
	%D%/diff_pairs.c %D%/diff_pairs.h \
	%D%/diff_sort.c \
	%D%/diff_table.c \
	%D%/model.c %D%/model.h \
	%D%/renames.c %D%/renames.h \
	%D%/render.c %D%/render.h \
	%D%/render_alter.c \
	%D%/render_enum.c \
	%D%/render_steps.c \
	%D%/risks.c \
	%D%/risks_text.c \
	%D%/sequence.c %D%/sequence.h \
	%D%/steps_json.c \
	%D%/steps_summary.c

# The zero-downtime planner: the same change as an expand, backfill and contract sequence.
libinbschema_la_SOURCES += \
	%D%/rollout/fragment.c %D%/rollout/fragment.h \
	%D%/rollout/rollout.h %D%/rollout/rollout_parts.h \
	%D%/rollout/rollout_backfill.c \
	%D%/rollout/rollout_columns.c \
	%D%/rollout/rollout_constraints.c \
	%D%/rollout/rollout_contract.c \
	%D%/rollout/rollout_drop.c \
	%D%/rollout/rollout_expand.c \
	%D%/rollout/rollout_foreign_keys.c \
	%D%/rollout/rollout_indexes.c \
	%D%/rollout/rollout_joins.c \
	%D%/rollout/rollout_plan.c \
	%D%/rollout/rollout_print.c \
	%D%/rollout/rollout_rename.c \
	%D%/rollout/rollout_survey.c \
	%D%/rollout/rollout_switch.c \
	%D%/rollout/rollout_sync.c \
	%D%/rollout/rollout_values.c \
	%D%/rollout/rollout_write.c \
	%D%/rollout/sentence.c %D%/rollout/sentence.h

# Its SQL, which psql runs as it is, as functions that make statements of it.
EXTRA_DIST += %D%/rollout/rollout.sql %D%/rollout/templates.awk
BUILT_SOURCES += %D%/rollout/rollout_sql.h
CLEANFILES += %D%/rollout/rollout_sql.h
nodist_libinbschema_la_SOURCES = %D%/rollout/rollout_sql.h
%D%/rollout/rollout_sql.h: %D%/rollout/rollout.sql %D%/rollout/templates.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -v prefix=inb__rollout_sql_ -f $(srcdir)/%D%/rollout/templates.awk \
		$(srcdir)/%D%/rollout/rollout.sql >$@.new && mv $@.new $@
$(libinbschema_la_OBJECTS): %D%/rollout/rollout_sql.h

# What knows the schema language as well: the model of a datamodel, and a schema as a document.
noinst_LTLIBRARIES += libinbdatamodel.la
libinbdatamodel_la_SOURCES = \
	%D%/from_datamodel.c %D%/from_datamodel.h \
	%D%/markdown.c %D%/markdown.h %D%/markdown_parts.h \
	%D%/markdown_table.c \
	%D%/markdown_write.c \
	%D%/mermaid.c \
	%D%/predicate.c
