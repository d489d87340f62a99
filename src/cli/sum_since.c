/* Compares inboard.sum with itself at another commit. */
#include "config.h"

#include "cli/sum_since.h"

#include "cli/git_file.h"
#include "util/file.h"
#include "util/limits.h"

int inb__sum_then_read(inb__sum_then *out, inb__arena *arena, const char *dir, const char *ref,
                       inb_error **err)
{
    bool there;
    int rc = inb__git_file_read(&out->text, &there, arena, dir, INB__SUM_NAME, ref, err);
    out->from = inb__arena_printf(arena, "%s:%s", ref, inb__path_join(arena, dir, INB__SUM_NAME));
    if (rc == 0 && !there) {
        inb__error_set(err, INB_EINVAL, "\"%s\" has no %s in \"%s\"", ref, INB__SUM_NAME, dir);
        inb__error_hint(err, "Nothing tells which migrations are released there: name a commit "
                             "that has the file, or leave every entry as it is.");
        return INB_EINVAL;
    }
    return rc;
}

static int sum_read(inb__sum *sum, inb__arena *arena, inb__str text, const char *from,
                    inb_error **err)
{
    inb__sum_fault fault;
    *sum = (inb__sum){.exists = true, .text = text};
    inb__sum_parse(sum, arena, &fault);
    if (!fault.message) {
        return 0;
    }
    inb__place at = inb__place_of(sum->text.p, sum->text.n, fault.offset);
    inb__error_set(err, INB_ESYNTAX, "%s:%u: %s", from, at.line, fault.message);
    inb__error_hint(err, "Write it again with `inboard sum --since` and the branch that is "
                         "released.");
    return INB_ESYNTAX;
}

static bool lists(const inb__sum *sum, const char *name)
{
    for (size_t i = 0; i < sum->lines.n; i++) {
        if (strcmp(sum->lines.v[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_named(const inb__sum_forgetting *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++) {
        if (strcmp(f->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int name_check(const inb__sum_forgetting *f, const char *name, const inb__sum *now,
                      const inb__sum_then *then, const inb__sum *released, inb_error **err)
{
    if (!lists(now, name)) {
        inb__error_set(err, INB_EINVAL, "\"%s\" does not list \"%s\"", f->path, name);
        inb__error_hint(err, "Give the name of a migration's folder as the file has it.");
        return INB_EINVAL;
    }
    if (lists(released, name)) {
        inb__error_set(err, INB_EINVAL, "migration \"%s\" is released: %s lists it", name,
                       then->from);
        inb__error_hint(err, "Databases may have it: leave it as it is, and write the change as a "
                             "new migration.");
        return INB_EINVAL;
    }
    return 0;
}

/* A folder that stays is a new migration, and those must sort after all that are listed. */
static int order_check(const inb__sum_forgetting *f, inb__arena *arena, const char *name,
                       const char *last, inb_error **err)
{
    if (strcmp(name, last) > 0 || !inb__path_is_dir(inb__path_join(arena, f->dir, name))) {
        return 0;
    }
    inb__error_set(err, INB_EINVAL, "\"%s\" sorts before \"%s\", which stays listed", name, last);
    inb__error_hint(err, "Forget that one too, or remove the folder of \"%s\" first.", name);
    return INB_EINVAL;
}

static int both_read(inb__sum *now, inb__sum *released, inb__sum_then *then, inb__arena *arena,
                     inb__sum_forgetting *f, inb_error **err)
{
    inb__str text;
    f->path = inb__path_join(arena, f->dir, INB__SUM_NAME);
    int rc = inb__file_read(&text, arena, f->path, INB__LIMIT_FILE, err);
    rc = rc ? rc : sum_read(now, arena, text, f->path, err);
    rc = rc ? rc : inb__sum_then_read(then, arena, f->dir, f->ref, err);
    return rc ? rc : sum_read(released, arena, then->text, then->from, err);
}

int inb__sum_forget(inb__buf *out, inb__arena *arena, inb__sum_forgetting *f, inb_error **err)
{
    inb__sum now, released;
    inb__sum_then then;
    const char *last = "";
    int rc = both_read(&now, &released, &then, arena, f, err);
    for (size_t i = 0; rc == 0 && i < f->n; i++) {
        rc = name_check(f, f->names[i], &now, &then, &released, err);
    }
    if (rc) {
        return rc;
    }
    inb__sum_begin(out);
    for (size_t i = 0; i < now.lines.n; i++) {
        const inb__sum_line *line = &now.lines.v[i];
        if (!is_named(f, line->name)) {
            inb__sum_add(out, line->name,
                         inb__arena_strndup(arena, line->checksum.p, line->checksum.n), line->cls);
            last = line->name;
            f->left++;
        }
    }
    inb__sum_end(out);
    for (size_t i = 0; rc == 0 && i < f->n; i++) {
        rc = order_check(f, arena, f->names[i], last, err);
    }
    return rc;
}
