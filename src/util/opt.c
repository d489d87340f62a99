/* Command lines as tables of options: getopt_long() scans them, --help prints them. */
#include "config.h"

#include "util/opt.h"

#include "inboard/duration.h"
#include "util/nearest.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static bool number_parse(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || end == text || *end || n < 0 || strspn(text, "0123456789") != strlen(text)) {
        return false;
    }
    *out = n;
    return true;
}

static int list_add(inb__opt_list *list, const char *name, const char *value, inb_error **err)
{
    if (list->n == INB__OPT_LIST_MAX) {
        return inb__error_set(err, INB_EINVAL, "more than %d options \"--%s\"", INB__OPT_LIST_MAX,
                              name);
    }
    list->v[list->n++] = value;
    return 0;
}

static int value_set(const inb__opt *o, const char *value, inb_error **err)
{
    switch (o->kind) {
    case INB__OPT_FLAG:
        *(bool *)o->out = true;
        return 0;
    case INB__OPT_TEXT:
        *(const char **)o->out = value;
        return 0;
    case INB__OPT_LIST:
        return list_add(o->out, o->name, value, err);
    case INB__OPT_SECONDS:
        if (inb_duration_parse(o->out, value, NULL) == 0) {
            return 0;
        }
        inb__error_set(err, INB_EINVAL, "invalid value \"%s\" for option \"--%s\"", value, o->name);
        inb__error_hint(err, "Give seconds, or a number with a unit: 5, 0.5, 250ms, 2m.");
        return INB_EINVAL;
    case INB__OPT_NUMBER:
        if (number_parse(value, o->out)) {
            return 0;
        }
        inb__error_set(err, INB_EINVAL, "invalid value \"%s\" for option \"--%s\"", value, o->name);
        inb__error_hint(err, "Give a whole number.");
        return INB_EINVAL;
    case INB__OPT_REFUSED:
        inb__error_set(err, INB_EINVAL, "option \"--%s\" is not supported", o->name);
        inb__error_hint(err, "%s", o->help);
        return INB_EINVAL;
    }
    return INB_EINVAL;
}

/* What getopt_long() reads: every row's long name and letter, then --help. */
typedef struct grammar {
    struct option longs[INB__OPT_MAX + 2];
    char letters[2 * INB__OPT_MAX + 8];
    int n;
} grammar;

/* Answers of getopt_long() for rows; letters are below them. */
#define FIRST_ROW 256

/* "-": words that are no options are answered as 1, in their order; ":": a missing value as ":". */
static void grammar_make(grammar *g, const inb__opt *options)
{
    static const char modes[] = "-:h";
    memset(g, 0, sizeof(*g));
    memcpy(g->letters, modes, sizeof(modes));
    char *end = g->letters + sizeof(modes) - 1;
    for (const inb__opt *o = options; o->name && g->n < INB__OPT_MAX; o++, g->n++) {
        int takes = o->value_name ? required_argument : no_argument;
        g->longs[g->n] = (struct option){o->name, takes, NULL, FIRST_ROW + g->n};
        if (o->letter) {
            *end++ = o->letter;
            *end = takes == no_argument ? '\0' : ':';
            end += takes != no_argument;
        }
    }
    g->longs[g->n] = (struct option){"help", no_argument, NULL, 'h'};
}

/* The row that an answer or optopt is about, or NULL. */
static const inb__opt *row_of(const inb__opt *options, const grammar *g, int answer)
{
    if (answer >= FIRST_ROW && answer < FIRST_ROW + g->n) {
        return &options[answer - FIRST_ROW];
    }
    for (const inb__opt *o = options; o->name; o++) {
        if (o->letter && o->letter == answer) {
            return o;
        }
    }
    return NULL;
}

static int value_missing(const inb__opt *o, inb_error **err)
{
    inb__error_set(err, INB_EINVAL, "option \"--%s\" needs a value (%s)", o->name, o->value_name);
    inb__error_hint(err, "Run the command with --help to list its options.");
    return INB_EINVAL;
}

/* How many names begin with the word: getopt_long() takes a word that begins exactly one. */
static int names_begun(const inb__opt *options, inb__str word)
{
    int n = 0;
    for (const inb__opt *o = options; o->name; o++) {
        n += strncmp(o->name, word.p, word.n) == 0;
    }
    return n;
}

