/* A live database as a side of a comparison. */
#ifndef INB_CLI_DIFF_LIVE_H
#define INB_CLI_DIFF_LIVE_H

#include "live/live.h"
#include "psl/datamodel.h"

/* Which database, by one of three options; none when all are empty. */
typedef struct inb__diff_live {
    const char *url;        /* --from-url */
    const char *datasource; /* --from-schema-datasource: that of a schema */
    bool config;            /* --from-config-datasource: that of the environment */
    bool read;
    inb__catalogue catalogue; /* once it is read */
    inb__live_model model;
} inb__diff_live;

static inline int inb__diff_live_given(const inb__diff_live *live)
{
    return (live->url != NULL) + (live->datasource != NULL) + live->config;
}

/*
 * Reads the database: the schemas that `other` (or NULL) lists, else that of the URL. 0, or the
 * exit status of what was wrong, once that is printed. The arena must have an error exit.
 */
int inb__diff_live_read(inb__diff_live *live, const inb__dm *other, inb__arena *arena, bool json)
    __attribute__((warn_unused_result));

void inb__diff_live_dispose(inb__diff_live *live);

#endif
