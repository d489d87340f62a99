/* Classifying a statement: its row in the table of rules, and the handler of that row. */
#include "config.h"

#include "sql/classify.h"

static void node_classify(inb__classifier *c, const inb__node *node)
{
    const inb__node *body = inb__node_inner(node);
    for (const inb__statement_rule *f = inb__statement_rules; body && f->node; f++) {
        if (inb__str_is(body->key, f->node)) {
            c->body = body;
            c->s->tag = f->tag;
            if (f->more) {
                f->more(c);
            }
            inb__classify_as(c, f->cls, f->flags, f->reason);
            return;
        }
    }
    c->s->tag = body ? inb__classify_text(c, body->key) : "";
    inb__classify_opaque(c, "this kind of statement is unknown to the analysis");
}

/* Many statements in a row lock the same: one copy serves them all. */
static void locks_keep(inb__classifier *c)
{
    inb__sql_locks *last = &c->catalog->last_locks, *now = &c->s->locks;
    bool same = last->n == now->n;
    for (size_t i = 0; same && i < now->n; i++) {
        same = last->v[i].relation == now->v[i].relation && last->v[i].mode == now->v[i].mode &&
               last->v[i].table == now->v[i].table;
    }
    if (now->n == 0) {
        return;
    }
    if (!same) {
        last->v = INB__NEW_N(c->arena, inb__sql_lock, now->n);
        last->n = now->n;
        memcpy(last->v, now->v, now->n * sizeof(*now->v));
    }
    *now = *last;
}

void inb__classify_statement(inb__classifier *c, const inb__node *node)
{
    c->catalog->statement++;
    c->nested = node_classify;
    node_classify(c, node);
    locks_keep(c);
}
