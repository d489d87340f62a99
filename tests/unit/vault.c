#include "config.h"

#include "check_main.h"
#include "inboard/vault.h"
#include "oom.h"
#include "util/text.h"
#include "vault/digest.h"

#include <string.h>

/* The two vectors of FIPS 180-4's examples that have one and two blocks, and the empty text. */
START_TEST(sha256_matches_published_vectors)
{
    static const struct {
        const char *text, *hex;
    } vectors[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        char hex[INB_DIGEST_HEX_BYTES];
        inb_digest_hex(hex, vectors[i].text, strlen(vectors[i].text));
        ck_assert_str_eq(hex, vectors[i].hex);
    }
}
END_TEST

START_TEST(sha256_in_pieces_equals_sha256_at_once)
{
    unsigned char bytes[300], whole[INB__SHA256_BYTES], pieces[INB__SHA256_BYTES];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (unsigned char)(i * 7);
    }
    inb__sha256(whole, bytes, sizeof(bytes));
    for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
        inb__sha256_state s;
        inb__sha256_init(&s);
        inb__sha256_add(&s, bytes, cut);
        inb__sha256_add(&s, bytes + cut, sizeof(bytes) - cut);
        inb__sha256_final(&s, pieces);
        ck_assert_mem_eq(pieces, whole, sizeof(whole));
    }
}
END_TEST

START_TEST(uuids_are_of_version_4_and_differ)
{
    char a[INB_UUID_BYTES], b[INB_UUID_BYTES];
    for (int i = 0; i < 200; i++) {
        ck_assert_int_eq(inb_uuid_new(a, NULL), 0);
        ck_assert_int_eq(inb_uuid_new(b, NULL), 0);
        ck_assert_str_ne(a, b);
        ck_assert_uint_eq(strlen(a), INB_UUID_BYTES - 1);
        ck_assert_uint_eq(strspn(a, "0123456789abcdef-"), INB_UUID_BYTES - 1);
        ck_assert_int_eq(a[8] == '-' && a[13] == '-' && a[18] == '-' && a[23] == '-', 1);
        ck_assert_int_eq(a[14], '4');
        ck_assert_ptr_nonnull(strchr("89ab", a[19]));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vault");
    TCase *digest = tcase_create("digest");
    tcase_add_test(digest, sha256_matches_published_vectors);
    tcase_add_test(digest, sha256_in_pieces_equals_sha256_at_once);
    tcase_add_test(digest, uuids_are_of_version_4_and_differ);
    suite_add_tcase(suite, digest);
    return inb_check_main(suite);
}
