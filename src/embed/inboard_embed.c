/* The command inboard-embed: its options, its outputs and its exit status. */
#include "config.h"

#include "embed/embed_load.h"
#include "embed/emit.h"
#include "embed/explain.h"
#include "sql/parser.h"
#include "util/cleanup.h"
#include "util/diagnostic_print.h"
#include "util/file.h"
#include "util/limits.h"
#include "util/opt.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

enum { STATUS_OK = 0, STATUS_REFUSED = 1, STATUS_USAGE = 2 };

typedef struct arguments {
    const char *dir, *sum, *schema, *output, *depfile, *symbol;
    bool explain, json, version, differs;
} arguments;

static int fail(inb_error *err)
{
    int status = inb_error_code(err) == INB_EINVAL ? STATUS_USAGE : STATUS_REFUSED;
    fprintf(stderr, "inboard-embed: %s\n", inb_error_message(err));
    if (*inb_error_hint(err)) {
        fprintf(stderr, "  hint: %s\n", inb_error_hint(err));
    }
    inb_error_free(err);
    return status;
}

/* Of what is to be read: a path that leads nowhere is a wrong call, as for inboard's commands. */
static int fail_input(inb_error *err)
{
    int code = inb_error_code(err);
    int status = fail(err);
    return code == INB_EIO || code == INB_ELIMIT ? STATUS_USAGE : status;
}

static int help_print(const inb__opt *options)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 65536);
    inb__buf_str(&out,
                 "Usage: inboard-embed --migrations DIR -o FILE.c [--schema PATH [--differs]]\n"
                 "                     [--sum FILE] [--depfile FILE.d] [--symbol NAME]\n"
                 "       inboard-embed --explain [--json] --migrations DIR [--schema PATH] "
                 "[--sum FILE]\n\n"
                 "Checks the migrations of a folder in Prisma's layout and writes them as a "
                 "C file of constants,\n"
                 "with what the schema expects the database to contain once they are "
                 "applied.\n\n"
                 "Options:\n");
    inb__opt_help(options, &out);
    inb__buf_str(
        &out,
        "\nExit status: 0 done; 1 the migrations were refused, or the file could not be written;\n"
        "2 wrong usage, or what is to be read cannot be.\n");
    inb_error *err = NULL;
    return inb__file_write("-", (inb__str){inb__buf_text(&out), out.length}, &err) ? fail(err)
                                                                                   : STATUS_OK;
}

static int version_print(void)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, 4096);
    inb__buf_printf(&out, "inboard-embed " INB_VERSION " (parser of PostgreSQL %s)\n",
                    inb__parser_version_text());
    inb_error *err = NULL;
    return inb__file_write("-", (inb__str){inb__buf_text(&out), out.length}, &err) ? fail(err)
                                                                                   : STATUS_OK;
}

static int usage_check(const arguments *a, int n_operands, char **argv, inb_error **err)
{
    int rc = 0;
    if (n_operands) {
        rc = inb__error_set(err, INB_EINVAL, "unexpected argument \"%s\"", argv[1]);
    } else if (!a->dir) {
        rc = inb__error_set(err, INB_EINVAL, "option \"--migrations\" is missing");
    } else if (!a->output && !a->explain) {
        rc = inb__error_set(err, INB_EINVAL, "option \"--output\" is missing");
    } else if (a->output && a->explain) {
        rc = inb__error_set(err, INB_EINVAL,
                            "options \"--output\" and \"--explain\" exclude each other");
    } else if (a->json && !a->explain) {
        rc = inb__error_set(err, INB_EINVAL, "option \"--json\" needs \"--explain\"");
    } else if (!inb__emit_symbol_ok(a->symbol)) {
        rc = inb__error_set(err, INB_EINVAL, "\"%s\" is not the name of a C variable", a->symbol);
    }
    if (rc) {
        inb__error_hint(err, "Run the command with --help to list its options.");
    }
    return rc;
}

/* A path as make reads it in a rule: quoted where make has a quotation. */
static void make_target(inb__buf *out, const char *path)
{
    for (const char *p = path; *p; p++) {
        if (*p == '$') {
            inb__buf_char(out, '$');
        } else if (strchr(" #:%*?[]", *p)) {
            inb__buf_char(out, '\\');
        }
        inb__buf_char(out, *p);
    }
}

/* For other characters that mean something to make it has none; the file is there, so a pattern
 * finds it. */
static void make_input(inb__buf *out, const char *path)
{
    for (const char *p = path; *p; p++) {
        if (*p == '$') {
            inb__buf_str(out, "$$");
        } else if (strchr("\\;=|%~()", *p) || (unsigned char)*p < ' ') {
            inb__buf_char(out, '?');
        } else {
            inb__buf_printf(out, "%s%c", strchr(" #:*?[]", *p) ? "\\" : "", *p);
        }
    }
}

/* The rule, and an empty rule for each input, so that make does not stop at one that was removed.
 */
