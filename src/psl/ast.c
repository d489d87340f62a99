/* Questions to the syntax tree: the text of a span, the keyword of a block, an argument by name. */
#include "config.h"

#include "psl/ast.h"

inb__str inb__psl_ast_text(const inb__psl_schema *schema, inb__span span)
{
    return (inb__str){schema->files[span.file].text.p + span.start, span.end - span.start};
}

const char *inb__psl_ast_keyword(inb__psl_block_kind kind)
{
    static const char *const keywords[] = {
        [INB__PSL_MODEL] = "model",
        [INB__PSL_VIEW] = "view",
        [INB__PSL_TYPE] = "type",
        [INB__PSL_ENUM] = "enum",
        [INB__PSL_DATASOURCE] = "datasource",
        [INB__PSL_GENERATOR] = "generator",
    };
    return keywords[kind];
}

const char *inb__psl_ast_sign(const inb__psl_attribute *attr)
{
    return attr->block ? "@@" : "@";
}

const inb__psl_arg *inb__psl_ast_argument(const inb__psl_attribute *attr, const char *argument)
{
    for (size_t i = 0; i < attr->args.n; i++) {
        if (attr->args.v[i].value && inb__str_is(attr->args.v[i].name.name, argument)) {
            return &attr->args.v[i];
        }
    }
    return NULL;
}

inb__span inb__psl_ast_argument_span(const inb__psl_attribute *attr, const char *argument)
{
    const inb__psl_arg *arg = inb__psl_ast_argument(attr, argument);
    return arg ? arg->span : attr->span;
}
