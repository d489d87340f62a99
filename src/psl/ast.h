/*
 * The syntax tree of Prisma's schema language: the content of the text, before
 * its meaning is checked.
 *
 * The tree is lossless: the items of a file and of a block are every line in its place, comments,
 * empty lines and invalid lines included, so the formatter works from it. Separate
 * lists (`fields`, `attributes`, `values`, `properties`) hold what has meaning; a line with a
 * syntax error is in none of them.
 *
 * Everything lives in the arena that was given to inb__psl_schema_parse(); slices point into the
 * files' text.
 */
#ifndef INB_PSL_AST_H
#define INB_PSL_AST_H

#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A name and its place; name.n is 0 when there is none. A path keeps its dots: "db.VarChar".
 */
typedef struct inb__psl_ident {
    inb__str name;
    inb__span span;
} inb__psl_ident;

typedef struct inb__psl_expr inb__psl_expr;

/* One argument of an attribute or a function. */
typedef struct inb__psl_arg {
    inb__psl_ident name;  /* name.name.n is 0 for an unnamed one */
    inb__psl_expr *value; /* NULL for `name:` without a value, which validation refuses */
    inb__span span;
} inb__psl_arg;

typedef struct inb__psl_args {
    inb__psl_arg *v; /* in source order, those without a value included */
    size_t n;
    bool present;             /* there are parentheses */
    bool has_trailing_comma;  /* refused by validation */
    inb__span trailing_comma; /* the comma itself */
    inb__span span;           /* from "(" to ")" */
} inb__psl_args;

/* `key: value` of an object. */
typedef struct inb__psl_member {
    inb__psl_ident key;
    inb__psl_expr *value;
    inb__span span;
} inb__psl_member;

typedef enum inb__psl_expr_kind {
    INB__PSL_NUMBER,   /* 1, -2.50 */
    INB__PSL_STRING,   /* "text" */
    INB__PSL_CONSTANT, /* true, Cascade, db.X: a path */
    INB__PSL_FUNCTION, /* now(), raw("…"), name(sort: Desc) */
    INB__PSL_ARRAY,    /* [a, b] */
    INB__PSL_OBJECT    /* { key: value } */
} inb__psl_expr_kind;

struct inb__psl_expr {
    inb__psl_expr_kind kind;
    inb__span span;
    inb__str text;         /* as written, all of the span */
    inb__str value;        /* STRING: unescaped; NUMBER, CONSTANT: as written; FUNCTION: its name */
    inb__psl_args *args;   /* FUNCTION, else NULL */
    inb__psl_expr **items; /* ARRAY */
    inb__psl_member *members; /* OBJECT */
    size_t n;                 /* of items or members */
};

/* `@path(args)` of a field, an enum value or a type; `@@path(args)` of a block. */
typedef struct inb__psl_attribute {
    inb__psl_ident name; /* without the at signs */
    inb__psl_args args;
    inb__span span;   /* with the at signs; a block attribute's reaches over its trailing comment */
    inb__str comment; /* trailing, block attributes only, as written; n is 0 when there is none */
    bool block;
} inb__psl_attribute;

typedef enum inb__psl_arity { INB__PSL_REQUIRED, INB__PSL_OPTIONAL, INB__PSL_LIST } inb__psl_arity;

typedef enum inb__psl_type_kind {
    INB__PSL_TYPE_NONE,       /* missing: a syntax error, not in `fields` */
    INB__PSL_TYPE_NAMED,      /* String, Post */
    INB__PSL_TYPE_UNSUPPORTED /* Unsupported("circle") */
} inb__psl_type_kind;

/* How the arity was written; some forms of Prisma 1 are errors now. */
typedef enum inb__psl_type_form {
    INB__PSL_FORM_PLAIN,           /* T */
    INB__PSL_FORM_OPTIONAL,        /* T? */
    INB__PSL_FORM_LIST,            /* T[] */
    INB__PSL_FORM_OPTIONAL_LIST,   /* T[]?, an error */
    INB__PSL_FORM_LEGACY_REQUIRED, /* T!, an error */
    INB__PSL_FORM_LEGACY_LIST      /* [T], an error */
} inb__psl_type_form;

typedef struct inb__psl_unsupported {
    inb__str type;  /* the database's, unescaped */
    inb__span span; /* the string with its quotes */
} inb__psl_unsupported;

typedef struct inb__psl_type {
    inb__psl_type_kind kind : 8;
    inb__psl_type_form form : 8;
    inb__psl_arity arity : 8;
    inb__span span;      /* with the arity */
    inb__psl_ident name; /* NAMED: the type; UNSUPPORTED: "Unsupported(…)" as written */
    inb__psl_unsupported *unsupported; /* UNSUPPORTED, else NULL */
} inb__psl_type;

typedef struct inb__psl_attributes {
    inb__psl_attribute **v;
    size_t n;
} inb__psl_attributes;

