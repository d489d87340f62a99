/* Inside the writer of markdown.h: the document and the pieces that its sections share. */
#ifndef INB_SCHEMA_MARKDOWN_PARTS_H
#define INB_SCHEMA_MARKDOWN_PARTS_H

#include "schema/markdown.h"
#include "util/map.h"
#include "util/vec.h"

typedef struct inb__headline {
    int level;
    inb__str text, anchor;
} inb__headline;

/* A column of an enum's type, and the place of the next one. */
typedef struct inb__type_use {
    uint32_t table, column, next;
} inb__type_use;

/*
 * The document while it is written. Its headings are known before: the table of contents and links
 * go ahead of them.
 */
typedef struct inb__document {
    inb__buf *body;
    inb__arena *arena;
    const inb__dm *dm;
    const inb__schema *schema;
    inb__map slugs;                 /* of headings: a size_t *, how often it was taken */
    inb__map models;                /* by "space.table" */
    uint32_t *first_key, *next_key; /* by table, and by foreign key: the next one of its table */
    uint32_t *first_use;            /* by enum: in uses */
    INB__VEC(inb__type_use) uses;
    INB__VEC(inb__headline) outline;
    size_t next;        /* of the outline: what heading() writes */
    size_t first_table; /* of the outline */
} inb__document;

/* Text in a cell: a line break and a bar would end it. */
void inb__markdown_cell(inb__buf *out, inb__str s);

/* Code in a line or a cell; text with backticks takes two of them around it. */
void inb__markdown_code(inb__buf *out, inb__str s);

/* The first two lines of a table. */
void inb__markdown_head(inb__buf *out, const char *const *columns, size_t n);

#define INB__MARKDOWN_HEAD(out, ...)                                                               \
    inb__markdown_head((out), (const char *const[]){__VA_ARGS__},                                  \
                       sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A table's name as a link to its section. */
void inb__markdown_table_link(inb__document *d, uint32_t table);

/* As a heading and in links: "users", or "billing.users" outside the default schema. */
inb__str inb__markdown_name(inb__document *d, uint32_t space, inb__str name);

/* markdown_table.c: what a section says of one table or model. */
void inb__markdown_type(inb__document *d, const inb__column *c);
void inb__markdown_columns(inb__document *d, const inb__table *t, const inb__dm_model *m);
void inb__markdown_indexes(inb__document *d, const inb__table *t);
void inb__markdown_foreign_keys(inb__document *d, uint32_t table);
void inb__markdown_relations(inb__document *d, const inb__dm_model *m);

#endif
