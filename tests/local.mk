include %D%/unit/local.mk
include %D%/db/local.mk
include %D%/crash/local.mk
include %D%/cli/local.mk
include %D%/app/local.mk
include %D%/interop/local.mk
include %D%/fuzz/local.mk
include %D%/bench/local.mk

EXTRA_DIST += %D%/support %D%/golden %D%/conformance.tsv
