# The statements of a .sql file as C constants: awk -f sql_to_c.awk FILE.sql > FILE_sql.c
#
# SQL lives in files that psql can run and an editor understands, and reaches C as `const char inb__query_NAME[]`, declared
# by hand in a header of the room. A statement begins with one of two lines and ends with the line outside of dollar quotes
# that ends with a semicolon (which is not part of the constant):
#
#     PREPARE NAME AS         a query with parameters $1, $2, …: what follows the line, without its comments, on one line.
#                             Types are left to the server, as in the protocol, so that psql prepares what C sends.
#     -- name: NAME           what cannot be prepared, or is printed for people: as it is, line by line.
#
# NAME begins with the name of the file, so that it is unique in the tree; a FILE_15.sql is for PostgreSQL 15 and newer. Everything between statements is comment. What
# varies is a psql variable, :"schema" or :'text'; inb__template_fill() (util/template.h) puts text in its place, quoted by
# the caller, and `psql -v schema=public -f FILE.sql` does the same.
#
# In a local.mk (the rule, %_sql.c from %.sql, is in src/local.mk; the C file exists in the build directory only):
#
#     ROOM_SQL = %D%/sql/FILE.sql …
#     nodist_libinbROOM_la_SOURCES = $(ROOM_SQL:.sql=_sql.c)
#     EXTRA_DIST += $(ROOM_SQL)
#     CLEANFILES += $(ROOM_SQL:.sql=_sql.c)
#
# tests/unit/sql_files parses every file with PostgreSQL's parser, tests/db/sql_files.py runs them on the server of the test.

function fail(message)
{
    print FILENAME ":" FNR ": " message > "/dev/stderr"
    failed = 1
    exit 1
}

function begin(statement)
{
    if (statement !~ /^[a-z][a-z0-9_]*$/) {
        fail("not a name: " statement)
    }
    if (statement in line_of) {
        fail(statement " is there twice")
    }
    line_of[statement] = FNR
    name = statement
    n = 0
    quote = ""
    printf "\nextern const char inb__query_%s[];\nconst char inb__query_%s[] =", name, name
}

# Follows dollar quotes through a line; quote is the one that is open at its end.
function quotes_follow(text,    tag)
{
    while (match(text, /\$[A-Za-z_]*\$/)) {
        tag = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (quote == "") {
            quote = tag
        } else if (quote == tag) {
            quote = ""
        }
    }
}

# Character by character: what gsub() makes of backslashes is different in every awk.
function literal(text,    i, c, out)
{
    out = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        out = out (c == "\\" || c == "\"" || c == "?" ? "\\" : "") c
    }
    return out
}

function line_add(text, between)
{
    printf "\n    \"%s%s\"", (n > 0 ? between : ""), literal(text)
    n++
}

BEGIN {
    print "/* Written by sql_to_c.awk: change the .sql file, not this one. */"
}

name == "" && /^PREPARE / {
    if ($3 != "AS" || NF != 3) {
        fail("expected: PREPARE NAME AS, and the statement on the next line")
    }
    begin($2)
    prepared = 1
    next
}

name == "" && /^-- name: / {
    begin($3)
    prepared = 0
    next
}

name == "" {
    if ($0 !~ /^(--.*)?$/) {
        fail("a statement without a name")
    }
    next
}

prepared {
    if ($0 ~ /^ *(--.*)?$/) {
        next
    }
    sub(/^ +/, "")
}

{
    quotes_follow($0)
    ends = quote == "" && $0 ~ /;$/
    if (ends) {
        sub(/;$/, "")
    }
    line_add($0, prepared ? " " : "\\n")
    if (ends) {
        print ";"
        name = ""
    }
}

END {
    if (!failed && name != "") {
        print FILENAME ":" line_of[name] ": " name " has no end" > "/dev/stderr"
        failed = 1
    }
    exit failed
}
