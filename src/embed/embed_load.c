/* Reads a folder of migrations, compares it with inboard.sum, and has every statement understood.
 */
#include "config.h"

#include "embed/embed_load.h"

#include "embed/embed_gates.h"
#include "embed/embed_proof.h"
#include "embed/embed_schema.h"
#include "embed/embed_table.h"
#include "table/table_read.h"
#include "util/file.h"
#include "util/limits.h"

#include <stdlib.h>

#define SCRIPT "migration.sql"
#define LOCK_FILE "migration_lock.toml"

/* One load. */
typedef struct loading {
    inb__embed *out;
    inb__arena *arena;
    const inb__embed_options *options;
    uint32_t sum_file; /* its number in the sources of the problems */
    bool sum_damaged;  /* what is released is not known: nothing can be told of it */
    inb_error **err;
} loading;

/* Adds a problem; the hint may be NULL. */
static void problem(loading *l, inb__span span, const char *hint, const char *message)
{
    inb__diagnostic_add(&l->out->problems, INB__SEVERITY_ERROR, span, NULL, "%s", message);
    if (hint) {
        inb__diagnostic_hint(&l->out->problems, "%s", hint);
    }
}

static uint32_t source_add(loading *l, const char *path, inb__str text)
{
    return inb__diagnostics_source(&l->out->problems, path, text);
}

/* Of a folder or a file of which there is no text. */
static void path_problem(loading *l, const char *path, const char *hint, const char *message)
{
    problem(l, INB__SPAN_FILE(source_add(l, path, (inb__str){NULL, 0})), hint, message);
}

static bool name_check(loading *l, const char *name)
{
    size_t n = strlen(name);
    const char *path = inb__path_join(l->arena, l->options->dir, name);
    if (inb__utf8_check(name, n) != n) {
        path_problem(l, path, "Rename the folder.", "the folder name is not valid UTF-8");
        return false;
    }
    if (n > INB__LIMIT_MIGRATION_NAME) {
        path_problem(
            l, path,
            "Rename the folder: the column migration_name of the history holds 255 characters.",
            "the folder name is longer than 255 bytes");
        return false;
    }
    return true;
}

static inb__problems problems_of(loading *l, uint32_t file)
{
    return (inb__problems){&l->out->problems, file};
}

/* What no database and no parser can take; the text is not looked at further. */
static bool text_check(loading *l, const inb__embed_migration *m)
{
    const inb__problems problems = problems_of(l, m->file);
    size_t good = inb__utf8_check(m->sql.p, m->sql.n);
    if (good < m->sql.n && m->sql.p[good] == '\0') {
        inb__problem_add(&problems, good,
                         "Remove it: PostgreSQL does not accept NUL bytes in text.", "a NUL byte");
        return false;
    }
    if (good < m->sql.n) {
        inb__problem_add(&problems, good, "Save the file as UTF-8.", "invalid UTF-8");
        return false;
    }
    return true;
}

/* Applied as it is, whatever would be refused in a new one. */
static bool is_released(const loading *l, const inb__embed_migration *m)
{
    return l->options->policy == INB__EMBED_HISTORY || m->released || l->options->adopt ||
           l->sum_damaged;
}

static void mark_check(const inb__problems *problems, const inb__embed_migration *m)
{
    if (inb__str_starts(m->sql, "\xef\xbb\xbf")) {
        inb__problem_add(problems, 0, "Save the file as UTF-8 without a byte order mark.",
                         "a byte order mark");
    }
}

static void migration_add(loading *l, inb__embed_migration m)
{
    m.file = source_add(l, m.path, m.sql);
    inb__checksums_of(m.checksums, m.sql);
    INB__VEC_ADD(l->arena, &l->out->migrations, m);
}

static int migration_read(loading *l, const inb__dirent *entry)
{
    const char *name = entry->name;
    inb__embed_migration m = {.name = name};
    const char *folder = inb__path_join(l->arena, l->options->dir, name);
    m.path = inb__path_join(l->arena, folder, SCRIPT);
    if (!name_check(l, name)) {
        return 0;
    }
    bool there = !entry->may_be_link && inb__path_is_file_itself(m.path);
    bool is_file = there || inb__path_is_file(m.path);
    if (!is_file && !inb__path_exists(m.path)) {
        inb__span span = INB__SPAN_FILE(source_add(l, m.path, (inb__str){NULL, 0}));
        inb__diagnostic_add(&l->out->problems, INB__SEVERITY_ERROR, span, "P3015",
                            "the folder has no migration.sql");
        inb__diagnostic_hint(&l->out->problems, "Write the file, or remove the folder.");
        return 0;
    }
    if (!is_file) {
        path_problem(l, m.path, "Replace it with a regular file.",
                     "migration.sql is not a regular file");
        return 0;
    }
    if (!there && !inb__path_is_inside(m.path, l->options->dir)) {
        path_problem(l, m.path, "Put the file itself there.",
                     "migration.sql is a link to a file outside the folder of migrations");
        return 0;
    }
    inb_error *why = NULL;
    int rc = inb__file_read(&m.sql, l->arena, m.path, INB__LIMIT_FILE, &why);
    if (rc == INB_EIO || rc == INB_ELIMIT) {
        path_problem(l, m.path, NULL, inb_error_message(why));
        inb_error_free(why);
        return 0;
    }
    if (rc) {
        inb_error_free(why);
        return inb__error_nomem(l->err);
    }
    INB__VEC_ADD(l->arena, &l->out->read, m.path);
    migration_add(l, m);
    return 0;
}

