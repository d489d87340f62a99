/* The thread that asks the database whether it answers, and what /readyz says of it. */
#include "config.h"

#include "app/db_link.h"
#include "app/log_line.h"

#include <pthread.h>
#include <time.h>

#define ASK_MS 250    /* between two questions */
#define LOOK_MS 50    /* between two looks at the idle connection, which show a restart at once */
#define ANSWER_MS 700 /* a question that waits longer is as good as a no */

static void pause_ms(int ms)
{
    const struct timespec pause = {0, ms * 1000000L};
    nanosleep(&pause, NULL);
}

/* One question; the state is that of its answer. */
static bool ask(app_db_link *link, inb_error **err)
{
    app_readiness *state = &link->server->readiness;
    atomic_store(&state->asked_us, app_now_us());
    int rc = app_db_link_open(link, "app-ready", 1000, err);
    rc = rc ? rc : inb_conn_exec(link->conn, "SELECT 1", 0, NULL, NULL, err);
    atomic_store(&state->answered, rc == 0);
    atomic_store(&state->asked_us, 0);
    return rc == 0;
}

static void idle(app_db_link *link)
{
    for (int ms = 0; ms < ASK_MS && !app_server_cut_short(link->server); ms += LOOK_MS) {
        if (link->conn && !inb_conn_check(link->conn)) {
            atomic_store(&link->server->readiness.answered, false);
            return;
        }
        pause_ms(LOOK_MS);
    }
}

void *app_readiness_run(void *payload)
{
    app_db_link link = {.server = payload};
    bool before = true;
    while (!app_server_cut_short(payload)) {
        inb_error *err = NULL;
        bool now = ask(&link, &err);
        if (now != before && !app_server_cut_short(payload)) {
            app_log(now ? INB_LOG_INFO : INB_LOG_WARNING, "the database %s%s%s",
                    now ? "answers again" : "does not answer", now ? "" : ": ",
                    now ? "" : inb_error_message(err));
        }
        before = now;
        inb_error_free(err);
        idle(&link);
    }
    app_db_link_close(&link);
    return NULL;
}

bool app_readiness_good(app_server *server)
{
    app_readiness *state = &server->readiness;
    int64_t asked_us = atomic_load(&state->asked_us);
    return atomic_load(&state->answered) &&
           (asked_us == 0 || app_now_us() - asked_us < ANSWER_MS * 1000);
}
