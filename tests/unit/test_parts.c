/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file read in parts, by any number of threads and in parts of any size, is what one reader reads
 * of it: the same rows and cells on the same lines, the same problems in the same words. */
#include "support.h"

#include "../things.h"

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

/* Everything that can be seen of a reading: rows, their number, the lines, the messages. threads 0:
 * row by row, without parts. */
static char *reading(const char *path, size_t threads, size_t bytes)
{
    char *seen;
    size_t length;
    pbr_diag *diag = pbr_diag_new();
    FILE *out = open_memstream(&seen, &length);
    things_read(out, path, threads, bytes, diag);
    pbr_diag_print(diag, out, PBR_NOTE);
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s %ld kept %zu\n", findings[i].id, (long)findings[i].count,
                findings[i].kept);
    fclose(out);
    pbr_diag_free(diag);
    return seen;
}

static void same_in_parts(const char *path, size_t threads, size_t bytes)
{
    char *one = reading(path, 0, 0), *other = reading(path, threads, bytes);
    if (strcmp(one, other) != 0)
        fail_msg("%zu threads, parts of %zu bytes:\n%s\nand row by row:\n%s", threads, bytes, other,
                 one);
    free(one);
    free(other);
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
    for (int i = 0; i < THING_COLUMNS; i++) {
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
        char *one = reading(path, 0, 0), *parts = reading(path, 1, 0);
        assert_int_equal(strstr(one, "given up") != NULL, cases[i].given_up);
        assert_int_equal(strstr(parts, "given up") != NULL, cases[i].given_up);
        if (cases[i].given_up && cases[i].bad == cases[i].of)
            assert_non_null(strstr(one, "given up at line 10001: 10000 of"));
        for (size_t threads = 2; threads <= 4; threads++) {
            char *more = reading(path, threads, 0);
            assert_string_equal(more, parts);
            free(more);
        }
        free(one);
        free(parts);
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
