/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows are of one kind where their marked cells are alike, however the file writes them. */
#include "support.h"

#include "measure/row_kinds.h"

enum { A, B, C, D, E, COLUMNS };
static const pbr_column columns[COLUMNS] = {
    [A] = {.name = "a", .presence = PBR_BLANKABLE, .description = "1"},
    [B] = {.name = "b", .presence = PBR_BLANKABLE, .description = "2"},
    [C] = {.name = "c", .presence = PBR_BLANKABLE, .description = "3"},
    [D] = {.name = "d", .presence = PBR_BLANKABLE, .description = "4"},
    [E] = {.name = "e", .presence = PBR_OPTIONAL, .description = "5"},
};
static const pbr_schema schema = {
    .name = "things", .file = "things.csv", .title = "T", .columns = columns, .count = COLUMNS};

static const char *const values[] = {
    "",
    "a",
    "b",
    "ab",
    "12345678",
    "123456789",
    "1234567812345678",
    "a,b",
    "seven77",
    " padded",
    "padded ",
    "\t",
    "custody-release",
    "suspended-sentence-order",
    "x\"y",
    "a\nb",
    "\xC3\xA9t\xC3\xA9",
    "a value of so many letters that the words which are kept of a row do not hold it, even alone, "
    "so that it is looked for by its key"};

/* A cell in one of the ways to write it. */
static void write_cell(FILE *file, uint64_t *seed, const char *value)
{
    size_t length = strlen(value);
    bool must = strpbrk(value, ",\"\n") || (length && strchr(" \t", value[0])) ||
                (length && strchr(" \t", value[length - 1]));
    bool quote = must || below(seed, 40) == 0;
    if (below(seed, 20) == 0) fputc(' ', file);
    if (quote) fputc('"', file);
    for (const char *c = value; *c; c++) {
        if (*c == '"') fputc('"', file);
        fputc(*c, file);
    }
    if (quote) fputc('"', file);
    if (below(seed, 20) == 0) fputc('\t', file);
}

/* Which values a row has in the marked columns, and its mark. */
struct row {
    int64_t of[COLUMNS];
    uint32_t mark;
};

static void write_rows(const char *path, uint64_t *seed, struct row *rows, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    int64_t few = between(seed, 1, COUNT(values));
    fputs("c,a,ignored,d,b\n", file);
    for (size_t i = 0; i < count; i++) {
        static const int order[] = {C, A, -1, D, B};
        for (size_t k = 0; k < COUNT(order); k++) {
            int64_t value = below(seed, few);
            if (k) fputc(',', file);
            if (order[k] >= 0) rows[i].of[order[k]] = value;
            write_cell(file, seed, values[value]);
        }
        rows[i].mark = (uint32_t)below(seed, 2);
        fputs(below(seed, 3) ? "\n" : "\r\n", file);
    }
    fclose(file);
}

static bool are_alike(const struct row *a, const struct row *b, const bool *marked)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (marked[i] && a->of[i] != b->of[i]) return false;
    return a->mark == b->mark;
}

static void check_file(uint64_t *seed, const char *path)
{
    enum { ROWS = 400 };
    static struct row rows[ROWS];
    static uint32_t numbers[ROWS];
    bool marked[COLUMNS];
    pbr_diag *diag = pbr_diag_new();
    pbr_row_kinds kinds;
    memset(rows, 0, sizeof rows);
    for (size_t i = 0; i < COLUMNS; i++) marked[i] = below(seed, 4) != 0;
    write_rows(path, seed, rows, ROWS);
    pbr_table *table = pbr_table_open(path, &schema, NULL, 0, diag);
    assert_non_null(table);
    pbr_row_kinds_begin(&kinds, table, marked, COLUMNS);
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(pbr_table_next(table));
        numbers[i] = pbr_row_kind(&kinds, table, rows[i].mark);
        pbr_slice key = pbr_row_kind_key(&kinds, table, rows[i].mark);
        assert_int_equal(pbr_idmap_find(kinds.known, key.text, key.length), numbers[i]);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(numbers[k] == numbers[i], are_alike(&rows[k], &rows[i], marked));
    }
    assert_false(pbr_table_next(table));
    assert_false(pbr_diag_failed(diag));
    pbr_row_kinds_end(&kinds);
    pbr_table_close(table, NULL);
    pbr_diag_free(diag);
}

static void kinds_are_what_cells_are(void **state)
{
    (void)state;
    uint64_t seed = 9;
    char *folder = new_folder(), *path = path_in(folder, "things.csv");
    for (int file = 0; file < 60; file++) check_file(&seed, path);
    free(path);
    remove_folder(folder);
}

/* More kinds than are remembered or numbered: the first keep their numbers. */
static void too_many_kinds_have_no_number(void **state)
{
    (void)state;
    enum { KINDS = PBR_ROW_KINDS + 5000 };
    char *folder = new_folder(), *path = path_in(folder, "things.csv");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs("a,b,c,d\n", file);
    for (uint32_t i = 0; i < 2 * KINDS; i++) fprintf(file, "%u,x,y,z\n", i % KINDS);
    fclose(file);
    const bool marked[COLUMNS] = {[A] = true, [C] = true};
    pbr_diag *diag = pbr_diag_new();
    pbr_row_kinds kinds;
    pbr_table *table = pbr_table_open(path, &schema, NULL, 0, diag);
    pbr_row_kinds_begin(&kinds, table, marked, COLUMNS);
    for (uint32_t i = 0; i < 2 * KINDS; i++) {
        assert_true(pbr_table_next(table));
        uint32_t wanted = i % KINDS < PBR_ROW_KINDS ? i % KINDS : PBR_NO_ID;
        assert_true(pbr_row_kind(&kinds, table, 0) == wanted);
    }
    pbr_row_kinds_end(&kinds);
    pbr_table_close(table, NULL);
    pbr_diag_free(diag);
    free(path);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_what_cells_are),
        cmocka_unit_test(too_many_kinds_have_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
