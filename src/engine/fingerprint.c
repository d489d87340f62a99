/* Asks for the fingerprint of the catalogue, and writes it. */
#include "config.h"

#include "engine/fingerprint.h"

#include "engine/queries.h"
#include "inboard/vault.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

size_t inb__fingerprint_queue(inb__pg_pipe *pipe)
{
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_fingerprint_now), 0, NULL);
    return pipe->steps.n - 1;
}

const char *inb__fingerprint_text(inb__arena *arena, const inb_result *answer, int server_version,
                                  const inb_table *table)
{
    const char *value = answer ? inb_result_value(answer, 0, 0) : NULL;
    if (!value) {
        return NULL;
    }
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    inb__buf_printf(&out, "%d %s", server_version, value);
    if (table->n_expected > 0) {
        char digest[INB_DIGEST_HEX_BYTES];
        inb__hex(digest, table->digest, sizeof(table->digest));
        inb__buf_printf(&out, " %s", digest);
    }
    return out.failed ? NULL : inb__arena_strdup(arena, inb__buf_text(&out));
}

void inb__fingerprint_stored_queue(inb__pg_pipe *pipe, const char *schema)
{
    inb__pg_pipe_add(pipe, inb__str_of(inb__query_history_fingerprint), 1, &schema);
    (void)inb__fingerprint_queue(pipe);
}

static bool is_same(const char *stored, const char *now)
{
    size_t n = strlen(now);
    return strncmp(stored, now, n) == 0 && (stored[n] == '\0' || stored[n] == ' ');
}

bool inb__fingerprint_compare(bool *same, inb__arena *arena, const inb__pg_pipe *pipe, size_t first,
                              int server_version, const inb_table *table)
{
    const inb_result *left = pipe->steps.v[first].result;
    const char *now =
        inb__fingerprint_text(arena, pipe->steps.v[first + 1].result, server_version, table);
    const char *stored = left ? inb_result_value(left, 0, 0) : NULL;
    *same = stored && now && is_same(stored, now);
    return now && left && inb_result_rows(left) > 0;
}