static void table_take(loading *l, const inb_table *table)
{
    for (uint32_t i = 0; i < table->n_migrations; i++) {
        inb__embed_migration m = {.name = inb__table_name(table, i),
                                  .sql = inb__table_sql(table, i)};
        m.path =
            inb__path_join(l->arena, inb__path_join(l->arena, l->options->dir, m.name), SCRIPT);
        migration_add(l, m);
    }
}

static bool is_wanted(const loading *l, const inb__dirent *entry)
{
    const inb__embed_options *o = l->options;
    return entry->is_dir && !inb__str_starts(inb__str_of(entry->name), INB__EMBED_STAGE) &&
           (!o->wanted || o->wanted(o->payload, entry->name));
}

static int folder_read(loading *l)
{
    const char *dir = l->options->dir;
    inb__dirent *entries = NULL;
    size_t n = 0;
    if (l->options->begins && !inb__path_exists(dir)) {
        return 0;
    }
    int rc = inb__dir_list(&entries, &n, l->arena, dir, l->err);
    if (rc == INB_EIO) {
        inb__error_hint(l->err, "Name the folder of migrations with --migrations.");
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (is_wanted(l, &entries[i])) {
            rc = migration_read(l, &entries[i]);
        }
    }
    if (rc == 0 && l->out->migrations.n > INB__LIMIT_MIGRATIONS) {
        rc = inb__error_set(l->err, INB_ELIMIT, "\"%s\" holds more than %u migrations", dir,
                            INB__LIMIT_MIGRATIONS);
    }
    return rc;
}

static void provider_problem(loading *l, const char *path, inb__str text, size_t at,
                             const char *message)
{
    inb__span span = {source_add(l, path, text), (uint32_t)at, (uint32_t)at};
    inb__diagnostic_add(&l->out->problems, INB__SEVERITY_ERROR, span, "P3019", "%s", message);
    inb__diagnostic_hint(&l->out->problems, "Use the folder of a PostgreSQL history.");
}

/* Prisma's rule: the first line that begins with "provider" names it. */
static int provider_check(loading *l)
{
    const char *path = inb__path_join(l->arena, l->options->dir, LOCK_FILE);
    if (!inb__path_exists(path)) {
        return 0;
    }
    inb__str text;
    int rc = inb__file_read(&text, l->arena, path, INB__LIMIT_FILE, l->err);
    if (rc) {
        return rc;
    }
    INB__VEC_ADD(l->arena, &l->out->read, path);
    for (size_t at = 0; at < text.n;) {
        inb__str line = inb__line_at(text.p, text.n, at);
        if (inb__str_starts(line, "provider")) {
            if (!inb__str_is(inb__str_trim(line), "provider = \"postgresql\"")) {
                provider_problem(l, path, text, at, "these migrations are not for PostgreSQL");
            }
            return 0;
        }
        const char *end = memchr(text.p + at, '\n', text.n - at);
        at = end ? (size_t)(end - text.p) + 1 : text.n;
    }
    provider_problem(l, path, text, 0, "no line names the provider");
    return 0;
}

static int sum_load(loading *l)
{
    const char *path = l->options->sum;
    if (!path) {
        path = inb__path_join(l->arena, l->options->dir, INB__SUM_NAME);
    }
    l->out->sum_path = path;
    if (l->options->listed_from) {
        l->out->sum.text = l->options->listed;
        path = l->options->listed_from;
    } else if (!l->options->sum && !inb__path_exists(path)) {
        return 0;
    } else {
        int rc = inb__file_read(&l->out->sum.text, l->arena, path, INB__LIMIT_FILE, l->err);
        if (rc) {
            return rc;
        }
        INB__VEC_ADD(l->arena, &l->out->read, path);
    }
    l->out->sum.exists = true;
    inb__sum_fault fault;
    inb__sum_parse(&l->out->sum, l->arena, &fault);
    l->sum_file = source_add(l, path, l->out->sum.text);
    if (fault.message) {
        const inb__problems problems = problems_of(l, l->sum_file);
        inb__problem_add(&problems, fault.offset,
                         "Take the file of the branch that is released, then run `inboard sum`.",
                         "%s", fault.message);
        l->sum_damaged = true;
    }
    return 0;
}

