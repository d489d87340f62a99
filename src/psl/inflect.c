/* English plurals and the case of names, by the rules of Prisma's formatter. */
#include "config.h"

#include "psl/inflect.h"

#include <locale.h>
#include <wctype.h>

/* ---- letters --------------------------------------------------------------------------------- */

/* Letters do not depend on the user's locale. 0 where the system has no UTF-8: then ASCII only. */
static locale_t utf8_locale(void)
{
    return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static void utf8_locale_free(locale_t locale)
{
    if (locale) {
        freelocale(locale);
    }
}

static bool is_lower(uint32_t code, locale_t locale)
{
    return (code >= 'a' && code <= 'z') ||
           (code > 0x7f && locale && iswlower_l((wint_t)code, locale));
}

static bool is_upper(uint32_t code, locale_t locale)
{
    return (code >= 'A' && code <= 'Z') ||
           (code > 0x7f && locale && iswupper_l((wint_t)code, locale));
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

static inb__str first_replace(inb__arena *arena, inb__str word, bool upper)
{
    size_t length;
    char letter[4];
    if (word.n == 0) {
        return word;
    }
    uint32_t code = inb__utf8_decode(word.p, word.n, &length);
    locale_t locale = code > 0x7f ? utf8_locale() : (locale_t)0;
    if (code <= 0x7f) {
        code = (unsigned char)(upper ? ascii_upper((char)code) : ascii_lower((char)code));
    } else if (locale) {
        code =
            (uint32_t)(upper ? towupper_l((wint_t)code, locale) : towlower_l((wint_t)code, locale));
    }
    utf8_locale_free(locale);
    size_t n = inb__utf8_encode(code, letter);
    char *out = inb__arena_alloc(arena, n + word.n - length + 1);
    memcpy(out, letter, n);
    memcpy(out + n, word.p + length, word.n - length);
    return (inb__str){out, n + word.n - length};
}

inb__str inb__psl_inflect_lower_first(inb__arena *arena, inb__str word)
{
    return first_replace(arena, word, false);
}

inb__str inb__psl_inflect_upper_first(inb__arena *arena, inb__str word)
{
    return first_replace(arena, word, true);
}

/* ---- camel case ------------------------------------------------------------------------------ */

static bool is_separator(char c)
{
    return c == '_' || c == '-';
}

/*
 * A word begins after a separator, after a digit, and with a capital letter if the last letter
 * within a word was a small one: so "userID" stays, and "URLThing" becomes "urlthing".
 */
inb__str inb__psl_inflect_camel_case(inb__arena *arena, inb__str name)
{
    char *out = inb__arena_alloc(arena, name.n + 1);
    locale_t locale = utf8_locale();
    size_t n = 0, length;
    uint32_t last = ' ';
    bool new_word = false;
    while (name.n && is_separator(name.p[name.n - 1])) {
        name.n--;
    }
    for (size_t at = 0; at < name.n; at += length) {
        uint32_t code = inb__utf8_decode(name.p + at, name.n - at, &length);
        char c = name.p[at];
        if (is_separator(c)) {
            new_word = n > 0;
            continue;
        }
        memcpy(out + n, name.p + at, length);
        if (inb__is_digit(c)) {
            new_word = true;
        } else if (new_word || (is_lower(last, locale) && is_upper(code, locale))) {
            out[n] = ascii_upper(c);
            new_word = false;
        } else {
            out[n] = ascii_lower(c);
            last = code;
        }
        n += length;
    }
    utf8_locale_free(locale);
    return (inb__str){out, n};
}

/* ---- plural ---------------------------------------------------------------------------------- */

/* Words without a plural of their own. */
static const char uncountable[] =
    " accommodation adulthood advertising advice aggression aid air aircraft alcohol anger "
    "applause arithmetic "
    "assistance athletics bacon baggage beef biology blood botany bread butter carbon cardboard "
    "cash chalk chaos "
    "chess crossroads countryside dancing deer dignity dirt dust economics education electricity "
    "engineering "
    "enjoyment envy equipment ethics evidence evolution fame fiction flour flu food fuel fun "
    "furniture gallows "
    "garbage garlic genetics gold golf gossip grammar gratitude grief guilt gymnastics happiness "
    "hardware harm hate "
    "hatred health heat help homework honesty honey hospitality housework humour hunger hydrogen "
    "ice importance "
    "inflation information innocence iron irony jam jewelry judo karate knowledge lack laughter "
    "lava leather "
    "leisure lightning linguine linguini linguistics literature litter livestock logic loneliness "
    "luck luggage "
    "macaroni machinery magic management mankind marble mathematics mayonnaise measles methane "
    "milk money mud music "
    "mumps nature news nitrogen nonsense nurture nutrition obedience obesity oxygen pasta patience "
    "physics poetry "
    "pollution poverty pride psychology publicity punctuation quartz racism relaxation reliability "
    "research respect "
    "revenge rice rubbish rum safety scenery seafood seaside series shame sheep shopping sleep "
    "smoke smoking snow "
    "soap software soil spaghetti species steam stuff stupidity sunshine symmetry tennis thirst "
    "thunder timber "
    "traffic transportation trust underwear unemployment unity validity veal vegetation "
    "vegetarianism vengeance "
    "violence vitality warmth wealth weather welfare wheat wildlife wisdom yoga zinc zoology ";

static const struct {
    const char *singular, *plural;
} irregular[] = {
    {"ox", "oxen"},     {"man", "men"},      {"woman", "women"}, {"die", "dice"},
    {"yes", "yeses"},   {"foot", "feet"},    {"eave", "eaves"},  {"goose", "geese"},
    {"tooth", "teeth"}, {"quiz", "quizzes"},
};

/* A word that ends in one of `stems` and then one of `endings` loses the ending and gets `plural`.
 * The first that fits. */
static const struct {
    const char *stems;   /* alternatives, with [classes] and [^classes] of letters */
    const char *endings; /* alternatives; one may be empty */
    const char *plural;
} rules[] = {
    {"eaux", "", ""},
    {"child", "ren|", "ren"},
    {"pe", "rson|ople", "ople"},
    {"m|l", "ice|ouse", "ice"},
    {"matr|cod|mur|sil|vert|ind|append", "ix|ex", "ices"},
    {"x|ch|ss|sh|zz", "", "es"},
    {"xes|ches|sses|shes|zzes", "", ""},
    {"[^ch][ieo][ln]", "ey", "ies"},
    {"[^aeiouy]|qu", "y", "ies"},
    {"ar|l|ea|eo|oa|hoo", "f", "ves"},
    {"kni|wi|li", "fe", "ves"},
    {"", "sis", "ses"},
    {"apheli|hyperbat|periheli|asyndet|noumen|phenomen|criteri|organ|prolegomen|hedr|automat",
     "a|on", "a"},
    {"agend|addend|millenni|dat|extrem|bacteri|desiderat|strat|candelabr|errat|ov|symposi|curricul|"
     "automat|quor",
     "a|um", "a"},
    {"her|at|gr", "o", "oes"},
    {"seraph|cherub", "im|", "im"},
    {"alumn|alg|vertebr", "a|ae", "ae"},
    {"alumn|syllab|octop|vir|radi|nucle|fung|cact|stimul|termin|bacill|foc|uter|loc|strat", "us|i",
     "i"},
    {"[^l]ias|[aeiou]las|[emjzr]as|[iu]am", "", ""},
    {"e[mn]u", "s|", "s"},
    {"alias|[^aou]us|tlas|gas|ris", "", "es"},
    {"ax|test", "is", "es"},
    {"[^aeiou]ese", "", ""},
    {"", "s", "s"},
};

/* One letter or class of an alternative: whether it fits, and where the next one is. */
static const char *unit_match(const char *unit, char c, bool *fits)
{
    if (*unit != '[') {
        *fits = *unit == c;
        return unit + 1;
    }
    const char *close = strchr(unit, ']');
    bool negated = unit[1] == '^';
    const char *letters = unit + 1 + negated;
    *fits = (memchr(letters, c, (size_t)(close - letters)) != NULL) != negated;
    return close + 1;
}

static size_t units_count(const char *alternative)
{
    size_t n = 0;
    for (const char *p = alternative; *p && *p != '|'; n++) {
        p = *p == '[' ? strchr(p, ']') + 1 : p + 1;
    }
    return n;
}

/* The first of the alternatives in which the word ends: how long it is, or -1. */
static long ending_match(inb__str word, const char *alternatives)
{
    for (const char *p = alternatives;; p++) {
        size_t n = units_count(p);
        bool fits = n <= word.n;
        for (size_t i = 0; fits && i < n; i++) {
            p = unit_match(p, word.p[word.n - n + i], &fits);
        }
        if (fits) {
            return (long)n;
        }
        p = strchr(p, '|');
        if (!p) {
            return -1;
        }
    }
}

/* How much of the word stays when a rule is applied, or -1 when it does not fit. */
static long rule_match(inb__str word, const char *stems, const char *endings)
{
    for (const char *p = endings; p; p = strchr(p, '|')) {
        p += *p == '|';
        size_t n = units_count(p);
        if (n <= word.n && memcmp(word.p + word.n - n, p, n) == 0 &&
            ending_match((inb__str){word.p, word.n - n}, stems) >= 0) {
            return (long)(word.n - n);
        }
    }
    return -1;
}

static bool is_uncountable(inb__arena *arena, inb__str word)
{
    return strstr(uncountable, inb__arena_printf(arena, " %.*s ", INB__STR_ARG(word))) != NULL;
}

inb__str inb__psl_inflect_plural(inb__arena *arena, inb__str word)
{
    if (is_uncountable(arena, word)) {
        return word;
    }
    for (size_t i = 0; i < sizeof(irregular) / sizeof(irregular[0]); i++) {
        if (inb__str_is(word, irregular[i].singular)) {
            return inb__str_of(irregular[i].plural);
        }
    }
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        long stays = rule_match(word, rules[i].stems, rules[i].endings);
        if (stays >= 0) {
            return inb__str_of(
                inb__arena_printf(arena, "%.*s%s", (int)stays, word.p, rules[i].plural));
        }
    }
    return inb__arena_join(arena, word, "s", (inb__str){NULL, 0});
}
