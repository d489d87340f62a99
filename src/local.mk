# The public headers, and what an installed tree needs to find the library.
include_HEADERS += %D%/include/inboard.h

inboardincludedir = $(includedir)/inboard
inboardinclude_HEADERS = \
	%D%/include/inboard/backfills.h \
	%D%/include/inboard/conn.h \
	%D%/include/inboard/duration.h \
	%D%/include/inboard/error.h \
	%D%/include/inboard/export.h \
	%D%/include/inboard/log.h \
	%D%/include/inboard/migrate.h \
	%D%/include/inboard/sealed.h \
	%D%/include/inboard/smoke.h \
	%D%/include/inboard/status.h \
	%D%/include/inboard/table.h \
	%D%/include/inboard/vault.h \
	%D%/include/inboard/version.h

pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = src/inboard.pc

aclocaldir = $(datadir)/aclocal
dist_aclocal_DATA = m4/inboard.m4

# Nobody else's: what is left of it after its files are gone.
uninstall-hook:
	-rmdir "$(DESTDIR)$(inboardincludedir)" 2>/dev/null || :

# The statements of a .sql file as C; sql_to_c.awk says how a room lists its own.
%_sql.c: %.sql src/sql_to_c.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -f $(top_srcdir)/src/sql_to_c.awk $< > $@.tmp && mv -f $@.tmp $@
EXTRA_DIST += src/sql_to_c.awk
