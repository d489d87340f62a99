# The embedded table: what inboard-embed writes with and the engine reads with.
noinst_LTLIBRARIES += libinbtable.la
libinbtable_la_SOURCES = \
	%D%/checksum.c %D%/checksum.h \
	%D%/class_name.c \
	%D%/table_check.c %D%/table_check.h \
	%D%/table_digest.c %D%/table_digest.h \
	%D%/table_read.c %D%/table_read.h
