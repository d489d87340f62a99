/* BEGIN, COMMIT and what else a file says about transactions of its own. */
#include "config.h"

#include "sql/transaction.h"

#include "sql/classifier.h"

/* The plain ones are the halves of a block. */
static const struct {
    const char *kind, *word;
    inb_statement_kind half;
} words[] = {
    {"TRANS_STMT_BEGIN", "BEGIN", INB_STATEMENT_BEGIN},
    {"TRANS_STMT_START", "START TRANSACTION", INB_STATEMENT_BEGIN},
    {"TRANS_STMT_COMMIT", "COMMIT", INB_STATEMENT_COMMIT},
    {"TRANS_STMT_ROLLBACK", "ROLLBACK", INB_STATEMENT_UNFIT},
    {"TRANS_STMT_SAVEPOINT", "SAVEPOINT", INB_STATEMENT_OTHER},
    {"TRANS_STMT_RELEASE", "RELEASE SAVEPOINT", INB_STATEMENT_OTHER},
    {"TRANS_STMT_ROLLBACK_TO", "ROLLBACK TO SAVEPOINT", INB_STATEMENT_OTHER},
    {"TRANS_STMT_PREPARE", "PREPARE TRANSACTION", INB_STATEMENT_UNFIT},
    {"TRANS_STMT_COMMIT_PREPARED", "COMMIT PREPARED", INB_STATEMENT_UNFIT},
    {"TRANS_STMT_ROLLBACK_PREPARED", "ROLLBACK PREPARED", INB_STATEMENT_UNFIT},
};

#define N_WORDS (sizeof(words) / sizeof(words[0]))

static size_t word_find(const inb__node *body)
{
    size_t i = 0;
    while (i < N_WORDS && !inb__node_is(body, "kind", words[i].kind)) {
        i++;
    }
    return i;
}

const char *inb__transaction_word(const inb__node *body)
{
    size_t i = word_find(body);
    return i < N_WORDS ? words[i].word : "transaction control";
}

/* AND CHAIN asks for more than the engine's own transaction gives. */
inb_statement_kind inb__transaction_kind(const inb__node *body)
{
    size_t i = word_find(body);
    return i < N_WORDS && !inb__node_bool(body, "chain") ? words[i].half : INB_STATEMENT_UNFIT;
}

static bool is_read_only(inb__str name)
{
    return inb__str_is(name, "transaction_read_only");
}

/* SET TRANSACTION, or SET of one of the settings that are the same. */
bool inb__transaction_sets_modes(const inb__node *body)
{
    inb__str name = inb__node_text(body, "name");
    return inb__str_is(body->key, "VariableSetStmt") &&
           (inb__str_is(name, "TRANSACTION") || inb__str_is(name, "transaction_isolation") ||
            inb__str_is(name, "transaction_deferrable") || is_read_only(name));
}

/* LOCK and what is about the session takes no snapshot, so a transaction's modes can follow it. */
static bool takes_no_snapshot(const inb__node *body)
{
    static const char *const nodes[] = {"VariableSetStmt", "VariableShowStmt", "ConstraintsSetStmt",
                                        "LockStmt",        "TransactionStmt",  "ListenStmt",
                                        "UnlistenStmt",    "NotifyStmt",       "FetchStmt"};
    bool none = false;
    for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
        none = none || inb__str_is(body->key, nodes[i]);
    }
    return none;
}

/* Modes of a transaction that only reads change nothing of what it does: they need not be sent. */
static inb__sql_modes modes_listed(const inb__node *list)
{
    inb__sql_modes modes = INB__MODES_NONE;
    INB__NODE_EACH(n, list)
    {
        bool reads = is_read_only(inb__node_text(n, "DefElem/defname")) &&
                     inb__node_int(n, "DefElem/arg/A_Const/ival/ival") != 0;
        modes = reads || modes == INB__MODES_READ_ONLY ? INB__MODES_READ_ONLY : INB__MODES_SET;
    }
    return modes;
}

inb__sql_modes inb__transaction_modes(const inb__node *node)
{
    const inb__node *body = inb__node_inner(node);
    if (inb__str_is(body->key, "TransactionStmt")) {
        inb__sql_modes modes = modes_listed(inb__node_at(body, "options"));
        return modes == INB__MODES_NONE ? INB__MODES_NO_SNAPSHOT : modes;
    }
    if (!inb__transaction_sets_modes(body)) {
        return takes_no_snapshot(body) ? INB__MODES_NO_SNAPSHOT : INB__MODES_NONE;
    }
    if (is_read_only(inb__node_text(body, "name"))) {
        return INB__MODES_READ_ONLY;
    }
    return inb__node_is(body, "name", "TRANSACTION") ? modes_listed(inb__node_at(body, "args"))
                                                     : INB__MODES_SET;
}

