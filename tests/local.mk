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
