# tests/crash: kill -9 at every step, the server restarted, then run again.
# patroni.py needs packages of its own and is run by ./dev check and ./dev soak.
dist_check_SCRIPTS += %D%/backfill_kill.py %D%/kill.py %D%/patroni.py
TESTS += %D%/backfill_kill.py
