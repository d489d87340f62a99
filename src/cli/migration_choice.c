/* Chooses migrations by name, by git, or by the list of what is released. */
#include "config.h"

#include "cli/migration_choice.h"

#include "cli/git_file.h"
#include "util/error_set.h"

int inb__migration_choice_check(const inb__migration_choice *choice, inb_error **err)
{
    int ways = choice->all + choice->pending + (choice->since != NULL) + (choice->n_names > 0);
    if (ways > 1) {
        inb__error_set(err, INB_EINVAL, "the migrations are chosen twice");
        inb__error_hint(err, "Give names, --pending, --since or --all.");
        return INB_EINVAL;
    }
    return 0;
}

/* A folder's name, or the path of the folder or of its file. */
static bool is_named(const char *name, const inb__embed_migration *m)
{
    inb__str s = inb__str_of(name);
    s.n -= s.n > 1 && s.p[s.n - 1] == '/';
    const char *slash = memrchr(s.p, '/', s.n);
    inb__str last = slash ? (inb__str){slash + 1, (size_t)(s.p + s.n - slash - 1)} : s;
    return inb__str_is(last, m->name) || strcmp(name, m->path) == 0;
}

bool inb__migration_named(size_t *number, const inb__embed *embed, const char *name)
{
    for (size_t i = 0; i < embed->migrations.n; i++) {
        if (is_named(name, &embed->migrations.v[i])) {
            *number = i;
            return true;
        }
    }
    return false;
}

static bool was_there(inb__str names, const char *name)
{
    for (size_t at = 0; at < names.n; at += strlen(names.p + at) + 1) {
        if (strcmp(names.p + at, name) == 0) {
            return true;
        }
    }
    return false;
}

int inb__migration_choose(bool *wanted, const inb__embed *embed, inb__arena *arena, const char *dir,
                          const inb__migration_choice *choice, bool files, inb_error **err)
{
    inb__str then = INB__STR("");
    int rc = choice->since ? inb__git_names_read(&then, arena, dir, choice->since, err) : 0;
    for (size_t i = 0; i < embed->migrations.n; i++) {
        const inb__embed_migration *m = &embed->migrations.v[i];
        wanted[i] = choice->n_names == 0 &&
                    (choice->all || (choice->since ? !was_there(then, m->name) : !m->released));
    }
    for (int i = 0; rc == 0 && i < choice->n_names; i++) {
        size_t number;
        bool file = files && inb__str_ends(inb__str_of(choice->names[i]), ".sql");
        if (inb__migration_named(&number, embed, choice->names[i])) {
            wanted[number] = true;
        } else if (!file) {
            rc = inb__error_set(err, INB_EINVAL, "there is no migration \"%s\" in \"%s\"",
                                choice->names[i], dir ? dir : ".");
            inb__error_hint(err, "Name a folder of migrations%s.",
                            files ? ", or a file that ends with .sql" : "");
        }
    }
    return rc;
}
