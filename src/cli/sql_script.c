/* Reads and runs a file of SQL. */
#include "config.h"

#include "cli/sql_script.h"

#include "cli/database_create.h"
#include "cli/progress.h"
#include "sql/analyse.h"
#include "sql/split.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

#define NAMED 5 /* of the statements that are not additive */

/* Where an offset is: lines from 1, columns in characters from 1. */
static void place_find(int *line, int *column, inb__str text, size_t offset)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < text.n; i++) {
        if (text.p[i] == '\n') {
            (*line)++;
            *column = 1;
        } else {
            *column += ((unsigned char)text.p[i] & 0xC0) != 0x80;
        }
    }
}

/* The offset of a character, from 1. */
static size_t offset_of(inb__str text, int character)
{
    size_t i = 0;
    for (int n = 1; i < text.n; i++) {
        bool begins = ((unsigned char)text.p[i] & 0xC0) != 0x80;
        if (begins && n++ == character) {
            break;
        }
    }
    return i;
}

static int psql_refuse(const char *path, inb__str text, const inb__piece *piece, inb_error **err)
{
    int line, column;
    bool copy = piece->kind == INB__PIECE_COPY_DATA;
    place_find(&line, &column, text, piece->offset);
    int rc = inb__error_set(err, INB_ESYNTAX, "%s:%d: %s", path, line,
                            copy ? "COPY … FROM STDIN with rows after it is for psql"
                                 : "a backslash command is for psql");
    inb__error_hint(err, copy ? "Write the rows as INSERT, or run the file with psql."
                              : "Remove it, or run the file with psql.");
    inb__error_place(err, NULL, 0, line, column);
    return rc;
}

/* libpq sends a text up to its first NUL. */
static int nul_refuse(const char *path, inb__str text, inb_error **err)
{
    int line, column;
    const char *nul = memchr(text.p, '\0', text.n);
    if (!nul) {
        return 0;
    }
    place_find(&line, &column, text, (size_t)(nul - text.p));
    int rc = inb__error_set(err, INB_ESYNTAX, "%s:%d: a NUL byte", path, line);
    inb__error_hint(err, "Remove it: PostgreSQL does not accept NUL bytes in text.");
    inb__error_place(err, NULL, 0, line, column);
    return rc;
}

static int pieces_check(inb__sql_text *script, inb__arena *arena, inb_error **err)
{
    inb__pieces pieces = {0};
    inb__split_text(&pieces, arena, script->text);
    for (size_t i = 0; i < pieces.n; i++) {
        if (pieces.v[i].kind != INB__PIECE_STATEMENT) {
            return psql_refuse(script->path, script->text, &pieces.v[i], err);
        }
    }
    script->n = pieces.n;
    return 0;
}

static void changes_write(inb__buf *out, inb__sql_text *script, const inb__sql_script *analysed)
{
    for (size_t i = 0; i < analysed->statements.n; i++) {
        const inb__sql_statement *s = &analysed->statements.v[i];
        if (s->cls != INB_CLASS_ADDITIVE && script->n_changes++ < NAMED) {
            inb__buf_printf(out, "%sline %u: %s: %s", out->length ? "\n" : "", s->line, s->tag,
                            s->reason);
        }
    }
    if (script->n_changes > NAMED) {
        inb__buf_printf(out, "\nand %zu more", script->n_changes - NAMED);
    }
}

/* Without a history every table that it names exists. */
static void script_analyse(inb__sql_text *script, inb__arena *arena, inb__buf *changes)
{
    inb__diagnostics found;
    inb__sql_script analysed;
    inb__catalog catalog;
    inb__diagnostics_init(&found, arena);
    inb__catalog_init(&catalog, arena);
    catalog.partial = true;
    const inb__problems problems = {&found,
                                    inb__diagnostics_source(&found, script->path, script->text)};
    inb__analyse_script(&analysed, &problems, arena, &catalog, script->text);
    script->transactional = analysed.transactional;
    changes_write(changes, script, &analysed);
}

