# The inboard command. Each command is one file and one row in commands.c.
bin_PROGRAMS += inboard
inboard_SOURCES = \
	%D%/cli.c %D%/cli.h \
	%D%/cmd_format.c \
	%D%/cmd_version.c \
	%D%/commands.c \
	%D%/main.c \
	%D%/schema_path.c
inboard_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
# From the top of the house to its foundation: each archive uses only what comes after it.
inboard_LDADD = libinbpsl.la libinbutil.la
