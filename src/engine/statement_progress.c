/* Says how far a statement is that takes long. */
#include "config.h"

#include "engine/statement_progress.h"

#include "table/table_read.h"
#include "util/cleanup.h"
#include "util/limits.h"
#include "util/printable.h"

#include <string.h>

#define HEAD_BYTES 80 /* of a statement, as it is shown */
#define CUT_FROM 99   /* the server cuts at track_activity_query_size, which is 100 at least */

static bool is_head_of(inb__str head, inb__str sql)
{
    return head.n <= sql.n && (head.n == sql.n || head.n >= CUT_FROM) &&
           memcmp(head.p, sql.p, head.n) == 0;
}

bool inb__statement_progress_find(uint32_t *migration_out, uint32_t *number_out,
                                  const inb_table *table, uint32_t first, uint32_t last,
                                  const char *sql)
{
    inb__str head = inb__str_of(sql);
    int found = 0;
    for (uint32_t i = first; i <= last && i < table->n_migrations; i++) {
        for (uint32_t k = 0; k < inb__table_at(table, i)->n_statements; k++) {
            if (is_head_of(head, inb__table_statement_sql(table, i, k))) {
                found++;
                *migration_out = i;
                *number_out = k + 1;
            }
        }
    }
    return found == 1;
}

/* A statement's head on one line. Text in quotes can be a secret (a password, a connection string):
 * as in the description of the schema it is left out. */
static void head_write(inb__buf *out, const char *sql)
{
    bool blank = true, quoted = false;
    size_t n = 0;
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    for (; sql[n] && line.length < HEAD_BYTES; n++) {
        if (sql[n] == '\'') {
            quoted = !quoted;
            inb__buf_str(&line, quoted ? "'..." : "'");
        } else if (!quoted && (!inb__is_space(sql[n]) || !blank)) {
            inb__buf_char(&line, inb__is_space(sql[n]) ? ' ' : sql[n]);
        }
        blank = inb__is_space(sql[n]);
    }
    inb__printable(out, (inb__str){inb__buf_text(&line), line.length});
    inb__buf_str(out, sql[n] ? "…" : "");
}

void inb__statement_progress_say(const inb__logger *log, const inb_table *table, uint32_t first,
                                 uint32_t last, const inb__statement_progress *p)
{
    uint32_t migration = 0, number = 0;
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    if (inb__statement_progress_find(&migration, &number, table, first, last, p->sql)) {
        inb__buf_printf(&line, "migration \"%s\", statement %u: ",
                        inb__table_text(table, inb__table_at(table, migration)->name), number);
    } else if (first == last) {
        inb__buf_printf(
            &line, "migration \"%s\": ", inb__table_text(table, inb__table_at(table, first)->name));
    }
    head_write(&line, p->sql);
    inb__buf_printf(&line, " has been running for %lld s", (long long)p->elapsed_ms / 1000);
    inb__buf_printf(&line, "%s%s", *p->text ? ": " : "", p->text);
    inb__log(log, INB_LOG_INFO, "%s", inb__buf_text(&line));
}
