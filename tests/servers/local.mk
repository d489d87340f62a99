# tests/servers: PostgreSQL of the versions that Debian does not have, from npm. The programs of version N are in
# $(SERVERS_DIR)/pgN/bin, which is what tests/support/pg wants as PG_BINDIR. User postgres must be able to enter the folder.
EXTRA_DIST += %D%/.npmrc %D%/package.json %D%/package-lock.json
SERVERS_DIR = $(abs_builddir)/tests/servers
SERVERS_DEPENDS = $(srcdir)/%D%/.npmrc $(srcdir)/%D%/package.json $(srcdir)/%D%/package-lock.json
SERVERS_INSTALL = umask 022 && $(MKDIR_P) $(SERVERS_DIR) && cp -f $(SERVERS_DEPENDS) $(SERVERS_DIR)/ && \
	cd $(SERVERS_DIR) && npm ci --loglevel=error --no-audit --no-fund $(NPM_CI_FLAGS) && \
	for p in node_modules/pg*; do ln -sfn $$p/native $${p\#\#*/} && ./$${p\#\#*/}/bin/postgres --version || exit 1; done

# The oldest and the newest that inboard is for, and those between.
$(SERVERS_DIR)/ends: $(SERVERS_DEPENDS)
	$(AM_V_GEN)$(SERVERS_INSTALL)
	$(AM_V_at)touch $@
$(SERVERS_DIR)/ends: NPM_CI_FLAGS = --omit=dev
$(SERVERS_DIR)/all: $(SERVERS_DEPENDS)
	$(AM_V_GEN)$(SERVERS_INSTALL)
	$(AM_V_at)touch $@ $(SERVERS_DIR)/ends

servers: $(SERVERS_DIR)/ends
servers-all: $(SERVERS_DIR)/all
.PHONY: servers servers-all

clean-local: clean-servers
clean-servers:
	-rm -rf $(SERVERS_DIR)/node_modules $(SERVERS_DIR)/pg1? $(SERVERS_DIR)/ends $(SERVERS_DIR)/all
.PHONY: clean-servers
