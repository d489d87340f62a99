/* What is asked about the description of the schema, and what the answer says by name. */
#include "config.h"

#include "engine/objects.h"

#include "engine/queries.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/template.h"
#include "util/vec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- asking
 * ----------------------------------------------------------------------------------------- */

/* Both statements have the description of what is there now in the place of a relation. */
static void query_add(inb__pg_pipe *pipe, const char *query, int n, const char *const *params)
{
    INB__AUTO_BUF inb__buf now;
    INB__AUTO_BUF inb__buf sql;
    inb__buf_init(&now, INB__LIMIT_MESSAGE);
    inb__buf_init(&sql, 2 * INB__LIMIT_MESSAGE);
    inb__buf_printf(&now, "(%s)", inb__query_objects_now);
    const inb__variable objects = {"objects", inb__buf_text(&now)};
    inb__template_fill(&sql, query, &objects, 1);
    pipe->failed = pipe->failed || now.failed || sql.failed;
    inb__pg_pipe_add(pipe, inb__str_of(inb__buf_text(&sql)), n, params);
}

void inb__objects_store_queue(inb__pg_pipe *pipe, const char *schema, size_t applied,
                              const char *fingerprint)
{
    char rows[24];
    snprintf(rows, sizeof(rows), "%zu", applied);
    const char *params[] = {schema, rows, fingerprint};
    query_add(pipe, inb__query_objects_store, 3, params);
}

size_t inb__objects_changes_queue(inb__pg_pipe *pipe, const char *schema)
{
    query_add(pipe, inb__query_objects_changes, 1, &schema);
    return pipe->steps.n - 1;
}

/* ---- the answer
 * ------------------------------------------------------------------------------------- */

/* A description as it may be shown, in one line: what is behind the tab is a digest. NULL stays
 * NULL.
 */
static const char *shown(inb__arena *a, const char *description)
{
    char *text =
        description ? inb__arena_strndup(a, description, strcspn(description, "\t")) : NULL;
    for (char *p = text; p && *p; p++) {
        *p = *p == '\n' || *p == '\r' ? ' ' : *p;
    }
    return text;
}

static const char *change_text(inb__arena *a, const inb__object_change *c)
{
    if (!c->was || !c->now) {
        const char *description = c->was ? c->was : c->now;
        return inb__arena_printf(a, "%s is %s%s%s", c->object, c->was ? "gone" : "new",
                                 *description ? ": " : "", description);
    }
    if (strcmp(c->was, c->now) == 0) {
        return inb__arena_printf(a, "%s has changed", c->object);
    }
    return inb__arena_printf(a, "%s has changed%s%s%s%s", c->object, *c->was ? " from " : "",
                             c->was, *c->now ? " to " : "", c->now);
}

/* Of `column "users"."email"`: column. */
static const char *kind_of(inb__arena *a, const char *object)
{
    static const char *const of[] = {"default of ", "expression of ", "grant to "};
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        if (strncmp(object, of[i], strlen(of[i])) == 0) {
            return inb__arena_strndup(a, object, strcspn(object, " "));
        }
    }
    const char *name = strstr(object, " \"");
    return inb__arena_strndup(a, object, name ? (size_t)(name - object) : 0);
}

void inb__objects_changes_parse(inb__history *h, const inb_result *r)
{
    INB__VEC(inb__object_change) list = {0};
    for (int row = 0; r && row < inb_result_rows(r); row++) {
        const char *object = inb_result_value(r, row, INB__CHANGE_OBJECT);
        if (!*object) {
            return; /* described by another major version, or never */
        }
        inb__object_change c = {.kind = kind_of(&h->arena, object),
                                .object = inb__arena_strdup(&h->arena, object),
                                .was = shown(&h->arena, inb_result_value(r, row, INB__CHANGE_WAS)),
                                .now = shown(&h->arena, inb_result_value(r, row, INB__CHANGE_NOW))};
        c.text = change_text(&h->arena, &c);
        INB__VEC_ADD(&h->arena, &list, c);
    }
    size_t all = list.n ? strtoul(inb_result_value(r, 0, INB__CHANGE_COUNT), NULL, 10) : 0;
    if (all > list.n) {
        const inb__object_change more = {
            .kind = "",
            .object = "",
            .text = inb__arena_printf(&h->arena, "and %zu more", all - list.n)};
        INB__VEC_ADD(&h->arena, &list, more);
    }
    h->changes = list.v;
    h->n_changes = list.n;
}

/* ---- what counts
 * ------------------------------------------------------------------------------------ */

bool inb__objects_described(const inb__history *h)
{
    return h->catalogue_rows > 0 && inb__history_applied(h) == h->catalogue_rows;
}

bool inb__objects_comparable(const inb__history *h)
{
    bool open = false;
    for (size_t i = 0; i < h->n_rows; i++) {
        open = open || inb__history_row_open(&h->rows[i]);
    }
    return !open && inb__objects_described(h);
}
