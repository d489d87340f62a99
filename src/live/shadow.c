/* Makes, empties and removes shadow databases. */
#include "config.h"

#include "live/shadow.h"

#include "live/shadow_queries.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <stdio.h>
#include <string.h>

#define CONNECT_MS 5000
#define LOCK_CLASS "72707370" /* beside that of the migration lock */

static int open_url(inb_conn **out, inb__url *url, const char *text, inb_error **err)
{
    int rc = inb__url_parse(url, text, err);
    if (rc < 0) {
        return rc;
    }
    const inb__pg_options options = {
        .url = url, .application_name = "inboard-shadow", .connect_timeout_ms = CONNECT_MS};
    return inb__pg_open(out, &options, err);
}

/* ---- names and URLs -------------------------------------------------------------------------- */

static void value_write(inb__buf *out, const char *keyword, const char *value)
{
    inb__buf_printf(out, "%s='", keyword);
    for (const char *p = value; *p; p++) {
        inb__buf_str(out, *p == '\'' || *p == '\\' ? "\\" : "");
        inb__buf_char(out, *p);
    }
    inb__buf_str(out, "' ");
}

/* The main database's URL with another database in it, as keywords and values. */
static const char *url_with(inb__arena *arena, const inb__url *url, const char *database)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_URL * 4);
    for (size_t i = 0; i < url->n; i++) {
        if (strcmp(url->parameters[i].keyword, "dbname") != 0) {
            value_write(&out, url->parameters[i].keyword, url->parameters[i].value);
        }
    }
    if (url->schema_given) {
        value_write(&out, "schema", url->schema);
    }
    value_write(&out, "dbname", database);
    return out.failed ? NULL : inb__arena_strdup(arena, inb__buf_text(&out));
}

static int named_run(inb_conn *conn, const char *before, const char *name, const char *after,
                     inb_error **err)
{
    char sql[160];
    snprintf(sql, sizeof(sql), "%s\"%s\"%s", before, name, after);
    return inb__pg_simple(conn, inb__str_of(sql), NULL, err);
}

/* ---- one that is made ------------------------------------------------------------------------ */

/* What runs that died have left. One that cannot be removed is no reason to stop. */
static void dead_remove(inb_conn *conn)
{
    const char *params[] = {LOCK_CLASS};
    inb_result *r = NULL;
    inb_error *ignored = NULL;
    int rc = inb_conn_exec(conn, inb__query_shadow_dead, 1, params, &r, &ignored);
    for (int i = 0; rc == 0 && i < inb_result_rows(r); i++) {
        inb_error_free(ignored);
        ignored = NULL;
        rc = named_run(conn, "DROP DATABASE IF EXISTS ", inb_result_value(r, i, 0), " WITH (FORCE)",
                       &ignored);
    }
    inb_error_free(ignored);
    inb_result_free(r);
}

static int right_refuse(const char *user, inb_error **err)
{
    inb__error_wrap(err, INB_EPERM, "the role \"%s\" may not create a shadow database", user);
    inb__error_prisma(err, "P3014");
    inb__error_hint(err,
                    "Allow it with ALTER ROLE \"%s\" CREATEDB, or give an empty database with "
                    "--shadow-database-url.",
                    user);
    return INB_EPERM;
}

static int database_make(inb__shadow *s, const char *user, inb_error **err)
{
    int rc = named_run(s->conn, "CREATE DATABASE ", s->name, "", err);
    if (rc == 0) {
        return 0;
    }
    s->name[0] = '\0';
    const char *state = err && *err ? inb_error_sqlstate(*err) : "";
    return strcmp(state, INB__SQLSTATE_INSUFFICIENT_PRIVILEGE) == 0 ? right_refuse(user, err) : rc;
}

/* identity: what the main connection says of itself. */
static int shadow_make(inb__shadow *s, inb__arena *arena, const inb__url *url,
                       const inb_result *identity, inb_error **err)
{
    const char *params[] = {LOCK_CLASS};
    inb_result *r = NULL;
    dead_remove(s->conn);
    int rc = inb_conn_exec(s->conn, inb__query_shadow_begin, 1, params, &r, err);
    if (rc == 0) {
        snprintf(s->name, sizeof(s->name), "%s", inb_result_value(r, 0, 0));
        rc = database_make(s, inb_result_value(identity, 0, 1), err);
    }
    inb_result_free(r);
    if (rc == 0) {
        s->url = url_with(arena, url, s->name);
        rc = s->url ? 0 : inb__error_nomem(err);
    }
    return rc;
}

