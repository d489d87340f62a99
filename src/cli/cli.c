/* Exit statuses, error output and --help, for all commands. */
#include "config.h"

#include "cli/cli.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"
#include "util/printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    int code;
    int status;
} exit_table[] = {
    {INB_OK, INB__EXIT_OK},
    {INB_EINVAL, INB__EXIT_USAGE},
    {INB_EPENDING, INB__EXIT_PENDING},
    {INB_EHISTORY, INB__EXIT_HISTORY},
    {INB_ELOCK, INB__EXIT_LOCK},
    {INB_ECONN, INB__EXIT_DATABASE},
    {INB_EPERM, INB__EXIT_DATABASE},
    {INB_ESEALED, INB__EXIT_SEALED},
    {INB_ESMOKE, INB__EXIT_SMOKE},
};

int inb__cli_exit(int code)
{
    for (size_t i = 0; i < sizeof(exit_table) / sizeof(exit_table[0]); i++) {
        if (exit_table[i].code == code) {
            return exit_table[i].status;
        }
    }
    return INB__EXIT_FAILED;
}

int inb__cli_print(const inb__buf *out)
{
    inb_error *err = NULL;
    if (out->failed) {
        inb__error_nomem(&err);
        return inb__cli_fail(err, false);
    }
    int rc = inb__file_write("-", (inb__str){inb__buf_text(out), out->length}, &err);
    return rc ? inb__cli_fail(err, false) : INB__EXIT_OK;
}

void inb__cli_error_json(inb__json *j, const inb_error *err)
{
    inb__json_object(j);
    inb__json_member_int(j, "code", inb_error_code(err));
    const struct {
        const char *key, *value;
    } texts[] = {
        {"prisma_code", inb_error_prisma_code(err)},
        {"sqlstate", inb_error_sqlstate(err)},
        {"message", inb_error_message(err)},
        {"detail", inb_error_detail(err)},
        {"hint", inb_error_hint(err)},
        {"migration", inb_error_migration(err)},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        inb__json_member(j, texts[i].key, *texts[i].value ? texts[i].value : NULL);
    }
    inb__json_member_int(j, "statement", inb_error_statement(err));
    inb__json_member_int(j, "line", inb_error_line(err));
    inb__json_member_int(j, "column", inb_error_column(err));
    inb__json_key(j, "cause");
    if (inb_error_cause(err)) {
        inb__cli_error_json(j, inb_error_cause(err));
    } else {
        inb__json_null(j);
    }
    inb__json_object_end(j);
}

/* What has been printed of an error, so that nothing is printed twice. */
typedef struct telling {
    inb__buf *out;
    inb__buf said;
} telling;

/* The text behind its title; further lines are indented as far. */
static void tell(telling *t, const char *title, const char *text)
{
    if (!*text || strstr(inb__buf_text(&t->said), text)) {
        return;
    }
    inb__buf_printf(&t->said, "%s\n", text);
    inb__buf_str(t->out, title);
    for (size_t n = strcspn(text, "\n"); *text; n = strcspn(text, "\n")) {
        inb__printable(t->out, (inb__str){text, n});
        text += n + (text[n] != '\0');
        if (*text) {
            inb__buf_char(t->out, '\n');
            inb__buf_fill(t->out, ' ', strlen(title));
        }
    }
    inb__buf_char(t->out, '\n');
}

/* "migration "m", line 2, column 23, statement 2": the parts that the message does not name. */
static void place_tell(telling *t, const inb_error *err)
{
    INB__AUTO_BUF inb__buf place;
    inb__buf_init(&place, INB__LIMIT_MESSAGE);
    const struct {
        const char *name;
        int number;
    } parts[] = {{"line", inb_error_line(err)},
                 {"column", inb_error_column(err)},
                 {"statement", inb_error_statement(err)}};
    if (!strstr(inb_error_message(err), inb_error_migration(err))) {
        inb__buf_printf(&place, "migration \"%s\"", inb_error_migration(err));
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        char part[32];
        snprintf(part, sizeof(part), "%s %d", parts[i].name, parts[i].number);
        if (parts[i].number && !strstr(inb_error_message(err), part)) {
            inb__buf_printf(&place, "%s%s", place.length ? ", " : "", part);
        }
    }
    tell(t, "  at: ", inb__buf_text(&place));
}

