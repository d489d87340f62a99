#include "config.h"

#include "check_main.h"
#include "inboard/vault.h"
#include "oom.h"
#include "util/text.h"
#include "vault/digest.h"
#include "vault/envelope.h"
#include "vault/guarded.h"
#include "vault/keyring.h"

#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROW "erp_connectors:0190a8c6-7a5e-4f0b-9d2c-5f1e3a7b9c11"
#define OTHER_ROW "erp_connectors:0190a8c6-7a5e-4f0b-9d2c-5f1e3a7b9c12"
#define KEY_A "a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
#define KEY_B "b ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"
#define KEY_B_UNDER_A "a ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\n"
#define SECRET "{\"password\":\"correct horse\"}"

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

static inb_keyring *ring_of(const char *text)
{
    inb_keyring *ring = NULL;
    ck_assert_int_eq(inb__keyring_parse(&ring, "test", text, strlen(text), NULL), 0);
    return ring;
}

static char *sealed_by(const inb_keyring *ring, const char *row)
{
    inb_secret *value;
    char *envelope;
    ck_assert_int_eq(inb_secret_new(&value, SECRET, strlen(SECRET), NULL), 0);
    ck_assert_int_eq(inb_seal(&envelope, ring, row, value, NULL), 0);
    inb_secret_free(value);
    return envelope;
}

/* That the envelope does not open, that the message names the row and has these words, and nothing
 * of the value. */
static void assert_refused(const inb_keyring *ring, const char *row, const char *envelope,
                           const char *words)
{
    inb_secret *value = NULL;
    inb_error *err = NULL;
    ck_assert_int_eq(inb_unseal(&value, ring, row, envelope, &err), INB_ESEALED);
    ck_assert_ptr_null(value);
    ck_assert_ptr_nonnull(strstr(inb_error_message(err), row));
    ck_assert_msg(strstr(inb_error_message(err), words) != NULL, "\"%s\" lacks \"%s\"",
                  inb_error_message(err), words);
    ck_assert_ptr_null(strstr(inb_error_message(err), "horse"));
    inb_error_free(err);
}

