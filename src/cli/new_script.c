/* Composes the text of a new migration. */
#include "config.h"

#include "cli/new_script.h"

#include "schema/render.h"
#include "sql/analyse.h"
#include "util/cleanup.h"
#include "util/limits.h"

/* A buffer's text in the arena; an arena without memory takes its exit only once the buffer is
 * gone. */
static inb__str kept(inb__arena *arena, inb__buf *buf)
{
    bool held = arena->held;
    arena->held = true;
    char *copy = buf->failed ? NULL : inb__arena_strndup(arena, inb__buf_text(buf), buf->length);
    size_t n = buf->length;
    arena->held = held;
    inb__buf_dispose(buf);
    return (inb__str){copy ? copy : inb__arena_alloc(arena, SIZE_MAX), n};
}

/* One line of a comment, which no name in it begins or ends. */
static void comment_line(inb__buf *out, const char *text)
{
    inb__buf_str(out, "  - ");
    for (const char *p = text; *p; p++) {
        bool mark = p > text && ((p[-1] == '*' && *p == '/') || (p[-1] == '/' && *p == '*'));
        inb__buf_str(out, mark ? " " : "");
        inb__buf_char(out, (unsigned char)*p < ' ' ? ' ' : *p);
    }
    inb__buf_char(out, '\n');
}

void inb__new_warnings(inb__buf *out, const inb__risks *risks, const inb__rename_guesses *guesses)
{
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_FILE);
    inb__buf_str(out, risks->n || guesses->n ? "/*\n  Warnings:\n\n" : "");
    for (size_t i = 0; i < risks->n; i++) {
        inb__buf_clear(&line);
        inb__risk_text(&line, &risks->v[i]);
        comment_line(out, inb__buf_text(&line));
    }
    for (size_t i = 0; i < guesses->n; i++) {
        inb__buf_clear(&line);
        inb__rename_guess_text(&line, &guesses->v[i]);
        comment_line(out, inb__buf_text(&line));
    }
    out->failed |= line.failed;
    inb__buf_str(out, risks->n || guesses->n ? "\n*/\n" : "");
}

static void table_rename(inb__buf *out, const inb__steps *steps, const inb__rename *r)
{
    const inb__table *t = &steps->from->tables[r->table];
    inb__str space = steps->from->spaces[t->space];
    inb__buf_str(out, "-- RenameTable\n");
    if (!inb__str_eq(r->space, space)) {
        inb__buf_str(out, "ALTER TABLE ");
        inb__render_name(out, steps->to, r->space, r->was);
        inb__buf_str(out, " SET SCHEMA ");
        inb__quote_ident(out, space);
        inb__buf_str(out, ";\n");
    }
    if (!inb__str_eq(r->was, t->name)) {
        inb__buf_str(out, "ALTER TABLE ");
        inb__render_name(out, steps->to, space, r->was);
        inb__buf_str(out, " RENAME TO ");
        inb__quote_ident(out, t->name);
        inb__buf_str(out, ";\n");
    }
}

static void column_rename(inb__buf *out, const inb__steps *steps, const inb__rename *r)
{
    inb__buf_str(out, "-- RenameColumn\nALTER TABLE ");
    inb__render_table(out, steps->to, steps->from, r->table);
    inb__buf_str(out, " RENAME COLUMN ");
    inb__quote_ident(out, r->was);
    inb__buf_str(out, " TO ");
    inb__quote_ident(out, steps->from->tables[r->table].columns[r->column].name);
    inb__buf_str(out, ";\n");
}

/* Tables first: a column is named with the new name of its table. */
static void renames_write(inb__buf *out, const inb__steps *steps, const inb__renames *renames)
{
    const char *between = "";
    for (int columns = 0; columns < 2; columns++) {
        for (size_t i = 0; i < renames->n; i++) {
            const inb__rename *r = &renames->v[i];
            if ((r->column != INB__SCHEMA_NONE) == (columns == 1)) {
                inb__buf_str(out, between);
                between = "\n";
                (columns ? column_rename : table_rename)(out, steps, r);
            }
        }
    }
}

static void plain_write(inb__buf *out, const inb__steps *steps, const inb__renames *renames)
{
    size_t before = out->length;
    renames_write(out, steps, renames);
    if (steps->n) {
        inb__buf_str(out, out->length > before ? "\n" : "");
        inb__render_steps(out, steps);
    } else if (out->length == before) {
        inb__buf_str(out, "-- This is an empty migration.\n");
    }
}

/* A reason is one line, whatever names are in it. */
static void reason_write(inb__buf *out, const char *reason)
{
    for (; *reason; reason++) {
        inb__buf_char(out, (unsigned char)*reason < ' ' ? ' ' : *reason);
    }
    inb__buf_char(out, '\n');
}

static void directive_write(inb__buf *out, const inb__sql_statement *s)
{
    inb__buf_printf(out, "-- inboard: %s %s ", s->opaque ? "class" : "accept",
                    inb_class_name(s->cls));
    reason_write(out, s->reason);
}

static void accepted_write(inb__buf *out, const inb__sql_script *script, inb__str text)
{
    size_t at = 0;
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        inb__buf_add(out, text.p + at, s->offset - at);
        at = s->offset;
        if (s->cls != INB_CLASS_ADDITIVE) {
            directive_write(out, s);
        }
    }
    inb__buf_add(out, text.p + at, text.n - at);
}

inb__str inb__new_script(inb__arena *arena, const inb__steps *steps, const inb__risks *risks,
                         const inb__renames *renames, const inb__rename_guesses *guesses,
                         const inb__catalog *known)
{
    inb__buf out;
    inb__diagnostics found;
    inb__sql_script script;
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__new_warnings(&out, risks, guesses);
    plain_write(&out, steps, renames);
    inb__str text = kept(arena, &out);
    inb__diagnostics_init(&found, arena);
    const inb__problems problems = {&found, inb__diagnostics_source(&found, "migration.sql", text)};
    inb__catalog catalog;
    if (known) {
        catalog = *known; /* what it says is read for the last time */
    } else {
        inb__catalog_init(&catalog, arena);
    }
    inb__analyse_script(&script, &problems, arena, &catalog, text);
    inb__buf_init(&out, INB__LIMIT_FILE);
    accepted_write(&out, &script, text);
    return kept(arena, &out);
}

/* The plan whose migrations are called as their folders, but for the time. */
static inb__rollout_plan named(inb__arena *arena, const inb__rollout_plan *plan, const char *name)
{
    inb__rollout_plan out = {INB__NEW_N(arena, inb__rollout_migration, plan->n), plan->n};
    for (size_t i = 0; i < plan->n; i++) {
        const char *own = plan->v[i].name;
        out.v[i] = plan->v[i];
        if (name) {
            size_t room = INB__LIMIT_MIGRATION_NAME - INB__FOLDER_TIME - 2 - strlen(own);
            out.v[i].name = inb__arena_printf(arena, "%.*s_%s", (int)room, name, own);
        }
    }
    return out;
}

inb__new_migration *inb__new_rollout(inb__arena *arena, const inb__rollout_plan *plan,
                                     const char *name)
{
    const inb__rollout_plan folders = named(arena, plan, name);
    inb__new_migration *v = INB__NEW_N(arena, inb__new_migration, plan->n);
    for (size_t i = 0; i < plan->n; i++) {
        inb__buf out;
        inb__buf_init(&out, INB__LIMIT_FILE);
        v[i].name = folders.v[i].name;
        v[i].waits = folders.v[i].waits;
        v[i].waits_at = inb__rollout_migration_sql(&out, &folders, i);
        v[i].sql = kept(arena, &out);
    }
    return v;
}