/* The SQLSTATE of the error, or of the cause whose message it repeats. */
static const char *sqlstate_of(const inb_error *err)
{
    const inb_error *cause = inb_error_cause(err);
    if (*inb_error_sqlstate(err) || !cause ||
        !strstr(inb_error_message(err), inb_error_message(cause))) {
        return inb_error_sqlstate(err);
    }
    return inb_error_sqlstate(cause);
}

static void message_tell(telling *t, const char *title, const inb_error *err)
{
    INB__AUTO_BUF inb__buf line;
    inb__buf_init(&line, INB__LIMIT_MESSAGE);
    if (*inb_error_message(err) && strstr(inb__buf_text(&t->said), inb_error_message(err))) {
        return;
    }
    if (*inb_error_prisma_code(err)) {
        inb__buf_printf(&line, "%s: ", inb_error_prisma_code(err));
    }
    inb__buf_str(&line, inb_error_message(err));
    if (*sqlstate_of(err)) {
        inb__buf_printf(&line, " [%s]", sqlstate_of(err));
    }
    tell(t, title, inb__buf_text(&line));
}

static void error_text(inb__buf *out, const inb_error *err)
{
    telling t = {.out = out};
    inb__buf_init(&t.said, 16 * INB__LIMIT_MESSAGE);
    message_tell(&t, "inboard: ", err);
    place_tell(&t, err);
    tell(&t, "  detail: ", inb_error_detail(err));
    for (const inb_error *c = inb_error_cause(err); c; c = inb_error_cause(c)) {
        message_tell(&t, "  cause: ", c);
        tell(&t, "  detail: ", inb_error_detail(c));
        if (*inb_error_hint(c) && !strstr(inb_error_hint(err), inb_error_hint(c))) {
            tell(&t, "  hint: ", inb_error_hint(c)); /* the server's own is never dropped */
        }
    }
    tell(&t, "  hint: ", inb_error_hint(err));
    inb__buf_dispose(&t.said);
}

int inb__cli_fail(inb_error *err, bool json)
{
    int status = inb__cli_exit(inb_error_code(err));
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 16 * INB__LIMIT_MESSAGE);
    if (json) {
        inb__json j;
        inb__json_init(&j, &out);
        inb__json_object(&j);
        inb__json_key(&j, "error");
        inb__cli_error_json(&j, err);
        inb__json_object_end(&j);
    } else {
        error_text(&out, err);
    }
    fputs(out.failed ? "inboard: out of memory\n" : inb__buf_text(&out), json ? stdout : stderr);
    fflush(json ? stdout : stderr);
    inb_error_free(err);
    return status;
}

int inb__cli_fail_input(inb_error *err, bool json)
{
    int code = inb_error_code(err);
    int status = inb__cli_fail(err, json);
    return code == INB_EIO || code == INB_ELIMIT ? INB__EXIT_USAGE : status;
}

static int usage_print(const inb__usage *usage)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 1024 * 1024);
    inb__buf_printf(&out, "Usage: %s\n\n%s\n\nOptions:\n", usage->synopsis, usage->about);
    inb__opt_help(usage->options, &out);
    if (usage->more) {
        inb__buf_printf(&out, "\n%s\n", usage->more);
    }
    return inb__cli_print(&out);
}

static int operand_refuse(inb_error **err, const char *word)
{
    inb__error_set(err, INB_EINVAL, "unexpected argument \"%s\"", word);
    inb__error_hint(err, "Run the command with --help to list its options.");
    return INB_EINVAL;
}

bool inb__cli_parse(const inb__usage *usage, int argc, char **argv, int *status_out)
{
    int n;
    return inb__cli_parse_operands(usage, argc, argv, 0, &n, status_out);
}

bool inb__cli_parse_operands(const inb__usage *usage, int argc, char **argv, int most, int *n_out,
                             int *status_out)
{
    inb_error *err = NULL;
    *n_out = 0;
    int rc = inb__opt_parse(usage->options, argc, argv, n_out, &err);
    if (rc == 0 && *n_out > most) {
        rc = operand_refuse(&err, argv[1 + most]);
    }
    if (rc) {
        *status_out = rc == INB__OPT_HELP ? usage_print(usage) : inb__cli_fail(err, false);
    }
    return rc == 0;
}

bool inb__cli_parse_operand(const inb__usage *usage, int argc, char **argv, const char **operand,
                            int *status_out)
{
    int n;
    if (!inb__cli_parse_operands(usage, argc, argv, 1, &n, status_out)) {
        return false;
    }
    *operand = n ? argv[1] : *operand;
    return true;
}