int inb__sql_text_read(inb__sql_text *out, inb__arena *arena, const char *path, inb__str text,
                       inb_error **err)
{
    INB__AUTO_BUF inb__buf changes;
    inb__buf_init(&changes, INB__LIMIT_MESSAGE);
    *out = (inb__sql_text){.path = path, .text = text, .changes = ""};
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        return inb__error_nomem(err);
    }
    int rc = nul_refuse(path, text, err);
    rc = rc ? rc : pieces_check(out, arena, err);
    if (rc == 0) {
        script_analyse(out, arena, &changes);
        out->changes = inb__arena_strdup(arena, inb__buf_text(&changes));
    }
    inb__arena_error_exit_clear(arena);
    return rc;
}

/* ---- running it ------------------------------------------------------------------------------ */

/* Where the n-th statement begins; its end when there are not so many. */
static size_t statement_offset(const inb__sql_text *script, int n)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__pieces pieces = {0};
    inb__arena_init(&arena);
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        return script->text.n;
    }
    inb__split_text(&pieces, &arena, script->text);
    inb__arena_error_exit_clear(&arena);
    return n > 0 && (size_t)n <= pieces.n ? pieces.v[n - 1].offset : script->text.n;
}

/* The server's refusal of the text from an offset on, with its place in the file. */
static int refused(const inb__sql_text *script, size_t from, int statement, inb_error **err)
{
    int line, column, at = inb_error_column(*err);
    inb__str rest = {script->text.p + from, script->text.n - from};
    size_t offset = at ? from + offset_of(rest, at) : statement_offset(script, statement);
    place_find(&line, &column, script->text, offset);
    inb__error_wrap(err, INB_ESQL, "%s:%d: %s", script->path, line, inb_error_message(*err));
    inb__error_sqlstate(err, inb_error_sqlstate(inb_error_cause(*err)));
    inb__error_place(err, NULL, statement, line, at ? column : 0);
    return INB_ESQL;
}

static int pieces_run(inb_conn *conn, const inb__sql_text *script, inb_error **err)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__pieces pieces = {0};
    inb__arena_init(&arena);
    if (INB__ARENA_ERROR_EXIT(&arena)) {
        return inb__error_nomem(err);
    }
    inb__split_text(&pieces, &arena, script->text);
    inb__arena_error_exit_clear(&arena);
    for (size_t i = 0; i < pieces.n; i++) {
        const inb__piece *p = &pieces.v[i];
        inb__str sql = {script->text.p + p->offset, p->length};
        int rc = inb__pg_simple(conn, sql, NULL, err);
        if (rc < 0) {
            return rc == INB_ESQL ? refused(script, p->offset, (int)i + 1, err) : rc;
        }
    }
    return 0;
}

static int ended_check(inb_conn *conn, const inb__sql_text *script, inb_error **err)
{
    if (inb__pg_transaction(conn) == INB__PG_TX_IDLE) {
        return 0;
    }
    int rc = inb__error_set(err, INB_ESYNTAX, "%s ends inside a transaction, which was rolled back",
                            script->path);
    inb__error_hint(err, "End it with COMMIT, or leave BEGIN out.");
    return rc;
}

int inb__sql_text_run(inb_conn *conn, const inb__sql_text *script, inb_error **err)
{
    if (!script->transactional) {
        int rc = pieces_run(conn, script, err);
        return rc < 0 ? rc : ended_check(conn, script, err);
    }
    int rc = inb__pg_script(conn, script->text, err);
    if (rc < 0) {
        return rc == INB_ESQL ? refused(script, 0, inb_error_statement(*err), err) : rc;
    }
    return ended_check(conn, script, err);
}

int inb__sql_text_connect(inb_conn **out, const char *url, inb_error **err)
{
    const inb_conn_options options = {.size = sizeof(options),
                                      .url = url,
                                      .application_name = "inboard",
                                      .connect_timeout_ms = INB__CLI_CONNECT_MS,
                                      .log = inb__cli_log,
                                      .cancelled = inb__cli_stop_asked};
    inb__cli_signals_take();
    return inb_conn_open(out, &options, err);
}
