/* Which statements can have caused what the server refused at COMMIT. */
#include "config.h"

#include "engine/commit_failure.h"

#include "table/table_read.h"

#include <stdio.h>
#include <string.h>

/* A foreign key is about the table that has it, and names the one whose rows were removed. */
static bool is_about(const inb_error *refusal, const char *relation)
{
    char quoted[256];
    snprintf(quoted, sizeof(quoted), "\"%s\"", relation);
    return *relation && (strcmp(inb__error_relation_of(refusal), relation) == 0 ||
                         strstr(inb_error_message(refusal), quoted));
}

/* Code that is not read can write any table. */
static bool runs_code(const inb_table *table, const inb_statement *st)
{
    const char *tag = inb__table_text(table, st->tag);
    return strcmp(tag, "DO") == 0 || strcmp(tag, "CALL") == 0 || strcmp(tag, "EXECUTE") == 0;
}

void inb__commit_failure_note(const inb_table *table, inb__record_attempt *attempt, uint32_t first,
                              uint32_t n)
{
    size_t found = 0, length = 0;
    attempt->at_commit = true;
    for (uint32_t k = first; k < first + n; k++) {
        const inb_statement *st = inb__table_statement(table, attempt->migration, k);
        bool writes = is_about(attempt->error, inb__table_text(table, st->relation));
        if (!inb__table_is_sent(table, attempt->migration, k) ||
            (!writes && !runs_code(table, st))) {
            continue;
        }
        attempt->statement = found++ ? 0 : (int)k + 1;
        size_t left = sizeof(attempt->lines) - length;
        int written = snprintf(attempt->lines + length, left, "%s%u", length ? ", " : "", st->line);
        if (written < 0 || (size_t)written >= left) {
            attempt->lines[length] = '\0';
            break;
        }
        length += (size_t)written;
    }
}
