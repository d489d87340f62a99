# Prisma's schema language: text, syntax, the checked datamodel, formatted text.
noinst_LTLIBRARIES += libinbpsl.la
libinbpsl_la_SOURCES = \
	%D%/datamodel.h \
	%D%/names.c %D%/names.h
