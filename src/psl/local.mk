# Prisma's schema language: text, syntax, the checked datamodel, formatted text.
noinst_LTLIBRARIES += libinbpsl.la
libinbpsl_la_SOURCES = \
	%D%/ast.c %D%/ast.h \
	%D%/attr_args.c %D%/attr_args.h \
	%D%/attrs.c %D%/attrs.h \
	%D%/schema_check.c %D%/schema_check.h \
	%D%/check_attributes.c \
	%D%/check_datasource.c \
	%D%/check_default.c \
	%D%/check_generator.c \
	%D%/check_index.c \
	%D%/check_names.c \
	%D%/check_parts.h \
	%D%/check_relation_attr.c \
	%D%/check_relations.c \
	%D%/check_types.c \
	%D%/check_where.c \
	%D%/checker.h \
	%D%/complete.c %D%/complete.h \
	%D%/criterion.c %D%/criterion.h \
	%D%/cycles.c %D%/cycles.h \
	%D%/datamodel.h \
	%D%/expr.c %D%/expr.h \
	%D%/fieldlist.c %D%/fieldlist.h \
	%D%/format.c %D%/format.h \
	%D%/format_line.c %D%/format_line.h \
	%D%/format_schema.c \
	%D%/format_table.c %D%/format_table.h \
	%D%/inflect.c %D%/inflect.h \
	%D%/key_lookup.c %D%/key_lookup.h \
	%D%/letters.c \
	%D%/literal.c %D%/literal.h \
	%D%/schema_error.c %D%/schema_error.h \
	%D%/schema_files.c \
	%D%/lower.c %D%/lower.h \
	%D%/default_name.c %D%/default_name.h \
	%D%/opclass.c %D%/opclass.h \
	%D%/out.c %D%/out.h \
	%D%/schema_parse.c %D%/schema_parse.h \
	%D%/properties.c %D%/properties.h \
	%D%/rules.c %D%/rules.h \
	%D%/rules_field.c \
	%D%/rules_index.c \
	%D%/rules_many_to_many.c \
	%D%/rules_model.c \
	%D%/rules_names.c \
	%D%/rules_reference.c \
	%D%/rules_relation.c %D%/rules_relation.h \
	%D%/rules_relation_field.c \
	%D%/scan.c %D%/scan.h \
	%D%/suggest.c %D%/suggest.h \
	%D%/syntax.c %D%/syntax.h \
	%D%/unescape.c \
	%D%/words.c %D%/words.h
