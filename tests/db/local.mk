# tests/db: on a real server.
dist_check_SCRIPTS += %D%/replicas.py
TESTS += %D%/replicas.py
