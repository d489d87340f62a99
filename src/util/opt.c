#include "config.h"

#include "util/opt.h"

#include "inboard/duration.h"

#include <errno.h>
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
        return inb__error_set(err, INB_EINVAL, "option \"--%s\" was given more than %d times", name,
                              INB__OPT_LIST_MAX);
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
        inb__error_set(err, INB_EINVAL, "option \"--%s\" does not take \"%s\"", o->name, value);
        inb__error_hint(err, "Give seconds, or a number with a unit: 5, 0.5, 250ms, 2m.");
        return INB_EINVAL;
    case INB__OPT_NUMBER:
        if (number_parse(value, o->out)) {
            return 0;
        }
        inb__error_set(err, INB_EINVAL, "option \"--%s\" does not take \"%s\"", o->name, value);
        inb__error_hint(err, "Give a whole number.");
        return INB_EINVAL;
    }
    return INB_EINVAL;
}

static const inb__opt *option_find(const inb__opt *options, const char *word, size_t n)
{
    for (const inb__opt *o = options; o->name; o++) {
        if (strlen(o->name) == n && memcmp(o->name, word, n) == 0) {
            return o;
        }
    }
    return NULL;
}

static const inb__opt *letter_find(const inb__opt *options, char c)
{
    for (const inb__opt *o = options; o->name; o++) {
        if (c && o->letter == c) {
            return o;
        }
    }
    return NULL;
}

static int unknown(inb_error **err, const char *word)
{
    inb__error_set(err, INB_EINVAL, "unknown option \"%.*s\"", (int)strcspn(word, "="), word);
    inb__error_hint(err, "Run it with --help to see what it takes.");
    return INB_EINVAL;
}

/* One option word; *i moves on when its value is the next word. */
static int option_take(const inb__opt *options, int argc, char **argv, int *i, inb_error **err)
{
    const char *word = argv[*i];
    bool is_long = word[1] == '-';
    size_t n = is_long ? strcspn(word + 2, "=") : 1;
    const inb__opt *o = is_long ? option_find(options, word + 2, n) : letter_find(options, word[1]);
    if (!o) {
        return unknown(err, word);
    }
    const char *rest = is_long ? word + 2 + n : word + 2;
    if (o->kind == INB__OPT_FLAG) {
        return *rest ? inb__error_set(err, INB_EINVAL, "option \"--%s\" takes no value", o->name)
                     : value_set(o, NULL, err);
    }
    const char *value = !*rest ? NULL : is_long ? rest + 1 : rest;
    if (!*rest && *i + 1 < argc) {
        value = argv[++*i];
    }
    if (!value || !*value) {
        return inb__error_set(err, INB_EINVAL, "option \"--%s\" needs a value (%s)", o->name,
                              o->value_name);
    }
    return value_set(o, value, err);
}

int inb__opt_parse(const inb__opt *options, int argc, char **argv, int *n_operands, inb_error **err)
{
    *n_operands = 0;
    bool options_end = false;
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (options_end || word[0] != '-' || word[1] == '\0') {
            argv[++*n_operands] = word;
        } else if (strcmp(word, "--") == 0) {
            options_end = true;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            return INB__OPT_HELP;
        } else {
            int rc = option_take(options, argc, argv, &i, err);
            if (rc) {
                return rc;
            }
        }
    }
    return 0;
}

#define HELP_COLUMN 30

void inb__opt_help(const inb__opt *options, inb__buf *out)
{
    for (const inb__opt *o = options; o->name; o++) {
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
        /* A newline in the help text goes on in the second column. */
        for (const char *p = o->help; *p; p++) {
            inb__buf_char(out, *p);
            if (*p == '\n') {
                inb__buf_fill(out, ' ', HELP_COLUMN);
            }
        }
        inb__buf_char(out, '\n');
    }
}
