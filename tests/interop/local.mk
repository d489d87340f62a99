# tests/interop

EXTRA_DIST += tests/golden \
	%D%/.npmrc %D%/package.json %D%/package-lock.json \
	%D%/engine.mjs %D%/oracle.mjs %D%/ask.mjs

# Prisma's engine from npm, in the build directory because sources may be read-only. It needs Node 18
# and a network the first time, so `make check` does without it.
INTEROP_DIR = $(builddir)/tests/interop/engine

$(INTEROP_DIR)/stamp: %D%/package.json %D%/package-lock.json %D%/.npmrc %D%/engine.mjs \
		%D%/oracle.mjs %D%/ask.mjs
	$(AM_V_at)$(MKDIR_P) $(INTEROP_DIR)
	$(AM_V_at)for f in $^; do cp -f $$f $(INTEROP_DIR)/ || exit 1; done
	$(AM_V_GEN)cd $(INTEROP_DIR) && npm ci --loglevel=error --no-audit --no-fund
	$(AM_V_at)touch $@

# The golden cases, put to the engine again.
check-golden: $(INTEROP_DIR)/stamp
	node $(INTEROP_DIR)/ask.mjs --golden $(srcdir)/tests/golden

# Prisma's engine and inboard on one database.
dist_check_SCRIPTS += %D%/turns.py %D%/offline.py %D%/lint.py
TESTS += %D%/turns.py %D%/lint.py
interop-engine: $(INTEROP_DIR)/stamp

.PHONY: check-golden interop-engine

clean-local: clean-interop
clean-interop:
	-rm -rf $(INTEROP_DIR)
.PHONY: clean-interop