START_TEST(a_sealed_value_opens_in_its_row)
{
    inb_keyring *ring = ring_of("# the first seals\n\n" KEY_A KEY_B);
    ck_assert_str_eq(inb_keyring_current(ring), "a");
    char *envelope = sealed_by(ring, ROW);
    inb_secret *value;
    ck_assert_int_eq(inb_unseal(&value, ring, ROW, envelope, NULL), 0);
    ck_assert_str_eq(inb_secret_bytes(value), SECRET);
    ck_assert_uint_eq(inb_secret_length(value), strlen(SECRET));
    ck_assert_ptr_null(strstr(envelope, "horse"));
    inb_secret_free(value);
    inb_string_free(envelope);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(an_empty_value_and_a_large_one_come_back)
{
    static char large[1024 * 1024];
    inb_keyring *ring = ring_of(KEY_A);
    memset(large, 'x', sizeof(large));
    const size_t sizes[] = {0, 1, 65537, sizeof(large)};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        inb_secret *in, *back;
        char *envelope;
        ck_assert_int_eq(inb_secret_new(&in, large, sizes[i], NULL), 0);
        ck_assert_int_eq(inb_seal(&envelope, ring, ROW, in, NULL), 0);
        ck_assert_int_eq(inb_unseal(&back, ring, ROW, envelope, NULL), 0);
        ck_assert_uint_eq(inb_secret_length(back), sizes[i]);
        ck_assert_int_eq(memcmp(inb_secret_bytes(back), large, sizes[i]), 0);
        inb_secret_free(in);
        inb_secret_free(back);
        inb_string_free(envelope);
    }
    inb_secret *over;
    ck_assert_int_eq(inb_secret_new(&over, large, sizeof(large) + 1, NULL), INB_ELIMIT);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(sealing_twice_gives_two_texts)
{
    inb_keyring *ring = ring_of(KEY_A);
    char *one = sealed_by(ring, ROW), *two = sealed_by(ring, ROW);
    ck_assert_str_ne(one, two);
    inb_string_free(one);
    inb_string_free(two);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(jsonb_order_and_spaces_are_read)
{
    inb_keyring *ring = ring_of(KEY_A);
    char *envelope = sealed_by(ring, ROW);
    inb__envelope e;
    ck_assert_ptr_null(inb__envelope_read(&e, envelope, strlen(envelope)));
    char text[2048];
    snprintf(
        text, sizeof(text),
        " {\"v\": 1, \"ct\": \"%.*s\",\n \"alg\": \"%.*s\", \"dek\": \"%.*s\", \"kid\": \"%.*s\", "
        "\"nonce\": \"%.*s\"} ",
        INB__STR_ARG(e.ct), INB__STR_ARG(e.alg), INB__STR_ARG(e.dek), INB__STR_ARG(e.kid),
        INB__STR_ARG(e.nonce));
    inb_secret *value;
    ck_assert_int_eq(inb_unseal(&value, ring, ROW, text, NULL), 0);
    ck_assert_str_eq(inb_secret_bytes(value), SECRET);
    inb_secret_free(value);
    inb_string_free(envelope);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(another_row_another_key_and_an_unknown_key_are_told_apart)
{
    inb_keyring *ring = ring_of(KEY_A), *wrong = ring_of(KEY_B_UNDER_A), *without = ring_of(KEY_B);
    char *envelope = sealed_by(ring, ROW);
    assert_refused(ring, OTHER_ROW, envelope, "another row");
    assert_refused(wrong, ROW, envelope, "does not open with key \"a\"");
    assert_refused(without, ROW, envelope, "is sealed with key \"a\", which is not in the keyring");
    inb_string_free(envelope);
    inb_keyring_free(ring);
    inb_keyring_free(wrong);
    inb_keyring_free(without);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    inb_keyring *ring = ring_of(KEY_A);
    char *envelope = sealed_by(ring, ROW);
    for (size_t n = strlen(envelope); n-- > 0;) {
        envelope[n] = '\0';
        assert_refused(ring, ROW, envelope, "ends too early");
    }
    inb_string_free(envelope);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    inb_keyring *ring = ring_of(KEY_A);
    char *envelope = sealed_by(ring, ROW);
    for (size_t i = 0; envelope[i]; i++) {
        for (int bit = 0; bit < 8; bit++) {
            envelope[i] = (char)(envelope[i] ^ (1 << bit));
            assert_refused(ring, ROW, envelope, "");
            envelope[i] = (char)(envelope[i] ^ (1 << bit));
        }
    }
    inb_string_free(envelope);
    inb_keyring_free(ring);
}
END_TEST

/* The parts of two values of the same row and key do not mix, nor do shortened ones pass. */
START_TEST(parts_of_two_envelopes_do_not_mix)
{
    inb_keyring *ring = ring_of(KEY_A);
    char *one = sealed_by(ring, ROW), *two = sealed_by(ring, ROW);
    inb__envelope a, b;
    ck_assert_ptr_null(inb__envelope_read(&a, one, strlen(one)));
    ck_assert_ptr_null(inb__envelope_read(&b, two, strlen(two)));
    const struct {
        inb__str dek, nonce, ct;
        const char *words;
    } mixes[] = {
        {b.dek, a.nonce, a.ct, "was changed"},
        {a.dek, b.nonce, a.ct, "was changed"},
        {a.dek, a.nonce, b.ct, "was changed"},
        {{a.dek.p, a.dek.n - 4}, a.nonce, a.ct, "cut short"},
        {a.dek, {a.nonce.p, a.nonce.n - 4}, a.ct, "cut short"},
        {a.dek, a.nonce, {a.ct.p, 4}, "cut short"},
        {a.dek, a.nonce, {a.ct.p, 40}, "was changed"},
        {a.dek, a.nonce, {a.ct.p, 41}, "cut short"},
    };
    for (size_t i = 0; i < sizeof(mixes) / sizeof(*mixes); i++) {
        char text[2048];
        snprintf(text, sizeof(text),
                 "{\"v\":1,\"alg\":\"xchacha20poly1305-ietf\",\"kid\":\"a\",\"dek\":\"%.*s\","
                 "\"nonce\":\"%.*s\","
                 "\"ct\":\"%.*s\"}",
                 INB__STR_ARG(mixes[i].dek), INB__STR_ARG(mixes[i].nonce),
                 INB__STR_ARG(mixes[i].ct));
        assert_refused(ring, ROW, text, mixes[i].words);
    }
    inb_string_free(one);
    inb_string_free(two);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(what_is_no_envelope_is_refused)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "ends too early"},
        {"null", "is not an envelope"},
        {"[]", "is not an envelope"},
        {"{}", "is not an envelope"},
        {"{\"password\":\"correct horse\"}", "is not an envelope"},
        {"{\"v\":1,\"alg\":\"x\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\"}", "is not an envelope"},
        {"{\"v\":1,\"v\":1,\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "is not an envelope"},
        {"{\"v\":1,\"alg\":\"x\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\",\"x\":\"\"}",
         "is not an envelope"},
        {"{\"v\":1,\"alg\":\"x\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}x",
         "is not an envelope"},
        {"{\"v\":1,\"alg\":\"x\",\"kid\":\"\\u0061\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "is not an envelope"},
        {"{\"v\":1,\"alg\":\"x\",\"kid\":\"a b\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "is not an envelope"},
        {"{\"v\":\"1\",\"alg\":\"x\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "is not an envelope"},
        {"{\"v\":2,\"alg\":\"x\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "version"},
        {"{\"v\":1.0,\"alg\":\"x\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "version"},
        {"{\"v\":1,\"alg\":\"aes\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\",\"ct\":\"\"}",
         "algorithm"},
        {"{\"v\":1,\"alg\":\"xchacha20poly1305-ietf\",\"kid\":\"a\",\"dek\":\"\",\"nonce\":\"\","
         "\"ct\":\"\"}",
         "cut short"},
    };
    inb_keyring *ring = ring_of(KEY_A);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_refused(ring, ROW, cases[i].text, cases[i].words);
    }
    inb_keyring_free(ring);
}
END_TEST

START_TEST(resealing_moves_a_value_to_the_current_key)
{
    inb_keyring *old = ring_of(KEY_A), *both = ring_of(KEY_B KEY_A), *current = ring_of(KEY_B);
    char *envelope = sealed_by(old, ROW), *moved = NULL, *again = envelope;
    ck_assert_int_eq(inb_reseal(&moved, both, ROW, envelope, NULL), 0);
    ck_assert_ptr_nonnull(moved);
    inb_secret *value;
    ck_assert_int_eq(inb_unseal(&value, current, ROW, moved, NULL), 0);
    ck_assert_str_eq(inb_secret_bytes(value), SECRET);
    ck_assert_int_eq(inb_reseal(&again, both, ROW, moved, NULL), 0);
    ck_assert_ptr_null(again);
    ck_assert_int_eq(inb_reseal(&again, current, ROW, envelope, NULL), INB_ESEALED);
    inb_secret_free(value);
    inb_string_free(envelope);
    inb_string_free(moved);
    inb_keyring_free(old);
    inb_keyring_free(both);
    inb_keyring_free(current);
}
END_TEST

static void assert_ring_refused(const char *source, const char *words)
{
    inb_keyring *ring = NULL;
    inb_error *err = NULL;
    ck_assert_int_eq(inb_keyring_load(&ring, source, &err), INB_ESEALED);
    ck_assert_ptr_null(ring);
    ck_assert_msg(strstr(inb_error_message(err), words) != NULL, "\"%s\" lacks \"%s\"",
                  inb_error_message(err), words);
    ck_assert_ptr_null(strstr(inb_error_message(err), "AAECAwQF"));
    inb_error_free(err);
}

static void file_put(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
}

START_TEST(a_keyring_file_is_for_its_owner_alone)
{
    char dir[] = "/tmp/inb-vault.XXXXXX", path[64];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ring", dir);
    assert_ring_refused(path, "No such file");
    for (mode_t mode = 0; mode <= 0777; mode++) {
        if ((mode & 0700) != 0600 && (mode & 0700) != 0400) {
            continue;
        }
        file_put(path, KEY_A, mode);
        if ((mode & 077) && !(geteuid() == 0 && mode == 0440)) {
            assert_ring_refused(path, "others than its owner");
        } else {
            inb_keyring *ring;
            ck_assert_int_eq(inb_keyring_load(&ring, path, NULL), 0);
            inb_keyring_free(ring);
        }
        ck_assert_int_eq(unlink(path), 0);
    }
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    assert_ring_refused(path, "not a regular file");
    ck_assert_int_eq(unlink(path), 0);
    if (geteuid() == 0) {
        file_put(path, KEY_A, 0600);
        ck_assert_int_eq(chown(path, 12345, 12345), 0);
        assert_ring_refused(path, "belongs to another user");
        ck_assert_int_eq(unlink(path), 0);
    }
    assert_ring_refused(dir, "not a regular file");
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* Whether another process, of user 12345 and group `group`, loads the keyring. */
static bool loads_for_a_user(const char *path, gid_t group, const char *credentials)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        inb_keyring *ring = NULL;
        if (credentials) {
            setenv("CREDENTIALS_DIRECTORY", credentials, 1);
        } else {
            unsetenv("CREDENTIALS_DIRECTORY");
        }
        bool user = setgroups(1, &group) == 0 && setgid(54321) == 0 && setuid(12345) == 0;
        _exit(user && inb_keyring_load(&ring, path, NULL) == 0 ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* As Kubernetes mounts a Secret with fsGroup, and systemd a credential. */
START_TEST(a_keyring_of_root_may_be_read_by_a_group_of_the_process)
{
    static const struct {
        mode_t mode;
        gid_t owner_group, process_group;
        bool credential, good;
    } cases[] = {
        {0440, 2000, 2000, false, true},  {0640, 2000, 2000, false, true},
        {0440, 54321, 2000, false, true}, {0440, 2000, 2001, false, false},
        {0460, 2000, 2000, false, false}, {0444, 2000, 2000, false, false},
        {0450, 2000, 2000, false, false}, {0644, 2000, 2000, false, false},
        {0444, 2000, 2000, true, false},  {0644, 2000, 2000, true, false},
    };
    char dir[] = "/tmp/inb-vault.XXXXXX", path[64];
    if (geteuid() != 0) {
        return; /* only root can make such a file */
    }
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(chmod(dir, 0755), 0);
    snprintf(path, sizeof(path), "%s/ring", dir);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        file_put(path, KEY_A, cases[i].mode);
        ck_assert_int_eq(chown(path, 0, cases[i].owner_group), 0);
        ck_assert_msg(loads_for_a_user(path, cases[i].process_group,
                                       cases[i].credential ? dir : NULL) == cases[i].good,
                      "case %zu", i);
        ck_assert_int_eq(unlink(path), 0);
    }
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* The mode of a file with an access control list: the group's bits are the list's mask. */
START_TEST(a_credential_of_systemd_is_a_keyring)
{
    char dir[] = "/tmp/inb-vault.XXXXXX", path[64];
    inb_keyring *ring;
    if (geteuid() != 0) {
        return;
    }
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ring", dir);
    file_put(path, KEY_A, 0440);
    ck_assert_int_eq(chown(path, 0, 2000), 0);
    assert_ring_refused(path, "others than its owner");
    setenv("CREDENTIALS_DIRECTORY", dir, 1);
    ck_assert_int_eq(inb_keyring_load(&ring, path, NULL), 0);
    inb_keyring_free(ring);
    setenv("CREDENTIALS_DIRECTORY", "/tmp", 1);
    assert_ring_refused(path, "others than its owner");
    unsetenv("CREDENTIALS_DIRECTORY");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(keyring_lines_are_checked)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "has no key"},
        {"# nothing\n\n", "has no key"},
        {"a\n", "line 1 "},
        {KEY_A KEY_A, "line 2 "},
        {KEY_A "b AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\n", "line 2 "},
        {"a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= x\n", "not 32 bytes"},
        {"a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gICA=\n", "not 32 bytes"},
        {"a/b AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "key id"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        inb_keyring *ring = NULL;
        inb_error *err = NULL;
        ck_assert_int_eq(
            inb__keyring_parse(&ring, "test", cases[i].text, strlen(cases[i].text), &err),
            INB_ESEALED);
        ck_assert_msg(strstr(inb_error_message(err), cases[i].words) != NULL, "\"%s\" lacks \"%s\"",
                      inb_error_message(err), cases[i].words);
        ck_assert_ptr_null(strstr(inb_error_message(err), "AAECAwQF"));
        inb_error_free(err);
    }
    inb_keyring *crlf = ring_of("a\tAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= \r\n");
    ck_assert_str_eq(inb_keyring_current(crlf), "a");
    inb_keyring_free(crlf);
}
END_TEST

START_TEST(a_key_command_is_run_without_a_shell_and_within_limits)
{
    inb_keyring *ring;
    ck_assert_int_eq(
        inb_keyring_load(&ring,
                         "command:printf a\\040AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", NULL),
        0);
    ck_assert_str_eq(inb_keyring_current(ring), "a");
    inb_keyring_free(ring);
    assert_ring_refused("command:", "empty");
    assert_ring_refused("command:/nonexistent/kms get", "cannot start key command");
    assert_ring_refused("command:false", "failed");
    assert_ring_refused("command:yes", "too much");
    assert_ring_refused("command:echo $(whoami)", "line 1 ");
    char *text;
    size_t n;
    ck_assert_int_eq(inb__keyring_command(&text, &n, "sleep 30", 100, NULL), INB_ESEALED);
}
END_TEST

/* Whether "NAME=…" is a line of what `env` printed. */
static bool has_variable(const char *text, size_t n, const char *name)
{
    char line[64];
    snprintf(line, sizeof(line), "\n%s=", name);
    return memmem(text, n, line + 1, strlen(line) - 1) == text ||
           memmem(text, n, line, strlen(line));
}

START_TEST(a_key_command_is_given_a_small_environment)
{
    static const char *const passed[] = {"PATH", "HOME", "AWS_REGION", "VAULT_ADDR", "KEYRING_PIN"};
    static const char *const kept[] = {"DATABASE_URL", "DIRECT_URL", "PGPASSWORD", "ERP_KEYRING",
                                       "PATHS",        "AWS",        "HOME_",      "LD_PRELOADS"};
    char *text;
    size_t n;
    for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++) {
        setenv(passed[i], getenv(passed[i]) ? getenv(passed[i]) : "x", 1);
    }
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        setenv(kept[i], "postgresql://app:hunter2@db/app", 1);
    }
    inb_keyring_free(ring_of(KEY_A)); /* libsodium is ready then */
    ck_assert_int_eq(inb__keyring_command(&text, &n, "env", 60000, NULL), 0);
    for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++) {
        ck_assert_msg(has_variable(text, n, passed[i]), "%s is not passed on", passed[i]);
    }
    for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
        ck_assert_msg(!has_variable(text, n, kept[i]), "%s is passed on", kept[i]);
        unsetenv(kept[i]);
    }
    ck_assert_ptr_null(memmem(text, n, "hunter2", 7));
    inb__guarded_free(text);
}
END_TEST

START_TEST(loading_a_keyring_switches_core_dumps_off)
{
    inb_keyring *ring;
    struct rlimit limit;
    ck_assert_int_eq(
        inb_keyring_load(&ring,
                         "command:printf a\\040AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", NULL),
        0);
    ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    ck_assert_int_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    ck_assert_uint_eq(limit.rlim_cur, 0);
    inb_keyring_free(ring);
}
END_TEST

static int everything_once(const char *source)
{
    inb_keyring *ring = NULL;
    inb_secret *value = NULL, *back = NULL;
    char *envelope = NULL, *moved = NULL;
    inb_error *err = NULL;
    int rc = inb_keyring_load(&ring, source, &err);
    rc = rc ? rc : inb_secret_new(&value, SECRET, strlen(SECRET), &err);
    rc = rc ? rc : inb_seal(&envelope, ring, ROW, value, &err);
    rc = rc ? rc : inb_unseal(&back, ring, ROW, envelope, &err);
    rc = rc ? rc : inb_reseal(&moved, ring, ROW, envelope, &err);
    if (rc == 0) {
        ck_assert_str_eq(inb_secret_bytes(back), SECRET);
    } else {
        ck_assert_int_eq(inb_error_code(err), rc);
    }
    inb_error_free(err);
    inb_string_free(moved);
    inb_string_free(envelope);
    inb_secret_free(back);
    inb_secret_free(value);
    inb_keyring_free(ring);
    return rc;
}

static void allocations_fail(const char *source)
{
    INB_OOM_LOOP(oom)
    {
        int rc = everything_once(source);
        if (rc == 0) {
            INB_OOM_DONE(oom);
        } else {
            ck_assert_int_eq(rc, INB_ENOMEM);
        }
    }
}

START_TEST(every_allocation_may_fail)
{
    char path[] = "/tmp/inb-ring.XXXXXX";
    close(mkstemp(path));
    file_put(path, KEY_A KEY_B, 0600);
    allocations_fail(path);
    ck_assert_int_eq(unlink(path), 0);
    allocations_fail("command:printf a\\040AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
}
END_TEST

START_TEST(a_refusal_under_memory_pressure_leaks_nothing)
{
    inb_keyring *ring = ring_of(KEY_A);
    char *envelope = sealed_by(ring, ROW);
    INB_OOM_LOOP(oom)
    {
        inb_secret *value = NULL;
        inb_error *err = NULL;
        int rc = inb_unseal(&value, ring, OTHER_ROW, envelope, &err);
        ck_assert_int_ne(rc, 0);
        ck_assert_ptr_null(value);
        if (rc == INB_ESEALED && inb_error_code(err) == INB_ESEALED) {
            INB_OOM_DONE(oom);
        }
        inb_error_free(err);
    }
    inb_string_free(envelope);
    inb_keyring_free(ring);
}
END_TEST

START_TEST(passwords_verify_and_others_do_not)
{
    char hash[INB_PASSWORD_HASH_BYTES], again[INB_PASSWORD_HASH_BYTES];
    ck_assert_int_eq(inb_password_hash(hash, "sesame", 6, NULL), 0);
    ck_assert_int_eq(inb_password_hash(again, "sesame", 6, NULL), 0);
    ck_assert_str_ne(hash, again);
    ck_assert_int_eq(strncmp(hash, "$argon2id$", 10), 0);
    ck_assert(inb_password_verify(hash, "sesame", 6));
    ck_assert(!inb_password_verify(hash, "sesam", 5));
    ck_assert(!inb_password_verify(hash, "", 0));
    ck_assert(!inb_password_verify("", "sesame", 6));
    ck_assert(!inb_password_verify("$argon2id$nonsense", "sesame", 6));
    char overlong[400];
    memset(overlong, 'x', sizeof(overlong) - 1);
    overlong[sizeof(overlong) - 1] = '\0';
    ck_assert(!inb_password_verify(overlong, "sesame", 6));
}
END_TEST

START_TEST(tokens_are_url_safe_and_differ)
{
    char a[INB_TOKEN_BYTES], b[INB_TOKEN_BYTES];
    ck_assert_int_eq(inb_token_new(a, NULL), 0);
    ck_assert_int_eq(inb_token_new(b, NULL), 0);
    ck_assert_uint_eq(strlen(a), 43);
    ck_assert_uint_eq(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                      43);
    ck_assert_str_ne(a, b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("vault");
    TCase *sealing = tcase_create("seal");
    tcase_add_test(sealing, a_sealed_value_opens_in_its_row);
    tcase_add_test(sealing, an_empty_value_and_a_large_one_come_back);
    tcase_add_test(sealing, sealing_twice_gives_two_texts);
    tcase_add_test(sealing, jsonb_order_and_spaces_are_read);
    tcase_add_test(sealing, another_row_another_key_and_an_unknown_key_are_told_apart);
    tcase_add_test(sealing, every_cut_is_refused);
    tcase_add_test(sealing, every_flipped_bit_is_refused);
    tcase_add_test(sealing, parts_of_two_envelopes_do_not_mix);
    tcase_add_test(sealing, what_is_no_envelope_is_refused);
    tcase_add_test(sealing, resealing_moves_a_value_to_the_current_key);
    tcase_add_test(sealing, every_allocation_may_fail);
    tcase_add_test(sealing, a_refusal_under_memory_pressure_leaks_nothing);
    suite_add_tcase(suite, sealing);
    TCase *keyring = tcase_create("keyring");
    tcase_add_test(keyring, a_keyring_file_is_for_its_owner_alone);
    tcase_add_test(keyring, a_keyring_of_root_may_be_read_by_a_group_of_the_process);
    tcase_add_test(keyring, a_credential_of_systemd_is_a_keyring);
    tcase_add_test(keyring, keyring_lines_are_checked);
    tcase_add_test(keyring, a_key_command_is_run_without_a_shell_and_within_limits);
    tcase_add_test(keyring, a_key_command_is_given_a_small_environment);
    tcase_add_test(keyring, loading_a_keyring_switches_core_dumps_off);
    suite_add_tcase(suite, keyring);
    TCase *password = tcase_create("password");
    tcase_add_test(password, passwords_verify_and_others_do_not);
    tcase_add_test(password, tokens_are_url_safe_and_differ);
    suite_add_tcase(suite, password);
    TCase *digest = tcase_create("digest");
    tcase_add_test(digest, sha256_matches_published_vectors);
    tcase_add_test(digest, sha256_in_pieces_equals_sha256_at_once);
    tcase_add_test(digest, uuids_are_of_version_4_and_differ);
    suite_add_tcase(suite, digest);
    return inb_check_main(suite);
}