static void released_missing(loading *l, const inb__sum_line *line)
{
    const inb__problems problems = problems_of(l, l->sum_file);
    inb__problem_add(&problems, line->offset, "Restore it: databases have it in their history.",
                     "the released migration \"%s\" is not in the folder", line->name);
}

static void released_check(loading *l, inb__embed_migration *m, const inb__sum_line *line)
{
    m->released = true;
    m->listed = line->cls;
    if (!inb__checksums_have(m->checksums, line->checksum)) {
        problem(l, INB__SPAN_FILE(m->file),
                "Restore the file and write the change as a new migration.",
                "the released migration was edited: inboard.sum has another checksum for it");
    }
}

static void new_check(loading *l, const inb__embed_migration *m)
{
    const inb__sum *sum = &l->out->sum;
    const char *last = sum->lines.n ? sum->lines.v[sum->lines.n - 1].name : "";
    if (strcmp(m->name, last) < 0) {
        inb__diagnostic_add(&l->out->problems, INB__SEVERITY_ERROR, INB__SPAN_FILE(m->file), NULL,
                            "the new migration sorts before \"%s\", which is released", last);
        inb__diagnostic_hint(&l->out->problems, "Rename its folder so that it sorts after \"%s\".",
                             last);
    }
}

/* Both are in the byte order of names: one pass over the two. */
static void sum_compare(loading *l)
{
    const inb__sum *sum = &l->out->sum;
    size_t at = 0;
    for (size_t i = 0; i < l->out->migrations.n; i++) {
        inb__embed_migration *m = &l->out->migrations.v[i];
        while (at < sum->lines.n && strcmp(sum->lines.v[at].name, m->name) < 0) {
            released_missing(l, &sum->lines.v[at++]);
        }
        if (at < sum->lines.n && strcmp(sum->lines.v[at].name, m->name) == 0) {
            released_check(l, m, &sum->lines.v[at++]);
        } else if (!l->options->adopt) {
            new_check(l, m);
        }
    }
    while (at < sum->lines.n) {
        released_missing(l, &sum->lines.v[at++]);
    }
}

/* With the problems that it finds, which its caller may drop. */
static void migration_analyse(inb__embed *out, inb__embed_migration *m,
                              const inb__sql_observer *observer)
{
    const inb__problems found = {&out->problems, m->file};
    inb__analyse_observed(&m->script, &found, out->arena, out->catalog, m->sql, observer);
    m->understood = true;
    out->n_understood++;
}

/* A migration that is not listed is checked against all that the others make. */
static bool may_wait(const loading *l)
{
    bool released = true;
    for (size_t i = 0; i < l->out->migrations.n; i++) {
        released = released && l->out->migrations.v[i].released;
    }
    return l->options->later && (released || l->options->policy == INB__EMBED_HISTORY);
}

static void migrations_analyse(loading *l)
{
    inb__embed_policy policy = l->options->policy;
    inb__catalog *catalog = INB__NEW(l->arena, inb__catalog);
    inb__catalog_init(catalog, l->arena);
    l->out->catalog = catalog;
    catalog->partial = may_wait(l);
    for (size_t i = 0; i < l->out->migrations.n; i++) {
        inb__embed_migration *m = &l->out->migrations.v[i];
        if (!text_check(l, m) || catalog->partial) {
            continue;
        }
        const inb__problems found = problems_of(l, m->file);
        size_t before = l->out->problems.n;
        migration_analyse(l->out, m, l->options->observer);
        inb__embed_gate_resolve(l->out, i);
        mark_check(&found, m);
        bool unmet = policy == INB__EMBED_HISTORY && inb__embed_gate_unmet(m);
        if (is_released(l, m) && !unmet) {
            inb__diagnostics_truncate(&l->out->problems, before);
        } else if (policy == INB__EMBED_BUILD) {
            inb__analyse_acceptance(&m->script, &found, l->arena);
        }
    }
}

static int problems_error(const loading *l, size_t of_migrations)
{
    size_t n = l->out->problems.errors;
    const char *dir = l->options->dir, *schema = l->options->schema;
    bool both = of_migrations && of_migrations < n;
    int rc = inb__error_set(l->err, INB_ESYNTAX, "%zu problem%s in \"%s\"%s%s%s", n,
                            n == 1 ? "" : "s", of_migrations ? dir : schema, both ? " and \"" : "",
                            both ? schema : "", both ? "\"" : "");
    if (of_migrations && !l->out->sum.exists && l->options->policy != INB__EMBED_HISTORY) {
        inb__error_hint(l->err, "Do not edit a migration that is applied to a database: "
                                "`inboard sum --adopt` lists such a history as it is.");
    }
    return rc;
}

