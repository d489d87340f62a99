/* Composes the SQL of a window from the parts of a backfill's statement. */
#include "config.h"

#include "backfill/backfill_window.h"

#include "postgres/quote.h"
#include "postgres/server_version.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define STATEMENT_MOST (2 * INB__LIMIT_FILE)
#define OFFSET_MOST 65535   /* of a row in its block, as a ctid can have it */
#define PAGE_HEADER 24      /* bytes, before the pointers to its rows … */
#define ROW_LEAST (24 + 4)  /* … each of which takes this much, with its pointer */
#define TIDS_MOST (1 << 20) /* in one window, of a server that cannot scan a range of them */

static void column_add(inb__buf *sql, const inb__backfill *b, uint32_t key)
{
    inb__quote_ident(sql, inb__str_of(b->alias));
    inb__buf_char(sql, '.');
    inb__quote_ident(sql, inb__str_of(b->keys[key]));
}

static void columns_add(inb__buf *sql, const inb__backfill *b, const inb__window *w,
                        const char *order)
{
    if (!w->keyed) {
        inb__quote_ident(sql, inb__str_of(b->alias));
        inb__buf_printf(sql, ".ctid%s", order);
        return;
    }
    for (uint32_t i = 0; i < b->n_keys; i++) {
        inb__buf_str(sql, i > 0 ? ", " : "");
        column_add(sql, b, i);
        inb__buf_str(sql, order);
    }
}

/* One of its bounds: a comparison of rows is one condition of the index. */
static void bound_add(inb__buf *sql, inb__window_sql *out, const inb__backfill *b,
                      const inb__window *w, const char *is, const inb__place_of_key *place)
{
    uint32_t n = w->keyed ? b->n_keys : 1;
    inb__buf_str(sql, n > 1 ? "(" : "");
    columns_add(sql, b, w, "");
    inb__buf_printf(sql, n > 1 ? ") %s (" : " %s ", is);
    for (uint32_t i = 0; i < n; i++) {
        out->params[out->n++] = place->v[i];
        inb__buf_printf(sql, "%s$%d", i > 0 ? ", " : "", out->n);
    }
    inb__buf_str(sql, n > 1 ? ")" : w->keyed ? "" : "::tid");
}

static unsigned long tid_offset(const inb__place_of_key *place)
{
    const char *comma = place->v[0] ? strchr(place->v[0], ',') : NULL;
    return comma ? strtoul(comma + 1, NULL, 10) : 0;
}

/* Every ctid that the window can have, as an array. */
static const char *tids_list(inb__arena *arena, const inb__window *w)
{
    INB__AUTO_BUF inb__buf list;
    unsigned long per_page = (unsigned long)(w->block_size - PAGE_HEADER) / ROW_LEAST;
    int64_t first = inb__window_block(&w->after), last = inb__window_block(&w->through);
    unsigned long from = tid_offset(&w->after), until = tid_offset(&w->through), n = 0;
    inb__buf_init(&list, STATEMENT_MOST);
    inb__buf_char(&list, '{');
    for (int64_t block = first < 0 ? 0 : first; block <= last && n < TIDS_MOST; block++) {
        unsigned long begin = block == first ? from + 1 : 1;
        unsigned long end = block == last && until < per_page ? until : per_page;
        for (unsigned long row = begin; row <= end; row++) {
            inb__buf_printf(&list, "%s\"(%" PRId64 ",%lu)\"", n++ > 0 ? "," : "", block, row);
        }
    }
    inb__buf_char(&list, '}');
    return list.failed ? NULL : inb__arena_strdup(arena, inb__buf_text(&list));
}

static bool scans_tid_ranges(const inb__window *w)
{
    return w->server_version >= INB__SERVER_TID_RANGE;
}

