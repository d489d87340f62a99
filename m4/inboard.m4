# inboard.m4: for programs that embed their migrations.                                   -*- Autoconf -*-
#
# INB_EMBED([MINIMUM-VERSION])
# ----------------------------
# Finds libinboard (through pkg-config) and inboard-embed, and substitutes INBOARD_CFLAGS, INBOARD_LIBS and
# INBOARD_EMBED. In configure.ac:
#
#     PKG_PROG_PKG_CONFIG
#     INB_EMBED([0.1])
#
# In Makefile.am, with the rule that writes the table:
#
#     embedded.c: $(wildcard $(srcdir)/migrations/*/migration.sql) $(srcdir)/prisma/schema.prisma
#             $(INBOARD_EMBED) --migrations $(srcdir)/migrations --schema $(srcdir)/prisma/schema.prisma -o $@
#
# Without a Prisma schema leave --schema out. A file migrations.c beside the folder migrations/ would let make
# build the latter from it.
AC_DEFUN([INB_EMBED], [
  AC_REQUIRE([PKG_PROG_PKG_CONFIG])
  PKG_CHECK_MODULES([INBOARD], [inboard >= m4_default([$1], [0.1])])
  inb_bindir=`$PKG_CONFIG --variable=bindir inboard`
  AC_PATH_PROG([INBOARD_EMBED], [inboard-embed], [no], [$inb_bindir$PATH_SEPARATOR$PATH])
  AS_IF([test "x$INBOARD_EMBED" = xno],
    [AC_MSG_ERROR([inboard-embed not found: it is installed beside the inboard command])])
])
