/* Exit statuses, error output and --help, for all commands. */
#include "config.h"

#include "cli/cli.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"
#include "util/limits.h"

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

static void error_place(inb__buf *out, const inb_error *err)
{
    if (*inb_error_migration(err)) {
        inb__buf_printf(out, "  in: %s", inb_error_migration(err));
        if (inb_error_line(err)) {
            inb__buf_printf(out, ", line %d", inb_error_line(err));
        }
        if (inb_error_column(err)) {
            inb__buf_printf(out, ", column %d", inb_error_column(err));
        }
        if (inb_error_statement(err)) {
            inb__buf_printf(out, " (statement %d)", inb_error_statement(err));
        }
        inb__buf_char(out, '\n');
    }
}

static void error_text(inb__buf *out, const inb_error *err)
{
    inb__buf_str(out, "inboard: ");
    if (*inb_error_prisma_code(err)) {
        inb__buf_printf(out, "%s: ", inb_error_prisma_code(err));
    }
    inb__buf_printf(out, "%s\n", inb_error_message(err));
    error_place(out, err);
    if (*inb_error_detail(err)) {
        inb__buf_printf(out, "  detail: %s\n", inb_error_detail(err));
    }
    for (const inb_error *c = inb_error_cause(err); c; c = inb_error_cause(c)) {
        inb__buf_printf(out, "  because: %s", inb_error_message(c));
        if (*inb_error_sqlstate(c)) {
            inb__buf_printf(out, " [%s]", inb_error_sqlstate(c));
        }
        inb__buf_char(out, '\n');
        if (*inb_error_detail(c)) {
            inb__buf_printf(out, "           %s\n", inb_error_detail(c));
        }
    }
    if (*inb_error_hint(err)) {
        inb__buf_printf(out, "  hint: %s\n", inb_error_hint(err));
    }
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
    inb_error *err = NULL;
    int operands = 0;
    int rc = inb__opt_parse(usage->options, argc, argv, &operands, &err);
    if (rc == 0 && operands) {
        rc = operand_refuse(&err, argv[1]);
    }
    if (rc) {
        *status_out = rc == INB__OPT_HELP ? usage_print(usage) : inb__cli_fail(err, false);
    }
    return rc == 0;
}
