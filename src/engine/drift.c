/* Compares the catalogue with what the table expects, and decides which differences count. */
#include "config.h"

#include "engine/drift.h"

#include "engine/drift_text.h"
#include "engine/queries.h"
#include "postgres/quote.h"
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

static const char *element_kind(const inb_table *t, const inb_expected *e)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    (void)t;
    return digits[e->kind & 7];
}

static const char *element_flags(const inb_table *t, const inb_expected *e)
{
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    (void)t;
    return digits[e->flags & 7];
}

/* In the order of the statement's parameters, after the connection's schema. */
static const element_cb elements[] = {
    element_schema,      element_relation, element_name,  element_type,
    element_type_schema, element_kind,     element_flags,
};

#define N_ELEMENTS (sizeof(elements) / sizeof(elements[0]))

static void array_write(inb__buf *out, const inb_table *t, element_cb element)
{
    inb__buf_char(out, '{');
    for (uint32_t i = 0; i < t->n_expected; i++) {
        if (i) {
            inb__buf_char(out, ',');
        }
        inb__quote_element(out, inb__str_of(element(t, &t->expected[i])));
    }
    inb__buf_char(out, '}');
}

size_t inb__drift_queue(inb__pg_pipe *pipe, const inb_table *table, const char *schema)
{
    inb__buf arrays[N_ELEMENTS];
    const char *params[1 + N_ELEMENTS] = {schema};
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        inb__buf_init(&arrays[i], INB__LIMIT_TABLE_TEXT);
        array_write(&arrays[i], table, elements[i]);
        pipe->failed = pipe->failed || arrays[i].failed;
        params[1 + i] = inb__buf_text(&arrays[i]);
    }
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_drift_differences), 1 + N_ELEMENTS, params);
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        inb__buf_dispose(&arrays[i]);
    }
    return pipe->steps.n - 1;
}

/* ---- the answer
 * ------------------------------------------------------------------------------------- */

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

/* Rows come in the order of the expectation, so those of one missing relation stand together. */
void inb__drift_parse(inb__history *h, const inb_table *table, const inb_result *r)
{
    INB__VEC(inb__finding) list = {0};
    const inb_expected *gone = NULL;
    for (int row = 0; r && row < inb_result_rows(r); row++) {
        size_t at = strtoul(inb_result_value(r, row, INB__DIFFERENCE_INDEX), NULL, 10) - 1;
        if (at >= table->n_expected) {
            continue;
        }
        const inb_expected *e = &table->expected[at];
        const inb__difference d = {
            .relation_missing = truth(r, row, INB__DIFFERENCE_RELATION_MISSING),
            .name_missing = truth(r, row, INB__DIFFERENCE_NAME_MISSING),
            .nullable = truth(r, row, INB__DIFFERENCE_NULLABLE),
            .actual = inb_result_value(r, row, INB__DIFFERENCE_ACTUAL),
            .state = inb_result_value(r, row, INB__DIFFERENCE_STATE),
        };
        inb__finding found[2];
        size_t n = d.relation_missing && same_relation(table, gone, e)
                       ? 0
                       : inb__drift_describe(found, &h->arena, table, e, &d);
        gone = d.relation_missing ? e : gone;
        for (size_t i = 0; i < n; i++) {
            INB__VEC_ADD(&h->arena, &list, found[i]);
        }
    }
    h->findings = list.v;
    h->n_findings = list.n;
}

/* ---- what counts
 * ------------------------------------------------------------------------------------ */

void inb__drift_filter(inb__history *h, const inb__reconciliation *reconciled)
{
    bool complete = true, newer = false;
    for (size_t i = 0; i < reconciled->n; i++) {
        const inb__entry *e = &reconciled->entries[i];
        if (e->migration == INB__NOT_IN_TABLE) {
            newer = true;
        } else {
            complete = complete && (e->state == INB_STATE_APPLIED || e->state == INB_STATE_EDITED);
        }
    }
    size_t kept = 0;
    for (size_t i = 0; complete && i < h->n_findings; i++) {
        inb__finding_kind kind = h->findings[i].kind;
        bool may_be_newer =
            kind == INB__FINDING_TYPE || kind == INB__FINDING_DEFAULT || kind == INB__FINDING_WIDER;
        if (!newer || !may_be_newer) {
            h->findings[kept++] = h->findings[i];
        }
    }
    h->n_findings = kept;
}

static int differences_error(const inb__history *h, const char *first, inb_error **err)
{
    INB__AUTO_BUF inb__buf all;
    inb__buf_init(&all, INB__LIMIT_MESSAGE);
    for (size_t i = 0; i < h->n_findings; i++) {
        inb__buf_printf(&all, "%s%s", i ? "\n" : "", h->findings[i].text);
    }
    int rc =
        inb__error_set(err, INB_EHISTORY, "the database is not what this program expects: %s%s",
                       first, h->n_findings > 1 ? ", and more" : "");
    inb__error_detail(err, "%s", inb__buf_text(&all));
    inb__error_hint(err, "The migrations do not produce schema.prisma, or the database was changed "
                         "outside them. Add a migration that creates what is missing.");
    return rc;
}

/* The first without which statements of the program fail, NULL: there is none. */
static const char *first_grave(const inb__history *h)
{
    for (size_t i = 0; i < h->n_findings; i++) {
        if (h->findings[i].kind < INB__FINDING_INDEX) {
            return h->findings[i].text;
        }
    }
    return NULL;
}

int inb__drift_check(inb__history *h, const inb_table *table, const inb__logger *log,
                     inb_error **err)
{
    if (h->n_findings == 0) {
        return 0;
    }
    if (INB__ARENA_ERROR_EXIT(&h->arena)) {
        inb__arena_error_exit_clear(&h->arena);
        return inb__error_nomem(err);
    }
    inb__reconciliation reconciled;
    inb__reconcile(&reconciled, &h->arena, table, h);
    inb__arena_error_exit_clear(&h->arena);
    inb__drift_filter(h, &reconciled);
    const char *grave = first_grave(h);
    for (size_t i = 0; !grave && i < h->n_findings; i++) {
        inb__log(log, INB_LOG_WARNING, "%s", h->findings[i].text);
    }
    return grave ? differences_error(h, grave, err) : 0;
}
