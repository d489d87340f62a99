/* The planner's language: every sentence that a plan says, and how those about many names are one.
 */
#include "config.h"

#include "schema/rollout/sentence.h"

/* In braces what is repeated for each set of names: $1 to $3. */
static const struct {
    inb__note_kind kind;
    const char *text;
} sentences[INB__SENTENCES] = {
    /* what a migration does */
    [INB__SENTENCE_ADDS_ENUM_VALUES] = {INB__NOTE_ABOUT, "adds values to enums"},
    [INB__SENTENCE_CREATES] = {INB__NOTE_ABOUT, "creates new objects"},
    [INB__SENTENCE_ADDS] = {INB__NOTE_ABOUT, "adds {\"$1\"}"},
    [INB__SENTENCE_ADDS_EMPTY] = {INB__NOTE_ABOUT, "adds {\"$1\"}, NULL in existing rows"},
    [INB__SENTENCE_ADDS_REPLACEMENT] = {INB__NOTE_ABOUT, "adds {\"$1\" to replace \"$2\"}"},
    [INB__SENTENCE_SETS_DEFAULT] = {INB__NOTE_ABOUT, "sets the default of {\"$1\"}"},
    [INB__SENTENCE_SETS_SEQUENCE] = {INB__NOTE_ABOUT,
                                     "makes a new sequence the default of {\"$1\"}"},
    [INB__SENTENCE_WIDENS] = {INB__NOTE_ABOUT, "widens {\"$1\"} without rewriting the table"},
    [INB__SENTENCE_SETS_INTERIM_DEFAULT] = {INB__NOTE_ABOUT,
                                            "sets a default on {\"$1\"} until it is dropped"},
    [INB__SENTENCE_BUILDS_INDEX] = {INB__NOTE_ABOUT, "builds an index; writers are not blocked"},
    [INB__SENTENCE_BUILDS_FILLED_INDEX] =
        {INB__NOTE_ABOUT, "builds an index on backfilled columns; writers are not blocked"},
    [INB__SENTENCE_BUILDS_UNIQUE] = {INB__NOTE_ABOUT,
                                     "builds a unique index; writers are not blocked"},
    [INB__SENTENCE_BUILDS_KEY] =
        {INB__NOTE_ABOUT, "builds the index of the new primary key; writers are not blocked"},
    [INB__SENTENCE_CREATES_VIEW] =
        {INB__NOTE_ABOUT, "creates a view with the table's new name; it can be written to"},
    [INB__SENTENCE_RENAMES_TABLE] = {INB__NOTE_ABOUT, "drops the view and renames the table"},
    [INB__SENTENCE_TURNS_JOIN] =
        {INB__NOTE_ABOUT,
         "exchanges the columns A and B of the relation {\"$1\"}, and builds its indexes again"},
    [INB__SENTENCE_SYNCS] = {INB__NOTE_ABOUT,
                             "adds a trigger that keeps {\"$1\" and \"$2\"} in sync"},
    [INB__SENTENCE_SYNC_COSTS] = {INB__NOTE_ABOUT, "each write runs the trigger as well"},
    [INB__SENTENCE_SETS_ON_WRITE] =
        {INB__NOTE_ABOUT, "adds a trigger that gives {\"$1\"} a value in every written row"},
    [INB__SENTENCE_NUMBERS] = {INB__NOTE_ABOUT,
                               "adds a sequence for the values of {\"$1\"} in existing rows"},
    [INB__SENTENCE_FILLS] = {INB__NOTE_ABOUT, "backfills {\"$1\"} in existing rows"},
    [INB__SENTENCE_ADDS_NOT_NULL_CHECK] = {INB__NOTE_ABOUT,
                                           "adds a NOT NULL check on {\"$1\"} for new rows"},
    [INB__SENTENCE_ADDS_KEPT_CHECK] = {INB__NOTE_ABOUT,
                                       "adds a check that {\"$1\" keeps the values of \"$2\"}"},
    [INB__SENTENCE_VALIDATES_CHECK] =
        {INB__NOTE_ABOUT, "validates the check; reads the table, writers are not blocked"},
    [INB__SENTENCE_SETS_NOT_NULL] = {INB__NOTE_ABOUT,
                                     "sets {\"$1\"} NOT NULL; the validated check spares the scan"},
    [INB__SENTENCE_LOOSENS] = {INB__NOTE_ABOUT, "drops NOT NULL or a default"},
    [INB__SENTENCE_ADDS_KEY] = {INB__NOTE_ABOUT, "adds a foreign key for new rows"},
    [INB__SENTENCE_VALIDATES_KEY] =
        {INB__NOTE_ABOUT, "validates the foreign key; reads the table, writers are not blocked"},
    [INB__SENTENCE_DROPS_KEY] = {INB__NOTE_ABOUT, "drops a foreign key"},
    [INB__SENTENCE_DROPS_INDEX] = {INB__NOTE_ABOUT, "drops an index; writers are not blocked"},
    [INB__SENTENCE_DROPS_COLUMNS] = {INB__NOTE_ABOUT, "drops {\"$1\"}"},
    [INB__SENTENCE_DROPS_TABLE] = {INB__NOTE_ABOUT, "drops a table and its rows"},
    [INB__SENTENCE_DROPS_OLD_TYPES] = {INB__NOTE_ABOUT, "drops the types that the switch replaced"},
    [INB__SENTENCE_DROPS_ENUM] = {INB__NOTE_ABOUT, "drops an enum"},
    [INB__SENTENCE_ALTERS_EXTENSIONS] = {INB__NOTE_ABOUT, "alters extensions"},
    [INB__SENTENCE_RENAMES_INDEX] = {INB__NOTE_ABOUT, "renames the index"},
    [INB__SENTENCE_RENAMES] = {INB__NOTE_ABOUT, "renames constraints and indexes"},
    [INB__SENTENCE_SWITCHES] =
        {INB__NOTE_ABOUT, "replaces the old columns, keys and types in one short transaction"},
    /* what must be true before it */
    [INB__SENTENCE_EVERYBODY_WRITES] = {INB__NOTE_BEFORE, "every running release writes {\"$1\"}"},
    [INB__SENTENCE_EVERYBODY_WRITES_FILLED] =
        {INB__NOTE_BEFORE, "every running release writes {\"$1\"}, and no NULL is left"},
    [INB__SENTENCE_NOBODY_USES_NAMES] =
        {INB__NOTE_BEFORE, "no running release uses an old name: {\"$1\", now \"$2\"}"},
    [INB__SENTENCE_NOBODY_WRITES_DUPLICATES] =
        {INB__NOTE_BEFORE, "no running release writes duplicates, and none exist"},
    [INB__SENTENCE_NOBODY_WRITES_UNFIT] =
        {INB__NOTE_BEFORE, "no running release writes values that {\"$1\"} cannot hold"},
    [INB__SENTENCE_EVERYBODY_READS_NULL] = {INB__NOTE_BEFORE,
                                            "every running release can read NULL from {\"$1\"}"},
    [INB__SENTENCE_NOBODY_NEEDS_DEFAULT] = {INB__NOTE_BEFORE,
                                            "no running release relies on the default of {\"$1\"}"},
    [INB__SENTENCE_NOBODY_WRITES_ORPHANS] =
        {INB__NOTE_BEFORE, "no running release writes a reference to a missing row"},
    [INB__SENTENCE_NOBODY_NEEDS_KEY] = {INB__NOTE_BEFORE,
                                        "no running release relies on the foreign key"},
    [INB__SENTENCE_NOBODY_NEEDS_INDEX] = {INB__NOTE_BEFORE,
                                          "no query of a running release needs the index"},
    [INB__SENTENCE_NOBODY_KNOWS] = {INB__NOTE_BEFORE, "no running release uses {\"$1\"}"},
    [INB__SENTENCE_NOBODY_USES_RELATION] =
        {INB__NOTE_BEFORE,
         "no running release uses the relation {\"$1\"}: none works with both forms"},
    [INB__SENTENCE_NOBODY_NEEDS_DATA] = {INB__NOTE_BEFORE,
                                         "no running release uses it, and its data is not needed"},
    [INB__SENTENCE_NOBODY_USES_TYPE] = {INB__NOTE_BEFORE, "no running release uses it"},
    [INB__SENTENCE_LOSS_IS_DECIDED] =
        {INB__NOTE_BEFORE, "the values of {\"$1\"} are copied by a migration of yours, or are "
                           "not needed"},
    [INB__SENTENCE_EVERYBODY_KNOWS_EXTENSION] =
        {INB__NOTE_BEFORE,
         "every running release works with the extension in its new version and schema"},
    [INB__SENTENCE_EVERYBODY_KNOWS_BOTH] =
        {INB__NOTE_BEFORE, "every running release works with the old and the new type of {\"$1\"}"},
    [INB__SENTENCE_NOBODY_WRITES_LABELS] =
        {INB__NOTE_BEFORE, "no running release writes a removed value of the enum {\"$1\"}"},
    [INB__SENTENCE_NOBODY_NEEDS_OLD_KEY] =
        {INB__NOTE_BEFORE, "no running release relies on the old primary key of {\"$1\"}"},
    [INB__SENTENCE_NOBODY_USES_CONSTRAINT_NAMES] =
        {INB__NOTE_BEFORE, "no running release uses the old name of a constraint or an index"},
    /* what a release may do afterwards */
    [INB__SENTENCE_MAY_WRITE] = {INB__NOTE_AFTER, "a release may write {\"$1\"}"},
    [INB__SENTENCE_MAY_USE_OBJECTS] = {INB__NOTE_AFTER, "a release may use the new objects"},
    [INB__SENTENCE_MAY_NEED_DEFAULT] = {INB__NOTE_AFTER,
                                        "a release may rely on the default of {\"$1\"}"},
    [INB__SENTENCE_MAY_USE_RANGE] = {INB__NOTE_AFTER,
                                     "a release may write the new values of {\"$1\"}"},
    [INB__SENTENCE_MAY_OMIT] = {INB__NOTE_AFTER, "a release may omit {\"$1\"}"},
    [INB__SENTENCE_MAY_USE_NAMES] = {INB__NOTE_AFTER,
                                     "a release may use the new name: {\"$1\" is now \"$2\"}"},
    [INB__SENTENCE_MAY_READ] = {INB__NOTE_AFTER, "a release may rely on {\"$1\"} in every row"},
    [INB__SENTENCE_MAY_USE_RELATION] = {INB__NOTE_AFTER, "a release may use the relation {\"$1\"}"},
    [INB__SENTENCE_MAY_NEED_INDEX] = {INB__NOTE_AFTER, "a release may rely on the index"},
    [INB__SENTENCE_MAY_WRITE_NULL] = {INB__NOTE_AFTER, "a release may write NULL to {\"$1\"}"},
    [INB__SENTENCE_MAY_NEED_KEY] =
        {INB__NOTE_AFTER, "a release may rely on the new form of the foreign key {\"$1\"}"},
    [INB__SENTENCE_MAY_BREAK_KEY] = {INB__NOTE_AFTER,
                                     "a release may write what the foreign key refused"},
    [INB__SENTENCE_MAY_WRITE_DUPLICATES] = {INB__NOTE_AFTER,
                                            "a release may write what the index refused"},
    [INB__SENTENCE_MAY_USE_EXTENSION] = {INB__NOTE_AFTER, "a release may use the new extension"},
    [INB__SENTENCE_MAY_NEED_FORM] = {INB__NOTE_AFTER, "a release may rely on the new form"},
    /* what its author decides */
    [INB__SENTENCE_DECIDE_SEQUENCE_START] = {INB__NOTE_REVIEW,
                                             "the start of the sequence of {\"$1\"}: running "
                                             "releases still write numbers of their own"},
    [INB__SENTENCE_DECIDE_INTERIM_DEFAULT] =
        {INB__NOTE_REVIEW,
         "the default of {\"$1\"} is a guess: old releases read it in rows that new ones write"},
    [INB__SENTENCE_DECIDE_GUESS] =
        {INB__NOTE_REVIEW, "the value of {\"$1\"} in existing rows is a guess: replace it here"},
    [INB__SENTENCE_DECIDE_VALUE] = {INB__NOTE_REVIEW,
                                    "no value of {\"$1\"} in existing rows is known: "
                                    "add a backfill of it before this migration"},
    [INB__SENTENCE_DECIDE_CONVERSION] =
        {INB__NOTE_REVIEW,
         "the values of {\"$1\" ($2 to $3)} are not carried over, for want of a cast: add a "
         "migration that copies them before the switch, or they are lost with the old column"},
    [INB__SENTENCE_DECIDE_LOSSY] = {INB__NOTE_REVIEW,
                                    "the conversion of {\"$1\" ($2 to $3)} can round values, and "
                                    "stops at one that does not fit: check them first"},
    [INB__SENTENCE_DECIDE_ZONE] =
        {INB__NOTE_REVIEW, "the conversion of {\"$1\" ($2 to $3)} uses the time zone of each "
                           "session that writes: see that all have the one of the values"},
    [INB__SENTENCE_DECIDE_FIRST] =
        {INB__NOTE_REVIEW, "only the first element of each list in {\"$1\"} is carried over"},
    [INB__SENTENCE_DECIDE_RENAME] =
        {INB__NOTE_REVIEW, "whether a dropped column is an added one: --rename {\"$1.$2=$3\"}"},
    [INB__SENTENCE_DECIDE_DEFAULT] = {INB__NOTE_REVIEW,
                                      "the default of {\"$1\"} is not in the schema: set it here"},
    [INB__SENTENCE_DECIDE_GRANTS] = {INB__NOTE_REVIEW,
                                     "the privileges on the view: grant what the application's "
                                     "role has on the table, unless default privileges do"},
};

