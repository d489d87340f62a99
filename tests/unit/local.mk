# One Check program a module; each prints TAP.
UNIT_LDADD = libinbtable.la libinbpostgres.la libinbutil.la $(CHECK_LIBS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support

check_PROGRAMS += tests/unit/util
tests_unit_util_SOURCES = %D%/util.c
tests_unit_util_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_util_CFLAGS = $(UNIT_CFLAGS)
tests_unit_util_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/util

check_PROGRAMS += tests/unit/postgres
tests_unit_postgres_SOURCES = %D%/postgres.c
tests_unit_postgres_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_postgres_CFLAGS = $(UNIT_CFLAGS)
tests_unit_postgres_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/postgres

check_PROGRAMS += tests/unit/diagnostic
tests_unit_diagnostic_SOURCES = %D%/diagnostic.c
tests_unit_diagnostic_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_diagnostic_CFLAGS = $(UNIT_CFLAGS)
tests_unit_diagnostic_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/diagnostic

check_PROGRAMS += tests/unit/abi
tests_unit_abi_SOURCES = %D%/abi.c
tests_unit_abi_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_abi_CFLAGS = $(UNIT_CFLAGS)
tests_unit_abi_LDADD = libinbengine.la libinbbackfill.la libinbpg.la libinbvault.la $(UNIT_LDADD) $(LIBPQ_LIBS) $(SODIUM_LIBS)
TESTS += tests/unit/abi

check_PROGRAMS += tests/unit/vault
tests_unit_vault_SOURCES = %D%/vault.c
tests_unit_vault_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_vault_CFLAGS = $(UNIT_CFLAGS)
tests_unit_vault_LDADD = libinbvault.la $(UNIT_LDADD)
TESTS += tests/unit/vault

check_PROGRAMS += tests/unit/pg_url
tests_unit_pg_url_SOURCES = %D%/pg_url.c
tests_unit_pg_url_CPPFLAGS = $(UNIT_CPPFLAGS) $(LIBPQ_CFLAGS)
tests_unit_pg_url_CFLAGS = $(UNIT_CFLAGS)
tests_unit_pg_url_LDADD = libinbpg.la $(UNIT_LDADD) $(LIBPQ_LIBS)
TESTS += tests/unit/pg_url

check_PROGRAMS += tests/unit/production
tests_unit_production_SOURCES = %D%/production.c
tests_unit_production_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_production_CFLAGS = $(UNIT_CFLAGS)
tests_unit_production_LDADD = libinblive.la libinbcatalogue.la libinbpg.la $(UNIT_LDADD) $(LIBPQ_LIBS)
TESTS += tests/unit/production

check_PROGRAMS += tests/unit/seed_config
tests_unit_seed_config_SOURCES = %D%/seed_config.c src/cli/seed_config.c
tests_unit_seed_config_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_seed_config_CFLAGS = $(UNIT_CFLAGS)
tests_unit_seed_config_LDADD = $(UNIT_LDADD)
TESTS += tests/unit/seed_config

check_PROGRAMS += tests/unit/table
tests_unit_table_SOURCES = %D%/table.c tests/support/table.c
tests_unit_table_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_table_CFLAGS = $(UNIT_CFLAGS)
tests_unit_table_LDADD = libinbtable.la libinbvault.la $(UNIT_LDADD) $(SODIUM_LIBS)
TESTS += tests/unit/table

check_PROGRAMS += tests/unit/engine_plan
tests_unit_engine_plan_SOURCES = %D%/engine_plan.c tests/support/table.c
tests_unit_engine_plan_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_engine_plan_CFLAGS = $(UNIT_CFLAGS)
tests_unit_engine_plan_LDADD = libinbengine.la libinbbackfill.la libinbpg.la libinbtable.la libinbvault.la $(UNIT_LDADD) \
	$(LIBPQ_LIBS) $(SODIUM_LIBS)
TESTS += tests/unit/engine_plan

# No -lpq here: fake_pq.c is the libpq of this program.
check_PROGRAMS += tests/unit/pg_script
tests_unit_pg_script_SOURCES = %D%/pg_script.c tests/support/fake_pq.c
tests_unit_pg_script_CPPFLAGS = $(UNIT_CPPFLAGS) $(LIBPQ_CFLAGS)
tests_unit_pg_script_CFLAGS = $(UNIT_CFLAGS)
tests_unit_pg_script_LDADD = libinbpg.la $(UNIT_LDADD)
TESTS += tests/unit/pg_script

check_PROGRAMS += tests/unit/psl_check
tests_unit_psl_check_SOURCES = %D%/psl_check.c
tests_unit_psl_check_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_psl_check_CFLAGS = $(UNIT_CFLAGS)
tests_unit_psl_check_LDADD = libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/psl_check
dist_check_SCRIPTS += %D%/symbols.sh
TESTS += %D%/symbols.sh

# The order of rooms and files, from the objects of this build.
dist_check_SCRIPTS += %D%/house.py
TESTS += %D%/house.py

# The size of functions and files.
dist_check_SCRIPTS += %D%/functions.py
TESTS += %D%/functions.py

SQL_LDADD = libinbsql.la $(UNIT_LDADD) $(PGQUERY_LIBS)

check_PROGRAMS += tests/unit/sql_split
tests_unit_sql_split_SOURCES = %D%/sql_split.c
tests_unit_sql_split_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_sql_split_CFLAGS = $(UNIT_CFLAGS)
tests_unit_sql_split_LDADD = $(SQL_LDADD)
TESTS += tests/unit/sql_split

check_PROGRAMS += tests/unit/sql_backfill
tests_unit_sql_backfill_SOURCES = %D%/sql_backfill.c
tests_unit_sql_backfill_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_sql_backfill_CFLAGS = $(UNIT_CFLAGS)
tests_unit_sql_backfill_LDADD = $(SQL_LDADD)
TESTS += tests/unit/sql_backfill

check_PROGRAMS += tests/unit/sql_classify
tests_unit_sql_classify_SOURCES = %D%/sql_classify.c
tests_unit_sql_classify_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_sql_classify_CFLAGS = $(UNIT_CFLAGS)
tests_unit_sql_classify_LDADD = $(SQL_LDADD)
TESTS += tests/unit/sql_classify

check_PROGRAMS += tests/unit/sql_files
tests_unit_sql_files_SOURCES = %D%/sql_files.c
tests_unit_sql_files_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_sql_files_CFLAGS = $(UNIT_CFLAGS)
tests_unit_sql_files_LDADD = $(SQL_LDADD)
TESTS += tests/unit/sql_files

check_PROGRAMS += tests/unit/schema_cast
tests_unit_schema_cast_SOURCES = %D%/schema_cast.c
tests_unit_schema_cast_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_schema_cast_CFLAGS = $(UNIT_CFLAGS)
tests_unit_schema_cast_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/schema_cast

check_PROGRAMS += tests/unit/schema_diff
tests_unit_schema_diff_SOURCES = %D%/schema_diff.c tests/support/steps_apply.c
tests_unit_schema_diff_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_schema_diff_CFLAGS = $(UNIT_CFLAGS)
tests_unit_schema_diff_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/schema_diff

check_PROGRAMS += tests/unit/rollout_sql
tests_unit_rollout_sql_SOURCES = %D%/rollout_sql.c
tests_unit_rollout_sql_CPPFLAGS = $(UNIT_CPPFLAGS) $(PGQUERY_CFLAGS)
tests_unit_rollout_sql_CFLAGS = $(UNIT_CFLAGS)
tests_unit_rollout_sql_LDADD = $(UNIT_LDADD) $(PGQUERY_LIBS)
TESTS += tests/unit/rollout_sql

check_PROGRAMS += tests/unit/schema_model
tests_unit_schema_model_SOURCES = %D%/schema_model.c
tests_unit_schema_model_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_schema_model_CFLAGS = $(UNIT_CFLAGS)
tests_unit_schema_model_LDADD = libinbschema.la $(UNIT_LDADD)
TESTS += tests/unit/schema_model

check_PROGRAMS += tests/unit/schema_rollout
tests_unit_schema_rollout_SOURCES = %D%/schema_rollout.c
tests_unit_schema_rollout_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_schema_rollout_CFLAGS = $(UNIT_CFLAGS)
tests_unit_schema_rollout_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/schema_rollout

check_PROGRAMS += tests/unit/schema_render
tests_unit_schema_render_SOURCES = %D%/schema_render.c
tests_unit_schema_render_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_schema_render_CFLAGS = $(UNIT_CFLAGS)
tests_unit_schema_render_LDADD = libinbdatamodel.la libinbschema.la libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/schema_render

check_PROGRAMS += tests/unit/psl_parse
tests_unit_psl_parse_SOURCES = %D%/psl_parse.c
tests_unit_psl_parse_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_psl_parse_CFLAGS = $(UNIT_CFLAGS)
tests_unit_psl_parse_LDADD = libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/psl_parse

check_PROGRAMS += tests/unit/psl_format
tests_unit_psl_format_SOURCES = %D%/psl_format.c
tests_unit_psl_format_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_psl_format_CFLAGS = $(UNIT_CFLAGS)
tests_unit_psl_format_LDADD = libinbpsl.la $(UNIT_LDADD)
TESTS += tests/unit/psl_format

# The golden cases of validate, format and diff.
check_PROGRAMS += tests/unit/golden
tests_unit_golden_SOURCES = %D%/golden.c
tests_unit_golden_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_golden_CFLAGS = $(UNIT_CFLAGS)
tests_unit_golden_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
tests_unit_golden_LDADD = libinbsql.la libinbdatamodel.la libinbschema.la libinbpsl.la $(UNIT_LDADD) $(PGQUERY_LIBS)
TESTS += tests/unit/golden

check_PROGRAMS += tests/unit/embed
tests_unit_embed_SOURCES = %D%/embed.c src/embed/emit.c
tests_unit_embed_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_embed_CFLAGS = $(UNIT_CFLAGS)
tests_unit_embed_LDADD = libinbembed.la libinbsql.la libinbdatamodel.la libinbschema.la libinbpsl.la libinbtable.la libinbvault.la \
	$(UNIT_LDADD) $(PGQUERY_LIBS) $(SODIUM_LIBS)
TESTS += tests/unit/embed

if BUILD_APP
check_PROGRAMS += tests/unit/app_login_limit
tests_unit_app_login_limit_SOURCES = %D%/app_login_limit.c src/app/login_limit.c
tests_unit_app_login_limit_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_app_login_limit_CFLAGS = $(UNIT_CFLAGS) -pthread
tests_unit_app_login_limit_LDADD = libinboard.la $(CHECK_LIBS)
TESTS += tests/unit/app_login_limit

check_PROGRAMS += tests/unit/app_csv
tests_unit_app_csv_SOURCES = %D%/app_csv.c
tests_unit_app_csv_CPPFLAGS = $(UNIT_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_app_csv_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_csv_LDADD = libappbody.la libinboard.la $(JANSSON_LIBS) $(CHECK_LIBS)
TESTS += tests/unit/app_csv

check_PROGRAMS += tests/unit/app_fields
tests_unit_app_fields_SOURCES = %D%/app_fields.c
tests_unit_app_fields_CPPFLAGS = $(UNIT_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_app_fields_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_fields_LDADD = libappbody.la libinboard.la $(JANSSON_LIBS) $(CHECK_LIBS)
TESTS += tests/unit/app_fields

check_PROGRAMS += tests/unit/app_body
tests_unit_app_body_SOURCES = %D%/app_body.c
tests_unit_app_body_CPPFLAGS = $(UNIT_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_app_body_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_body_LDADD = libappbody.la libinboard.la $(JANSSON_LIBS) $(CHECK_LIBS)
TESTS += tests/unit/app_body

check_PROGRAMS += tests/unit/app_settings
tests_unit_app_settings_SOURCES = %D%/app_settings.c src/app/settings.c src/app/exits.c
tests_unit_app_settings_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_app_settings_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_settings_LDADD = libinboard.la $(CHECK_LIBS)
TESTS += tests/unit/app_settings

check_PROGRAMS += tests/unit/app_client
tests_unit_app_client_SOURCES = %D%/app_client.c
tests_unit_app_client_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_app_client_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_client_LDADD = libappbody.la $(CHECK_LIBS)
TESTS += tests/unit/app_client

check_PROGRAMS += tests/unit/app_wire
tests_unit_app_wire_SOURCES = %D%/app_wire.c
tests_unit_app_wire_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_app_wire_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_wire_LDADD = libappbody.la $(CHECK_LIBS)
TESTS += tests/unit/app_wire

check_PROGRAMS += tests/unit/app_login_queue
tests_unit_app_login_queue_SOURCES = %D%/app_login_queue.c src/app/login_queue.c
tests_unit_app_login_queue_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_app_login_queue_CFLAGS = $(UNIT_CFLAGS)
tests_unit_app_login_queue_LDADD = $(CHECK_LIBS)
TESTS += tests/unit/app_login_queue
endif

check_PROGRAMS += tests/unit/backfill_pace
tests_unit_backfill_pace_SOURCES = %D%/backfill_pace.c
tests_unit_backfill_pace_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_backfill_pace_CFLAGS = $(UNIT_CFLAGS)
tests_unit_backfill_pace_LDADD = libinbbackfill.la $(UNIT_LDADD)
TESTS += tests/unit/backfill_pace

check_PROGRAMS += tests/unit/backfill_holds
tests_unit_backfill_holds_SOURCES = %D%/backfill_holds.c
tests_unit_backfill_holds_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_backfill_holds_CFLAGS = $(UNIT_CFLAGS)
tests_unit_backfill_holds_LDADD = libinbbackfill.la $(UNIT_LDADD)
TESTS += tests/unit/backfill_holds
