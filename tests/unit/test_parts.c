/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file read in parts, by any number of threads and in parts of any size, is what one reader reads
 * of it: the same rows and cells on the same lines, the same problems in the same words. */
#include "support.h"

#include "input/parts.h"

enum { A, B, C, COLUMNS };
static const pbr_column columns[COLUMNS] = {
    [A] = {.name = "a", .presence = PBR_BLANKABLE, .description = "first"},
    [B] = {.name = "b", .kind = PBR_DATE, .presence = PBR_BLANKABLE, .description = "second"},
    [C] = {.name = "c", .presence = PBR_OPTIONAL, .description = "third"},
};
static const pbr_schema schema = {
    .name = "things", .file = "things.csv", .title = "T", .columns = columns, .count = COLUMNS};

struct text {
    char *bytes;
    size_t used, room;
};

static void add(struct text *text, const char *bytes, size_t length)
{
    text->bytes = pbr_grow(text->bytes, &text->room, text->used + length + 1, 1);
    if (length) memcpy(text->bytes + text->used, bytes, length);
    text->used += length;
    text->bytes[text->used] = '\0';
}

/* What was read, line by line: rows with their lines, cells and dates. */
static void note_row(struct text *text, pbr_table *table)
{
    pbr_date day = 0;
    char line[40];
    bool ok = pbr_table_date(table, B, &day);
    pbr_slice cells[] = {pbr_table_cell(table, A), pbr_table_cell(table, B),
                         pbr_table_cell(table, C)};
    add(text, line, (size_t)sprintf(line, "%ld %d", pbr_table_line(table), ok ? (int)day : 0));
    for (size_t i = 0; i < COUNT(cells); i++) {
        add(text, "|", 1);
        add(text, cells[i].text, cells[i].length);
    }
    add(text, "\n", 1);
}

static void read_part(void *reader, pbr_table *part, void *result)
{
    (void)reader;
    struct text *rows = result;
    rows->used = 0;
    while (pbr_table_next(part)) note_row(rows, part);
}

static void take_part(void *reader, void *result)
{
    const struct text *rows = result;
    add(*(struct text **)reader, rows->bytes, rows->used);
}

static void read_in_parts(pbr_table *table, struct text *whole, size_t threads, size_t bytes)
{
    struct text *readers[] = {whole, whole, whole, whole}, results[2 * COUNT(readers)] = {0};
    pbr_parts parts = {.readers = readers,
                       .results = results,
                       .threads = threads,
                       .reader_size = sizeof *readers,
                       .result_size = sizeof *results,
                       .part_bytes = bytes,
                       .read = read_part,
                       .take = take_part};
    assert_in_range(pbr_parts_results(threads), 1, COUNT(results));
    pbr_parts_read(&parts, table);
    for (size_t i = 0; i < COUNT(results); i++) free(results[i].bytes);
}

/* Everything that can be seen of a reading: rows, their number, the lines, the messages. threads 0:
 * row by row, without parts. */
static struct text reading(const char *path, size_t threads, size_t bytes)
{
    struct text seen = {0};
    char *said = NULL, numbers[80];
    size_t said_length;
    pbr_diag *diag = pbr_diag_new();
    pbr_table *table = pbr_table_open(path, &schema, NULL, 0, diag);
    add(&seen, "", 0);
    if (table) {
        if (threads)
            read_in_parts(table, &seen, threads, bytes);
        else
            while (pbr_table_next(table)) note_row(&seen, table);
        add(&seen, numbers, (size_t)sprintf(numbers, "%ld rows\n", (long)pbr_table_rows(table)));
        pbr_table_close(table, NULL);
    }
    FILE *out = open_memstream(&said, &said_length);
    pbr_diag_print(diag, out, PBR_NOTE);
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s %ld kept %zu\n", findings[i].id, (long)findings[i].count,
                findings[i].kept);
    fclose(out);
    add(&seen, said, said_length);
    free(said);
    pbr_diag_free(diag);
    return seen;
}