inb__note_kind inb__sentence_kind(inb__sentence sentence)
{
    return sentences[sentence].kind;
}

static bool names_are_said(const inb__note *note, const inb__str *names, size_t n)
{
    bool said = n == 0;
    for (size_t i = 0; i + n <= note->names.n && !said; i += n) {
        said = true;
        for (size_t k = 0; k < n; k++) {
            said = said && inb__str_eq(note->names.v[i + k], names[k]);
        }
    }
    return said;
}

void inb__notes_add(inb__notes *notes, inb__arena *arena, inb__sentence sentence,
                    const inb__str *names, size_t n)
{
    inb__note *note = NULL;
    for (size_t i = 0; i < notes->n && !note; i++) {
        note = notes->v[i].sentence == sentence ? &notes->v[i] : NULL;
    }
    if (!note) {
        note = INB__VEC_PUSH(arena, notes);
        *note = (inb__note){.sentence = sentence};
    } else if (names_are_said(note, names, n)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        INB__VEC_ADD(arena, &note->names, names[i]);
    }
}

/* How many names a sentence is about at a time. */
static size_t names_each(const char *text)
{
    size_t n = 0;
    for (const char *p = strchr(text, '$'); p; p = strchr(p + 1, '$')) {
        size_t number = (size_t)(p[1] - '0');
        n = number > n ? number : n;
    }
    return n;
}

static void item_render(inb__buf *out, const char *p, size_t length, const inb__str *names)
{
    for (const char *end = p + length; p < end; p++) {
        if (*p == '$') {
            inb__str name = names[*++p - '1'];
            inb__buf_add(out, name.p, name.n);
        } else {
            inb__buf_char(out, *p);
        }
    }
}

static void note_render(inb__buf *out, const inb__note *note)
{
    const char *text = sentences[note->sentence].text;
    size_t n = names_each(text), head = strcspn(text, "{");
    inb__buf_add(out, text, head);
    if (!text[head]) {
        return;
    }
    const char *item = text + head + 1;
    size_t length = strcspn(item, "}");
    for (size_t i = 0; i + n <= note->names.n; i += n) {
        inb__buf_str(out, i ? ", " : "");
        item_render(out, item, length, note->names.v + i);
    }
    inb__buf_str(out, item + length + 1);
}

void inb__notes_render(inb__buf *out, const inb__notes *notes)
{
    for (size_t i = 0; i < notes->n; i++) {
        inb__buf_str(out, i ? "; " : "");
        note_render(out, &notes->v[i]);
    }
}
