/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text and tables of pages: nothing that came in with a name becomes markup. */
#include "support.h"

#include "report/html.h"
#include "report/html_page.h"

static char *written;
static size_t written_length;

static FILE *begin(void)
{
    free(written);
    written = NULL;
    return open_memstream(&written, &written_length);
}

static const char *escaped(const char *text)
{
    FILE *out = begin();
    pbr_html_text(out, text);
    fclose(out);
    return written;
}

static void text_cannot_become_markup(void **state)
{
    (void)state;
    assert_string_equal(escaped("Alder & Sons <b>\"1\"</b>"),
                        "Alder &amp; Sons &lt;b&gt;&quot;1&quot;&lt;/b&gt;");
    assert_string_equal(escaped("&amp;"), "&amp;amp;");
    assert_string_equal(escaped(NULL), "");
    assert_string_equal(escaped("two\nlines\tand ½ €"), "two\nlines\tand ½ €");
}

/* U+FFFD stands for what would turn the figures beside it about, or cannot be shown. */
static void text_cannot_turn_its_surroundings(void **state)
{
    (void)state;
    assert_string_equal(escaped("a\x01\x7F"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_string_equal(escaped("\xC2\x85z"), "\xEF\xBF\xBDz");
    assert_string_equal(escaped("\xE2\x80\xAE"
                                "1"),
                        "\xEF\xBF\xBD"
                        "1");                                     /* override */
    assert_string_equal(escaped("\xE2\x80\xAA"), "\xEF\xBF\xBD"); /* embedding */
    assert_string_equal(escaped("\xE2\x81\xA6"), "\xEF\xBF\xBD"); /* isolate */
    assert_string_equal(escaped("\xE2\x80\x99\xE2\x81\xA5\xE2\x81\xAA\xE2\x80\xA9"),
                        "\xE2\x80\x99\xE2\x81\xA5\xE2\x81\xAA\xE2\x80\xA9"); /* their neighbours */
    assert_string_equal(escaped("\xD7\xA9\xD7\x9C"), "\xD7\xA9\xD7\x9C");    /* Hebrew is welcome */
}

static void the_policy_names_the_style_by_its_digest(void **state)
{
    (void)state;
    FILE *out = begin();
    pbr_html_begin(out, "</title><script>", "p{}");
    pbr_html_end(out);
    fclose(out);
    assert_non_null(strstr(written, "default-src 'none'; style-src "
                                    /* printf 'p{}' | openssl dgst -sha256 -binary | base64 */
                                    "'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='"));
    assert_non_null(strstr(written, "<style>p{}</style>"));
    assert_null(strstr(written, "<script"));
}

static size_t occurrences(const char *word)
{
    size_t count = 0;
    for (const char *at = written; (at = strstr(at, word)); at++) count++;
    return count;
}

static void put_table(pbr_html *page, size_t rows, bool open)
{
    static const pbr_html_column columns[] = {{"Area", false}, {"Due", true}};
    pbr_html_table table = {"What is due", columns, COUNT(columns), rows, open};
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < rows; i++) {
        pbr_html_row(page, i + 1 == rows);
        pbr_html_cell(page, "A<1");
        pbr_html_cell(page, pbr_html_money(page, -123456));
    }
    pbr_html_table_end(page);
}

static void tables_have_heads_and_scroll_in_themselves(void **state)
{
    (void)state;
    pbr_html page = {.out = begin(), .arena = pbr_arena_new(), .symbol = "£"};
    put_table(&page, 3, false);
    put_table(&page, PBR_ROWS_OPEN, false);
    put_table(&page, PBR_ROWS_OPEN + 1, true);
    fflush(page.out);
    assert_int_equal(occurrences("<details"), 0);
    put_table(&page, PBR_ROWS_OPEN + 1, false);
    fclose(page.out);
    size_t rows = 3 + PBR_ROWS_OPEN + 2 * (PBR_ROWS_OPEN + 1);
    assert_int_equal(occurrences("<details><summary>What is due (27 rows)</summary>"), 1);
    assert_int_equal(occurrences("</details>"), 1);
    assert_int_equal(
        occurrences("<th scope=\"row\">A&lt;1</th><td class=\"n\">-£1,234.56</td></tr>"), rows);
    assert_int_equal(occurrences("<tr class=\"total\">"), 4);
    assert_int_equal(occurrences("tabindex=\"0\" aria-labelledby=\"table-"), 4);
    assert_int_equal(occurrences("<caption id=\"table-4\" class=\"unseen\">"), 1);
    pbr_arena_free(page.arena);
}

static void numbers_are_told_with_sign_and_currency(void **state)
{
    (void)state;
    pbr_html page = {.arena = pbr_arena_new(), .symbol = "$"};
    assert_string_equal(pbr_html_money(&page, 0), "$0.00");
    assert_string_equal(pbr_html_difference(&page, 100), "+$1.00");
    assert_string_equal(pbr_html_difference(&page, -100), "-$1.00");
    assert_string_equal(pbr_html_difference(&page, 0), "$0.00");
    assert_string_equal(pbr_html_pounds(&page, -123456789.4), "-$1,234,568");
    assert_string_equal(pbr_html_pounds(&page, -10), "$0");
    assert_string_equal(pbr_html_percent(&page, 0.0251), "2.5%");
    assert_string_equal(pbr_html_count(&page, 12345), "12,345");
    pbr_arena_free(page.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cannot_become_markup),
        cmocka_unit_test(text_cannot_turn_its_surroundings),
        cmocka_unit_test(the_policy_names_the_style_by_its_digest),
        cmocka_unit_test(tables_have_heads_and_scroll_in_themselves),
        cmocka_unit_test(numbers_are_told_with_sign_and_currency),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(written);
    return failed;
}