static void same_in_parts(const char *path, size_t threads, size_t bytes)
{
    struct text one = reading(path, 0, 0), other = reading(path, threads, bytes);
    if (strcmp(one.bytes, other.bytes) != 0)
        fail_msg("%zu threads, parts of %zu bytes:\n%s\nand row by row:\n%s", threads, bytes,
                 other.bytes, one.bytes);
    free(one.bytes);
    free(other.bytes);
}

/* Lines that may or may not be sound, with quotes and newlines inside them. */
static void scribble_row(uint64_t *seed, struct text *text)
{
    static const char *const cells[] = {"x",
                                        "2016-02-29",
                                        "2016-02-30",
                                        "\"quoted\"",
                                        "\"a\nb\"",
                                        "\"a,b\"",
                                        "\"\"\"\"",
                                        " y\t",
                                        "stray \" quote",
                                        "\"open",
                                        "\xC3\xA9",
                                        "\xE9",
                                        "",
                                        "\r",
                                        "7,7,7",
                                        "\"two\n\nlines\"",
                                        "\"1\"x",
                                        "long cell with many letters in it"};
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", "\n\n", " \n"};
    bool odd = below(seed, 6) == 0;
    for (int i = 0; i < COLUMNS; i++) {
        size_t kinds = odd ? COUNT(cells) : 2;
        const char *cell = cells[below(seed, (int64_t)kinds)];
        if (i) add(text, ",", 1);
        add(text, cell, strlen(cell));
    }
    const char *end = ends[below(seed, COUNT(ends))];
    add(text, end, strlen(end));
}

/* In parts of up to `most` bytes; the text is used up. */
static void text_is_read_alike(uint64_t *seed, struct text *text, int64_t most)
{
    char *folder = new_folder(), *path = path_in(folder, "things.csv");
    write_bytes(path, text->bytes, text->used);
    same_in_parts(path, (size_t)between(seed, 1, 4), (size_t)between(seed, 1, most));
    free(path);
    remove_folder(folder);
    free(text->bytes);
}

static void random_files_are_read_alike(void **state)
{
    (void)state;
    uint64_t seed = 20;
    for (int file = 0; file < 1500; file++) {
        struct text text = {0};
        add(&text, "a,b,c\n", 6);
        for (int64_t row = below(&seed, 60); row > 0; row--) scribble_row(&seed, &text);
        if (below(&seed, 4) == 0) add(&text, "last,2016-01-01,", 16);
        if (below(&seed, 40) == 0) add(&text, "\0", 1);
        text_is_read_alike(&seed, &text, 300);
    }
}

/* Lines longer than what is looked at in one go, among short ones, and cells that blanks stand
 * around in some lines only. */
static void long_lines_are_read_alike(void **state)
{
    (void)state;
    static char letters[70000];
    memset(letters, 'x', sizeof letters);
    uint64_t seed = 21;
    for (int file = 0; file < 60; file++) {
        struct text text = {0};
        bool returns = below(&seed, 2) == 0;
        add(&text, "a,b,c\n", 6);
        for (int64_t row = below(&seed, 300); row > 0; row--) {
            int64_t most = below(&seed, 40) ? 200 : (int64_t)sizeof letters;
            if (below(&seed, 100) == 0) add(&text, "\"", 1);
            add(&text, letters, (size_t)below(&seed, most));
            if (below(&seed, 100) == 0) add(&text, " ", 1);
            if (below(&seed, 100) == 0) add(&text, "\"", 1);
            add(&text, ",2016-02-29,", 12);
            add(&text, letters, (size_t)below(&seed, most));
            add(&text, returns ? "\r\n" : "\n", 1u + returns);
        }
        text_is_read_alike(&seed, &text, 200000);
    }
}

