# SQL with example names -> a C header of templates with operands (src/schema/rollout/fragment.h).
#
#     -- template: NAME          from here to the next such line: one statement that psql can run
#     -- OPERAND: EXAMPLE        ... where EXAMPLE is an operand, also as the text 'EXAMPLE'
#     -- expression: NAME        the same, but only what is between the lines SELECT and FROM …
#     -- parts: OPERAND          inside a template, up to "-- end": an operand that is a list of
#     -- part: NAME              ... these, each a template of its own
#     -- example                 what psql runs so that what follows makes sense; not embedded
#
# awk -v prefix=inb__rollout_sql_ -f templates.awk FILE.sql >FILE.h

function fail(text)
{
    printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
    failed = 1
    exit 1
}

function replace(text, what, by,   out, at)
{
    out = ""
    while ((at = index(text, what)) > 0) {
        out = out substr(text, 1, at - 1) by
        text = substr(text, at + length(what))
        hits++
    }
    return out text
}

# A line with the operands of a level as places, the longest example first.
function places(line, level,   i, k, best, done, text)
{
    split("", done)
    for (k = 1; k <= count[level]; k++) {
        best = 0
        for (i = 1; i <= count[level]; i++)
            if (!(i in done) && (!best || length(example[level, i]) > length(example[level, best])))
                best = i
        done[best] = 1
        text = example[level, best]
        hits = 0
        line = replace(line, "'" text "'", "\002" letter(best))
        if (text ~ /^"[^".]*"$/)
            line = replace(line, "'" substr(text, 2, length(text) - 2) "'", "\002" letter(best))
        line = replace(line, text, "\001" letter(best))
        used[level, best] += hits
    }
    return line
}

function letter(i)
{
    return substr("abcdefghijklmnopqrstuvwxyz", i, 1)
}

function c_string(text)
{
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    gsub(/\n/, "\\n\"\n        \"", text)
    gsub(/\001/, "\\001", text)
    gsub(/\002/, "\\002", text)
    return text
}

# One template as a function whose parameters are its operands.
function emit(level,   i, text, parameters, values)
{
    text = body[level]
    sub(level == 1 ? "[; \n]+$" : "\n$", "", text)
    sub(/^\n/, "", text)
    if (text == "")
        fail("template " name[level] " is empty")
    parameters = values = ""
    for (i = 1; i <= count[level]; i++) {
        if (!used[level, i])
            fail("operand " operand[level, i] " of " name[level] " does not occur")
        parameters = parameters ",\n    const inb__fragment *" operand[level, i]
        values = values (i > 1 ? ", " : "") operand[level, i]
    }
    if (name[level] in seen)
        fail("template " name[level] " is there twice")
    seen[name[level]] = 1
    printf "\nstatic inline const inb__fragment *%s%s(inb__arena *arena%s)\n{\n", prefix, name[level], parameters
    printf "    static const inb__template template = {\"%s\",\n        \"%s\", %d};\n", name[level], c_string(text), count[level]
    if (count[level])
        printf "    const inb__fragment *const operands[] = {%s};\n", values
    printf "    return inb__fragment_of(arena, &template, %s, %d);\n}\n", count[level] ? "operands" : "NULL", count[level]
}

function begin(level, word)
{
    name[level] = word
    body[level] = ""
    count[level] = 0
    heading[level] = 1
}

function finish()
{
    if (in_parts)
        fail("the parts of " name[1] " have no end")
    if (active)
        emit(1)
    active = 0
}

function operand_add(level, what, text)
{
    count[level]++
    operand[level, count[level]] = what
    example[level, count[level]] = text
    used[level, count[level]] = 0
}

function part_end()
{
    if (in_part)
        emit(2)
    in_part = 0
}

BEGIN {
    print "/* Generated from SQL: do not edit. */"
    print "#include \"schema/rollout/fragment.h\""
}

/^-- (template|expression): / {
    finish()
    active = 1
    begin(1, $3)
    is_expression = $2 == "expression:"
    in_expression = in_parts = 0
    next
}

/^-- example/ {
    finish()
    next
}

!active { next }

/^ *-- parts: / {
    operand_add(1, $3, "\003")
    used[1, count[1]] = 1
    body[1] = body[1] "\001" letter(count[1]) "\n"
    in_parts = 1
    next
}

/^ *-- part: / {
    if (!in_parts)
        fail("a part outside of -- parts")
    part_end()
    in_part = 1
    begin(2, $3)
    next
}

/^ *-- end$/ {
    part_end()
    in_parts = 0
    next
}

{
    level = in_part ? 2 : 1
    if (heading[level] && match($0, /^ *-- [a-z_]+: /)) {
        word = $2
        sub(/:$/, "", word)
        operand_add(level, word, substr($0, RLENGTH + 1))
        next
    }
    heading[level] = 0
    line = $0
    if (is_expression) {
        if (line ~ /^SELECT$/) {
            in_expression = 1
            next
        }
        if (line ~ /^FROM /)
            in_expression = 0
        if (!in_expression)
            next
        sub(/^ +/, "", line)
    } else if (level == 1 && line ~ /^--/)
        next
    body[level] = body[level] places(line, level) "\n"
}

END {
    if (!failed)
        finish()
}
