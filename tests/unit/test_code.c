/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts packed by vectors against those packed letter by letter; short texts as words. */
#include "support.h"

#include "base/code.h"

static void words_hold_their_bytes(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)below(&seed, PBR_WORD_BYTES + 1);
        char *text = pbr_alloc(length + 1, 1); /* sanitizers see what is read behind it */
        uint64_t wanted = 0;
        for (size_t i = 0; i < length; i++) {
            text[i] = (char)below(&seed, 256);
            wanted |= (uint64_t)(unsigned char)text[i] << 8 * i;
        }
        char *exact = memcpy(malloc(length + !length), text, length);
        uint64_t word = length == PBR_WORD_BYTES ? pbr_word(exact) : pbr_short_word(exact, length);
        assert_true(word == wanted);
        free(exact);
        free(text);
    }
}

static void check_pack(const char *text, size_t length)
{
    char *exact = memcpy(malloc(length + !length), text, length);
    pbr_slice slice = {exact, length};
    pbr_code fast = 0, slow = 0;
    bool packed = pbr_code_pack_bytewise(slice, &slow);
    assert_int_equal(pbr_code_pack(slice, &fast), packed);
    if (packed) assert_true(fast == slow);
    free(exact);
}

static void vectors_pack_as_letters_do(void **state)
{
    (void)state;
    static const char letters[] = "-0129AMZamz";
    uint64_t seed = 2;
    char text[12];
    for (int round = 0; round < 200000; round++) {
        size_t length = (size_t)below(&seed, sizeof text + 1);
        for (size_t i = 0; i < length; i++) text[i] = letters[below(&seed, sizeof letters - 1)];
        if (length && below(&seed, 2))
            text[below(&seed, (int64_t)length)] = (char)below(&seed, 256);
        check_pack(text, length);
    }
    for (int byte = 0; byte < 256; byte++)
        for (size_t length = 1; length <= PBR_CODE_LETTERS; length++)
            for (size_t at = 0; at < length; at++) {
                memset(text, 'k', sizeof text);
                text[at] = (char)byte;
                check_pack(text, length);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_hold_their_bytes),
        cmocka_unit_test(vectors_pack_as_letters_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
