/* The refusals of a history that may have been planted: what it is, and what to do about it. */
#include "config.h"

#include "engine/history_fault.h"

#include "engine/queries.h"
#include "postgres/quote.h"
#include "postgres/sqlstate.h"
#include "util/cleanup.h"
#include "util/limits.h"

#include <string.h>

typedef struct fault {
    const char *kind, *owner, *detail;
    const char *object; /* qualified, quoted where SQL needs it */
    bool is_schema;
    bool is_history;
} fault;

static const char *value(const inb_result *r, int column)
{
    const char *v = inb_result_value(r, 0, column);
    return v ? v : "";
}

static void object_write(inb__buf *out, const inb_result *r)
{
    inb__quote_ident_readable(out, inb__str_of(value(r, INB__FAULT_SCHEMA)));
    if (inb_result_value(r, 0, INB__FAULT_RELATION)) {
        inb__buf_char(out, '.');
        inb__quote_ident_readable(out, inb__str_of(value(r, INB__FAULT_RELATION)));
    }
}

static const char *relkind_name(const char *relkind)
{
    static const struct {
        char relkind;
        const char *name;
    } kinds[] = {{'v', "a view"},          {'m', "a materialized view"},
                 {'f', "a foreign table"}, {'S', "a sequence"},
                 {'i', "an index"},        {'I', "an index"},
                 {'c', "a composite type"}};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (*relkind == kinds[i].relkind) {
            return kinds[i].name;
        }
    }
    return "not a table";
}

static int kind_error(const fault *f, inb_error **err)
{
    const char *what = relkind_name(f->detail);
    int rc;
    if (f->is_history) {
        rc =
            inb__error_set(err, INB_EHISTORY,
                           "%s is not the table that Prisma Migrate makes: it is %s of role \"%s\"",
                           f->object, what, f->owner);
        inb__error_hint(err, "Rename it, or name another schema in the URL.");
    } else {
        rc = inb__error_set(err, INB_EHISTORY,
                            "%s is not a table of inboard's: it is %s of role \"%s\"", f->object,
                            what, f->owner);
        inb__error_hint(err, "Drop it, or rename it: inboard creates the table that it needs.");
    }
    return rc;
}

static int type_error(const fault *f, inb_error **err)
{
    int rc = inb__error_set(
        err, INB_EHISTORY,
        "%s belongs to role \"%s\", and its column \"%s\" is computed or has a type that "
        "is not built in",
        f->object, f->owner, f->detail);
    inb__error_detail(err, "reading it could run that role's code");
    inb__error_hint(err, "Give the column the type that Prisma Migrate gives it.");
    return rc;
}

static int owner_error(const fault *f, inb_error **err)
{
    const char *what = f->is_schema ? "SCHEMA" : "TABLE";
    int rc = inb__error_set(err, INB_EHISTORY, "%s %s belongs to role \"%s\", which is not trusted",
                            f->is_schema ? "schema" : "table", f->object, f->owner);
    inb__error_detail(err, "trusted are the current role, roles that it is a member of, the owner "
                           "of the database and superusers: the owner decides which code runs when "
                           "the history is written");
    inb__error_hint(
        err,
        "Migrate as its owner or a member of that role. If nobody here created it, drop "
        "it: DROP %s %s; if it is yours under another name, first look for triggers, "
        "rules and defaults, then: ALTER %s %s OWNER TO CURRENT_USER.",
        what, f->object, what, f->object);
    return rc;
}

static int policy_error(const fault *f, inb_error **err)
{
    int rc =
        inb__error_set(err, INB_EHISTORY, "%s belongs to role \"%s\" and has row-level security",
                       f->object, f->owner);
    inb__error_detail(err, "reading it could run that role's code");
    inb__error_hint(err, "As the owner: ALTER TABLE %s DISABLE ROW LEVEL SECURITY.", f->object);
    return rc;
}

static int trigger_error(const fault *f, inb_error **err)
{
    int rc =
        inb__error_set(err, INB_EHISTORY,
                       "the trigger \"%s\" on %s calls a function of a role that is not trusted",
                       f->detail, f->object);
    inb__error_detail(err, "it would run as the role that migrates");
    INB__AUTO_BUF inb__buf name;
    inb__buf_init(&name, INB__LIMIT_MESSAGE);
    inb__quote_ident_readable(&name, inb__str_of(f->detail));
    inb__error_hint(err,
                    "Drop it: DROP TRIGGER %s ON %s; or give its function to the table's owner.",
                    inb__buf_text(&name), f->object);
    return rc;
}

int inb__history_fault(const inb_result *faults, const inb__names *names, inb_error **err)
{
    static const struct {
        const char *kind;
        int (*error)(const fault *f, inb_error **err);
    } kinds[] = {{"kind", kind_error},
                 {"type", type_error},
                 {"owner", owner_error},
                 {"policy", policy_error},
                 {"trigger", trigger_error}};
    if (inb_result_rows(faults) == 0) {
        return 0;
    }
    INB__AUTO_BUF inb__buf object;
    inb__buf_init(&object, INB__LIMIT_MESSAGE);
    object_write(&object, faults);
    const char *relation = inb_result_value(faults, 0, INB__FAULT_RELATION);
    const fault f = {.kind = value(faults, INB__FAULT_KIND),
                     .owner = value(faults, INB__FAULT_OWNER),
                     .detail = value(faults, INB__FAULT_DETAIL),
                     .object = inb__buf_text(&object),
                     .is_schema = !relation,
                     .is_history = relation && strcmp(relation, "_prisma_migrations") == 0};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(f.kind, kinds[i].kind) == 0) {
            return kinds[i].error(&f, err);
        }
    }
    return inb__error_set(err, INB_EHISTORY, "%s is not what it should be", names->history);
}

bool inb__metadata_broken(const inb_error *server)
{
    static const char *const shape[] = {
        INB__SQLSTATE_UNDEFINED_TABLE,    INB__SQLSTATE_UNDEFINED_COLUMN,
        INB__SQLSTATE_UNDEFINED_FUNCTION, INB__SQLSTATE_DATATYPE_MISMATCH,
        INB__SQLSTATE_WRONG_OBJECT_TYPE,  INB__SQLSTATE_INVALID_OBJECT_DEFINITION};
    return inb__sqlstate_among(inb_error_sqlstate(server), shape, sizeof(shape) / sizeof(shape[0]));
}

int inb__metadata_error(inb_error **err)
{
    int rc = inb__error_wrap(err, INB_EHISTORY,
                             "a table of inboard's own is not as inboard makes it: %s",
                             err && *err ? inb_error_message(*err) : "it is not known which");
    inb__error_hint(err, "Restore the tables of the schema inboard; or rename the schema: ALTER "
                         "SCHEMA inboard RENAME TO inboard_before. The next run creates it again, "
                         "without what was recorded of earlier migrations.");
    return rc;
}