static int depfile_write(const arguments *a, const inb__embed *embed, inb_error **err)
{
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    make_target(&out, a->output);
    inb__buf_char(&out, ':');
    for (size_t i = 0; i < embed->read.n; i++) {
        inb__buf_str(&out, " \\\n  ");
        make_input(&out, embed->read.v[i]);
    }
    inb__buf_char(&out, '\n');
    for (size_t i = 0; i < embed->read.n; i++) {
        make_input(&out, embed->read.v[i]);
        inb__buf_str(&out, ":\n");
    }
    if (out.failed) {
        return inb__error_nomem(err);
    }
    return inb__file_write(a->depfile, (inb__str){out.data, out.length}, err);
}

static void output_print(const arguments *a, const inb__embed *embed, inb__buf *out)
{
    if (!a->explain) {
        inb__emit_table(out, &embed->table, a->symbol);
    } else if (a->json) {
        inb__explain_json(embed, out);
    } else {
        inb__explain_text(embed, out);
    }
}

/* The output can be gigabytes, so it goes to its file while it is written. */
static int output_write(const arguments *a, const inb__embed *embed, inb_error **err)
{
    const char *path = a->explain ? "-" : a->output;
    /* The rule first: an output without its rule would look up to date for ever. */
    int rc = a->depfile && !a->explain ? depfile_write(a, embed, err) : 0;
    inb__file_out file;
    rc = rc ? rc : inb__file_begin(&file, path, err);
    if (rc) {
        return rc;
    }
    INB__AUTO_BUF inb__buf out;
    inb__buf_init(&out, INB__LIMIT_FILE);
    inb__buf_drain_to(&out, inb__file_add, &file);
    output_print(a, embed, &out);
    inb__buf_drain(&out);
    rc = inb__file_end(&file, !out.failed, err);
    if (rc == 0 && out.failed) {
        return inb__error_nomem(err);
    }
    if (rc == 0 && !a->explain && strcmp(a->output, "-") != 0) {
        /* Unchanged bytes are made new, or make would run this again each time. */
        (void)utimensat(AT_FDCWD, a->output, NULL, 0);
    }
    return rc;
}

/* A difference of which nobody can tell whether it is one. */
static void unproven_print(const arguments *a)
{
    fprintf(stderr,
            "inboard-embed: warning: statements of \"%s\" are unknown to the analysis, and the "
            "others do not make the schema\n"
            "  hint: `inboard migrate diff --from-migrations DIR --to-schema PATH` names both.\n",
            a->dir);
}

static int run(const arguments *a)
{
    INB__AUTO_ARENA inb__arena arena;
    inb__arena_init(&arena);
    inb_error *err = NULL;
    inb__embed embed;
    inb__embed_options options = {.dir = a->dir, .sum = a->sum, .schema = a->schema};
    options.policy = a->explain ? INB__EMBED_EXPLAIN : INB__EMBED_BUILD;
    options.prove = !a->differs && !a->explain;
    int rc = inb__embed_load(&embed, &arena, &options, &err);
    if (rc == INB_ESYNTAX) {
        inb__diagnostics_print(stderr, &embed.problems);
    }
    if (rc == 0 && embed.unproven) {
        unproven_print(a);
    }
    /* An explanation says what it can of migrations that are refused, too. */
    if (rc == 0 || (rc == INB_ESYNTAX && a->explain)) {
        inb_error *output_err = NULL;
        if (output_write(a, &embed, &output_err)) {
            inb_error_free(err);
            return fail(output_err);
        }
    }
    return rc ? fail_input(err) : STATUS_OK;
}

int main(int argc, char **argv)
{
    inb__standard_streams_hold();
    signal(SIGPIPE, SIG_IGN);
    arguments a = {.symbol = "inboard_migrations"};
    const inb__opt options[] = {
        {"migrations", 0, "DIR", "the folder of migrations", INB__OPT_TEXT, &a.dir},
        {"output", 'o', "FILE.c", "the C file to write (\"-\": standard output)", INB__OPT_TEXT,
         &a.output},
        {"sum", 0, "FILE", "the released migrations (default: DIR/inboard.sum)", INB__OPT_TEXT,
         &a.sum},
        {"schema", 0, "PATH", "the Prisma schema that they produce: a file or a folder",
         INB__OPT_TEXT, &a.schema},
        {"differs", 0, NULL, "accept a schema that the migrations do not produce", INB__OPT_FLAG,
         &a.differs},
        {"depfile", 0, "FILE.d", "write the files read as a dependency rule for make",
         INB__OPT_TEXT, &a.depfile},
        {"symbol", 0, "NAME", "the table's name in C (default: inboard_migrations)", INB__OPT_TEXT,
         &a.symbol},
        {"explain", 0, NULL, "print the effect of each statement instead", INB__OPT_FLAG,
         &a.explain},
        {"json", 0, NULL, "print it as JSON", INB__OPT_FLAG, &a.json},
        {"version", 0, NULL, "print the versions of inboard-embed and of its parser", INB__OPT_FLAG,
         &a.version},
        {0},
    };
    inb_error *err = NULL;
    int n_operands = 0;
    int rc = inb__opt_parse(options, argc, argv, &n_operands, &err);
    if (rc == INB__OPT_HELP) {
        return help_print(options);
    }
    if (rc == 0 && a.version) {
        return version_print();
    }
    rc = rc ? rc : usage_check(&a, n_operands, argv, &err);
    return rc ? fail(err) : run(&a);
}
