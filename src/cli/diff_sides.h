/* The two sides of a comparison, by the options that name them: nothing, a schema, migrations, a
 * database. */
#ifndef INB_CLI_DIFF_SIDES_H
#define INB_CLI_DIFF_SIDES_H

#include "cli/diff_live.h"
#include "embed/embed_model.h"
#include "psl/datamodel.h"
#include "schema/diff.h"

typedef struct inb__diff_side {
    bool empty;
    const char *schema;     /* --from-schema */
    const char *datamodel;  /* --from-schema-datamodel, as Prisma 5 and 6 have it */
    const char *migrations; /* --from-migrations */
    const char *program;    /* --from-program: those that one has embedded */
    bool begins;            /* the folder of migrations is not there yet: a history without any */
    bool (*wanted)(void *payload, const char *name); /* of the migrations only these; NULL: all */
    void *payload;
    const inb__dm *of;      /* the schema that is meant, where neither side is one; or NULL */
    bool shadow;            /* migrations: apply them to a shadow database and read that … */
    const char *shadow_url; /* … to this one; NULL: to one that is made */
    inb__diff_live live;    /* --from-url and its like */
    const inb__dm *dm;      /* of a schema */
    inb__embed embed;       /* of migrations */
    inb__arena arena;       /* … which live here */
    bool loaded;
    inb__schema model;
    inb__unseen_list unseen;
} inb__diff_side;

/* Exactly one of a side's options; a schema of either spelling is in `schema` then. */
int inb__diff_side_check(inb__diff_side *side, const char *name, inb_error **err)
    __attribute__((warn_unused_result));

/*
 * Reads both: 0, or the exit status of what was wrong, once that is printed. A side of migrations
 * or of a database counts what the schema on the other side can say. The arena must have an error
 * exit.
 */
int inb__diff_sides_read(inb__diff_side *from, inb__diff_side *to, inb__arena *arena, bool json)
    __attribute__((warn_unused_result));

void inb__diff_side_dispose(inb__diff_side *side);

/* How the two are compared; the payload is the arena. */
inb__diff_options inb__diff_sides_options(const inb__diff_side *from, const inb__diff_side *to,
                                          inb__arena *arena);

/* The statements of a side that the analysis does not know, a line each, on standard error. */
void inb__diff_side_unseen_print(const inb__diff_side *side);

#endif
