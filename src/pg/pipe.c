/* Several statements in one round trip, in segments that fail apart from each other. */
#include "config.h"

#include "pg/internal.h"
#include "util/cleanup.h"

#include <string.h>

void inb__pg_pipe_init(inb__pg_pipe *pipe)
{
    memset(pipe, 0, sizeof(*pipe));
    inb__arena_init(&pipe->arena);
}

void inb__pg_pipe_dispose(inb__pg_pipe *pipe)
{
    for (size_t i = 0; i < pipe->steps.n; i++) {
        if (pipe->steps.v[i].result) {
            PQclear(pipe->steps.v[i].result->pg); /* the rest of it is in the arena */
        }
        inb_error_free(pipe->steps.v[i].error);
    }
    inb__arena_dispose(&pipe->arena);
    memset(&pipe->steps, 0, sizeof(pipe->steps));
}

static bool params_copy(inb__arena *arena, const char **copies, int n, const char *const *params)
{
    for (int i = 0; i < n; i++) {
        copies[i] = params[i] ? inb__arena_strdup(arena, params[i]) : NULL;
        if (params[i] && !copies[i]) {
            return false;
        }
    }
    return true;
}

void inb__pg_pipe_add(inb__pg_pipe *pipe, inb__str sql, int n, const char *const *params)
{
    char *text = inb__arena_strndup(&pipe->arena, sql.p, sql.n);
    const char **copies = INB__NEW_N(&pipe->arena, const char *, n > 0 ? n : 1);
    inb__pg_step *step = text && copies && params_copy(&pipe->arena, copies, n, params)
                             ? INB__VEC_PUSH(&pipe->arena, &pipe->steps)
                             : NULL;
    if (!step) {
        pipe->failed = true;
        return;
    }
    *step = (inb__pg_step){.sql = text, .n_params = n, .params = copies};
}

static void last_name(inb__pg_pipe *pipe, const char *name)
{
    if (!pipe->failed) {
        pipe->steps.v[pipe->steps.n - 1].name = name;
    }
}

void inb__pg_pipe_prepare(inb__pg_pipe *pipe, const char *name, inb__str sql)
{
    inb__pg_pipe_add(pipe, sql, 0, NULL);
    last_name(pipe, name);
}

void inb__pg_pipe_call(inb__pg_pipe *pipe, const char *name, int n, const char *const *params)
{
    inb__pg_pipe_add(pipe, INB__STR(""), n, params);
    last_name(pipe, name);
}

void inb__pg_pipe_sync(inb__pg_pipe *pipe)
{
    if (pipe->steps.n > 0) {
        pipe->steps.v[pipe->steps.n - 1].sync = true;
    }
}

/* The last segment is ended by the pipeline's own sync. */
static bool ends_segment(const inb__pg_pipe *pipe, size_t i)
{
    return pipe->steps.v[i].sync && i + 1 < pipe->steps.n;
}

static bool step_send(inb_conn *conn, const inb__pg_step *s)
{
    int sent;
    if (!s->name) {
        sent = PQsendQueryParams(conn->pg, s->sql, s->n_params, NULL, s->params, NULL, NULL, 0);
    } else if (*s->sql) {
        sent = PQsendPrepare(conn->pg, s->name, s->sql, 0, NULL);
    } else {
        sent = PQsendQueryPrepared(conn->pg, s->name, s->n_params, s->params, NULL, NULL, 0);
    }
    return sent == 1;
}

/* Whether the answer to a step is to be sent at once. */
static bool is_flushed(const inb__pg_pipe *pipe, size_t i)
{
    bool last = i + 1 == pipe->steps.n;
    return pipe->timed && (!pipe->steps.v[i].name || last || !pipe->steps.v[i + 1].name);
}

static bool steps_send(inb_conn *conn, const inb__pg_pipe *pipe)
{
    for (size_t i = 0; i < pipe->steps.n; i++) {
        if (!step_send(conn, &pipe->steps.v[i])) {
            return false;
        }
        if (ends_segment(pipe, i) ? !PQpipelineSync(conn->pg)
                                  : is_flushed(pipe, i) && !PQsendFlushRequest(conn->pg)) {
            return false;
        }
    }
    return PQpipelineSync(conn->pg) == 1;
}

/* The answers of one step: the first is kept, the rest is the NULL that ends them. */
static bool step_collect(inb__pg_call *call, PGresult **kept)
{
    PGresult *next = NULL;
    while (inb__pg_call_next(call, &next)) {
        if (!next) {
            return true;
        }
        if (inb__result_is_copy(next)) {
            /* inside a pipeline nothing can be sent that would end it and leave libpq's queue in
             * order */
            PQclear(next);
            call->copy = true;
            call->conn->lost = true;
            return false;
        }
        if (*kept) {
            PQclear(next);
        } else {
            *kept = next;
        }
    }
    return false;
}