/* A field of a model, view or composite type. */
typedef struct inb__psl_field {
    inb__psl_ident name;
    inb__psl_type type;
    inb__psl_attributes attributes;
    inb__str documentation; /* doc comments before it, then the trailing one, joined by \n; n is 0
                               for none */
    inb__str comment;       /* trailing, as written, with the slashes */
    inb__span colon;        /* of `name: Type`, an error; empty when there is none */
    inb__span span;         /* to the end of the line, line ending included */
} inb__psl_field;

/* A value of an enum. */
typedef struct inb__psl_value {
    inb__psl_ident name;
    inb__psl_attributes attributes;
    inb__str documentation;
    inb__str comment;
    inb__span span; /* line ending included */
} inb__psl_value;

/* `key = value` of a datasource or a generator. */
typedef struct inb__psl_property {
    inb__psl_ident name;
    inb__psl_expr *value; /* NULL for `key =` without a value, which validation refuses */
    inb__str comment;
    inb__span span; /* line ending included */
} inb__psl_property;

/* Comments that follow each other without an empty line. */
typedef struct inb__psl_comment_line {
    inb__str text;  /* as written from the first slash, without the line ending */
    inb__str inner; /* without slashes and stars */
    enum { INB__PSL_LINE_COMMENT, INB__PSL_DOC_COMMENT, INB__PSL_MULTI_LINE_COMMENT } kind;
} inb__psl_comment_line;

typedef struct inb__psl_comment {
    inb__psl_comment_line *v;
    size_t n;
    inb__span span;
} inb__psl_comment;

typedef struct inb__psl_block inb__psl_block;

typedef enum inb__psl_item_kind {
    INB__PSL_ITEM_BLOCK,     /* of a file */
    INB__PSL_ITEM_FIELD,     /* of a model, view, type; also one with a syntax error */
    INB__PSL_ITEM_ATTRIBUTE, /* of a model, view, type, enum */
    INB__PSL_ITEM_VALUE,     /* of an enum */
    INB__PSL_ITEM_PROPERTY,  /* of a datasource, generator */
    INB__PSL_ITEM_COMMENT,
    INB__PSL_ITEM_BLANK,   /* one or more empty lines */
    INB__PSL_ITEM_ALIAS,   /* of a file: `type X = …`, an error */
    INB__PSL_ITEM_UNKNOWN, /* of a file: a block without a known keyword, an error */
    INB__PSL_ITEM_JUNK     /* an invalid line, an error */
} inb__psl_item_kind;

typedef struct inb__psl_item {
    inb__psl_item_kind kind;
    inb__span span;
    union {
        inb__psl_block *block;
        inb__psl_field *field;
        inb__psl_attribute *attribute;
        inb__psl_value *value;
        inb__psl_property *property;
        inb__psl_comment *comment;
    };
} inb__psl_item;

typedef struct inb__psl_items {
    inb__psl_item *v;
    size_t n;
} inb__psl_items;

typedef enum inb__psl_block_kind {
    INB__PSL_MODEL,
    INB__PSL_VIEW,
    INB__PSL_TYPE, /* composite type */
    INB__PSL_ENUM,
    INB__PSL_DATASOURCE,
    INB__PSL_GENERATOR
} inb__psl_block_kind;

struct inb__psl_block {
    inb__psl_block_kind kind;
    inb__psl_ident name;
    inb__str documentation;
    inb__span span;   /* from the keyword to the closing brace */
    inb__span body;   /* what is between the braces, from the first item to the end of the last */
    inb__str opening; /* after the opening brace on its line; has no meaning */
    inb__psl_items items;
    inb__psl_field **fields; /* MODEL, VIEW, TYPE; those without a syntax error */
    size_t n_fields;
    inb__psl_value **values; /* ENUM */
    size_t n_values;
    inb__psl_property **properties; /* DATASOURCE, GENERATOR */
    size_t n_properties;
    inb__psl_attributes attributes; /* MODEL, VIEW, TYPE, ENUM: the block's own */
};

/* One file as it was read. */
typedef struct inb__psl_file {
    const char *path; /* as it is shown */
    inb__str text;
    inb__psl_items items; /* filled by the parser */
} inb__psl_file;

typedef struct inb__psl_schema {
    inb__psl_file *files;
    size_t n_files;
    inb__psl_block **blocks; /* of all files, in order */
    size_t n_blocks;
} inb__psl_schema;

/* The bytes of a span. */
inb__str inb__psl_ast_text(const inb__psl_schema *schema, inb__span span);

/* "model", "view", "type", "enum", "datasource", "generator". */
const char *inb__psl_ast_keyword(inb__psl_block_kind kind);

/* "@" or "@@", as the attribute was written. */
const char *inb__psl_ast_sign(const inb__psl_attribute *attr);

/* The argument of that name, or NULL; its place, or that of the whole attribute. */
const inb__psl_arg *inb__psl_ast_argument(const inb__psl_attribute *attr, const char *argument);
inb__span inb__psl_ast_argument_span(const inb__psl_attribute *attr, const char *argument);

/* A span from the start of one to the end of the other. */
static inline inb__span inb__span_join(inb__span from, inb__span to)
{
    return (inb__span){from.file, from.start, to.end};
}

#endif
