/* The model of a folder of migrations, and the places that it does not cover. */
#include "config.h"

#include "embed/embed_model.h"

/* A table that is gone again left nothing unknown behind. */
static bool counts(const inb__embed *embed, const inb__sql_statement *s)
{
    return s->unseen && (!s->partly || inb__catalog_relation_is_there(embed->catalog, s->partly));
}

void inb__embed_model(inb__schema *out, inb__unseen_list *unseen, inb__arena *arena,
                      const inb__embed *embed, const inb__history_model_options *options)
{
    for (size_t i = 0; i < embed->migrations.n; i++) {
        const inb__embed_migration *m = &embed->migrations.v[i];
        for (size_t k = 0; k < m->script.statements.n; k++) {
            const inb__sql_statement *s = &m->script.statements.v[k];
            if (counts(embed, s)) {
                inb__unseen place = {m->name, m->path, s->line, s->tag, s->unseen};
                INB__VEC_ADD(arena, unseen, place);
            }
        }
    }
    inb__history_model(out, arena, embed->catalog, options);
}
