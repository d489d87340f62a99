/*
 * The words of the schema language for PostgreSQL's types, index methods and referential actions:
 * "DoublePrecision", "SpGist", "SetNull".
 */
#ifndef INB_PSL_WORDS_H
#define INB_PSL_WORDS_H

#include "postgres/index_method.h"
#include "postgres/native_type.h"
#include "postgres/ref_action.h"
#include "util/text.h"

typedef enum inb__dm_scalar {
    INB__DM_STRING,
    INB__DM_BOOLEAN,
    INB__DM_INT,
    INB__DM_BIGINT,
    INB__DM_FLOAT,
    INB__DM_DECIMAL,
    INB__DM_DATETIME,
    INB__DM_JSON,
    INB__DM_BYTES
} inb__dm_scalar;
#define INB__DM_SCALARS 9

/* "String", "DateTime"; and back, -1 when it is none. */
const char *inb__psl_words_scalar(inb__dm_scalar scalar);
int inb__psl_words_scalar_find(inb__str name);

/* By its label (`@db.VarChar`), NONE when it is none. */
inb__native inb__psl_words_native_find(inb__str name);

/* The only scalar type that a native type goes with. */
inb__dm_scalar inb__psl_words_native_scalar(inb__native kind);

/* Reads arguments as they are written; false when they are not the whole numbers that the type
 * takes. */
bool inb__psl_words_native_parse(inb__native_type *out, inb__native kind, const inb__str *args,
                                 size_t n);

/* The column type of a scalar without a native type: DECIMAL gives {DECIMAL, 2, {65, 30}}. */
inb__native_type inb__psl_words_native_default(inb__dm_scalar scalar);

/* "BTree", "SpGist"; and back, -1 when it is none. */
const char *inb__psl_words_method(inb__index_method method);
int inb__psl_words_method_find(inb__str name);

/* "SetNull", "" for UNSET; and back, UNSET when it is none. */
const char *inb__psl_words_action(inb__ref_action action);
inb__ref_action inb__psl_words_action_find(inb__str name);

/* Prisma's client cannot give the name to a type: its own class, a keyword of JavaScript. */
bool inb__psl_words_is_reserved(inb__str name);

#endif
