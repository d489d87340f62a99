noinst_LTLIBRARIES += libinbvault.la
libinbvault_la_SOURCES = \
	%D%/digest.c %D%/digest.h
libinbvault_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS)
libinbvault_la_LIBADD = $(SODIUM_LIBS)
