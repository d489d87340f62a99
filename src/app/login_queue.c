/* The queue of sign-ins, with turns between clients. */
#include "config.h"

#include "app/login_queue.h"

#include <stddef.h>
#include <string.h>

/* The last turn that the client has in a list, 0 when it has none; counts them. */
static uint64_t last_turn(const app_login_wait *list, const char *client, int *n)
{
    uint64_t turn = 0;
    for (; list; list = list->next) {
        if (strcmp(list->client, client) == 0) {
            turn = list->turn > turn ? list->turn : turn;
            (*n)++;
        }
    }
    return turn;
}

bool app_login_queue_put(app_login_queue *q, app_login_wait *w)
{
    int waiting = 0, checked = 0;
    uint64_t behind = last_turn(q->waiting, w->client, &waiting);
    uint64_t after = last_turn(q->checked, w->client, &checked);
    if (q->n_waiting == APP_LOGINS_MOST || waiting == APP_LOGINS_CLIENT_MOST) {
        return false;
    }
    behind = after > behind ? after : behind;
    w->turn = waiting + checked && behind + 1 > q->turn ? behind + 1 : q->turn;
    app_login_wait **end = &q->waiting;
    while (*end) {
        end = &(*end)->next;
    }
    w->next = NULL;
    *end = w;
    q->n_waiting++;
    return true;
}

/* Takes one out of a list that has it. */
static void unlink_from(app_login_wait **list, const app_login_wait *w)
{
    while (*list != w) {
        list = &(*list)->next;
    }
    *list = w->next;
}

app_login_wait *app_login_queue_take(app_login_queue *q)
{
    if (!q->waiting || q->n_checked >= q->checks_most) {
        return NULL;
    }
    app_login_wait *first = q->waiting;
    for (app_login_wait *w = first->next; w; w = w->next) {
        first = w->turn < first->turn ? w : first;
    }
    unlink_from(&q->waiting, first);
    first->next = q->checked;
    q->checked = first;
    q->n_waiting--;
    q->n_checked++;
    q->turn = first->turn;
    return first;
}

void app_login_queue_done(app_login_queue *q, app_login_wait *w)
{
    unlink_from(&q->checked, w);
    q->n_checked--;
}
