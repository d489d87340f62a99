# The longest first: what is begun last is not to be what all others wait for.
LONG_TESTS = tests/db/network.py tests/db/zero_downtime.py tests/crash/kill.py tests/db/migrate_diff.py tests/db/round_trips.py \
	tests/db/conditions.py tests/db/pgbouncer.py tests/db/kept_values.py tests/interop/offline.py
TESTS += $(LONG_TESTS)

include %D%/unit/local.mk
include %D%/db/local.mk
include %D%/crash/local.mk
include %D%/cli/local.mk
include %D%/app/local.mk
include %D%/interop/local.mk
include %D%/servers/local.mk
include %D%/fuzz/local.mk
include %D%/bench/local.mk

# Not the folder: its copy would bring the objects that are built under the same name.
EXTRA_DIST += $(wildcard $(srcdir)/%D%/support/*) %D%/golden %D%/conformance.tsv
