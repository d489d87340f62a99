noinst_LTLIBRARIES += libinbvault.la
libinbvault_la_SOURCES = \
	%D%/key_command.c \
	%D%/digest.c %D%/digest.h \
	%D%/envelope.c %D%/envelope.h \
	%D%/keyring.c %D%/keyring.h \
	%D%/password.c \
	%D%/seal.c \
	%D%/guarded.c %D%/guarded.h
libinbvault_la_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS)
libinbvault_la_LIBADD = $(SODIUM_LIBS)
