# Prisma's schema language: text, syntax, the checked datamodel, formatted text.
noinst_LTLIBRARIES += libinbpsl.la
libinbpsl_la_SOURCES = \
	%D%/ast.c %D%/ast.h \
	%D%/datamodel.h \
	%D%/diagnostic.c %D%/diagnostic.h \
	%D%/format.c %D%/format.h \
	%D%/format_line.c %D%/format_line.h \
	%D%/format_table.c %D%/format_table.h \
	%D%/letters.c \
	%D%/load.c \
	%D%/lower.c %D%/lower.h \
	%D%/names.c %D%/names.h \
	%D%/parse.c %D%/parse.h \
	%D%/scan.c %D%/scan.h \
	%D%/syntax.c %D%/syntax.h \
	%D%/unescape.c