static int load(loading *l)
{
    int rc = 0;
    INB__VEC_ADD(l->arena, &l->out->read, l->options->dir);
    if (l->options->table) {
        table_take(l, l->options->table);
    } else {
        rc = folder_read(l);
        rc = rc ? rc : provider_check(l);
    }
    if (rc == 0 && l->options->policy != INB__EMBED_HISTORY) {
        rc = sum_load(l);
    }
    if (rc) {
        return rc;
    }
    if (l->options->policy != INB__EMBED_HISTORY && !l->sum_damaged) {
        sum_compare(l);
    }
    migrations_analyse(l);
    size_t of_migrations = l->out->problems.errors;
    if (l->options->schema) {
        rc = inb__embed_schema_read(l->out, l->arena, l->options->schema, l->err);
    }
    if (rc == 0 && l->options->prove && l->out->schema && !l->out->problems.n) {
        inb__embed_prove(l->out, l->arena);
    }
    if (rc == 0 && l->out->problems.n) {
        inb__diagnostics_sort(&l->out->problems);
        return problems_error(l, of_migrations);
    }
    return rc ? rc : inb__embed_table_build(l->out, l->arena, l->err);
}

int inb__embed_load(inb__embed *out, inb__arena *arena, const inb__embed_options *options,
                    inb_error **err)
{
    memset(out, 0, sizeof(*out));
    out->arena = arena;
    inb__diagnostics_init(&out->problems, arena);
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        memset(out, 0, sizeof(*out));
        return inb__error_nomem(err);
    }
    loading l = {.out = out, .arena = arena, .options = options, .err = err};
    int rc = load(&l);
    inb__arena_error_exit_clear(arena);
    return rc;
}

/* A backfill is known by its table: for it what comes before is read too, each migration once. */
static void backfill_analyse(inb__embed *embed, uint32_t migration)
{
    inb__catalog *partial = embed->catalog;
    size_t problems = embed->problems.n, n_understood = embed->n_understood;
    if (!embed->whole || embed->n_whole > migration) {
        embed->whole = INB__NEW(embed->arena, inb__catalog);
        inb__catalog_init(embed->whole, embed->arena);
        embed->n_whole = 0;
    }
    for (; embed->n_whole < migration; embed->n_whole++) {
        const inb__embed_migration *before = &embed->migrations.v[embed->n_whole];
        const inb__problems found = {&embed->problems, before->file};
        inb__sql_script script = {0};
        inb__analyse_script(&script, &found, embed->arena, embed->whole, before->sql);
    }
    inb__diagnostics_truncate(&embed->problems, problems);
    embed->catalog = embed->whole;
    migration_analyse(embed, &embed->migrations.v[migration], NULL);
    embed->n_whole++;
    embed->n_understood = n_understood; /* it was counted */
    embed->catalog = partial;
}

/* It was to be run in windows, or to be held: without that it is not what its author wrote. */
static int unmet_error(const inb__embed *embed, const inb__embed_migration *m, size_t before,
                       inb_error **err)
{
    const inb__diagnostics *found = &embed->problems;
    size_t at = m->script.after && !m->after ? found->n - 1 : before;
    int rc = inb__error_set(err, INB_ESYNTAX, "migration \"%s\": %s", m->name,
                            found->n > before ? found->v[at].message : "");
    inb__error_hint(err, "%s", found->n > before && found->v[at].hint ? found->v[at].hint : "");
    return rc;
}

int inb__embed_understand(inb__embed *embed, uint32_t migration, inb_error **err)
{
    inb__arena *arena = embed->arena;
    if (INB__ARENA_ERROR_EXIT(arena)) {
        inb__arena_error_exit_clear(arena);
        return inb__error_nomem(err);
    }
    inb__embed_migration *m = &embed->migrations.v[migration];
    size_t before = embed->problems.n;
    migration_analyse(embed, m, NULL);
    if (embed->catalog->partial &&
        inb__directive_is_given(&m->script.directives, INB__DIRECTIVE_BACKFILL)) {
        inb__diagnostics_truncate(&embed->problems, before);
        backfill_analyse(embed, migration);
    }
    inb__embed_gate_resolve(embed, migration);
    bool unmet = inb__embed_gate_unmet(m) || (m->script.misread && !m->released);
    int rc = unmet ? unmet_error(embed, m, before, err) : 0;
    inb__diagnostics_truncate(&embed->problems, before);
    if (m->released) {
        m->script.cls = m->listed; /* decided where everything was read */
    }
    rc = rc < 0 ? rc : inb__embed_table_read(embed, migration, err);
    inb__arena_error_exit_clear(arena);
    return rc;
}
