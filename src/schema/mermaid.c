/* The tables and foreign keys of a model as an entity-relationship diagram. */
#include "config.h"

#include "schema/markdown.h"

#include "util/cleanup.h"
#include "util/limits.h"

#include <ctype.h>

/*
 * Mermaid's grammar knows no escapes: a word is letters, digits and _, and a quoted name is
 * anything but a quote, a percent sign, a backslash and a line break. What does not fit becomes an
 * underscore.
 */
static void word_write(inb__buf *out, inb__str s)
{
    if (s.n == 0 || !(isalpha((unsigned char)s.p[0]) || s.p[0] == '_')) {
        inb__buf_char(out, '_');
    }
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        inb__buf_char(out, isalnum(c) || c == '_' ? (char)c : '_');
    }
}

static void quoted_write(inb__buf *out, inb__str s)
{
    inb__buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        inb__buf_char(out, c < ' ' || c == '"' || c == '%' || c == '\\' ? '_' : (char)c);
    }
    inb__buf_char(out, '"');
}

static void entity_write(inb__buf *out, const inb__schema *s, const inb__table *t)
{
    INB__AUTO_BUF inb__buf name;
    inb__buf_init(&name, 4 * INB__LIMIT_MESSAGE);
    inb__str space = s->spaces[t->space];
    if (!inb__str_eq(space, s->default_space)) {
        inb__buf_printf(&name, "%.*s.", INB__STR_ARG(space));
    }
    inb__buf_add(&name, t->name.p, t->name.n);
    quoted_write(out, (inb__str){inb__buf_text(&name), name.length});
}

/* The type without its arguments, which the grammar does not take; "[]" it does. */
static void type_write(inb__buf *out, const inb__schema *s, const inb__column *c)
{
    INB__AUTO_BUF inb__buf type;
    inb__buf_init(&type, 4 * INB__LIMIT_MESSAGE);
    if (c->type.kind == INB__COLUMN_NATIVE) {
        inb__native_type bare = {.kind = c->type.native.kind};
        inb__native_sql(&type, &bare);
        for (size_t i = 0; i < type.length && !type.failed; i++) {
            type.data[i] = (char)tolower((unsigned char)type.data[i]);
        }
    } else if (c->type.kind == INB__COLUMN_ENUM) {
        inb__str name = s->enums[c->type.enumeration].name;
        inb__buf_add(&type, name.p, name.n);
    } else {
        inb__buf_add(&type, c->type.unsupported.p, c->type.unsupported.n);
    }
    word_write(out, (inb__str){inb__buf_text(&type), type.length});
    inb__buf_str(out, c->arity == INB__ARITY_LIST ? "[]" : "");
}

static bool index_has(const inb__index *x, uint32_t column)
{
    for (size_t i = 0; x && i < x->n_columns; i++) {
        if (x->columns[i].column == column) {
            return true;
        }
    }
    return false;
}

static bool is_unique(const inb__table *t, uint32_t column)
{
    for (size_t i = 0; i < t->n_indexes; i++) {
        const inb__index *x = &t->indexes[i];
        if (x->unique && x->n_columns == 1 && !x->predicate.n && index_has(x, column)) {
            return true;
        }
    }
    return false;
}

static bool is_foreign(const inb__schema *s, uint32_t table, uint32_t column)
{
    for (size_t i = 0; i < s->n_foreign_keys; i++) {
        const inb__foreign_key *f = &s->foreign_keys[i];
        for (size_t k = 0; f->table == table && k < f->n_columns; k++) {
            if (f->columns[k] == column) {
                return true;
            }
        }
    }
    return false;
}

static void column_write(inb__buf *out, const inb__schema *s, uint32_t table, uint32_t column)
{
    const inb__table *t = &s->tables[table];
    const struct {
        bool holds;
        const char *key;
    } keys[] = {
        {index_has(t->primary_key, column), "PK"},
        {is_foreign(s, table, column), "FK"},
        {is_unique(t, column), "UK"},
    };
    inb__buf_str(out, "        ");
    type_write(out, s, &t->columns[column]);
    inb__buf_char(out, ' ');
    word_write(out, t->columns[column].name);
    const char *before = " ";
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (keys[i].holds) {
            inb__buf_printf(out, "%s%s", before, keys[i].key);
            before = ", ";
        }
    }
    inb__buf_char(out, '\n');
}

/*
 * Whether at most one row can hold the key's columns: a unique index, or the primary key, on
 * exactly these.
 */
static bool is_single(const inb__table *t, const inb__foreign_key *f)
{
    for (size_t i = 0; i <= t->n_indexes; i++) {
        const inb__index *x = i < t->n_indexes ? &t->indexes[i] : t->primary_key;
        bool same = x && x->unique && !x->predicate.n && x->n_columns == f->n_columns;
        for (size_t k = 0; same && k < f->n_columns; k++) {
            same = index_has(x, f->columns[k]);
        }
        if (same) {
            return true;
        }
    }
    return false;
}

static void relation_write(inb__buf *out, const inb__schema *s, const inb__foreign_key *f)
{
    const inb__table *t = &s->tables[f->table];
    bool required = true;
    for (size_t i = 0; i < f->n_columns; i++) {
        required = required && t->columns[f->columns[i]].arity == INB__ARITY_REQUIRED;
    }
    inb__buf_str(out, "    ");
    entity_write(out, s, &s->tables[f->references]);
    inb__buf_printf(out, " %s--%s ", required ? "||" : "|o", is_single(t, f) ? "o|" : "o{");
    entity_write(out, s, t);
    inb__buf_str(out, " : ");
    quoted_write(out, f->name);
    inb__buf_char(out, '\n');
}

static bool is_key(const inb__schema *s, uint32_t table, uint32_t column)
{
    const inb__table *t = &s->tables[table];
    return index_has(t->primary_key, column) || is_foreign(s, table, column) ||
           is_unique(t, column);
}

void inb__mermaid_diagram(inb__buf *out, const inb__schema *schema, bool keys_only)
{
    inb__buf_str(out, "erDiagram\n");
    for (uint32_t i = 0; i < schema->n_tables; i++) {
        const inb__table *t = &schema->tables[i];
        inb__buf_str(out, "    ");
        entity_write(out, schema, t);
        inb__buf_str(out, " {\n");
        for (uint32_t k = 0; k < t->n_columns; k++) {
            if (!keys_only || is_key(schema, i, k)) {
                column_write(out, schema, i, k);
            }
        }
        inb__buf_str(out, "    }\n");
    }
    for (size_t i = 0; i < schema->n_foreign_keys; i++) {
        relation_write(out, schema, &schema->foreign_keys[i]);
    }
}
