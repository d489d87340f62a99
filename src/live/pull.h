/*
 * A live database as Prisma's schema text, with what a present schema says kept: names, maps,
 * documentation, comments, order, client defaults, views' keys and relations.
 *
 * Pure: facts and a datamodel in, texts out. What Prisma would write is written, to the byte; where
 * that is not a valid schema, or is one from which the next diff would change the database,
 * docs/DIFFERENCES.md has what is written instead.
 */
#ifndef INB_LIVE_PULL_H
#define INB_LIVE_PULL_H

#include "live/live_model.h"
#include "psl/datamodel.h"
#include "util/buf.h"
#include "util/vec.h"

/* One thing to say about the result, in the order in which the kinds are printed. */
typedef enum inb__pull_warning_kind {
    INB__PULL_FIELD_COMMENTED,
    INB__PULL_VIEW_FIELD_COMMENTED,
    INB__PULL_FIELD_MAPPED,
    INB__PULL_VIEW_FIELD_MAPPED,
    INB__PULL_VALUE_COMMENTED,
    INB__PULL_NO_COLUMNS,
    INB__PULL_NO_IDENTIFIER,
    INB__PULL_ID_NAMED,
    INB__PULL_UNSUPPORTED,
    INB__PULL_VIEW_UNSUPPORTED,
    INB__PULL_MODEL_MAPPED,
    INB__PULL_VIEW_MAPPED,
    INB__PULL_VALUE_MAPPED,
    INB__PULL_ENUM_MAPPED,
    INB__PULL_RELATIONS_COPIED,
    INB__PULL_RENAMED,
    INB__PULL_PARTITIONED,
    INB__PULL_INHERITED,
    INB__PULL_NULLS_ORDER,
    INB__PULL_ROW_SECURITY,
    INB__PULL_CHECK,
    INB__PULL_EXCLUSION,
    INB__PULL_DEFERRABLE,
    INB__PULL_COMMENT,
    INB__PULL_EXPRESSION_INDEX,
    /* from here on: what Prisma says nothing of */
    INB__PULL_INDEX_LEFT_OUT,
    INB__PULL_INDEX_SIMPLER,
    INB__PULL_KEY_LEFT_OUT,
    INB__PULL_KEY_SIMPLER,
    INB__PULL_GENERATED,
    INB__PULL_UNREADABLE
} inb__pull_warning_kind;
#define INB__PULL_WARNINGS 31

typedef struct inb__pull_warning {
    inb__pull_warning_kind kind;
    inb__str text; /* `Model: "A", field: "b"` */
} inb__pull_warning;

typedef struct inb__pull_file {
    const char *path;
    inb__str text;
    bool is_new;
} inb__pull_file;

typedef struct inb__pulled {
    inb__pull_file *files;
    size_t n_files;
    inb__pull_warning *warnings;
    size_t n_warnings;
    size_t n_models, n_views, n_enums;
} inb__pulled;

typedef struct inb__pull_options {
    bool force; /* of the present schema only the datasource and the generators are kept */
    const inb__str *spaces; /* the datasource's `schemas`; with any, every block gets @@schema */
    size_t n_spaces;
} inb__pull_options;

/* The arena must have an error exit; `old` is a valid schema. */
void inb__pull(inb__pulled *out, inb__arena *arena, const inb__live_model *live, const inb__dm *old,
               const inb__pull_options *options);

/* The warnings as one text, its groups in order; nothing when there are none. */
void inb__pull_warnings_write(inb__buf *out, const inb__pulled *pulled);
const char *inb__pull_warning_name(inb__pull_warning_kind kind);

#endif
