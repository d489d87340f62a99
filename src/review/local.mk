# Rules and advice: findings about migrations, and the forms in which programs read them.
noinst_LTLIBRARIES += libinbreview.la
libinbreview_la_SOURCES = \
	%D%/lint.c %D%/lint.h \
	%D%/lint_alter.c \
	%D%/lint_column.c \
	%D%/lint_drop.c \
	%D%/lint_index.c \
	%D%/lint_other.c \
	%D%/lint_parts.h \
	%D%/lint_rows.c \
	%D%/lint_rules.c %D%/lint_rules.h \
	%D%/lint_text.c \
	%D%/report.c %D%/report.h \
	%D%/report_fingerprint.c \
	%D%/report_sarif.c \
	%D%/trace.c %D%/trace.h \
	%D%/trace_compare.c \
	%D%/trace_queries.h

REVIEW_SQL = %D%/sql/trace.sql
nodist_libinbreview_la_SOURCES = %D%/lint_pages.h $(REVIEW_SQL:.sql=_sql.c)
BUILT_SOURCES += %D%/lint_pages.h
CLEANFILES += %D%/lint_pages.h $(REVIEW_SQL:.sql=_sql.c)
EXTRA_DIST += %D%/pages.awk $(REVIEW_SQL)
RULE_PAGES = \
	docs/rules/alter-twice.md \
	docs/rules/assigned-twice.md \
	docs/rules/attach-scans.md \
	docs/rules/check-validated.md \
	docs/rules/column-required.md \
	docs/rules/column-rewrites.md \
	docs/rules/detach-not-concurrent.md \
	docs/rules/domain-constraint.md \
	docs/rules/drop-column.md \
	docs/rules/drop-constraint.md \
	docs/rules/drop-database.md \
	docs/rules/drop-default.md \
	docs/rules/drop-index-not-concurrent.md \
	docs/rules/drop-not-null.md \
	docs/rules/drop-object.md \
	docs/rules/drop-owned.md \
	docs/rules/drop-schema.md \
	docs/rules/drop-table.md \
	docs/rules/enum-order.md \
	docs/rules/enum-rename-value.md \
	docs/rules/exclusion-builds-index.md \
	docs/rules/foreign-key-no-index.md \
	docs/rules/foreign-key-validated.md \
	docs/rules/index-duplicate.md \
	docs/rules/index-if-not-exists.md \
	docs/rules/index-not-concurrent.md \
	docs/rules/index-wide.md \
	docs/rules/key-builds-index.md \
	docs/rules/key-integer.md \
	docs/rules/lock-explicit.md \
	docs/rules/lock-held.md \
	docs/rules/not-null-scans.md \
	docs/rules/not-repeatable.md \
	docs/rules/opaque.md \
	docs/rules/other-hazard.md \
	docs/rules/primary-key-nullable.md \
	docs/rules/refresh-not-concurrent.md \
	docs/rules/reindex-not-concurrent.md \
	docs/rules/rename.md \
	docs/rules/revoke.md \
	docs/rules/row-security.md \
	docs/rules/rows-all.md \
	docs/rules/rows-in-one-go.md \
	docs/rules/serial.md \
	docs/rules/table-rewrites.md \
	docs/rules/trigger-on-table.md \
	docs/rules/truncate.md \
	docs/rules/type-char.md \
	docs/rules/type-json.md \
	docs/rules/type-narrows.md \
	docs/rules/type-rewrites.md \
	docs/rules/type-timestamp.md \
	docs/rules/type-varchar.md \
	docs/rules/unknown-rule.md \
	docs/rules/validate-same-transaction.md
EXTRA_DIST += $(RULE_PAGES)
src/review/lint_pages.h: src/review/pages.awk $(RULE_PAGES)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cd $(srcdir) && $(AWK) -f src/review/pages.awk $(RULE_PAGES) > $(abs_builddir)/$@.tmp && \
	mv -f $(abs_builddir)/$@.tmp $(abs_builddir)/$@
