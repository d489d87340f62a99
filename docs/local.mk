# Man pages and documents: each man page is added here by the change that brings its command.

# What hints, headers and man pages name is installed; the rest is about this tree.
dist_doc_DATA += CHANGELOG.md %D%/ABI.md %D%/BACKFILL.md %D%/CLASSES.md %D%/CLUSTERS.md %D%/DEVELOPING.md %D%/DIFFERENCES.md %D%/ENGINE.md %D%/FROM_PRISMA.md %D%/JSON.md %D%/ROLES.md %D%/RULES.md \
	%D%/SEALED.md %D%/SERVICE.md %D%/ZERO_DOWNTIME.md
EXTRA_DIST += %D%/ARCHITECTURE.md %D%/LIBRARIES.md
if BUILD_APP
dist_man_MANS += %D%/man/app.1
endif
dist_man_MANS += %D%/man/inboard.1 %D%/man/inboard-db-down.1 %D%/man/inboard-db-pull.1 %D%/man/inboard-db-up.1 %D%/man/inboard-docs.1
dist_man_MANS += %D%/man/inboard-validate.1
EXTRA_DIST += %D%/db/MIGRATION_PLAN.md %D%/db/SCHEMA.md %D%/deploy/haproxy.cfg %D%/deploy/haproxy-patroni.cfg
dist_man_MANS += %D%/man/inboard-migrate-dev.1 %D%/man/inboard-migrate-diff.1
dist_man_MANS += %D%/man/inboard-migrate-new.1
dist_man_MANS += %D%/man/inboard-migrate-reset.1
dist_man_MANS += %D%/man/inboard-db-execute.1 %D%/man/inboard-db-push.1 %D%/man/inboard-db-seed.1
dist_man_MANS += %D%/man/inboard-migrate-deploy.1 %D%/man/inboard-migrate-resolve.1 \
	%D%/man/inboard-migrate-status.1
dist_man_MANS += %D%/man/inboard-embed.1 %D%/man/inboard-sum.1 %D%/man/inboard-classes.7 %D%/man/inboard-zero-downtime.7
dist_man_MANS += %D%/man/inboard-backfill.1
dist_man_MANS += %D%/man/inboard-format.1 %D%/man/inboard-lint.1 %D%/man/inboard-trace.1
