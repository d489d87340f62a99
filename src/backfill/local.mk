# Backfills: their pace, and what holds them.
noinst_LTLIBRARIES += libinbbackfill.la
libinbbackfill_la_SOURCES = \
	%D%/pace.c %D%/pace.h
