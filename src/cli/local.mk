# The inboard command. Each command is one file and one row in commands.c.
bin_PROGRAMS += inboard
inboard_SOURCES = \
	%D%/baseline_check.c %D%/baseline_check.h \
	%D%/cli.c %D%/cli.h \
	%D%/backfill_limits.c %D%/backfill_limits.h \
	%D%/backfill_show.c %D%/backfill_show.h \
	%D%/cmd_backfill_run.c \
	%D%/cmd_backfill_state.c \
	%D%/cmd_db_execute.c \
	%D%/cmd_db_pull.c \
	%D%/cmd_db_push.c \
	%D%/cmd_db_seed.c \
	%D%/cmd_db_up.c \
	%D%/cmd_docs.c \
	%D%/cmd_format.c \
	%D%/cmd_lint.c \
	%D%/cmd_migrate_deploy.c \
	%D%/cmd_migrate_dev.c \
	%D%/deploy_plan.c %D%/deploy_plan.h \
	%D%/cmd_migrate_diff.c \
	%D%/cmd_migrate_new.c \
	%D%/cmd_migrate_reset.c \
	%D%/cmd_migrate_resolve.c \
	%D%/cmd_migrate_status.c \
	%D%/cmd_sum.c \
	%D%/cmd_trace.c \
	%D%/cmd_validate.c \
	%D%/cmd_version.c \
	%D%/commands.c \
	%D%/database_create.c %D%/database_create.h \
	%D%/database_url.c %D%/database_url.h \
	%D%/dev_drift.c %D%/dev_drift.h \
	%D%/dev_history.c %D%/dev_history.h \
	%D%/dev_risks.c %D%/dev_risks.h \
	%D%/dev_state.c %D%/dev_state.h \
	%D%/diff_live.c %D%/diff_live.h \
	%D%/diff_shadow.c %D%/diff_shadow.h \
	%D%/diff_sides.c %D%/diff_sides.h \
	%D%/dispatch.c \
	%D%/git_file.c %D%/git_file.h \
	%D%/migrate_cli.c %D%/migrate_cli.h \
	%D%/migration_choice.c %D%/migration_choice.h \
	%D%/migration_folders.c %D%/migration_folders.h \
	%D%/migrations_path.c \
	%D%/new_migration.c %D%/new_migration.h \
	%D%/new_script.c %D%/new_script.h \
	%D%/production_guard.c %D%/production_guard.h \
	%D%/progress.c %D%/progress.h \
	%D%/push_apply.c %D%/push_apply.h \
	%D%/push_plan.c %D%/push_plan.h \
	%D%/rename_ask.c %D%/rename_ask.h \
	%D%/reset_database.c %D%/reset_database.h \
	%D%/schema_path.c \
	%D%/schema_read.c %D%/schema_read.h \
	%D%/seed.c %D%/seed.h \
	%D%/seed_config.c %D%/seed_config.h \
	%D%/sql_script.c %D%/sql_script.h \
	%D%/sum_since.c %D%/sum_since.h \
	%D%/terminal.c %D%/terminal.h
inboard_LDFLAGS = $(AM_LDFLAGS) $(INB_HIDE_LIBS)
# From the top of the house to its foundation: each archive uses only what comes after it.
inboard_LDADD = libinbembed.la libinbreview.la libinblive.la libinbengine.la libinbbackfill.la libinbcatalogue.la libinbpg.la libinbtable.la libinbvault.la libinbsql.la \
	libinbdatamodel.la libinbschema.la libinbpsl.la libinbpostgres.la libinbtable.la libinbutil.la $(PGQUERY_LIBS) $(LIBPQ_LIBS) $(SODIUM_LIBS)
