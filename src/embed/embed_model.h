/* What a folder of migrations makes, as a relational model, and what of it is not known. */
#ifndef INB_EMBED_EMBED_MODEL_H
#define INB_EMBED_EMBED_MODEL_H

#include "embed/embed_load.h"
#include "sql/history_model.h"

/* A statement whose effect on the schema the analysis does not know. */
typedef struct inb__unseen {
    const char *migration, *path; /* its folder's name, and its file */
    uint32_t line;
    const char *tag, *reason;
} inb__unseen;

typedef INB__VEC(inb__unseen) inb__unseen_list;

/*
 * The model of the migrations that were loaded, and the statements that may have made something
 * else. Everything lives in the arena, which must have an error exit, and in that of the load.
 */
void inb__embed_model(inb__schema *out, inb__unseen_list *unseen, inb__arena *arena,
                      const inb__embed *embed, const inb__history_model_options *options);

#endif
