/* CREATE FUNCTION and CREATE PROCEDURE. */
#include "config.h"

#include "sql/classifier.h"
#include "sql/routine_body.h"

#define REPLACES "existing code uses the replaced object"

void inb__create_function_volatility(inb__classifier *c, inb__name name, const inb__node *options,
                                     const char *otherwise)
{
    inb__str said = inb__str_of(otherwise);
    INB__NODE_EACH(n, options)
    {
        if (inb__node_is(n, "DefElem/defname", "volatility")) {
            said = inb__node_text(n, "DefElem/arg/String/sval");
        }
    }
    if (said.n) {
        bool changing = inb__str_is(said, "volatile");
        inb__catalog_object_create(c->catalog, changing ? INB__CHANGING : INB__STEADY, name);
    }
}

void inb__create_function(inb__classifier *c)
{
    inb__name name = inb__classify_name_of_list(inb__node_at(c->body, "funcname"));
    inb__name signature = inb__object_function_name(c, name, inb__node_at(c->body, "parameters"));
    bool procedure = inb__node_bool(c->body, "is_procedure");
    bool known = c->catalog->partial ||
                 inb__catalog_object_is_known(c->catalog, "OBJECT_FUNCTION", signature);
    c->s->tag = procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
    if (procedure && inb__routine_body_commits(c->catalog, inb__routine_body(c->body))) {
        inb__catalog_object_create(c->catalog, INB__COMMITS, name);
    }
    if (!procedure) {
        inb__create_function_volatility(c, name, inb__node_at(c->body, "options"), "volatile");
    }
    inb__query_reads(c, inb__node_at(c->body, "sql_body"), INB__REACH_NAMED);
    if (known && inb__node_bool(c->body, "replace")) {
        c->s->tag = procedure ? "CREATE OR REPLACE PROCEDURE" : "CREATE OR REPLACE FUNCTION";
        if (!inb__catalog_object_is_new(c->catalog, "OBJECT_FUNCTION", signature)) {
            inb__classify_as(c, INB_CLASS_CONTRACTING, 0, REPLACES);
        }
        return;
    }
    inb__catalog_object_create(c->catalog, "OBJECT_FUNCTION", signature);
    if (!inb__catalog_object_is_known(c->catalog, "function", name)) {
        inb__catalog_object_create(c->catalog, "function", name);
    }
}
