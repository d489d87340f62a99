#include "config.h"

#include "engine/expect.h"

#include "engine/history_sql.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/vec.h"

#include <stdlib.h>
#include <string.h>

/* ---- asking
 * ----------------------------------------------------------------------------------------- */

/* One column of the expectation, each row's value an element of an array's text. */
typedef const char *(*element_cb)(const inb_table *table, const inb_expected *e);

static const char *element_schema(const inb_table *t, const inb_expected *e)
{
    return inb__table_text(t, e->schema);
}

static const char *element_relation(const inb_table *t, const inb_expected *e)
{
    return inb__table_text(t, e->relation);
}

static const char *element_name(const inb_table *t, const inb_expected *e)
{
    return inb__table_text(t, e->name);
}

static const char *element_type(const inb_table *t, const inb_expected *e)
{
    return inb__table_text(t, e->type);
}

static const char *element_type_schema(const inb_table *t, const inb_expected *e)
{
    return inb__table_text(t, e->type_schema);
}

static const char *element_is_label(const inb_table *t, const inb_expected *e)
{
    (void)t;
    return e->kind == INB_EXPECTED_LABEL ? "t" : "f";
}

static const char *element_not_null(const inb_table *t, const inb_expected *e)
{
    (void)t;
    return e->flags & INB_EXPECTED_NOT_NULL ? "t" : "f";
}

static const char *element_is_enum(const inb_table *t, const inb_expected *e)
{
    (void)t;
    return e->flags & INB_EXPECTED_ENUM ? "t" : "f";
}

/* In the order of the statement's parameters, after the connection's schema. */
static const element_cb elements[] = {
    element_schema,      element_relation, element_name,     element_type,
    element_type_schema, element_is_label, element_not_null, element_is_enum,
};

#define N_ELEMENTS (sizeof(elements) / sizeof(elements[0]))

static void element_add(inb__buf *out, const char *value)
{
    inb__buf_char(out, '"');
    for (const char *p = value; *p; p++) {
        if (*p == '"' || *p == '\\') {
            inb__buf_char(out, '\\');
        }
        inb__buf_char(out, *p);
    }
    inb__buf_char(out, '"');
}

static void array_write(inb__buf *out, const inb_table *t, element_cb element)
{
    inb__buf_char(out, '{');
    for (uint32_t i = 0; i < t->n_expected; i++) {
        if (i) {
            inb__buf_char(out, ',');
        }
        element_add(out, element(t, &t->expected[i]));
    }
    inb__buf_char(out, '}');
}

size_t inb__expect_queue(inb__pg_pipe *pipe, const inb_table *table, const char *schema)
{
    inb__buf arrays[N_ELEMENTS];
    const char *params[1 + N_ELEMENTS] = {schema};
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        inb__buf_init(&arrays[i], INB__LIMIT_TABLE_TEXT);
        array_write(&arrays[i], table, elements[i]);
        pipe->failed = pipe->failed || arrays[i].failed;
        params[1 + i] = inb__buf_text(&arrays[i]);
    }
    inb__pg_pipe_add(pipe, inb__str_of(inb__sql_differences), 1 + N_ELEMENTS, params);
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        inb__buf_dispose(&arrays[i]);
    }
    return pipe->steps.n - 1;
}

/* ---- the answer
 * ------------------------------------------------------------------------------------- */

typedef INB__VEC(inb__finding) finding_list;

/* "schema"."relation", the schema only where it is not the connection's. */
static const char *relation_name(inb__arena *a, const inb_table *t, const inb_expected *e)
{
    const char *schema = inb__table_text(t, e->schema), *name = inb__table_text(t, e->relation);
    return *schema ? inb__arena_printf(a, "\"%s\".\"%s\"", schema, name)
                   : inb__arena_printf(a, "\"%s\"", name);
}

static const char *type_name(inb__arena *a, const inb_table *t, const inb_expected *e)
{
    const char *schema = inb__table_text(t, e->type_schema), *name = inb__table_text(t, e->type);
    return *schema ? inb__arena_printf(a, "%s.%s", schema, name) : name;
}

static void finding_add(inb__arena *a, finding_list *list, inb__finding_kind kind, const char *text)
{
    INB__VEC_ADD(a, list, ((inb__finding){kind, text}));
}

static void relation_missing(inb__arena *a, finding_list *list, const inb_table *t,
                             const inb_expected *e)
{
    const char *what = e->kind == INB_EXPECTED_LABEL ? "enum" : "table";
    finding_add(a, list, INB__FINDING_MISSING,
                inb__arena_printf(a, "%s %s is missing", what, relation_name(a, t, e)));
}

