/* The statements that read a database's state, each a string. */
#ifndef INB_ENGINE_HISTORY_SQL_H
#define INB_ENGINE_HISTORY_SQL_H

/* $1: the schema. One row. Tables of PostGIS do not make a schema "not empty", as in Prisma's rule
 * for P3005. */
extern const char inb__sql_facts[];
enum {
    INB__FACT_PID,
    INB__FACT_RECOVERY,
    INB__FACT_READ_ONLY,
    INB__FACT_DATABASE,
    INB__FACT_USER,
    INB__FACT_SCHEMA,
    INB__FACT_MANAGED,
    INB__FACT_TABLES,
    INB__FACT_RELATIONS,
    INB__FACT_METADATA,
    INB__FACT_METADATA_SCHEMA,
    INB__FACT_METADATA_READABLE,
    INB__FACT_HIDDEN
};

/* One row when somebody holds the migration lock: text about the holder. */
extern const char inb__sql_holder[];

/* After FROM's table: the rows of _prisma_migrations in the order of inb__history.rows. */
extern const char inb__sql_rows_head[];
extern const char inb__sql_rows_tail[];

/* $1: the schema. */
extern const char inb__sql_metadata_database[];
/* $1: the schema, $2: names above this one also when finished. */
extern const char inb__sql_metadata_migrations[];
/* $1: the schema. The statements of migrations that are not finished. */
extern const char inb__sql_metadata_statements[];

/*
 * At the head of each segment that reads: for its transaction alone, because behind a pooler the
 * session is not ours. Nothing is found through the role's search_path, and no timeout of the
 * role's is ours; the connection's limit is. Joins are made as they are written, because planning
 * these statements would take longer than running them.
 */
extern const char inb__sql_local_settings[];

/* $1: the schema. The server's major version and one digest over tables, columns, constraints,
 * indexes, enums, views and functions, and so on. On own ground: definitions say the schema of a
 * name or not as search_path has it. */
extern const char inb__sql_catalogue[];

#endif
