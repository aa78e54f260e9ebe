/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/sha256.h"

#include <errno.h>

/* Examples published with FIPS 180-4 (NIST, SHA-256 example values). */
static const struct {
    const char *text, *digest;
} examples[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};
static const char million_a[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void published_examples(void **state)
{
    (void)state;
    char digest[PBR_SHA256_TEXT];
    for (size_t i = 0; i < COUNT(examples); i++) {
        pbr_sha256 *hash = pbr_sha256_new();
        pbr_sha256_add(hash, examples[i].text, strlen(examples[i].text));
        pbr_sha256_end(hash, digest);
        assert_string_equal(digest, examples[i].digest);
    }
}

/* A million times "a", in pieces of every size. */
static void pieces_do_not_matter(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    char digest[PBR_SHA256_TEXT], *bytes = pbr_alloc(MILLION, 1);
    memset(bytes, 'a', MILLION);
    pbr_sha256 *hash = pbr_sha256_new();
    for (size_t at = 0, piece = 0; at < MILLION; at += piece) {
        piece = piece % 997 + 1;
        if (at + piece > MILLION) piece = MILLION - at;
        pbr_sha256_add(hash, bytes + at, piece);
    }
    pbr_sha256_end(hash, digest);
    assert_string_equal(digest, million_a);
    free(bytes);
}

static void a_file_is_its_bytes(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    char digest[PBR_SHA256_TEXT], *folder = new_folder(), *bytes = pbr_alloc(MILLION, 1);
    char *path = path_in(folder, "million"), *missing = path_in(folder, "missing");
    memset(bytes, 'a', MILLION);
    write_bytes(path, bytes, MILLION);
    assert_true(pbr_sha256_file(path, digest));
    assert_string_equal(digest, million_a);
    write_bytes(path, "", 0);
    assert_true(pbr_sha256_file(path, digest));
    assert_string_equal(digest, examples[0].digest);
    errno = 0;
    assert_false(pbr_sha256_file(missing, digest));
    assert_int_equal(errno, ENOENT);
    assert_false(pbr_sha256_file(folder, digest));
    free(missing);
    free(path);
    free(bytes);
    remove_folder(folder);
}

/* Nobody writes to this pipe, and the device has no end. */
static void what_has_no_end_is_no_file(void **state)
{
    (void)state;
    enum { SECONDS = 20 };
    char digest[PBR_SHA256_TEXT], *folder = new_folder(), *pipe = path_in(folder, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    alarm(SECONDS);
    assert_false(pbr_sha256_file(pipe, digest));
    assert_int_equal(errno, ENOTSUP);
    assert_false(pbr_sha256_file("/dev/zero", digest));
    alarm(0);
    free(pipe);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples),
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(a_file_is_its_bytes),
        cmocka_unit_test(what_has_no_end_is_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
