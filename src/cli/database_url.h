/* The database of a command that reads one. */
#ifndef INB_CLI_DATABASE_URL_H
#define INB_CLI_DATABASE_URL_H

#include "psl/datamodel.h"
#include "util/error_set.h"

/*
 * The value of --url; else DIRECT_URL, else DATABASE_URL of the environment; else the datasource's
 * url, a text or env("NAME"). INB_EINVAL when there is none; `dm` may be NULL.
 */
int inb__cli_database_url(const char **out, inb__arena *arena, const char *given, const inb__dm *dm,
                          inb_error **err) __attribute__((warn_unused_result));

/*
 * The same, with the schema at a path, or when that is NULL the one at the default place, read only
 * when the environment does not name a database. 0, or the exit status of what was wrong, once that
 * is printed.
 */
int inb__cli_find_url(const char **out, inb__arena *arena, const char *given, const char *schema,
                      bool json) __attribute__((warn_unused_result));

/* Its row of a table of options, and its part of --help. */
#define INB__CLI_URL_OPTION(out)                                                                   \
    {                                                                                              \
        "url", 0, "URL", "the database [DIRECT_URL, DATABASE_URL, the datasource's url]",          \
            INB__OPT_TEXT, (out)                                                                   \
    }
#define INB__CLI_URL_ENVIRONMENT                                                                   \
    "Environment:\n"                                                                               \
    "  DATABASE_URL      the database, as a libpq URI; its schema parameter names the schema\n"    \
    "  DIRECT_URL        the database without its pooler, where DATABASE_URL leads to one"

#endif
