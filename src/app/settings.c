/* The command line and the environment, each described by one table. */
#include "config.h"

#include "app/settings.h"

#include "app/exits.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind {
    KIND_FLAG,      /* a mode, or json */
    KIND_TEXT,      /* const char * */
    KIND_CONFIRMED, /* one more of the names that were confirmed */
    KIND_DURATION,  /* milliseconds */
    KIND_NUMBER
} kind;

typedef struct program_option {
    const char *name, *value_name;
    app_mode mode; /* what it switches to, APP_MODE_SERVE when nothing */
    kind kind;
    size_t offset;
    const char *help;
} program_option;

#define MEMBER(name) offsetof(app_settings, name)

static const program_option options[] = {
    {"migrate-only", NULL, APP_MODE_MIGRATE_ONLY, KIND_FLAG, 0,
     "apply every pending migration, verify, run the gates, and exit"},
    {"backfill", NULL, APP_MODE_BACKFILL, KIND_FLAG, 0,
     "run the backfills that are pending, to their end, and exit"},
    {"check-schema", NULL, APP_MODE_CHECK_SCHEMA, KIND_FLAG, 0,
     "examine the database read-only; the exit status is a sum, see below"},
    {"status", NULL, APP_MODE_STATUS, KIND_FLAG, 0, "print every migration and its state"},
    {"seal", "CONNECTOR", APP_MODE_SEAL, KIND_TEXT, MEMBER(connector),
     "seal the JSON object on standard input as the secret of an ERP connector (name or id)"},
    {"rotate-keys", NULL, APP_MODE_ROTATE_KEYS, KIND_FLAG, 0,
     "seal every connector's secret again with the keyring's first key"},
    {"confirm", "NAME", APP_MODE_SERVE, KIND_CONFIRMED, 0,
     "with --migrate-only: what must be true before this migration is so"},
    {"backfills", "HOW", APP_MODE_SERVE, KIND_TEXT, MEMBER(backfills),
     "with --migrate-only: inline runs small backfills, wait stops at each, skip leaves them"},
    {"wait", "SECONDS", APP_MODE_SERVE, KIND_DURATION, MEMBER(wait_ms),
     "wait for a release job to apply the migrations that this mode may not"},
    {"allow-unknown", NULL, APP_MODE_SERVE, KIND_FLAG, MEMBER(allow_unknown),
     "start though the database has migrations that may not work with this program"},
    {"json", NULL, APP_MODE_SERVE, KIND_FLAG, MEMBER(json),
     "print JSON on standard output (with every option but --help)"},
    {"version", NULL, APP_MODE_VERSION, KIND_FLAG, 0, "print the version"},
    {"help", NULL, APP_MODE_HELP, KIND_FLAG, 0, "print this text"}, /* the last: -h */
};

typedef struct variable {
    const char *name, *value; /* value: the default, NULL when there is none */
    kind kind;
    int64_t least, most;
    size_t offset;
    const char *help;
} variable;

#define DAY_MS (24 * 3600 * 1000ll)

