/* Lists and removes what stands in schemas. */
#include "config.h"

#include "live/reset.h"

#include "live/reset_queries.h"
#include "postgres/quote.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

#define NAMED 5 /* of what is in the way */

static const char *value(const inb__reset_plan *plan, size_t row, int column)
{
    const char *text = inb_result_value(plan->rows, (int)row, column);
    return text ? text : "";
}

static size_t rows(const inb__reset_plan *plan)
{
    return (size_t)inb_result_rows(plan->rows);
}

static bool role_is(const inb__reset_plan *plan, size_t row, const char *role)
{
    return strcmp(value(plan, row, INB__RESET_ROLE), role) == 0;
}

static bool goes(const inb__reset_plan *plan, size_t row)
{
    return role_is(plan, row, "goes") || role_is(plan, row, "history");
}

int inb__reset_read(inb__reset_plan *out, inb_conn *conn, const inb__str *spaces, size_t n_spaces,
                    bool extensions, inb_error **err)
{
    INB__AUTO_BUF inb__buf list;
    inb__buf_init(&list, INB__LIMIT_FILE);
    inb__buf_char(&list, '{');
    for (size_t i = 0; i < n_spaces; i++) {
        inb__buf_str(&list, i ? "," : "");
        inb__quote_element(&list, spaces[i]);
    }
    inb__buf_char(&list, '}');
    if (list.failed) {
        return inb__error_nomem(err);
    }
    const char *params[] = {inb__buf_text(&list), extensions ? "true" : "false"};
    return inb_conn_exec(conn, inb__query_reset_objects, 2, params, &out->rows, err);
}

void inb__reset_dispose(inb__reset_plan *plan)
{
    inb_result_free(plan->rows);
    plan->rows = NULL;
}

static bool forbidden(const inb__reset_plan *plan, size_t row)
{
    return goes(plan, row) && *value(plan, row, INB__RESET_ALLOWED) != 't';
}

static bool lost(const inb__reset_plan *plan, size_t row)
{
    return role_is(plan, row, "lost");
}

/* "type name" of the first that are so, a line each. Returns how many there are. */
static size_t named(inb__buf *out, const inb__reset_plan *plan,
                    bool (*so)(const inb__reset_plan *, size_t), bool owners)
{
    size_t n = 0;
    for (size_t i = 0; i < rows(plan); i++) {
        if (so(plan, i) && n++ < NAMED) {
            inb__buf_printf(out, "%s%s %s", n > 1 ? "\n" : "", value(plan, i, INB__RESET_TYPE),
                            value(plan, i, INB__RESET_IDENTITY));
            inb__buf_str(out, owners ? " of the role " : "");
            inb__buf_str(out, owners ? value(plan, i, INB__RESET_OWNER) : "");
        }
    }
    if (n > NAMED) {
        inb__buf_printf(out, "\nand %zu more", n - NAMED);
    }
    return n;
}

int inb__reset_check(const inb__reset_plan *plan, inb_error **err)
{
    INB__AUTO_BUF inb__buf names;
    inb__buf_init(&names, INB__LIMIT_MESSAGE);
    size_t n = named(&names, plan, lost, false);
    if (n) {
        int rc = inb__error_set(err, INB_EINVAL,
                                "%zu object%s outside of the schemas depend%s on what would be "
                                "dropped",
                                n, n == 1 ? "" : "s", n == 1 ? "s" : "");
        inb__error_detail(err, "%s", inb__buf_text(&names));
        inb__error_hint(err, "Drop them first, or list their schema in the datasource's schemas.");
        return rc;
    }
    inb__buf_clear(&names);
    n = named(&names, plan, forbidden, true);
    if (n) {
        int rc = inb__error_set(err, INB_EPERM, "%zu object%s belong%s to another role", n,
                                n == 1 ? "" : "s", n == 1 ? "s" : "");
        inb__error_detail(err, "%s", inb__buf_text(&names));
        inb__error_hint(err, "Run it as that role or as the owner of the schema, or give them away "
                             "with ALTER … OWNER TO.");
        return rc;
    }
    return 0;
}

size_t inb__reset_count(const inb__reset_plan *plan)
{
    size_t n = 0;
    while (n < rows(plan) && goes(plan, n)) {
        n++;
    }
    return n;
}

void inb__reset_queue(inb__pg_pipe *pipe, const inb__reset_plan *plan, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++) {
        inb__pg_pipe_add(pipe, inb__str_of(value(plan, i, INB__RESET_COMMAND)), 0, NULL);
    }
}

static void many_write(inb__buf *out, size_t n, const char *type)
{
    size_t length = strlen(type);
    char last = length ? type[length - 1] : '\0';
    const char *end = n == 1 ? "" : last == 's' ? "es" : last == 'y' ? "ies" : "s";
    int kept = (int)length - (n != 1 && last == 'y');
    inb__buf_printf(out, "%zu %.*s%s", n, kept, type, end);
}

void inb__reset_text(inb__buf *out, const inb__reset_plan *plan)
{
    size_t count = inb__reset_count(plan), before = out->length;
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        const char *type = value(plan, i, INB__RESET_TYPE);
        bool history = role_is(plan, i, "history");
        while (!history && i + n < count &&
               strcmp(value(plan, i + n, INB__RESET_TYPE), type) == 0) {
            n++;
        }
        inb__buf_str(out, out->length > before ? ", " : "");
        if (history) {
            inb__buf_str(out, "the migration history");
        } else {
            many_write(out, n, type);
        }
        i += n;
    }
    inb__buf_str(out, out->length > before ? "" : "nothing");
}

bool inb__reset_stays(inb__buf *out, const inb__reset_plan *plan)
{
    size_t before = out->length;
    for (size_t i = 0; i < rows(plan); i++) {
        if (role_is(plan, i, "stays")) {
            inb__buf_printf(out, "%s%s", out->length > before ? ", " : "",
                            value(plan, i, INB__RESET_IDENTITY));
        }
    }
    return out->length > before;
}

void inb__reset_json(inb__json *j, const inb__reset_plan *plan)
{
    inb__json_array(j);
    for (size_t i = 0; i < inb__reset_count(plan); i++) {
        inb__json_object(j);
        inb__json_member(j, "type", value(plan, i, INB__RESET_TYPE));
        inb__json_member(j, "name", value(plan, i, INB__RESET_IDENTITY));
        inb__json_object_end(j);
    }
    inb__json_array_end(j);
}
