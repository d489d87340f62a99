/* Reads the relations of a backfill's table, and how long they may take. */
#include "config.h"

#include "backfill/backfill_relations.h"

#include "backfill/backfill_queries.h"
#include "backfill/backfill_session.h"
#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdlib.h>
#include <string.h>

#define PER_PAGE_GUESS 60   /* rows to a page of a table that was never analysed */
#define ROWS_A_SECOND 10000 /* a quarter of what an idle machine does */
#define BYTES_A_SECOND (4 << 20)

static int64_t number(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v ? strtoll(v, NULL, 10) : -1;
}

static bool is_true(const inb_result *r, int row, int column)
{
    const char *v = inb_result_value(r, row, column);
    return v && *v == 't';
}

static inb__leaf leaf_parse(inb__arena *arena, const inb_result *r, int row, const inb__backfill *b)
{
    inb__leaf leaf = {.pages = number(r, row, INB__LEAF_PAGES), .per_page = PER_PAGE_GUESS};
    int64_t rows = number(r, row, INB__LEAF_ROWS), then = number(r, row, INB__LEAF_PAGES_THEN);
    leaf.name = inb__arena_strdup(arena, inb_result_value(r, row, INB__LEAF_NAME));
    leaf.keyed = b->n_keys > 0 && is_true(r, row, INB__LEAF_KEYED);
    if (then > 0 && rows >= 0) {
        leaf.per_page = rows / then > 0 ? rows / then : 1;
        leaf.rows = (int64_t)((double)rows / (double)then * (double)leaf.pages);
    } else {
        leaf.rows = leaf.pages > 0 ? -1 : 0;
    }
    return leaf;
}

/* What has rows that are not in the database's own tables, or need the key and have none. */
static int leaf_check(const inb_result *r, int row, const inb__leaf *leaf, const inb__backfill *b,
                      inb_error **err)
{
    const char *kind = inb_result_value(r, row, INB__LEAF_KIND);
    if (!kind || strchr("rm", *kind) == NULL) {
        int rc = inb__error_set(err, INB_EMIGRATION,
                                "backfill \"%s\" cannot walk %s, which is not a table", b->name,
                                leaf->name);
        inb__error_hint(err, "Fill it by hand, or write the table's name with ONLY.");
        return rc;
    }
    if (!leaf->keyed && b->flags & INB__BACKFILL_ONCE) {
        int rc = inb__error_set(err, INB_EMIGRATION,
                                "backfill \"%s\" visits each row once, and %s has no unique index "
                                "on its key to walk by",
                                b->name, leaf->name);
        inb__error_hint(err, "Create a unique index on these NOT NULL columns of that table, in "
                             "the order of the key.");
        return rc;
    }
    return 0;
}

static int leaves_parse(inb__leaves *out, inb__arena *arena, const inb_result *r,
                        const inb__backfill *b, inb_error **err)
{
    int n = inb_result_rows(r);
    *out = (inb__leaves){.v = INB__NEW_N(arena, inb__leaf, n + 1)};
    for (int i = 0; out->v && i < n; i++) {
        out->v[i] = leaf_parse(arena, r, i, b);
        int rc = out->v[i].name ? leaf_check(r, i, &out->v[i], b, err) : inb__error_nomem(err);
        if (rc < 0) {
            return rc;
        }
        out->n++;
        out->block_size = (int)number(r, i, INB__LEAF_BLOCK_SIZE);
        out->deadlock_ms = number(r, i, INB__LEAF_DEADLOCK_MS);
    }
    return out->v ? 0 : inb__error_nomem(err);
}

int inb__leaves_read(inb__leaves *out, inb__arena *arena, inb_conn *conn, const inb__backfill *b,
                     inb_error **err)
{
    INB__AUTO_BUF inb__buf relation;
    INB__AUTO_BUF inb__buf keys;
    inb__buf_init(&relation, INB__LIMIT_MESSAGE);
    inb__buf_init(&keys, INB__LIMIT_MESSAGE);
    if (*b->schema) {
        inb__quote_ident(&relation, inb__str_of(b->schema));
        inb__buf_char(&relation, '.');
    }
    inb__quote_ident(&relation, inb__str_of(b->relation));
    inb__buf_char(&keys, '{');
    for (uint32_t i = 0; i < b->n_keys; i++) {
        inb__buf_str(&keys, i > 0 ? "," : "");
        inb__quote_element(&keys, inb__str_of(b->keys[i]));
    }
    inb__buf_char(&keys, '}');
    if (relation.failed || keys.failed) {
        return inb__error_nomem(err);
    }
    const char *params[] = {inb__buf_text(&relation), b->flags & INB__BACKFILL_ONLY ? "t" : "f",
                            inb__buf_text(&keys)};
    inb__pg_pipe pipe;
    inb__pg_pipe_init(&pipe);
    inb__session_read_begin(&pipe, conn, b, false);
    inb__pg_pipe_add(&pipe, inb__str_of(inb__query_backfill_leaves), 3, params);
    size_t at = pipe.steps.n - 1;
    inb__pg_pipe_add(&pipe, INB__STR("COMMIT"), 0, NULL);
    int rc = inb__session_run(conn, &pipe, err);
    if (rc == 0) {
        rc = leaves_parse(out, arena, pipe.steps.v[at].result, b, err);
    } else if (rc == INB_ESQL) {
        rc = inb__error_wrap(err, INB_EMIGRATION, "the table of backfill \"%s\" cannot be read",
                             b->name);
    }
    inb__pg_pipe_dispose(&pipe);
    return rc;
}

inb__backfill_estimate inb__leaves_estimate(const inb__leaves *leaves)
{
    inb__backfill_estimate sum = {0};
    for (size_t i = 0; i < leaves->n; i++) {
        const inb__leaf *leaf = &leaves->v[i];
        sum.rows = leaf->rows < 0 || sum.rows < 0 ? -1 : sum.rows + leaf->rows;
        sum.bytes += leaf->pages * leaves->block_size;
    }
    int64_t by_rows = sum.rows > 0 ? sum.rows / ROWS_A_SECOND : 0;
    int64_t by_bytes = sum.bytes / BYTES_A_SECOND;
    sum.seconds = by_rows > by_bytes ? by_rows : by_bytes;
    return sum;
}

int inb__backfill_estimate_read(inb__backfill_estimate *out, const inb__backfill *backfill,
                                inb_conn *conn, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__leaves leaves;
    inb__arena_init(&arena);
    int rc = inb__leaves_read(&leaves, &arena, conn, backfill, err);
    if (rc == 0) {
        *out = inb__leaves_estimate(&leaves);
    }
    return rc;
}
