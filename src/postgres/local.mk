# What PostgreSQL is, without a connection: names, types, kinds and what each version knows. It allocates nothing.
noinst_LTLIBRARIES += libinbpostgres.la
libinbpostgres_la_SOURCES = \
	%D%/index_method.c %D%/index_method.h \
	%D%/keyword.c %D%/keyword.h \
	%D%/lock_mode.c %D%/lock_mode.h \
	%D%/native_type.c %D%/native_type.h \
	%D%/object_name.c %D%/object_name.h \
	%D%/operator_class.c %D%/operator_class.h \
	%D%/quote.c %D%/quote.h \
	%D%/ref_action.c %D%/ref_action.h \
	%D%/server_version.h \
	%D%/sqlstate.h \
	%D%/type_change.c %D%/type_change.h
