/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/text.h"

static void quotes_hide_control_bytes(void **state)
{
    (void)state;
    char out[PBR_QUOTE_TEXT];
    assert_string_equal(pbr_quote(out, pbr_slice_of("CO1")), "\"CO1\"");
    assert_string_equal(pbr_quote(out, pbr_slice_of("")), "\"\"");
    assert_string_equal(pbr_quote(out, ((pbr_slice){"a\033[31m\0b\x7F", 9})), "\"a?[31m?b?\"");
    assert_string_equal(pbr_quote(out, ((pbr_slice){"abcdef", 3})), "\"abc\"");
}

/* Long values are cut between characters, whatever byte the limit falls on. */
static void quotes_cut_between_characters(void **state)
{
    (void)state;
    static const char *const units[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t u = 0; u < COUNT(units); u++)
        for (size_t lead = 0; lead < 5; lead++) {
            char text[256] = "", out[PBR_QUOTE_TEXT + 1];
            out[PBR_QUOTE_TEXT] = '#';
            for (size_t i = 0; i < lead; i++) strcat(text, "-");
            while (strlen(text) < 200) strcat(text, units[u]);
            pbr_quote(out, pbr_slice_of(text));
            size_t length = strlen(out);
            assert_int_equal(out[PBR_QUOTE_TEXT], '#');
            assert_true(length < PBR_QUOTE_TEXT && length > 70);
            assert_string_equal(out + length - 4, "...\"");
            assert_true(pbr_is_utf8(out, length));
        }
    char out[PBR_QUOTE_TEXT], exact[73];
    memset(exact, 'y', 72);
    exact[72] = '\0';
    pbr_quote(out, pbr_slice_of(exact));
    assert_int_equal(strlen(out), 74);
    assert_null(strstr(out, "..."));
}

static void near_misses_are_slips(void **state)
{
    (void)state;
    static const char *const names[] = {"person_id", "start_date", "ogrs", "cpa", "start_type"};
    static const struct {
        const char *word, *near;
    } cases[] = {
        {"person_id", "person_id"},
        {"persn_id", "person_id"},
        {"person_ids", "person_id"},
        {"preson_id", "person_id"},
        {"PERSON_ID", "person_id"},
        {"start_dtae", "start_date"},
        {"start_typ", "start_type"},
        {"ogr", "ogrs"},
        {"orgs", "ogrs"},
        {"xx", NULL},
        {"", NULL},
        {"persons", NULL},
        {"date", NULL},
        {"cp", NULL},
        {"cpaa", "cpa"},
        {"completely_different", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *near = pbr_near_miss_in(pbr_slice_of(cases[i].word), names, COUNT(names));
        if (!cases[i].near)
            assert_null(near);
        else {
            assert_non_null(near);
            assert_string_equal(near, cases[i].near);
        }
    }
}

static void long_words_are_no_slips(void **state)
{
    (void)state;
    char word[4096];
    const char *const names[] = {word, "person_id"};
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(pbr_near_miss_in(pbr_slice_of(word), names, 2));
    assert_null(pbr_near_miss_in(pbr_slice_of("aaaaaaaaa"), names, 2));
    assert_null(pbr_near_miss_in(pbr_slice_of("anything"), names, 0));
}

/* The encoder is the textbook's table (Unicode 15, table 3-6); surrogates are not characters. */
static size_t encode(uint32_t code, char out[4])
{
    if (code < 0x80) return out[0] = (char)code, 1;
    size_t tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char leads[4] = {0, 0xC0, 0xE0, 0xF0};
    for (size_t i = tail; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(leads[tail] | code);
    return tail + 1;
}

static void every_character_is_utf8(void **state)
{
    (void)state;
    char bytes[4];
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        size_t length = encode(code, bytes);
        assert_int_equal(pbr_is_utf8(bytes, length), code < 0xD800 || code > 0xDFFF);
        for (size_t cut = 1; cut < length; cut++) assert_false(pbr_is_utf8(bytes, cut));
    }
}

static void what_is_not_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xBF",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFF",
        "\xFE",
        "a\xE9",
        "caf\xE9 au",
        "\xC3(",
        "\xE2\x82(",
        "\xC3\xA9\xA9",
    };
    for (size_t i = 0; i < COUNT(bad); i++) assert_false(pbr_is_utf8(bad[i], strlen(bad[i])));
    assert_true(pbr_is_utf8("", 0));
    assert_true(pbr_is_utf8("caf\xC3\xA9", 5));
}