/* A script being looked through, statement by statement. */
typedef struct pairing {
    inb__sql_script *script;
    size_t open;    /* the BEGIN of the block that is open, SIZE_MAX: none */
    bool head;      /* no statement of this transaction has taken a snapshot */
    bool begun;     /* a statement was sent */
    bool queried;   /* one that takes a snapshot */
    bool committed; /* a COMMIT outside of a block came after statements that were sent */
} pairing;

static void unfit(pairing *p, size_t i, const char *why)
{
    inb__sql_statement *s = &p->script->statements.v[i];
    s->kind = INB_STATEMENT_UNFIT;
    s->reason = why;
    p->script->unfit = true;
}

static void begin_pair(pairing *p, size_t i)
{
    inb__sql_statement *s = &p->script->statements.v[i];
    bool nested = p->open != SIZE_MAX;
    if (nested && s->modes != INB__MODES_NO_SNAPSHOT) {
        unfit(p, i, "a transaction is already open");
        return;
    }
    s->flags |= INB_STATEMENT_UNSENT | (s->modes == INB__MODES_SET ? INB_STATEMENT_OPENS : 0);
    p->script->modes_inside |= s->modes == INB__MODES_SET && p->queried;
    p->open = nested ? p->open : i;
    p->head = p->head || !nested;
}

/* Outside of a block psql and Prisma have nothing to commit, or what is implicitly open. */
static void commit_pair(pairing *p, size_t i)
{
    p->script->statements.v[i].flags |= INB_STATEMENT_UNSENT;
    p->committed |= p->open == SIZE_MAX && p->begun;
    p->open = SIZE_MAX;
    p->head = true;
}

static bool is_savepoint(const inb__sql_statement *s)
{
    return strstr(s->tag, "SAVEPOINT") != NULL;
}

/* The modes of a transaction, which only its first statements can set; elsewhere psql says so in a
 * warning, and goes on. */
static void modes_pair(pairing *p, size_t i)
{
    inb__sql_statement *s = &p->script->statements.v[i];
    if (!p->head && p->open != SIZE_MAX) {
        unfit(p, i, "a statement of its transaction came before it");
        return;
    }
    bool opens = p->head && s->modes == INB__MODES_SET;
    s->flags |= INB_STATEMENT_UNSENT | (opens ? INB_STATEMENT_OPENS : 0);
    p->script->modes_inside |= opens && p->queried;
}

static void statement_pair(pairing *p, size_t i)
{
    inb__sql_statement *s = &p->script->statements.v[i];
    bool block = p->open != SIZE_MAX;
    if (block && (s->flags & INB_STATEMENT_NO_TRANSACTION)) {
        unfit(p, i, "it cannot run between BEGIN and COMMIT");
    } else if (!block && is_savepoint(s)) {
        unfit(p, i, "no transaction of the file is open");
    } else if (s->modes == INB__MODES_SET || s->modes == INB__MODES_READ_ONLY) {
        modes_pair(p, i);
    } else {
        p->head = p->head && s->modes == INB__MODES_NO_SNAPSHOT;
        p->begun = true;
        p->queried |= s->modes == INB__MODES_NONE;
        p->script->commits |= p->committed;
    }
}

void inb__transaction_blocks(inb__sql_script *script)
{
    pairing p = {.script = script, .open = SIZE_MAX, .head = true};
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        if (s->kind == INB_STATEMENT_UNFIT) {
            script->unfit = true;
        } else if (s->kind == INB_STATEMENT_BEGIN) {
            begin_pair(&p, i);
        } else if (s->kind == INB_STATEMENT_COMMIT) {
            commit_pair(&p, i);
        } else {
            statement_pair(&p, i);
        }
    }
    if (p.open != SIZE_MAX) {
        unfit(&p, p.open, "no COMMIT follows");
    }
}

bool inb__transaction_is_local(const inb__node *node)
{
    return inb__node_bool(node, "VariableSetStmt/is_local") ||
           inb__node_at(node, "ConstraintsSetStmt") ||
           inb__node_is(node, "CreateStmt/oncommit", "ONCOMMIT_DROP") ||
           inb__node_is(node, "CreateStmt/oncommit", "ONCOMMIT_DELETE_ROWS");
}

bool inb__transaction_has_local(const inb__sql_script *script)
{
    bool open = false, local = false;
    for (size_t i = 0; i < script->statements.n; i++) {
        const inb__sql_statement *s = &script->statements.v[i];
        bool begins = s->kind == INB_STATEMENT_BEGIN;
        if (local && !open) {
            return true;
        }
        open = begins || (open && s->kind != INB_STATEMENT_COMMIT);
        local = local || (open && s->local);
    }
    return false;
}
