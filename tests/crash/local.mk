# tests/crash: kill -9 at every step, the server restarted, then run again.
dist_check_SCRIPTS += %D%/kill.py
TESTS += %D%/kill.py
