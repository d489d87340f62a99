# tests/cli: the programs as a user runs them: standard output, standard error, exit status.
dist_check_SCRIPTS += %D%/readme.py
TESTS += %D%/readme.py
dist_check_SCRIPTS += %D%/docs.py
TESTS += %D%/docs.py
dist_check_SCRIPTS += %D%/migrate_diff.py
TESTS += %D%/migrate_diff.py
dist_check_SCRIPTS += %D%/validate.py
TESTS += %D%/validate.py
dist_check_SCRIPTS += %D%/migrate.py
TESTS += %D%/migrate.py
dist_check_SCRIPTS += %D%/embed.py
TESTS += %D%/embed.py
dist_check_SCRIPTS += %D%/zero_downtime.py
TESTS += %D%/zero_downtime.py
dist_check_SCRIPTS += %D%/schema.py
TESTS += %D%/schema.py