static void name_missing(inb__arena *a, finding_list *list, const inb_table *t,
                         const inb_expected *e)
{
    const char *relation = relation_name(a, t, e), *name = inb__table_text(t, e->name);
    finding_add(a, list, INB__FINDING_MISSING,
                e->kind == INB_EXPECTED_LABEL
                    ? inb__arena_printf(a, "value \"%s\" of enum %s is missing", name, relation)
                    : inb__arena_printf(a, "column %s.\"%s\" is missing", relation, name));
}

static bool same_relation(const inb_table *t, const inb_expected *a, const inb_expected *b)
{
    return a && a->kind == b->kind &&
           strcmp(inb__table_text(t, a->schema), inb__table_text(t, b->schema)) == 0 &&
           strcmp(inb__table_text(t, a->relation), inb__table_text(t, b->relation)) == 0;
}

static bool truth(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v && *v == 't';
}

static void column_differs(inb__arena *a, finding_list *list, const inb_table *t,
                           const inb_expected *e, const inb_result *r, int row)
{
    const char *relation = relation_name(a, t, e), *name = inb__table_text(t, e->name);
    const char *actual = inb_result_value(r, row, INB__DIFFERENCE_TYPE);
    if (actual) {
        finding_add(a, list, INB__FINDING_TYPE,
                    inb__arena_printf(a, "column %s.\"%s\" is of type %s, expected %s", relation,
                                      name, actual, type_name(a, t, e)));
    }
    if (truth(r, row, INB__DIFFERENCE_NULLABLE)) {
        finding_add(
            a, list, INB__FINDING_NULLABLE,
            inb__arena_printf(a, "column %s.\"%s\" takes NULL, expected NOT NULL", relation, name));
    }
}

/* Rows come in the order of the expectation, so those of one missing relation stand together. */
void inb__expect_parse(inb__history *h, const inb_table *table, const inb_result *r)
{
    finding_list list = {0};
    const inb_expected *gone = NULL;
    for (int row = 0; r && row < inb_result_rows(r); row++) {
        size_t at = strtoul(inb_result_value(r, row, INB__DIFFERENCE_INDEX), NULL, 10) - 1;
        if (at >= table->n_expected) {
            continue;
        }
        const inb_expected *e = &table->expected[at];
        if (truth(r, row, INB__DIFFERENCE_RELATION_MISSING)) {
            if (!same_relation(table, gone, e)) {
                relation_missing(&h->arena, &list, table, e);
            }
            gone = e;
        } else if (truth(r, row, INB__DIFFERENCE_NAME_MISSING)) {
            name_missing(&h->arena, &list, table, e);
        } else {
            column_differs(&h->arena, &list, table, e, r, row);
        }
    }
    h->findings = list.v;
    h->n_findings = list.n;
}

/* ---- what counts
 * ------------------------------------------------------------------------------------ */

void inb__expect_settle(inb__history *h, const inb__survey *survey)
{
    bool complete = true, newer = false;
    for (size_t i = 0; i < survey->n; i++) {
        const inb__entry *e = &survey->entries[i];
        if (e->migration == INB__NOT_IN_TABLE) {
            newer = true;
        } else {
            complete = complete && (e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; complete && i < h->n_findings; i++) {
        if (h->findings[i].kind != INB__FINDING_TYPE || !newer) {
            h->findings[kept++] = h->findings[i];
        }
    }
    h->n_findings = kept;
}

static int differences_error(const inb__history *h, inb_error **err)
{
    INB__AUTO_BUF inb__buf all;
    inb__buf_init(&all, INB__LIMIT_MESSAGE);
    for (size_t i = 0; i < h->n_findings; i++) {
        inb__buf_printf(&all, "%s%s", i ? "\n" : "", h->findings[i].text);
    }
    int rc =
        inb__error_set(err, INB_EHISTORY, "the database is not what this program expects: %s%s",
                       h->findings[0].text, h->n_findings > 1 ? ", and more" : "");
    inb__error_detail(err, "%s", inb__buf_text(&all));
    inb__error_hint(err, "The migrations do not lead to schema.prisma, or the database was changed "
                         "beside them: write a migration that brings what is missing.");
    return rc;
}

int inb__expect_check(inb__history *h, const inb_table *table, inb_error **err)
{
    if (h->n_findings == 0) {
        return 0;
    }
    if (INB__ARENA_LANDING(&h->arena)) {
        inb__arena_land_nowhere(&h->arena);
        return inb__error_nomem(err);
    }
    inb__survey survey;
    inb__survey_build(&survey, &h->arena, table, h);
    inb__arena_land_nowhere(&h->arena);
    inb__expect_settle(h, &survey);
    return h->n_findings ? differences_error(h, err) : 0;
}