/* ---- one that is given ----------------------------------------------------------------------- */

static int same_refuse(inb_error **err)
{
    inb__error_set(err, INB_EINVAL, "the shadow database is the main database");
    inb__error_hint(err, "A shadow database is emptied: give one of its own.");
    return INB_EINVAL;
}

static int main_compare(const char *main_url, const char *identity, inb_error **err)
{
    inb__url url = {0};
    inb_conn *conn = NULL;
    inb_result *r = NULL;
    int rc = open_url(&conn, &url, main_url, err);
    if (rc == 0) {
        rc = inb_conn_exec(conn, inb__query_shadow_identity, 0, NULL, &r, err);
    }
    if (rc == 0 && strcmp(inb_result_value(r, 0, 0), identity) == 0) {
        rc = same_refuse(err);
    }
    inb_result_free(r);
    inb_conn_close(conn);
    inb__url_dispose(&url);
    return rc;
}

static int given_refuse(const inb_result *r, inb_error **err)
{
    if (inb_result_value(r, 0, 2)[0] != 't') {
        inb__error_set(err, INB_ELOCK, "another run uses the shadow database");
        inb__error_hint(err, "Wait for it to end, or give another one.");
        return INB_ELOCK;
    }
    bool marked = inb_result_value(r, 0, 0)[0] == 't', used = inb_result_value(r, 0, 1)[0] == 't';
    if (used && !marked) {
        inb__error_set(err, INB_EINVAL,
                       "the shadow database is not empty, and no earlier run has "
                       "marked it as a shadow");
        inb__error_hint(err, "It would be emptied: give an empty database, or create the schema "
                             "\"inboard_shadow\" in it to say that all of it may go.");
        return INB_EINVAL;
    }
    return 0;
}

static int clean(inb_conn *conn, inb_error **err)
{
    int rc = inb__pg_simple(conn, inb__str_of(inb__query_shadow_clean), NULL, err);
    const char *state = rc < 0 && err && *err ? inb_error_sqlstate(*err) : "";
    if (strcmp(state, INB__SQLSTATE_INSUFFICIENT_PRIVILEGE) == 0) {
        inb__error_wrap(err, INB_EPERM, "the role may not empty the shadow database");
        inb__error_hint(err, "Make it the owner of the database and of its schema \"public\".");
        return INB_EPERM;
    }
    return rc;
}

static int given_take(inb__shadow *s, const inb__shadow_options *options, const char *identity,
                      inb_error **err)
{
    const char *params[] = {LOCK_CLASS};
    inb_result *r = NULL;
    int rc = options->main_url ? main_compare(options->main_url, identity, err) : 0;
    if (rc == 0) {
        rc = inb_conn_exec(s->conn, inb__query_shadow_given, 1, params, &r, err);
    }
    if (rc == 0) {
        rc = given_refuse(r, err);
    }
    inb_result_free(r);
    rc = rc < 0 ? rc : clean(s->conn, err);
    s->url = rc == 0 ? options->given_url : NULL;
    return rc;
}

/* ---- both ------------------------------------------------------------------------------------ */

int inb__shadow_open(inb__shadow *out, inb__arena *arena, const inb__shadow_options *options,
                     inb_error **err)
{
    inb__shadow s = {.conn = NULL};
    inb__url url = {0};
    inb_result *identity = NULL;
    const char *text = options->given_url ? options->given_url : options->main_url;
    int rc = open_url(&s.conn, &url, text, err);
    if (rc == 0) {
        rc = inb_conn_exec(s.conn, inb__query_shadow_identity, 0, NULL, &identity, err);
    }
    if (rc == 0) {
        rc = options->given_url ? given_take(&s, options, inb_result_value(identity, 0, 0), err)
                                : shadow_make(&s, arena, &url, identity, err);
    }
    inb_result_free(identity);
    inb__url_dispose(&url);
    if (rc < 0) {
        s.url = NULL; /* what was not taken is not emptied */
        inb__shadow_close(&s);
        return rc;
    }
    *out = s;
    return 0;
}

void inb__shadow_close(inb__shadow *shadow)
{
    inb_error *ignored = NULL;
    int rc = 0;
    if (shadow->name[0]) {
        rc = named_run(shadow->conn, "DROP DATABASE IF EXISTS ", shadow->name, " WITH (FORCE)",
                       &ignored);
    } else if (shadow->url) {
        rc = clean(shadow->conn, &ignored);
    }
    (void)rc;
    inb_error_free(ignored);
    inb_conn_close(shadow->conn);
    *shadow = (inb__shadow){.conn = NULL};
}
