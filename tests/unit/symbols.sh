#!/bin/sh
# libinboard exports what src/libinboard.sym lists, that is what the public headers declare, and needs libpq and libsodium only.
library=$top_builddir/.libs/libinboard.so
listed=$top_srcdir/src/libinboard.sym
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

verdict() { # NUMBER TITLE; the files a and b must be the same
    if diff "$work/a" "$work/b" >"$work/diff"; then
        echo "ok $1 - $2"
    else
        echo "not ok $1 - $2"
        sed 's/^/# /' "$work/diff"
        status=1
    fi
}

echo 1..4
sort -u "$listed" >"$work/a"
if [ -f "$library" ]; then
    nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/b"
    verdict 1 "the library exports its list"
    printf 'libc.so.6\nlibpq.so.5\nlibsodium.so.23\n' >"$work/b"
    objdump -p "$library" | awk '$1 == "NEEDED" && $2 !~ /^(libasan|libubsan|libm|libgcc_s|ld-linux)/ { print $2 }' |
        sort -u >"$work/a"
    verdict 2 "the library needs libpq and libsodium only"
else
    echo "ok 1 - the library exports its list # SKIP static only"
    echo "ok 2 - the library needs libpq and libsodium only # SKIP static only"
fi
sort -u "$listed" >"$work/a"
cat "$top_srcdir"/src/include/inboard.h "$top_srcdir"/src/include/inboard/*.h | tr '\n' ' ' |
    sed 's|/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/| |g' | grep -oE '\binb_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u >"$work/b"
verdict 3 "the list is what the headers declare"

# A comment that says since when, and ends on the line before: one declaration has no other's.
awk '
    FNR == 1 { comment = ""; ended = 0 }
    /^INB_EXPORT/ && !(ended && comment ~ /@since/) { match($0, /inb_[a-z0-9_]+ ?\(/); print FILENAME ":" FNR ": " $0 }
    /^\/\*/ { comment = "" }
    { comment = comment $0 " "; ended = /\*\/$/ }' \
    "$top_srcdir"/src/include/inboard.h "$top_srcdir"/src/include/inboard/*.h >"$work/a"
sed -i 's/ \* //g' "$work/a"
: >"$work/b"
verdict 4 "each function of the headers has a comment of its own, with @since"
exit $status
