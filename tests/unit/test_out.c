/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/out.h"

#include <csv.h>
#include <errno.h>

static void cells_are_quoted_only_where_they_must_be(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cell;
    } cases[] = {
        {"plain", "plain"},
        {"two words", "two words"},
        {"", ""},
        {NULL, ""},
        {"a,b", "\"a,b\""},
        {"say \"no\"", "\"say \"\"no\"\"\""},
        {"\"", "\"\"\"\""},
        {"line\nline", "\"line\nline\""},
        {"line\rline", "\"line\rline\""},
        {" lead", "\" lead\""},
        {"tail ", "\"tail \""},
        {"\tlead", "\"\tlead\""},
        {" ", "\" \""},
        {"caf\xC3\xA9", "caf\xC3\xA9"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = NULL, *wanted = pbr_sprintf("x,%s,y\n", cases[i].cell);
        size_t size;
        FILE *file = open_memstream(&text, &size);
        pbr_out *out = pbr_out_stream(file);
        pbr_out_text(out, "x");
        pbr_out_text(out, cases[i].text);
        pbr_out_text(out, "y");
        pbr_out_end_row(out);
        assert_true(pbr_out_close(out));
        assert_int_equal(fclose(file), 0);
        assert_string_equal(text, wanted);
        free(text);
        free(wanted);
    }
}

static void every_kind_of_cell(void **state)
{
    (void)state;
    char *folder = new_folder(), *path = path_in(folder, "out.csv");
    mpq_t value;
    mpq_init(value);
    pbr_ratio_set(value, -1, 8);
    pbr_out *out = pbr_out_open(path);
    assert_non_null(out);
    pbr_out_header(out, "a,b,c,d,e,f");
    pbr_out_int(out, INT64_MIN);
    pbr_out_int(out, 0);
    pbr_out_date(out, pbr_date_make(2016, 2, 29));
    pbr_out_date(out, PBR_NO_DATE);
    pbr_out_ratio(out, value, 2);
    pbr_out_decimal(out, value, 6);
    pbr_out_end_row(out);
    pbr_out_int(out, 7);
    pbr_out_end_row(out);
    assert_true(pbr_out_close(out));
    char *text = read_text(path);
    assert_string_equal(text, "a,b,c,d,e,f\n-9223372036854775808,0,2016-02-29,,-0.12,-0.125\n7\n");
    free(text);
    free(path);
    mpq_clear(value);
    remove_folder(folder);
}

/* A device that is always full: the failure shows at close, whatever was written after it. */
static void a_full_disk_is_remembered(void **state)
{
    (void)state;
    pbr_out *out = pbr_out_open("/dev/full");
    if (!out) skip();
    for (int i = 0; i < 100000; i++) {
        pbr_out_int(out, i);
        pbr_out_end_row(out);
    }
    errno = 0;
    assert_false(pbr_out_close(out));
    assert_int_equal(errno, ENOSPC);
    out = pbr_out_open("/dev/full");
    pbr_out_text(out, "little");
    assert_false(pbr_out_close(out));
    assert_int_equal(errno, ENOSPC);
}

static void a_place_that_is_not_there(void **state)
{
    (void)state;
    errno = 0;
    assert_null(pbr_out_open("/nowhere/at/all.csv"));
    assert_int_equal(errno, ENOENT);
}

struct cells {
    char texts[8][64];
    size_t count;
};

static void keep_cell(void *bytes, size_t length, void *context)
{
    struct cells *cells = context;
    assert_true(cells->count < 8 && length < 64);
    memcpy(cells->texts[cells->count], bytes, length);
    cells->texts[cells->count++][length] = '\0';
}

/* Whatever is written, a strict reader gets back the same texts. */
static void a_strict_reader_reads_the_same(void **state)
{
    (void)state;
    static const char letters[] = "ab,\" \t\n\r;'\xC3\xA9=";
    uint64_t seed = 17;
    for (int round = 0; round < 20000; round++) {
        struct cells wrote = {.count = (size_t)between(&seed, 2, 8)}, got = {.count = 0};
        struct csv_parser parser;
        char *text = NULL;
        size_t size;
        FILE *file = open_memstream(&text, &size);
        pbr_out *out = pbr_out_stream(file);
        for (size_t i = 0; i < wrote.count; i++) {
            int64_t length = below(&seed, 12);
            for (int64_t k = 0; k < length; k++)
                wrote.texts[i][k] = letters[below(&seed, sizeof letters - 1)];
            pbr_out_text(out, wrote.texts[i]);
        }
        pbr_out_end_row(out);
        assert_true(pbr_out_close(out));
        fclose(file);
        csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
        assert_int_equal(csv_parse(&parser, text, size, keep_cell, NULL, &got), size);
        assert_int_equal(csv_fini(&parser, keep_cell, NULL, &got), 0);
        csv_free(&parser);
        assert_int_equal(got.count, wrote.count);
        for (size_t i = 0; i < got.count; i++) assert_string_equal(got.texts[i], wrote.texts[i]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_quoted_only_where_they_must_be),
        cmocka_unit_test(every_kind_of_cell),
        cmocka_unit_test(a_full_disk_is_remembered),
        cmocka_unit_test(a_place_that_is_not_there),
        cmocka_unit_test(a_strict_reader_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