static int unknown(const inb__opt *options, const char *word, inb_error **err)
{
    bool is_long = word[0] == '-' && word[1] == '-';
    inb__str name = {word + 2, is_long ? strcspn(word + 2, "=") : 0};
    inb__nearest near = inb__nearest_to(name);
    for (const inb__opt *o = options; is_long && o->name; o++) {
        inb__nearest_consider(&near, inb__str_of(o->name));
    }
    bool ambiguous = is_long && names_begun(options, name) > 1;
    inb__error_set(err, INB_EINVAL,
                   ambiguous ? "option \"%.*s\" is ambiguous" : "unknown option \"%.*s\"",
                   (int)strcspn(word, "="), word);
    if (near.best.n && !ambiguous) {
        inb__error_hint(err, "Did you mean --%.*s?", INB__STR_ARG(near.best));
    } else {
        inb__error_hint(err, "Run the command with --help to list its options.");
    }
    return INB_EINVAL;
}

/* What getopt_long() refused: a value too many, or an option that is not in the table. */
static int refused(const inb__opt *options, const grammar *g, char **argv, inb_error **err)
{
    const inb__opt *o = optopt ? row_of(options, g, optopt) : NULL;
    if (o || optopt == 'h') {
        inb__error_set(err, INB_EINVAL, "option \"--%s\" takes no value", o ? o->name : "help");
        inb__error_hint(err, "Run the command with --help to list its options.");
        return INB_EINVAL;
    }
    const char letter[] = {'-', (char)optopt, '\0'};
    return unknown(options, optopt ? letter : argv[optind - 1], err);
}

/* One answer that is an option. */
static int option_take(const inb__opt *o, inb_error **err)
{
    bool empty = o->value_name && !*optarg;
    return empty ? value_missing(o, err) : value_set(o, optarg, err);
}

int inb__opt_parse(const inb__opt *options, int argc, char **argv, int *n_operands, inb_error **err)
{
    grammar g;
    int answer, rc = 0;
    grammar_make(&g, options);
    *n_operands = 0;
    opterr = 0;
    optind = 0; /* from the start, whoever called it before */
    while (rc == 0 && (answer = getopt_long(argc, argv, g.letters, g.longs, NULL)) != -1) {
        if (answer == 1) {
            argv[++*n_operands] = optarg;
        } else if (answer == 'h') {
            rc = INB__OPT_HELP;
        } else if (answer == '?') {
            rc = refused(options, &g, argv, err);
        } else if (answer == ':') {
            rc = value_missing(row_of(options, &g, optopt), err);
        } else {
            rc = option_take(row_of(options, &g, answer), err);
        }
    }
    for (int i = optind; rc == 0 && i < argc; i++) {
        argv[++*n_operands] = argv[i];
    }
    return rc;
}

#define HELP_COLUMN 30

static void row_help(const inb__opt *o, inb__buf *out)
{
    size_t start = out->length;
    if (o->letter) {
        inb__buf_printf(out, "  -%c, --%s", o->letter, o->name);
    } else {
        inb__buf_printf(out, "      --%s", o->name);
    }
    if (o->value_name) {
        inb__buf_printf(out, "=%s", o->value_name);
    }
    size_t width = out->length - start;
    if (width + 2 > HELP_COLUMN) {
        inb__buf_char(out, '\n');
        width = 0;
    }
    inb__buf_fill(out, ' ', HELP_COLUMN - width);
    /* A newline in the help text continues in the second column. */
    for (const char *p = o->help; *p; p++) {
        inb__buf_char(out, *p);
        if (*p == '\n') {
            inb__buf_fill(out, ' ', HELP_COLUMN);
        }
    }
    inb__buf_char(out, '\n');
}

void inb__opt_help(const inb__opt *options, inb__buf *out)
{
    static const inb__opt help = {"help", 'h', NULL, "print this text", INB__OPT_FLAG, NULL};
    for (const inb__opt *o = options; o->name; o++) {
        if (o->kind != INB__OPT_REFUSED) {
            row_help(o, out);
        }
    }
    row_help(&help, out);
}
