/* BEGIN, COMMIT and what else a file says about transactions of its own. */
#include "config.h"

#include "sql/transaction.h"

#include "sql/classifier.h"
#include "sql/type_name.h"

/* The plain ones are the halves of a block. */
static const struct {
    const char *kind, *word;
    inb_statement_kind half;
} words[] = {
    {"TRANS_STMT_BEGIN", "BEGIN", INB_STATEMENT_BEGIN},
    {"TRANS_STMT_START", "START TRANSACTION", INB_STATEMENT_BEGIN},
    {"TRANS_STMT_COMMIT", "COMMIT", INB_STATEMENT_COMMIT},
    {"TRANS_STMT_ROLLBACK", "ROLLBACK", INB_STATEMENT_UNFIT},
    {"TRANS_STMT_SAVEPOINT", "SAVEPOINT", INB_STATEMENT_UNFIT},
    {"TRANS_STMT_RELEASE", "RELEASE SAVEPOINT", INB_STATEMENT_UNFIT},
    {"TRANS_STMT_ROLLBACK_TO", "ROLLBACK TO SAVEPOINT", INB_STATEMENT_UNFIT},
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

/* ISOLATION LEVEL, READ ONLY or AND CHAIN ask for more than the engine's own transaction gives. */
inb_statement_kind inb__transaction_kind(const inb__node *body)
{
    size_t i = word_find(body);
    bool more = inb__node_bool(body, "chain") || inb__node_count(inb__node_at(body, "options")) > 0;
    return i < N_WORDS && !more ? words[i].half : INB_STATEMENT_UNFIT;
}

static void unfit(inb__sql_script *script, size_t i, const char *why)
{
    inb__sql_statement *s = &script->statements.v[i];
    s->kind = INB_STATEMENT_UNFIT;
    s->reason = why;
    script->unfit = true;
}

void inb__transaction_blocks(inb__sql_script *script)
{
    size_t open = SIZE_MAX;
    for (size_t i = 0; i < script->statements.n; i++) {
        inb__sql_statement *s = &script->statements.v[i];
        if (s->kind == INB_STATEMENT_UNFIT) {
            script->unfit = true;
        } else if (s->kind == INB_STATEMENT_BEGIN && open != SIZE_MAX) {
            unfit(script, i, "a transaction is already open");
        } else if (s->kind == INB_STATEMENT_COMMIT && open == SIZE_MAX) {
            unfit(script, i, "no transaction of the file is open");
        } else if (open != SIZE_MAX && (s->flags & INB_STATEMENT_NO_TRANSACTION)) {
            unfit(script, i, "it cannot run between BEGIN and COMMIT");
        } else if (s->kind == INB_STATEMENT_BEGIN || s->kind == INB_STATEMENT_COMMIT) {
            s->flags |= INB_STATEMENT_UNSENT;
            open = s->kind == INB_STATEMENT_BEGIN ? i : SIZE_MAX;
        }
    }
    if (open != SIZE_MAX) {
        unfit(script, open, "no COMMIT follows");
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

static bool type_is(inb__str type, const inb__enum_value *a)
{
    bool array = type.n > 2 && memcmp(type.p + type.n - 2, "[]", 2) == 0;
    return inb__type_name_same((inb__str){type.p, type.n - (array ? 2 : 0)}, a->type);
}

static bool relation_has(const inb__catalog *catalog, const inb__node *range,
                         const inb__enum_value *a)
{
    const inb__relation *r = inb__catalog_relation_find(catalog, inb__classify_name(range));
    if (catalog->partial && (!r || r->kind == INB__RELATION_UNKNOWN)) {
        return true; /* a transaction too few does less harm than one that must fail */
    }
    for (size_t k = 0; r && k < r->columns.n; k++) {
        if (type_is(r->columns.v[k].type, a)) {
            return true;
        }
    }
    return false;
}

/*
 * A literal that reads like the value, in a statement that names the type or a relation with a
 * column of it. Another column's value that reads the same is taken for it, which does no harm.
 */
static bool uses(const inb__node *root, inb__arena *arena, const inb__catalog *catalog,
                 const inb__enum_value *a)
{
    bool literal = false, about = false;
    INB__NODE_WALK(n, root)
    {
        literal = literal || inb__str_eq(inb__node_text(n, "A_Const/sval/sval"), a->label);
        about = about || (inb__node_at(n, "names") && type_is(inb__type_name_text(arena, n), a)) ||
                (inb__node_at(n, "relname") && relation_has(catalog, n, a));
    }
    return literal && about;
}

static void value_take(inb__enum_values *values, inb__classifier *c)
{
    inb__name type = {inb__str_of(c->s->schema), inb__str_of(c->s->relation)};
    if (!inb__catalog_object_is_new(c->catalog, "OBJECT_TYPE", type)) {
        inb__enum_value value = {inb__str_of(inb__catalog_name_text(c->arena, type)),
                                 inb__str_of(c->s->object), SIZE_MAX};
        INB__VEC_ADD(c->arena, values, value);
    }
}

void inb__transaction_enum_read(inb__enum_values *values, inb__classifier *c, const inb__node *node,
                                size_t statement)
{
    if (c->s->kind == INB_STATEMENT_ADD_ENUM_VALUE) {
        value_take(values, c);
        return;
    }
    for (size_t i = 0; i < values->n; i++) {
        inb__enum_value *v = &values->v[i];
        if (v->used_by == SIZE_MAX && uses(node, c->scratch, c->catalog, v)) {
            v->used_by = statement;
        }
    }
}

const inb__enum_value *inb__transaction_enum_used(const inb__enum_values *values)
{
    for (size_t i = 0; i < values->n; i++) {
        if (values->v[i].used_by != SIZE_MAX) {
            return &values->v[i];
        }
    }
    return NULL;
}
