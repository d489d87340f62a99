# Prisma's schema language: text, syntax, the checked datamodel, formatted text.
noinst_LTLIBRARIES += libinbpsl.la
libinbpsl_la_SOURCES = \
	%D%/ast.h \
	%D%/datamodel.h \
	%D%/diagnostic.c %D%/diagnostic.h \
	%D%/names.c %D%/names.h \
	%D%/parse.h
