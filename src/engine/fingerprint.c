/* Asks for the fingerprint of the catalogue, and writes it. */
#include "config.h"

#include "engine/fingerprint.h"

#include "engine/queries.h"
#include "inboard/vault.h"
#include "util/cleanup.h"
#include "util/limits.h"

static const char *const queries[] = {
    inb__query_fingerprint_relations, inb__query_fingerprint_columns,
    inb__query_fingerprint_defaults,  inb__query_fingerprint_constraints,
    inb__query_fingerprint_indexes,   inb__query_fingerprint_triggers,
    inb__query_fingerprint_views,     inb__query_fingerprint_types,
    inb__query_fingerprint_labels,    inb__query_fingerprint_functions,
    inb__query_fingerprint_schemas,   inb__query_fingerprint_members,
};

#define N_QUERIES (sizeof(queries) / sizeof(queries[0]))

size_t inb__fingerprint_queue(inb__pg_pipe *pipe)
{
    for (size_t i = 0; i < N_QUERIES; i++) {
        inb__pg_pipe_add(pipe, inb__str_of(queries[i]), 0, NULL);
    }
    return pipe->steps.n - N_QUERIES;
}

const char *inb__fingerprint_text(inb__arena *arena, const inb__pg_pipe *pipe, size_t first,
                                  int server_version, const inb_table *table)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_MESSAGE);
    inb__buf_printf(&out, "%d", server_version);
    for (size_t i = first; i < first + N_QUERIES; i++) {
        const inb_result *r = i < pipe->steps.n ? pipe->steps.v[i].result : NULL;
        const char *value = r ? inb_result_value(r, 0, 0) : NULL;
        if (!value) {
            return NULL;
        }
        inb__buf_printf(&out, " %s", value);
    }
    if (table->n_expected > 0) {
        char digest[INB_DIGEST_HEX_BYTES];
        inb__hex(digest, table->digest, sizeof(table->digest));
        inb__buf_printf(&out, " %s", digest);
    }
    return out.failed ? NULL : inb__arena_strdup(arena, inb__buf_text(&out));
}
