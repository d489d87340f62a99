/* What the handlers of statements share: class, locks and names of the statement being classified.
 */
#include "config.h"

#include "sql/classifier.h"

void inb__classify_as(inb__classifier *c, inb_class cls, uint32_t flags, const char *reason)
{
    inb__sql_statement *s = c->s;
    s->flags |= flags;
    if (cls > s->cls || (cls == s->cls && !*s->reason)) {
        s->cls = cls;
        s->reason = reason;
    }
}

void inb__classify_fails(inb__classifier *c, const char *instead, const char *fmt, ...)
{
    if (c->s->fails || c->catalog->opaque) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    c->s->fails = inb__arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    c->s->instead = instead;
}

void inb__classify_unseen(inb__classifier *c, const inb__relation *r, const char *reason)
{
    c->s->unseen = reason;
    c->s->partly = r;
}

void inb__classify_opaque(inb__classifier *c, const char *reason)
{
    c->catalog->opaque = true;
    c->s->opaque = true;
    inb__classify_as(c, INB_CLASS_CONTRACTING, 0, reason);
}

bool inb__classify_is_new(const inb__classifier *c, const inb__relation *r)
{
    return inb__catalog_relation_is_new(c->catalog, r);
}

void inb__classify_lock(inb__classifier *c, inb__relation *r, inb_lock_mode mode)
{
    if (!r || inb__classify_is_new(c, r)) {
        return;
    }
    if (r->locked_by == c->catalog->statement) {
        inb__sql_lock *held = &c->s->locks.v[r->lock];
        held->mode = mode > held->mode ? mode : held->mode;
        return;
    }
    r->locked_by = c->catalog->statement;
    r->lock = (uint32_t)c->s->locks.n;
    bool table = (r->kind == INB__RELATION_TABLE || r->kind == INB__RELATION_UNKNOWN ||
                  r->kind == INB__RELATION_MATVIEW) &&
                 !r->is_partition;
    const char *name =
        inb__classify_text(c, inb__str_of(inb__catalog_name_text(c->scratch, r->name)));
    inb__sql_lock lock = {name, mode, table};
    INB__VEC_ADD(c->scratch, &c->s->locks, lock);
}

void inb__classify_lock_all(inb__classifier *c, inb__relation *r, inb_lock_mode mode)
{
    inb__classify_lock(c, r, mode);
    for (size_t i = 0; r && r->has_children && i < c->catalog->relations.n; i++) {
        inb__relation *child = c->catalog->relations.entries[i].value;
        if (child && inb__catalog_relation_descends(child, r)) {
            inb__classify_lock(c, child, mode);
        }
    }
}

const char *inb__classify_text(inb__classifier *c, inb__str s)
{
    return inb__catalog_keep(c->catalog, s).p;
}

void inb__classify_kind(inb__classifier *c, inb_statement_kind kind, inb__name relation,
                        inb__str object)
{
    c->s->kind = kind;
    c->s->schema = inb__classify_text(c, relation.schema);
    c->s->relation = inb__classify_text(c, relation.name);
    c->s->object = inb__classify_text(c, object);
}

inb__name inb__classify_name(const inb__node *range_var)
{
    const inb__node *inner = inb__node_at(range_var, "RangeVar");
    const inb__node *n = inner ? inner : range_var;
    inb__str schema = inb__node_text(n, "schemaname");
    bool made_temporary = schema.n == 0 && inb__node_is(n, "relpersistence", "t");
    return (inb__name){made_temporary ? INB__STR("pg_temp") : schema, inb__node_text(n, "relname")};
}

inb__name inb__classify_name_of_list(const inb__node *strings)
{
    const inb__node *items = inb__node_at(strings, "List/items");
    inb__name name = {{"", 0}, {"", 0}};
    items = items ? items : strings;
    INB__NODE_EACH(part, items)
    {
        name.schema = name.name;
        name.name = inb__node_text(part, "String/sval");
    }
    return name;
}

static inb__str folded(inb__arena *arena, inb__str s)
{
    char *copy = inb__arena_strndup(arena, s.p, s.n);
    for (size_t i = 0; i < s.n; i++) {
        copy[i] = inb__ascii_lower(s.p[i]);
    }
    return (inb__str){copy, s.n};
}

inb__name inb__classify_regclass(inb__arena *arena, inb__str text)
{
    inb__name out = {{"", 0}, {"", 0}};
    for (size_t at = 0; at < text.n; at++) {
        inb__str part = {text.p + at, 0};
        bool quoted = part.p[0] == '"';
        part.p += quoted;
        while (at + quoted + part.n < text.n && part.p[part.n] != (quoted ? '"' : '.')) {
            part.n++;
        }
        out.schema = out.name;
        out.name = quoted ? part : folded(arena, part);
        at += part.n + 2 * (size_t)quoted;
    }
    return out;
}

inb__relation *inb__classify_relation(inb__classifier *c, const inb__node *range_var)
{
    return range_var ? inb__catalog_relation_touch(c->catalog, inb__classify_name(range_var))
                     : NULL;
}

bool inb__classify_inherits(const inb__node *range_var)
{
    const inb__node *inner = inb__node_at(range_var, "RangeVar");
    return inb__node_bool(inner ? inner : range_var, "inh");
}
