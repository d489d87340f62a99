/*
 * A folder of migrations, and the schema that they lead to, read and understood: what inboard-embed
 * writes as C, and what `inboard migrate deploy` applies directly.
 */
#ifndef INB_EMBED_EMBED_LOAD_H
#define INB_EMBED_EMBED_LOAD_H

#include "embed/sum.h"
#include "inboard/table.h"
#include "schema/model.h"
#include "sql/analyse.h"
#include "table/checksum.h"
#include "util/arena.h"
#include "util/diagnostic.h"
#include "util/error_set.h"

typedef enum inb__embed_policy {
    INB__EMBED_BUILD,   /* what goes into a program: everything of docs/CLASSES.md is demanded */
    INB__EMBED_EXPLAIN, /* the same, but hazards need no acceptance */
    INB__EMBED_HISTORY  /* an existing Prisma history: applied as it is, so only what cannot be read
                           is refused */
} inb__embed_policy;

typedef struct inb__embed_options {
    const char *dir;
    const inb_table *table; /* INB__EMBED_HISTORY: its migrations, and dir is the program's path */
    const char
        *sum; /* the file of released migrations; NULL: inboard.sum in dir, where it is there */
    inb__str listed; /* with listed_from: the text of that file at another commit, in its place */
    const char *listed_from; /* NULL; or the words for where it is from */
    const char *schema; /* what the database is to hold in the end; NULL: nothing is expected */
    inb__embed_policy policy;
    bool prove; /* refuse a schema that the migrations do not make */
    bool adopt; /* INB__EMBED_BUILD: take everything for released (inboard sum --adopt) */
    const inb__sql_observer *observer; /* of every statement that is analysed, or NULL */
    bool begins; /* a folder that is not there yet is one without migrations */
    bool (*wanted)(void *payload, const char *name); /* of the migrations only these; NULL: all */
    void *payload;
    bool later; /* leave what cannot be refused to inb__embed_understand() */
} inb__embed_options;

/* What the name of a folder begins with in which `migrate new` writes: no migration. */
#define INB__EMBED_STAGE ".inboard-"

typedef struct inb__embed_migration {
    const char *name;
    const char *path; /* of migration.sql */
    inb__str sql;
    uint32_t file;   /* its number in the sources of the problems */
    bool understood; /* its script is filled in */
    inb__sql_script script;
    uint8_t checksums[INB__CHECKSUMS][32];
    bool released;    /* inboard.sum lists it … */
    inb_class listed; /* … with this class */
    uint32_t after;   /* the number of the backfill that must be done before it, from 1; 0: none */
} inb__embed_migration;

typedef struct inb__embed {
    inb_table table; /* points into the arena */
    struct inb__embed_builder *builder;
    inb__arena *arena;
    size_t n_understood; /* migrations whose statements were parsed */
    INB__VEC(inb__embed_migration) migrations;
    inb__diagnostics problems;
    INB__VEC(const char *) read; /* every file and folder that was read, for the dependency file */
    inb__sum sum;                /* as it is on disk */
    const char *sum_path;
    const inb__schema *schema; /* NULL when none was given, or it is not valid */
    uint32_t schema_file;      /* its number in the sources of the problems */
    bool partial_indexes;      /* the schema can say them */
    bool unproven;             /* it differs, but statements of the migrations are unknown */
    inb__catalog *catalog;     /* what the migrations make, as far as they tell */
    inb__catalog *whole;       /* the same of all before `n_whole`, where only some are read */
    size_t n_whole;
} inb__embed;

/*
 * Reads and analyses. Everything lives in the arena, which the call gives an error exit of its own.
 * INB_ESYNTAX: *out is filled in as far as it goes and its problems say, in the order of the texts,
 * what is refused; the table is not. INB_EIO, INB_ELIMIT, INB_ENOMEM: nothing is.
 */
int inb__embed_load(inb__embed *out, inb__arena *arena, const inb__embed_options *options,
                    inb_error **err) __attribute__((warn_unused_result));

/*
 * Analyses one migration that inb__embed_load() left for later and puts it into the table, whose
 * digest stays that of the names and checksums. Of earlier migrations it knows what was read before
 * it: what it does not know it takes for the worse. Nothing in it is refused. INB_ELIMIT,
 * INB_ENOMEM.
 */
int inb__embed_understand(inb__embed *embed, uint32_t migration, inb_error **err)
    __attribute__((warn_unused_result));

#endif
