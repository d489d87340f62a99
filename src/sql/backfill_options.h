/* What follows `-- inboard: backfill`: how a migration's one statement is run in windows. */
#ifndef INB_SQL_BACKFILL_OPTIONS_H
#define INB_SQL_BACKFILL_OPTIONS_H

#include "inboard/table.h"
#include "sql/problem.h"
#include "util/arena.h"

typedef struct inb__backfill_options {
    size_t n_keys; /* of `by`: 0 where the key is chosen */
    inb__str keys[INB_BACKFILL_KEYS];
    uint32_t target_ms;
    uint32_t skip_limit;
    bool once;
} inb__backfill_options;

/*
 * Reads `[by KEY[, KEY]] [target=DURATION] [on-error=stop|skip:N] [once]`. NULL when something in
 * it is wrong, which is added to the problems at the offset of the directive.
 */
const inb__backfill_options *inb__backfill_options_read(inb__arena *arena,
                                                        const inb__problems *problems,
                                                        size_t offset, inb__str text);

#endif
