/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/sha256.h"
#include "report/manifest_reader.h"

/* A manifest of this body, sealed; to be freed. */
static char *sealed(const char *body)
{
    char digest[PBR_SHA256_TEXT];
    pbr_sha256 *hash = pbr_sha256_new();
    pbr_sha256_add(hash, body, strlen(body));
    pbr_sha256_end(hash, digest);
    return pbr_sprintf("%s,\n  \"seal\": \"%s\"\n}\n", body, digest);
}

static bool holds(const char *folder, const char *text, size_t length)
{
    char *path = path_in(folder, "manifest.json");
    write_bytes(path, text, length);
    free(path);
    return pbr_manifest_is_sealed(folder);
}

/* Every byte is under the seal, and so is the end: nothing can be added. */
static void a_seal_covers_every_byte(void **state)
{
    (void)state;
    char *folder = new_folder(), *text = sealed("{\n  \"format\": \"x\"");
    size_t length = strlen(text);
    assert_true(holds(folder, text, length));
    for (size_t i = 0; i < length; i++)
        for (int bit = 0; bit < 8; bit++) {
            text[i] = (char)(text[i] ^ 1 << bit);
            assert_false(holds(folder, text, length));
            text[i] = (char)(text[i] ^ 1 << bit);
        }
    for (size_t cut = 0; cut < length; cut++) assert_false(holds(folder, text, cut));
    char *longer = pbr_sprintf("%s\n", text);
    assert_false(holds(folder, longer, length + 1));
    longer[length] = '\0';
    assert_false(holds(folder, longer, length + 1));
    free(longer);
    free(text);
    remove_folder(folder);
}

static void what_is_not_there_is_not_sealed(void **state)
{
    (void)state;
    assert_false(pbr_manifest_is_sealed("/nowhere"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seal_covers_every_byte),
        cmocka_unit_test(what_is_not_there_is_not_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