static bool sync_collect(inb__pg_call *call)
{
    PGresult *sync = NULL;
    if (!inb__pg_call_next(call, &sync)) {
        return false;
    }
    bool good = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    PQclear(sync);
    return good;
}

/* What came of a pipeline: the first refusal, or the first that says the caller stopped it. */
typedef struct outcome {
    inb_error *refusal;
    int rc;
} outcome;

static bool refused(const PGresult *answer)
{
    return answer && PQresultStatus(answer) != PGRES_PIPELINE_ABORTED;
}

/* One refusal's error goes to its step, or the first of all to the outcome. */
static void refusal_keep(const inb__pg_call *call, inb__pg_pipe *pipe, size_t i,
                         const PGresult *answer, outcome *out)
{
    inb_error *error = NULL;
    int rc = inb__pg_call_error(call, answer, (int)i + 1, &error);
    if (pipe->keep && rc == INB_ESQL) {
        pipe->steps.v[i].error = error;
    } else if (out->rc == 0) {
        *out = (outcome){error, rc};
    } else {
        inb_error_free(error);
    }
}

/* Every step's answer. */
static bool steps_collect(inb__pg_call *call, inb__pg_pipe *pipe, inb_result *slots, outcome *out)
{
    int64_t before = call->started_us;
    bool good = true;
    for (size_t i = 0; i < pipe->steps.n; i++) {
        PGresult *kept = NULL;
        bool whole = step_collect(call, &kept);
        inb__pg_step *step = &pipe->steps.v[i];
        int64_t now = inb__now_us();
        step->duration_us = now - before;
        before = now;
        inb__pg_call_renew(call);
        if (kept && inb__result_good(kept)) {
            slots[i] = (inb_result){kept};
            step->result = &slots[i];
            pipe->done += good;
        } else {
            good = false;
            if (refused(kept)) {
                refusal_keep(call, pipe, i, kept, out);
            }
            PQclear(kept);
        }
        if (!whole || (ends_segment(pipe, i) && !sync_collect(call))) {
            return false;
        }
    }
    return sync_collect(call);
}

static bool anything_wrong(const inb__pg_pipe *pipe, const outcome *out)
{
    bool kept = false;
    for (size_t i = 0; i < pipe->steps.n && !kept; i++) {
        kept = pipe->steps.v[i].error != NULL;
    }
    return kept || out->rc < 0;
}

/* The connection went: that outweighs a refusal (57P01), which says why. */
static void outcome_lost(const inb__pg_call *call, size_t done, outcome *out)
{
    if (out->rc == INB_ECONN || (out->rc < 0 && call->copy)) {
        return;
    }
    inb_error *why = out->refusal;
    out->refusal = NULL;
    out->rc = inb__pg_call_error(call, NULL, (int)done + 1, &out->refusal);
    if (why) {
        inb__error_sqlstate(&out->refusal, inb_error_sqlstate(why));
        inb__error_detail(&out->refusal, "%s", inb_error_message(why));
        inb_error_free(why);
    }
}

int inb__pg_pipe_run(inb_conn *conn, inb__pg_pipe *pipe, inb_error **err)
{
    inb_result *slots =
        pipe->failed ? NULL : INB__NEW_N(&pipe->arena, inb_result, pipe->steps.n + 1);
    if (!slots) {
        return inb__error_nomem(err);
    }
    inb__pg_call call;
    int rc = inb__pg_call_begin(&call, conn, err);
    if (rc < 0 || pipe->steps.n == 0) {
        return rc;
    }
    if (!PQenterPipelineMode(conn->pg) || !steps_send(conn, pipe)) {
        return inb__pg_call_unsent(&call, err);
    }
    conn->round_trips++;
    outcome out = {0};
    bool whole = steps_collect(&call, pipe, slots, &out) && PQexitPipelineMode(conn->pg) == 1;
    inb__pg_call_end(&call);
    whole = whole && (pipe->done == pipe->steps.n || anything_wrong(pipe, &out));
    conn->lost = conn->lost || !whole;
    if (!whole) {
        outcome_lost(&call, pipe->done, &out);
    }
    if (err && out.rc < 0) {
        inb_error_free(*err);
        *err = INB__TAKE(out.refusal);
    }
    inb_error_free(out.refusal);
    return out.rc;
}