static const variable variables[] = {
    {"DATABASE_URL", NULL, KIND_TEXT, 0, 0, MEMBER(database_url), "URL of the database; required"},
    {"DIRECT_URL", NULL, KIND_TEXT, 0, 0, MEMBER(direct_url),
     "URL of the same database without a pooler, for migrations"},
    {"LISTEN", "127.0.0.1:8080", KIND_TEXT, 0, 0, MEMBER(listen),
     "HOST:PORT to serve on; an empty host is every address, port 0 any that is free"},
    {"MONITOR_LISTEN", NULL, KIND_TEXT, 0, 0, MEMBER(monitor_listen),
     "HOST:PORT for /healthz, /readyz and /metrics alone; /metrics is then nowhere else"},
    {"TRUSTED_PROXIES", NULL, KIND_TEXT, 0, 0, MEMBER(trusted_proxies),
     "addresses and networks whose X-Forwarded-For names the client"},
    {"ERP_KEYRING", NULL, KIND_TEXT, 0, 0, MEMBER(keyring),
     "the keyring file, or command:PROGRAM ARG..."},
    {"BACKFILL_METRICS", NULL, KIND_TEXT, 0, 0, MEMBER(backfill_metrics),
     "a file for metrics of --backfill, replaced each second"},
    {"BACKFILL_HOLD_WHEN", NULL, KIND_TEXT, 0, 0, MEMBER(backfill_hold_when),
     "a SELECT that holds --backfill while it gives more than false, 0 or nothing"},
    {"BACKFILL_WORKERS", "1", KIND_NUMBER, 1, 64, MEMBER(backfill_workers),
     "connections of --backfill that share a table"},
    {"LOG_LEVEL", "info", KIND_TEXT, 0, 0, MEMBER(log_level),
     "debug, info, warning (or warn), error"},
    {"CONNECT_TIMEOUT", "30s", KIND_DURATION, 0, DAY_MS, MEMBER(connect_timeout_ms),
     "how long to wait for a database that does not answer yet"},
    {"LOCK_WAIT", "60s", KIND_DURATION, 1, DAY_MS, MEMBER(lock_wait_ms),
     "how long to wait for the migration lock"},
    {"LOCK_TIMEOUT", "3s", KIND_DURATION, 1, DAY_MS, MEMBER(lock_timeout_ms),
     "how long a migration's statement may wait for a table"},
    {"RETRY_BUDGET", "60s", KIND_DURATION, 1, DAY_MS, MEMBER(retry_budget_ms),
     "how long to retry after such waits"},
    {"CONCURRENT_WAIT", "60s", KIND_DURATION, 1, DAY_MS, MEMBER(concurrent_wait_ms),
     "how long CREATE INDEX CONCURRENTLY and its kin may wait for older transactions"},
    {"STATEMENT_TIMEOUT", "5s", KIND_DURATION, 1, DAY_MS, MEMBER(statement_timeout_ms),
     "limit of each statement of the service, and of each connect"},
    {"READ_TIMEOUT", "20s", KIND_DURATION, 100, DAY_MS, MEMBER(read_timeout_ms),
     "how long a client may take to send a request"},
    {"REQUEST_TIMEOUT", "30s", KIND_DURATION, 100, DAY_MS, MEMBER(request_timeout_ms),
     "how long an answer may take, until the client has read it"},
    {"SHUTDOWN_TIMEOUT", "20s", KIND_DURATION, 0, DAY_MS, MEMBER(shutdown_timeout_ms),
     "how long requests may go on after SIGTERM"},
    {"SESSION_LIFETIME", "12h", KIND_DURATION, 1000, 365 * DAY_MS, MEMBER(session_lifetime_ms),
     "how long a session lasts"},
    {"LOGIN_TRIES", "10", KIND_NUMBER, 0, 1000000, MEMBER(login_tries),
     "wrong passwords in a row for an account from one address; 0: no limit"},
    {"WORKERS", "4", KIND_NUMBER, 1, 64, MEMBER(workers),
     "threads, each with a database connection"},
    {"MAX_CONNECTIONS", "1024", KIND_NUMBER, 1, 100000, MEMBER(max_connections),
     "HTTP connections at a time"},
    {"MAX_CONNECTIONS_PER_IP", "256", KIND_NUMBER, 0, 100000, MEMBER(max_connections_per_ip),
     "the same from one address; 0: no limit"},
    {"MAX_BODY", "65536", KIND_NUMBER, 1024, 16 << 20, MEMBER(max_body), "bytes of a JSON body"},
    {"MAX_UPLOAD", "8388608", KIND_NUMBER, 1024, 256 << 20, MEMBER(max_upload),
     "bytes of an upload"},
};

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static bool refuse(app_refusal *r, const char *hint, const char *fmt, const char *name,
                   const char *value)
{
    /* The formats are this file's own; each takes at most the two texts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(r->message, sizeof(r->message), fmt, name, value);
#pragma GCC diagnostic pop
    snprintf(r->hint, sizeof(r->hint), "%s", hint);
    return false;
}

static bool number_parse(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return !errno && end != text && !*end && strspn(text, "0123456789") == strlen(text);
}

static bool variable_set(app_settings *s, const variable *v, const char *text, app_refusal *r)
{
    char *member = (char *)s + v->offset;
    if (v->kind == KIND_TEXT) {
        *(const char **)(void *)member = text;
        return true;
    }
    int64_t n;
    bool duration = v->kind == KIND_DURATION;
    if (!(duration ? inb_duration_parse(&n, text, NULL) == 0 : number_parse(text, &n))) {
        return refuse(r,
                      duration ? "Give seconds, or a number with a unit: 5, 250ms, 2m, 1h."
                               : "Give a whole number.",
                      "%s is not valid: \"%.100s\"", v->name, text);
    }
    if (n < v->least || n > v->most) {
        refuse(r, "", "%s is out of range: \"%.100s\"", v->name, text);
        snprintf(r->hint, sizeof(r->hint), "Give %" PRId64 "%s to %" PRId64 "%s.", v->least,
                 duration ? "ms" : "", duration ? v->most / 1000 : v->most, duration ? "s" : "");
        return false;
    }
    *(int64_t *)(void *)member = n;
    return true;
}

static bool environment_read(app_settings *s, app_refusal *r)
{
    for (size_t i = 0; i < COUNT(variables); i++) {
        const char *text = getenv(variables[i].name);
        text = text && *text ? text : variables[i].value;
        if (text && !variable_set(s, &variables[i], text, r)) {
            return false;
        }
    }
    return true;
}

static bool confirmed_add(app_settings *s, const char *name, app_refusal *r)
{
    if (s->n_confirmed == COUNT(s->confirmed)) {
        return refuse(r, "Run it again for the others.", "option \"--%s\" is given too often%s",
                      "confirm", "");
    }
    s->confirmed[s->n_confirmed++] = name;
    return true;
}

static bool option_set(app_settings *s, const program_option *o, const char *value, app_refusal *r)
{
    if (o->mode != APP_MODE_SERVE) {
        if (s->mode != APP_MODE_SERVE && s->mode != o->mode) {
            return refuse(r, "Give one mode only.", "option \"--%s\" excludes the other modes%s",
                          o->name, "");
        }
        s->mode = o->mode;
    }
    char *member = (char *)s + o->offset;
    if (o->kind == KIND_TEXT) {
        *(const char **)(void *)member = value;
    } else if (o->kind == KIND_CONFIRMED) {
        return confirmed_add(s, value, r);
    } else if (o->kind == KIND_DURATION &&
               inb_duration_parse((int64_t *)(void *)member, value, NULL) != 0) {
        return refuse(r, "Give seconds, or a number with a unit: 5, 250ms, 2m, 1h.",
                      "option \"--%s\" does not take \"%.100s\"", o->name, value);
    } else if (o->kind == KIND_FLAG && o->mode == APP_MODE_SERVE) {
        *(bool *)member = true;
    }
    return true;
}

#define FIRST 256 /* getopt_long's value of options[0], above every character */

/* getopt_long's form of the table. */
static void longs_make(struct option longs[COUNT(options) + 1])
{
    for (size_t i = 0; i < COUNT(options); i++) {
        longs[i] = (struct option){
            .name = options[i].name,
            .has_arg = options[i].value_name ? required_argument : no_argument,
            .val = FIRST + (int)i,
        };
    }
    longs[COUNT(options)] = (struct option){0};
}

/* What getopt_long refused. */
static bool word_refuse(int answer, char **argv, app_refusal *r)
{
    static const char hint[] = "Run it with --help for its options.";
    const program_option *o = optopt >= FIRST ? &options[optopt - FIRST] : NULL;
    if (o && answer == ':') {
        return refuse(r, hint, "option \"--%s\" needs a value: %s", o->name, o->value_name);
    }
    return o ? refuse(r, hint, "option \"--%s\" takes no value%s", o->name, "")
             : refuse(r, hint, "unknown argument \"%.100s\"%s", argv[optind - 1], "");
}

static bool arguments_read(app_settings *s, int argc, char **argv, app_refusal *r)
{
    struct option longs[COUNT(options) + 1];
    int answer;
    longs_make(longs);
    opterr = 0;
    optind = 0; /* from the start, whoever called it before */
    while ((answer = getopt_long(argc, argv, "+:h", longs, NULL)) != -1) {
        if (answer == '?' || answer == ':') {
            return word_refuse(answer, argv, r);
        }
        size_t i = answer == 'h' ? COUNT(options) - 1 : (size_t)(answer - FIRST);
        const program_option *o = &options[i];
        if (o->value_name && !*optarg) {
            optopt = answer;
            return word_refuse(':', argv, r);
        }
        if (!option_set(s, o, optarg, r)) {
            return false;
        }
    }
    optind++;
    return optind > argc || word_refuse((optopt = 0), argv, r);
}

bool app_settings_read(app_settings *out, int argc, char **argv, app_refusal *refusal)
{
    app_settings *s = out;
    *s = (app_settings){0};
    if (!arguments_read(s, argc, argv, refusal)) {
        return false;
    }
    if (s->json && s->mode == APP_MODE_SERVE) {
        return refuse(
            refusal,
            "Leave it out, or give one of --migrate-only, --backfill, --check-schema, --status.",
            "option \"--%s\" needs a mode that ends%s", "json", "");
    }
    if (s->n_confirmed && s->mode != APP_MODE_MIGRATE_ONLY) {
        return refuse(refusal, "Give --migrate-only too: only a release job goes on by it.",
                      "option \"--%s\" needs --migrate-only%s", "confirm", "");
    }
    if (s->mode == APP_MODE_HELP || s->mode == APP_MODE_VERSION) {
        return true;
    }
    if (!environment_read(s, refusal)) {
        return false;
    }
    return s->database_url ||
           refuse(refusal, "Set it to a URL such as postgresql://user@host/database.",
                  "%s is not set%s", "DATABASE_URL", "");
}

void app_settings_help(FILE *out)
{
    fputs("Usage: app [OPTION]...\n\nBrings the database to the migrations it was built with, "
          "opens its sealed\n"
          "configuration, runs its smoke checks, and serves.\n\nOptions:\n",
          out);
    for (size_t i = 0; i < COUNT(options); i++) {
        char name[64];
        snprintf(name, sizeof(name), "--%s%s%s", options[i].name, options[i].value_name ? "=" : "",
                 options[i].value_name ? options[i].value_name : "");
        fprintf(out, "  %-22s%s\n", name, options[i].help);
    }
    fputs("\nEnvironment:\n", out);
    for (size_t i = 0; i < COUNT(variables); i++) {
        fprintf(out, "  %-22s  %s%s%s%s\n", variables[i].name, variables[i].help,
                variables[i].value ? " [" : "", variables[i].value ? variables[i].value : "",
                variables[i].value ? "]" : "");
    }
    app_exits_help(out);
}
