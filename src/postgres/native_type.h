/* The built-in types (and citext) that a schema names with `@db.X`, and how each is written. */
#ifndef INB_POSTGRES_NATIVE_TYPE_H
#define INB_POSTGRES_NATIVE_TYPE_H

#include "util/buf.h"
#include "util/text.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum inb__native {
    INB__NATIVE_NONE, /* nothing is written */
    INB__NATIVE_SMALLINT,
    INB__NATIVE_INTEGER,
    INB__NATIVE_BIGINT,
    INB__NATIVE_DECIMAL,
    INB__NATIVE_MONEY,
    INB__NATIVE_INET,
    INB__NATIVE_OID,
    INB__NATIVE_CITEXT,
    INB__NATIVE_REAL,
    INB__NATIVE_DOUBLE_PRECISION,
    INB__NATIVE_VARCHAR,
    INB__NATIVE_CHAR,
    INB__NATIVE_TEXT,
    INB__NATIVE_BYTEA,
    INB__NATIVE_TIMESTAMP,
    INB__NATIVE_TIMESTAMPTZ,
    INB__NATIVE_DATE,
    INB__NATIVE_TIME,
    INB__NATIVE_TIMETZ,
    INB__NATIVE_BOOLEAN,
    INB__NATIVE_BIT,
    INB__NATIVE_VARBIT,
    INB__NATIVE_UUID,
    INB__NATIVE_XML,
    INB__NATIVE_JSON,
    INB__NATIVE_JSONB
} inb__native;
#define INB__NATIVES 27

/* A type with its modifiers: numeric(10,2), varchar(20). */
typedef struct inb__native_type {
    inb__native kind;
    int n_args; /* how many of them are written */
    int64_t args[2];
} inb__native_type;

bool inb__native_eq(const inb__native_type *a, const inb__native_type *b);

/* How many modifiers it takes: this many or none. */
int inb__native_max_args(inb__native kind);

/* Why PostgreSQL refuses these modifiers, or NULL. */
const char *inb__native_range_error(const inb__native_type *type);

/* By pg_type's name ("int4", "bpchar"); INB__NATIVE_NONE for every other type. */
inb__native inb__native_of_typname(inb__str typname);

/* "VarChar", "DoublePrecision": in the schema language (`@db.VarChar`), and to a reader. */
const char *inb__native_label(inb__native kind);

/* "VARCHAR(10)", "TIMESTAMP(3)": as generated SQL has it. */
void inb__native_sql(inb__buf *out, const inb__native_type *type);

/* "SMALLSERIAL" and its like for an integer type; NULL for others. */
const char *inb__native_serial(inb__native kind);

/* "character varying(10)", "timestamp(3) without time zone": as format_type() prints it. */
#define INB__NATIVE_FORMAT_SIZE 64
void inb__native_format(char out[INB__NATIVE_FORMAT_SIZE], const inb__native_type *type);

#endif
