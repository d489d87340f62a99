/* The program's main function: settings, signals, and the mode that was asked for. */
#include "config.h"

#include "app/exits.h"
#include "app/json_text.h"
#include "app/log_line.h"
#include "app/modes.h"
#include "app/server.h"
#include "app/start.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void on_stop(int signal_number)
{
    (void)signal_number;
    app_stop_ask();
}

static void signals_set(void)
{
    struct sigaction stop = {.sa_handler = on_stop}, ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    /* A terminal that goes away; whoever ran it with nohup wants it to stay. */
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &stop, NULL);
    }
    sigaction(SIGPIPE, &ignore, NULL);
}

/* A stream that is closed would be the next socket, and the log would go to the database: /dev/null
 * takes its place, the wrong way round, so that using it fails. */
static void streams_hold(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) {
            _exit(APP_EXIT_FAILED);
        }
    }
}

/* Migrate, then the gates; and only then, where that is the mode, serve. The listener is there from
 * the beginning, so that an orchestrator's probes see a start that takes its time. */
static int run_start(const app_settings *s)
{
    inb_error *err = NULL;
    inb_keyring *keyring = NULL;
    app_server *server = NULL;
    bool serves = s->mode == APP_MODE_SERVE;
    int rc = app_keyring_open(&keyring, s, &err);
    rc = rc || !serves ? rc : app_server_open(&server, s, &err);
    rc = rc ? rc : app_migrate(s, &err);
    rc = rc ? rc : app_gates(s, keyring, &err);
    rc = rc || !serves ? rc : app_server_run(server, keyring, &err);
    app_server_close(server);
    inb_keyring_free(keyring);
    return rc ? app_refuse(err) : APP_EXIT_OK;
}

static int run_version(const app_settings *s)
{
    if (s->json) {
        printf("{\"app\": \"%s\", \"inboard\": \"%s\", \"migrations\": %u}\n", INB_VERSION,
               inb_version(), inboard_migrations.n_migrations);
    } else {
        printf("app %s (inboard %s, %u migrations)\n", INB_VERSION, inb_version(),
               inboard_migrations.n_migrations);
    }
    return APP_EXIT_OK;
}

static int run_help(const app_settings *s)
{
    (void)s;
    app_settings_help(stdout);
    return APP_EXIT_OK;
}

static int (*const modes[])(const app_settings *) = {
    [APP_MODE_SERVE] = run_start,
    [APP_MODE_MIGRATE_ONLY] = run_start,
    [APP_MODE_BACKFILL] = app_run_backfill,
    [APP_MODE_CHECK_SCHEMA] = app_run_check_schema,
    [APP_MODE_STATUS] = app_run_status,
    [APP_MODE_SEAL] = app_run_seal,
    [APP_MODE_ROTATE_KEYS] = app_run_rotate_keys,
    [APP_MODE_VERSION] = run_version,
    [APP_MODE_HELP] = run_help,
};

/* The two texts that have a form of their own. */
static bool texts_check(const app_settings *s, app_refusal *refusal)
{
    if (s->log_level && !app_log_level_set(s->log_level)) {
        snprintf(refusal->message, sizeof(refusal->message),
                 "LOG_LEVEL \"%.40s\" is not a log level", s->log_level);
        snprintf(refusal->hint, sizeof(refusal->hint), "Set it to debug, info, warning or error.");
        return false;
    }
    inb_backfills backfills;
    if (!app_backfills_choose(&backfills, s->backfills)) {
        snprintf(refusal->message, sizeof(refusal->message),
                 "--backfills \"%.40s\" is not inline, wait or skip", s->backfills);
        snprintf(refusal->hint, sizeof(refusal->hint),
                 "inline runs small ones, wait stops at each, skip leaves them pending.");
        return false;
    }
    const char *wrong = s->listen ? app_listen_check(s->listen) : NULL, *name = "LISTEN";
    const char *value = s->listen;
    if (!wrong && s->monitor_listen) {
        wrong = app_listen_check(s->monitor_listen);
        name = "MONITOR_LISTEN";
        value = s->monitor_listen;
    }
    if (wrong) {
        snprintf(refusal->message, sizeof(refusal->message), "%s \"%.100s\" %s", name, value,
                 wrong);
        snprintf(refusal->hint, sizeof(refusal->hint),
                 "Write it as 127.0.0.1:8080, :8080 or [::1]:8080.");
    }
    return !wrong;
}

/* A probe's exit status is a sum of what it found, in which 1 and 2 mean something else. */
static int status_of(const app_settings *s, int status)
{
    return s->mode == APP_MODE_CHECK_SCHEMA ? (int)INB_STATUS_UNDECIDED : status;
}

int main(int argc, char **argv)
{
    app_settings settings;
    app_refusal refusal = {0};
    streams_hold();
    if (!app_settings_read(&settings, argc, argv, &refusal) || !texts_check(&settings, &refusal)) {
        app_log(INB_LOG_ERROR, "%s", refusal.message);
        app_log(INB_LOG_ERROR, "hint: %s", refusal.hint);
        return status_of(&settings, APP_EXIT_USAGE);
    }
    signals_set();
    app_json_prepare();
    int status = modes[settings.mode](&settings);
    /* A full disk or a closed pipe under standard output is a failure too. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        app_log(INB_LOG_ERROR, "cannot write standard output");
        return status ? status : status_of(&settings, APP_EXIT_FAILED);
    }
    return status;
}