/* Its rows, as a condition; nothing when it has no bounds. */
static void condition_add(inb__buf *sql, inb__arena *arena, inb__window_sql *out,
                          const inb__backfill *b, const inb__window *w, const char *before)
{
    if (w->exact) {
        inb__buf_str(sql, before);
        bound_add(sql, out, b, w, "=", &w->after);
        return;
    }
    if (!w->keyed && !scans_tid_ranges(w) && w->through.v[0]) {
        out->params[out->n++] = tids_list(arena, w);
        sql->failed = sql->failed || !out->params[out->n - 1];
        inb__buf_str(sql, before);
        columns_add(sql, b, w, "");
        inb__buf_printf(sql, " = ANY ($%d::tid[])", out->n);
        return;
    }
    if (w->after.v[0]) {
        inb__buf_str(sql, before);
        bound_add(sql, out, b, w, ">", &w->after);
        before = " AND ";
    }
    if (w->through.v[0]) {
        inb__buf_str(sql, before);
        bound_add(sql, out, b, w, "<=", &w->through);
    }
}

static void relation_add(inb__buf *sql, const inb__backfill *b, const char *leaf)
{
    inb__buf_printf(sql, "ONLY %s AS ", leaf);
    inb__quote_ident(sql, inb__str_of(b->alias));
}

static inb__window_sql sql_end(inb__arena *arena, inb__buf *sql, inb__window_sql out)
{
    out.sql = sql->failed ? NULL : inb__arena_strdup(arena, inb__buf_text(sql));
    return out;
}

inb__window_sql inb__window_statement(inb__arena *arena, const inb__backfill *b,
                                      const inb__window *w)
{
    INB__AUTO_BUF inb__buf sql;
    inb__window_sql out = {0};
    inb__buf_init(&sql, STATEMENT_MOST);
    inb__buf_str(&sql, b->flags & INB__BACKFILL_DELETES ? "DELETE FROM " : "UPDATE ");
    relation_add(&sql, b, w->leaf);
    inb__buf_char(&sql, ' ');
    inb__buf_add(&sql, b->middle.p, b->middle.n);
    inb__buf_str(&sql, "\nWHERE ("); /* a comment of the author's ends with its line */
    inb__buf_add(&sql, b->where.p, b->where.n);
    inb__buf_str(&sql, "\n)");
    condition_add(&sql, arena, &out, b, w, " AND ");
    return sql_end(arena, &sql, out);
}

static void select_begin(inb__buf *sql, const inb__backfill *b, const inb__window *w)
{
    inb__buf_str(sql, "SELECT ");
    columns_add(sql, b, w, "");
    inb__buf_str(sql, " FROM ");
    relation_add(sql, b, w->leaf);
}

inb__window_sql inb__window_end(inb__arena *arena, const inb__backfill *b, const inb__window *w,
                                int64_t size)
{
    INB__AUTO_BUF inb__buf sql;
    inb__window_sql out = {0};
    inb__buf_init(&sql, STATEMENT_MOST);
    select_begin(&sql, b, w);
    condition_add(&sql, arena, &out, b, w, " WHERE ");
    inb__buf_str(&sql, " ORDER BY ");
    columns_add(&sql, b, w, "");
    inb__buf_printf(&sql, " OFFSET %" PRId64 " LIMIT 1", size - 1);
    return sql_end(arena, &sql, out);
}

inb__window_sql inb__window_last(inb__arena *arena, const inb__backfill *b, const inb__window *w)
{
    INB__AUTO_BUF inb__buf sql;
    inb__window_sql out = {0};
    inb__buf_init(&sql, STATEMENT_MOST);
    select_begin(&sql, b, w);
    inb__buf_str(&sql, " ORDER BY ");
    columns_add(&sql, b, w, " DESC");
    inb__buf_str(&sql, " LIMIT 1");
    return sql_end(arena, &sql, out);
}

