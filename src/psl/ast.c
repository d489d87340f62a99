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
