/*
 * Secrets in a migration end in every build and every database dump. The rules are few and exact
 * (docs/CLASSES.md lists them): PASSWORD followed by a literal, a URL with a password, a connection
 * string with one, and keys whose form is published.
 */
#include "config.h"

#include "sql/lex.h"
#include "sql/refuse.h"

#define HINT_SECRET                                                                                \
    "Remove it, and replace the secret wherever it is used, because it is in the history of this " \
    "file. Set it at run time."

typedef struct key_form {
    const char *prefix;
    size_t more; /* how many characters of the set follow at least */
    const char *set;
    const char *what;
} key_form;

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const key_form key_forms[] = {
    {"AKIA", 16, UPPER, "an AWS access key"},
    {"ASIA", 16, UPPER, "an AWS access key"},
    {"ghp_", 36, ALNUM, "a GitHub token"},
    {"gho_", 36, ALNUM, "a GitHub token"},
    {"ghs_", 36, ALNUM, "a GitHub token"},
    {"ghu_", 36, ALNUM, "a GitHub token"},
    {"github_pat_", 40, ALNUM "_", "a GitHub token"},
    {"glpat-", 20, ALNUM "_-", "a GitLab token"},
    {"xoxb-", 20, ALNUM "-", "a Slack token"},
    {"xoxp-", 20, ALNUM "-", "a Slack token"},
    {"sk_live_", 20, ALNUM, "a Stripe key"},
    {"rk_live_", 20, ALNUM, "a Stripe key"},
    {"AIza", 35, ALNUM "_-", "a Google API key"},
    {"SG.", 40, ALNUM "_-.", "a SendGrid key"},
    {"npm_", 36, ALNUM, "an npm token"},
};

typedef struct scanning {
    const inb__problems *problems;
    inb__str text;
} scanning;

static void found(scanning *s, size_t offset, const char *what)
{
    inb__problem_add(s->problems, offset, HINT_SECRET, "%s in plain text", what);
}

static bool at_word_start(inb__str text, size_t i)
{
    return i == 0 || !strchr(ALNUM "_", text.p[i - 1]) || text.p[i - 1] == '\0';
}

static size_t span(inb__str text, size_t i, const char *set)
{
    size_t from = i;
    while (i < text.n && text.p[i] && strchr(set, text.p[i])) {
        i++;
    }
    return i - from;
}

static bool text_at(inb__str text, size_t i, const char *word)
{
    size_t n = strlen(word);
    return text.n - i >= n && memcmp(text.p + i, word, n) == 0;
}

static bool key_scan(scanning *s, size_t i)
{
    for (size_t k = 0; k < sizeof(key_forms) / sizeof(key_forms[0]); k++) {
        size_t after = i + strlen(key_forms[k].prefix);
        if (text_at(s->text, i, key_forms[k].prefix) && at_word_start(s->text, i) &&
            span(s->text, after, key_forms[k].set) >= key_forms[k].more) {
            found(s, i, key_forms[k].what);
            return true;
        }
    }
    return false;
}

/* -----BEGIN … PRIVATE KEY----- */
static bool pem_scan(scanning *s, size_t i)
{
    static const char begin[] = "-----BEGIN ";
    static const char end[] = "PRIVATE KEY-----";
    if (!text_at(s->text, i, begin)) {
        return false;
    }
    size_t words = span(s->text, i + sizeof(begin) - 1, ALNUM " ");
    size_t at = i + sizeof(begin) - 1 + words;
    bool private_key =
        words >= 11 && text_at(s->text, at, "-----") && text_at(s->text, at - 11, end);
    if (private_key) {
        found(s, i, "a private key");
    }
    return private_key;
}

#define URL_PART ALNUM "-._~%!$&*+,;="

/* scheme://user:password@host; i is at "://". */
static bool url_scan(scanning *s, size_t i)
{
    if (!text_at(s->text, i, "://") || i == 0 || !strchr(ALNUM, s->text.p[i - 1])) {
        return false;
    }
    size_t user = span(s->text, i + 3, URL_PART);
    size_t colon = i + 3 + user;
    if (colon >= s->text.n || s->text.p[colon] != ':') {
        return false;
    }
    size_t password = span(s->text, colon + 1, URL_PART ":#?");
    size_t at = colon + 1 + password;
    if (password == 0 || at >= s->text.n || s->text.p[at] != '@') {
        return false;
    }
    found(s, i + 3, "a URL with its password");
    return true;
}

#define CONNINFO_NEAR 256 /* how far apart the words of one string are looked for */

/* host=… password=… in one string: libpq's form. */
static bool conninfo_scan(scanning *s, size_t i)
{
    static const char *const beside[] = {"host=", "dbname=", "user="};
    if (!text_at(s->text, i, "password=") || !at_word_start(s->text, i)) {
        return false;
    }
    size_t value = i + strlen("password=");
    if (value >= s->text.n || inb__is_space(s->text.p[value]) ||
        strchr("'\")$", s->text.p[value])) {
        return false;
    }
    size_t from = i > CONNINFO_NEAR ? i - CONNINFO_NEAR : 0;
    size_t to = s->text.n - i > CONNINFO_NEAR ? i + CONNINFO_NEAR : s->text.n;
    for (size_t k = 0; k < sizeof(beside) / sizeof(beside[0]); k++) {
        if (memmem(s->text.p + from, to - from, beside[k], strlen(beside[k]))) {
            found(s, i, "a connection string with its password");
            return true;
        }
    }
    return false;
}

/* A verifier tells nobody the password; a placeholder is none. */
static bool is_password(inb__str literal)
{
    bool verifier = memmem(literal.p, literal.n, "SCRAM-SHA-256$", 14) != NULL;
    bool empty = literal.n <= 2 || inb__str_is(literal, "$$$$");
    return !verifier && !empty;
}

/* The word PASSWORD directly before a literal, also in the bodies that $$ quotes. */
static void password_scan(scanning *s, size_t from, size_t to, int depth)
{
    inb__str until = {s->text.p, to};
    inb__token t = inb__lex_significant(until, from);
    while (t.kind != INB__TOKEN_END) {
        inb__token next = inb__lex_significant(until, t.offset + t.length);
        if (inb__lex_is_word(until, t, "password") && next.kind == INB__TOKEN_STRING &&
            is_password(inb__lex_text(until, next))) {
            found(s, next.offset, "a password");
        }
        if (t.kind == INB__TOKEN_STRING && until.p[t.offset] == '$' && depth > 0 && t.length > 2) {
            size_t tag = (size_t)((const char *)memchr(until.p + t.offset + 1, '$', t.length - 1) -
                                  (until.p + t.offset)) +
                         1;
            if (t.length >= 2 * tag) {
                password_scan(s, t.offset + tag, t.offset + t.length - tag, depth - 1);
            }
        }
        t = next;
    }
}

void inb__secret_scan(const inb__problems *problems, inb__str text)
{
    scanning s = {problems, text};
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool hit = false;
        if (c == ':') {
            hit = url_scan(&s, i);
        } else if (c == '-') {
            hit = pem_scan(&s, i);
        } else if (c == 'p') {
            hit = conninfo_scan(&s, i);
        }
        if (!hit && strchr("AgxsrSn", c) && c) {
            key_scan(&s, i);
        }
    }
    password_scan(&s, 0, text.n, 4);
}
