/* Rules of what removes and renames. */
#include "config.h"

#include "review/lint_parts.h"

/* The name of one of the objects of DROP: a list of words, a type, or one word. */
static inb__name object_name(const inb__node *object)
{
    const inb__node *list = inb__node_at(object, "List/items");
    const inb__node *typed = inb__node_at(object, "TypeName/names");
    const inb__node *routine = inb__node_at(object, "ObjectWithArgs/objname");
    list = list ? list : typed ? typed : routine;
    return list ? inb__classify_name_of_list(list)
                : (inb__name){.name = inb__node_text(object, "String/sval")};
}

/* Views that read a table, for the message. */
static const char *readers_of(inb__lint *l, const inb__relation *r)
{
    const char *readers = "";
    for (size_t i = 0; r && i < l->catalog->relations.n; i++) {
        const inb__relation *view = l->catalog->relations.entries[i].value;
        for (size_t k = 0; view && k < view->sources.n; k++) {
            if (view->sources.v[k] == r) {
                readers = inb__arena_printf(l->arena, "%s%s%s", readers, *readers ? ", " : "",
                                            inb__lint_name(l, view->name));
            }
        }
    }
    return readers;
}

static void relation_dropped(inb__lint *l, inb__lint_id id, inb__name name, const char *what)
{
    const inb__relation *r = inb__catalog_relation_find(l->catalog, name);
    const char *readers = readers_of(l, r);
    if (inb__lint_is_old(l, r)) {
        inb__lint_find(l, id, NULL, "%s %s is dropped%s%s: code that uses it breaks", what,
                       inb__lint_name(l, name), *readers ? ", which is read by the view " : "",
                       readers);
    }
}

static void index_dropped(inb__lint *l, inb__name name)
{
    if (!inb__node_bool(l->body, "concurrent")) {
        inb__lint_find(l, INB__LINT_DROP_INDEX_NOT_CONCURRENT,
                       inb__lint_insert(l, "INDEX", " CONCURRENTLY"),
                       "readers and writers of the table wait while the index %s is dropped",
                       inb__lint_name(l, name));
    } else {
        inb__lint_find(l, INB__LINT_DROP_OBJECT, NULL,
                       "the index %s is dropped, and queries can rely on it for their speed",
                       inb__lint_name(l, name));
    }
}

void inb__lint_dropped(inb__lint *l)
{
    static const struct {
        const char *kind;
        inb__lint_id id;
        const char *what;
    } kinds[] = {
        {"OBJECT_TABLE", INB__LINT_DROP_TABLE, "table"},
        {"OBJECT_FOREIGN_TABLE", INB__LINT_DROP_TABLE, "foreign table"},
        {"OBJECT_SCHEMA", INB__LINT_DROP_SCHEMA, "schema"},
        {"OBJECT_VIEW", INB__LINT_DROP_OBJECT, "view"},
        {"OBJECT_MATVIEW", INB__LINT_DROP_OBJECT, "materialized view"},
        {"OBJECT_SEQUENCE", INB__LINT_DROP_OBJECT, "sequence"},
        {"OBJECT_TYPE", INB__LINT_DROP_OBJECT, "type"},
        {"OBJECT_DOMAIN", INB__LINT_DROP_OBJECT, "domain"},
        {"OBJECT_FUNCTION", INB__LINT_DROP_OBJECT, "function"},
        {"OBJECT_PROCEDURE", INB__LINT_DROP_OBJECT, "procedure"},
        {"OBJECT_EXTENSION", INB__LINT_DROP_OBJECT, "extension"},
    };
    inb__str kind = inb__node_text(l->body, "removeType");
    const inb__node *objects = inb__node_at(l->body, "objects");
    INB__NODE_EACH(object, objects)
    {
        inb__name name = object_name(object);
        if (inb__str_is(kind, "OBJECT_INDEX")) {
            index_dropped(l, name);
        }
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            if (inb__str_is(kind, kinds[i].kind)) {
                relation_dropped(l, kinds[i].id, name, kinds[i].what);
            }
        }
    }
}

void inb__lint_database_dropped(inb__lint *l)
{
    inb__lint_find(l, INB__LINT_DROP_DATABASE, NULL, "the database %s is dropped",
                   inb__lint_ident(l, inb__node_text(l->body, "dbname")));
}

void inb__lint_owned_dropped(inb__lint *l)
{
    inb__lint_find(l, INB__LINT_DROP_OWNED, NULL,
                   "everything that the role owns in this database is dropped");
}

void inb__lint_renamed(inb__lint *l)
{
    inb__str kind = inb__node_text(l->body, "renameType");
    const inb__node *range = inb__node_at(l->body, "relation");
    inb__str column = inb__node_text(l->body, "subname"), to = inb__node_text(l->body, "newname");
    if (!range) {
        return; /* what is not a relation is told by its class alone */
    }
    const char *table = inb__lint_name(l, inb__classify_name(range));
    if (!to.n) {
        inb__lint_find(l, INB__LINT_RENAME, NULL,
                       "%s moves to another schema: code of the release before does not find it",
                       table);
    } else if (inb__str_is(kind, "OBJECT_COLUMN")) {
        inb__lint_find(
            l, INB__LINT_RENAME,
            inb__arena_printf(l->arena,
                              "-- inboard migrate new NAME --zero-downtime --rename %s.%s=%s "
                              "writes the sequence\n-- that both releases can live with",
                              table, inb__lint_ident(l, column), inb__lint_ident(l, to)),
            "column %s of %s becomes %s: code of the release before does not find it",
            inb__lint_ident(l, column), table, inb__lint_ident(l, to));
    } else if (!inb__str_is(kind, "OBJECT_INDEX") && !inb__str_is(kind, "OBJECT_TABCONSTRAINT")) {
        inb__lint_find(l, INB__LINT_RENAME,
                       inb__arena_printf(l->arena,
                                         "%.*s;\n-- in the same migration, for the release "
                                         "before:\nCREATE VIEW %s AS SELECT * FROM %s;",
                                         INB__STR_ARG(l->own), table, inb__lint_ident(l, to)),
                       "%s becomes %s: code of the release before does not find it", table,
                       inb__lint_ident(l, to));
    }
}

void inb__lint_revoked(inb__lint *l)
{
    if (!inb__node_bool(l->body, "is_grant")) {
        inb__lint_find(l, INB__LINT_REVOKE, NULL,
                       "a role loses privileges: its statements can fail from then on");
    }
}