inb__window_sql inb__window_cuts(inb__arena *arena, const inb__backfill *b, const inb__window *w,
                                 int parts, double percent)
{
    INB__AUTO_BUF inb__buf sql;
    inb__window_sql out = {0};
    inb__buf_init(&sql, STATEMENT_MOST);
    inb__buf_str(&sql, "SELECT ");
    for (uint32_t i = 0; i < b->n_keys; i++) {
        inb__buf_printf(&sql, "%sk%" PRIu32, i > 0 ? ", " : "", i);
    }
    inb__buf_str(&sql, " FROM (SELECT ");
    for (uint32_t i = 0; i < b->n_keys; i++) {
        column_add(&sql, b, i);
        inb__buf_printf(&sql, " AS k%" PRIu32 ", ", i);
    }
    inb__buf_str(&sql, "pg_catalog.row_number() OVER (ORDER BY ");
    columns_add(&sql, b, w, "");
    inb__buf_str(&sql, ") AS inb_n, pg_catalog.count(*) OVER () AS inb_all FROM ");
    relation_add(&sql, b, w->leaf);
    inb__buf_printf(&sql, " TABLESAMPLE SYSTEM (%f)", percent);
    condition_add(&sql, arena, &out, b, w, " WHERE ");
    inb__buf_printf(&sql,
                    ") AS sample WHERE inb_all >= %d AND inb_n %% (inb_all / %d) = 0 AND inb_n <= "
                    "inb_all / %d * %d ORDER BY inb_n",
                    parts, parts, parts, parts - 1);
    return sql_end(arena, &sql, out);
}

inb__window_sql inb__window_proof(inb__arena *arena, const inb__backfill *b, const char *leaf)
{
    INB__AUTO_BUF inb__buf sql;
    inb__window_sql out = {0};
    inb__buf_init(&sql, STATEMENT_MOST);
    inb__buf_str(&sql, "SELECT FROM ");
    relation_add(&sql, b, leaf);
    inb__buf_str(&sql, b->from.n > 0 ? ", " : "");
    inb__buf_add(&sql, b->from.p, b->from.n);
    inb__buf_str(&sql, "\nWHERE (");
    inb__buf_add(&sql, b->where.p, b->where.n);
    inb__buf_str(&sql, "\n) LIMIT 1");
    return sql_end(arena, &sql, out);
}

const char *inb__window_block_end(inb__arena *arena, int64_t block)
{
    return inb__arena_printf(arena, "(%" PRId64 ",%d)", block, OFFSET_MOST);
}

int64_t inb__window_block(const inb__place_of_key *place)
{
    return place->v[0] && place->v[0][0] == '(' ? strtoll(place->v[0] + 1, NULL, 10) : -1;
}

const char *inb__place_text(inb__arena *arena, const inb__place_of_key *place, bool *failed)
{
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, STATEMENT_MOST);
    if (!place->v[0]) {
        return NULL;
    }
    for (size_t i = 0; i < INB__BACKFILL_KEYS && place->v[i]; i++) {
        inb__buf_str(&text, i > 0 ? "," : "{");
        inb__quote_element(&text, inb__str_of(place->v[i]));
    }
    inb__buf_char(&text, '}');
    const char *out = text.failed ? NULL : inb__arena_strdup(arena, inb__buf_text(&text));
    *failed = *failed || !out;
    return out;
}

/* One element from p on, which is after `{` or a comma; NULL: there is none, or memory ran out. */
static const char *element_read(inb__arena *arena, const char **out, const char *p)
{
    INB__AUTO_BUF inb__buf text;
    inb__buf_init(&text, STATEMENT_MOST);
    bool quoted = *p == '"';
    for (p += quoted; *p && (quoted ? *p != '"' : *p != ',' && *p != '}'); p++) {
        p += *p == '\\' && p[1];
        inb__buf_char(&text, *p);
    }
    p += quoted && *p == '"';
    *out = text.failed ? NULL : inb__arena_strdup(arena, inb__buf_text(&text));
    return *out && (*p == ',' || *p == '}') ? p : NULL;
}

bool inb__place_read(inb__arena *arena, inb__place_of_key *out, const char *text)
{
    *out = (inb__place_of_key){0};
    if (!text) {
        return true;
    }
    size_t n = 0;
    while (text && *text != '}' && *text && n < INB__BACKFILL_KEYS) {
        text = element_read(arena, &out->v[n++], text + 1);
    }
    return text && text[0] == '}' && !text[1];
}

bool inb__place_same(const inb__place_of_key *a, const inb__place_of_key *b)
{
    for (size_t i = 0; i < INB__BACKFILL_KEYS; i++) {
        bool none = !a->v[i] || !b->v[i];
        if (none ? a->v[i] != b->v[i] : strcmp(a->v[i], b->v[i]) != 0) {
            return false;
        }
        if (none) {
            return true;
        }
    }
    return true;
}
