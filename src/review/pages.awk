# The pages of docs/rules as a C table: awk -f pages.awk PAGE.md … > FILE.h

function page_end()
{
    if (page != "") {
        print "\"},"
    }
}

BEGIN {
    print "/* Made from docs/rules by src/review/pages.awk. */"
    print "static const struct {\n    const char *id, *text;\n} inb__lint_pages[] = {"
}

FNR == 1 {
    page_end()
    page = FILENAME
    sub(/^.*\//, "", page)
    sub(/\.md$/, "", page)
    printf "{\"%s\", \"", page
}

index($0, "\\") {
    print FILENAME ":" FNR ": a backslash, which awks write differently" > "/dev/stderr"
    exit 1
}

{
    gsub(/"/, "\\\"")
    printf "%s\\n", $0
}

END {
    page_end()
    print "{0},\n};"
}