static void what_cannot_be_seen_is_found(void **state)
{
    (void)state;
    static const char *const unseen[] = {
        "a\x01",         "a\n",           "a\x7F",         "a\xC2\x80",     "a\xC2\x9F",
        "a\xC2\xAD",     "a\xD8\x9C",     "a\xE2\x80\x8B", "a\xE2\x80\x8F", "a\xE2\x80\xA8",
        "a\xE2\x80\xAE", "a\xE2\x81\xA0", "a\xE2\x81\xA9", "a\xEF\xBB\xBF",
    };
    size_t at;
    for (size_t i = 0; i < COUNT(unseen); i++) {
        assert_int_equal(pbr_unseen(unseen[i], strlen(unseen[i]), &at), strlen(unseen[i]) - 1);
        assert_int_equal(at, 1);
    }
    static const char *const seen[] = {"",
                                       "a b",
                                       "caf\xC3\xA9",
                                       "\xC2\xA3"
                                       "4",
                                       "\xE2\x80\x93",
                                       "\xE2\x82\xAC",
                                       "\xEF\xBB\xBE",
                                       "\xC2",
                                       "\xE2\x80"};
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_int_equal(pbr_unseen(seen[i], strlen(seen[i]), &at), 0);
}

static void slices_compare_whole(void **state)
{
    (void)state;
    assert_true(pbr_slice_is((pbr_slice){"yes,no", 3}, "yes"));
    assert_false(pbr_slice_is((pbr_slice){"yes,no", 2}, "yes"));
    assert_false(pbr_slice_is((pbr_slice){"yes", 3}, "ye"));
    assert_true(pbr_slice_is((pbr_slice){"", 0}, ""));
}

static void ids_are_told_from_dates_numbers_and_words(void **state)
{
    (void)state;
    static const char *const ids[] = {"A1234BC",       "W09",
                                      "12345",         "20151005",
                                      "2015/0001-A",   "550e8400-e29b-41d4-a716-446655440000",
                                      "AB 12 34 56 C", "12345.6"};
    static const char *const others[] = {
        "",          "NPS",        "community-order",     "2015-10-05",
        "5/10/2015", "5 Oct 2015", "2015-10-05T10:30:00", "17",
        "1234",      "-3",         "45.123456",           "45,5",
        "2015-13-99"};
    for (size_t i = 0; i < COUNT(ids); i++)
        if (!pbr_is_like_id(pbr_slice_of(ids[i]))) fail_msg("%s is like an id", ids[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        if (pbr_is_like_id(pbr_slice_of(others[i]))) fail_msg("%s is not like an id", others[i]);
}

static void a_mask_tells_the_length_and_little_else(void **state)
{
    (void)state;
    char out[PBR_QUOTE_TEXT], many[4000];
    memset(many, 'x', sizeof many);
    assert_string_equal(pbr_mask(out, pbr_slice_of("")), "\"\"");
    assert_string_equal(pbr_mask(out, pbr_slice_of("A")), "\"...\" (1 byte)");
    assert_string_equal(pbr_mask(out, pbr_slice_of("A12")), "\"...\" (3 bytes)");
    assert_string_equal(pbr_mask(out, pbr_slice_of("A123")), "\"A...\" (4 bytes)");
    assert_string_equal(pbr_mask(out, pbr_slice_of("\xC3\x84"
                                                   "23")),
                        "\"\xC3\x84...\" (4 bytes)");
    assert_string_equal(pbr_mask(out, pbr_slice_of("\033[31m")), "\"?...\" (5 bytes)");
    assert_string_equal(pbr_mask(out, ((pbr_slice){many, sizeof many})), "\"x...\" (4000 bytes)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_told_from_dates_numbers_and_words),
        cmocka_unit_test(a_mask_tells_the_length_and_little_else),
        cmocka_unit_test(quotes_hide_control_bytes),
        cmocka_unit_test(quotes_cut_between_characters),
        cmocka_unit_test(near_misses_are_slips),
        cmocka_unit_test(long_words_are_no_slips),
        cmocka_unit_test(every_character_is_utf8),
        cmocka_unit_test(what_is_not_utf8),
        cmocka_unit_test(what_cannot_be_seen_is_found),
        cmocka_unit_test(slices_compare_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