/* A line that is too long ends the reading; what other threads have read behind it is forgotten. */
static void nothing_behind_an_endless_line_counts(void **state)
{
    (void)state;
    struct text text = {0};
    char *folder = new_folder(), *path = path_in(folder, "things.csv");
    add(&text, "a,b,c\n", 6);
    for (int row = 0; row < 50; row++) add(&text, "x,2016-02-30,y\n", 15);
    for (int i = 0; i <= PBR_CSV_RECORD_BYTES / 16; i++) add(&text, "sixteen letters,", 16);
    add(&text, "\n", 1);
    for (int row = 0; row < 100000; row++) add(&text, "x,2016-13-30,y\n", 15);
    write_bytes(path, text.bytes, text.used);
    for (size_t threads = 1; threads <= 4; threads++) {
        same_in_parts(path, threads, 100000);
        same_in_parts(path, threads, 3000000);
    }
    free(path);
    remove_folder(folder);
    free(text.bytes);
}

/* Of many problems the first hundred in the file are kept, whoever found them. */
static void the_same_problems_are_kept(void **state)
{
    (void)state;
    struct text text = {0};
    char *folder = new_folder(), *path = path_in(folder, "things.csv"), row[40];
    add(&text, "a,b,c\n", 6);
    for (int i = 0; i < 3000; i++)
        add(&text, row, (size_t)sprintf(row, "x,2016-02-%d%s\n", 30 + i, i % 7 ? "" : ",,"));
    write_bytes(path, text.bytes, text.used);
    for (size_t threads = 1; threads <= 4; threads++) same_in_parts(path, threads, 200);
    free(path);
    remove_folder(folder);
    free(text.bytes);
}

/* Of every `of` rows `bad` are malformed, this way or that. */
static char *write_partly_bad(const char *folder, int rows, int bad, int of)
{
    static const char *const malformed[] = {"x,y\n", "a\"b,2016-01-01,c\n", "\xFF,2016-01-01,c\n",
                                            "1,2,3,4\n"};
    struct text text = {0};
    char *path = path_in(folder, "things.csv");
    add(&text, "a,b,c\n", 6);
    for (int i = 0; i < rows; i++) {
        const char *row = i % of < bad ? malformed[i % 4] : "sound,2016-01-01,c\n";
        add(&text, row, strlen(row));
    }
    write_bytes(path, text.bytes, text.used);
    free(text.bytes);
    return path;
}

/* Where most records are malformed a file is given up, at the same place for any number of threads;
 * row by row as soon as can be. */
static void a_file_that_is_no_table_is_given_up(void **state)
{
    (void)state;
    static const struct {
        int rows, bad, of;
        bool given_up;
    } cases[] = {{PBR_CSV_MALFORMED - 1, 1, 1, false},
                 {PBR_CSV_MALFORMED, 1, 1, true},
                 {200000, 1, 1, true},
                 {200000, 2, 3, true},
                 {200000, 1, 3, false},
                 {1000, 1, 1, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *folder = new_folder();
        char *path = write_partly_bad(folder, cases[i].rows, cases[i].bad, cases[i].of);
        struct text one = reading(path, 0, 0), parts = reading(path, 1, 0);
        assert_int_equal(strstr(one.bytes, "given up") != NULL, cases[i].given_up);
        assert_int_equal(strstr(parts.bytes, "given up") != NULL, cases[i].given_up);
        if (cases[i].given_up && cases[i].bad == cases[i].of)
            assert_non_null(strstr(one.bytes, "given up at line 10001: 10000 of"));
        for (size_t threads = 2; threads <= 4; threads++) {
            struct text more = reading(path, threads, 0);
            assert_string_equal(more.bytes, parts.bytes);
            free(more.bytes);
        }
        free(one.bytes);
        free(parts.bytes);
        free(path);
        remove_folder(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_files_are_read_alike),
        cmocka_unit_test(long_lines_are_read_alike),
        cmocka_unit_test(nothing_behind_an_endless_line_counts),
        cmocka_unit_test(the_same_problems_are_kept),
        cmocka_unit_test(a_file_that_is_no_table_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
