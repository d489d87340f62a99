# The service over real HTTP, and everything it does before it serves.
if BUILD_APP
dist_check_SCRIPTS += %D%/api.py %D%/hostile.py %D%/memory.py %D%/proxy.py %D%/runbook.py %D%/start.py
TESTS += %D%/api.py %D%/hostile.py %D%/memory.py %D%/proxy.py %D%/runbook.py %D%/start.py
endif
EXTRA_DIST += %D%/service.py
