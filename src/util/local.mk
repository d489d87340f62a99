noinst_LTLIBRARIES += libinbutil.la
libinbutil_la_SOURCES = \
	%D%/alloc.c %D%/alloc.h \
	%D%/arena.c %D%/arena.h \
	%D%/buf.c %D%/buf.h \
	%D%/cleanup.h \
	%D%/diagnostic.c %D%/diagnostic.h \
	%D%/diagnostic_print.c %D%/diagnostic_print.h \
	%D%/duration.c \
	%D%/error.c %D%/error_set.h \
	%D%/file.c %D%/file.h \
	%D%/json.c %D%/json.h \
	%D%/json_reader.c %D%/json_reader.h \
	%D%/json_same.c %D%/json_same.h \
	%D%/limits.h \
	%D%/map.c %D%/map.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/node.c %D%/node.h \
	%D%/opt.c %D%/opt.h \
	%D%/printable.c %D%/printable.h \
	%D%/template.c %D%/template.h \
	%D%/sized.c %D%/sized.h \
	%D%/text.c %D%/text.h \
	%D%/vec.h
