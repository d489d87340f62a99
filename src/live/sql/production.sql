-- What tells a database that people depend on from one for development (live/production.h).

PREPARE production_facts AS
SELECT pg_catalog.current_database(), pg_catalog.pg_database_size(pg_catalog.current_database()),
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
        WHERE datname = pg_catalog.current_database() AND usesysid IS NOT NULL AND pid <> pg_catalog.pg_backend_pid()),
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication), pg_catalog.current_setting('archive_mode') <> 'off',
    pg_catalog.current_schema();
