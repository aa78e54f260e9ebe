/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scanner of plain lines: its vectors against plain C, and what it finds against a search by
 * hand. */
#include "support.h"

#include "input/scan.h"

static char some_byte(uint64_t *seed)
{
    static const char special[] = {',', ',',  ',', '\n', '\n',   '\r',
                                   '"', '\0', ' ', '\t', '\x80', '\xFF'};
    int64_t pick = below(seed, 40);
    if (pick < (int64_t)sizeof special) return special[pick];
    return (char)between(seed, 1, 127);
}

static void vectors_see_what_bytes_are(void **state)
{
    (void)state;
    uint64_t seed = 1;
    char block[PBR_SCAN_BYTES];
    for (int round = 0; round < 20000; round++) {
        for (size_t i = 0; i < sizeof block; i++) block[i] = some_byte(&seed);
        pbr_marks fast = pbr_marks_of(block), slow = pbr_marks_bytewise(block);
        assert_memory_equal(&fast, &slow, sizeof fast);
    }
    for (int byte = 0; byte < 256; byte++) {
        memset(block, byte, sizeof block);
        pbr_marks fast = pbr_marks_of(block), slow = pbr_marks_bytewise(block);
        assert_memory_equal(&fast, &slow, sizeof fast);
        uint64_t all = UINT64_MAX;
        assert_true(slow.ends == (byte == ',' || byte == '\n' ? all : 0));
        assert_true(slow.newlines == (byte == '\n' ? all : 0));
        assert_true(slow.returns == (byte == '\r' ? all : 0));
        assert_true(slow.blanks == (byte == ' ' || byte == '\t' ? all : 0));
        assert_true(slow.returns == (byte == '\r' ? all : 0));
        assert_true(slow.odd == (byte == '"' || byte == 0 || byte >= 128 ? all : 0));
    }
}

/* Is a line plain, by what the header says? */
static bool is_plain(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c == '"' || c == 0 || c >= 128 || (c == '\r' && i + 1 < length)) return false;
    }
    return true;
}

static bool is_edge(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* What is to be found at the beginning of a text, byte by byte. */
static void find_by_hand(pbr_stretch *wanted, const char *text, size_t length)
{
    memset(wanted, 0, sizeof *wanted);
    wanted->ends[0] = UINT32_MAX;
    for (size_t at = 0, newline; at < length; at = newline + 1) {
        for (newline = at; newline < length && text[newline] != '\n'; newline++) continue;
        if (newline == length || !is_plain(text + at, newline - at)) return;
        for (size_t i = at, cell = at; i <= newline; i++) {
            if (text[i] != ',' && text[i] != '\n') continue;
            wanted->ends[++wanted->cells] = (uint32_t)i;
            wanted->loose |= cell < i && (is_edge(text[cell]) || is_edge(text[i - 1]));
            cell = i + 1;
        }
        wanted->newlines[wanted->lines++] = (uint32_t)newline;
    }
}

static void same_stretch(const pbr_stretch *found, const pbr_stretch *wanted)
{
    assert_int_equal(found->lines, wanted->lines);
    assert_int_equal(found->cells, wanted->cells);
    assert_memory_equal(found->ends, wanted->ends, (1 + wanted->cells) * sizeof *wanted->ends);
    assert_memory_equal(found->newlines, wanted->newlines, wanted->lines * sizeof(uint32_t));
    /* that a cell is loose may be said once too often, never too rarely */
    assert_true(found->loose || !wanted->loose);
}

/* Steps through a text, over what is not plain: a few bytes more each time, so that blocks begin
 * everywhere. */
static void check_text(const char *text, size_t length)
{
    static pbr_stretch found, narrow, wanted;
    for (size_t at = 0; at <= length; at++) {
        pbr_stretch_find(&found, text + at, text + length);
        pbr_stretch_find_narrow(&narrow, text + at, text + length);
        find_by_hand(&wanted, text + at, length - at);
        same_stretch(&found, &wanted);
        same_stretch(&narrow, &wanted);
        if (wanted.lines)
            at += (size_t)below(&(uint64_t){at}, (int64_t)wanted.newlines[wanted.lines - 1] + 1);
    }
}

static void lines_are_found_as_by_hand(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int round = 0; round < 3000; round++) {
        size_t length = (size_t)below(&seed, 700);
        char *text = pbr_alloc(length + PBR_SCAN_BYTES, 1);
        int64_t calm = below(&seed, 3);
        for (size_t i = 0; i < length; i++) {
            char c = some_byte(&seed);
            if (calm && (c == '"' || c == '\0' || c < 0)) c = below(&seed, 30) ? 'x' : '\n';
            if (calm && c == '\r') c = '\n';
            if (calm && c == '\n' && i && below(&seed, 2)) text[i - 1] = '\r';
            if (calm == 2 && c > 0 && c <= ' ' && c != '\n') c = 'y';
            text[i] = c;
        }
        check_text(text, length);
        free(text);
    }
}

/* Texts without blanks are not called loose: their cells need not be trimmed. */
static void bare_lines_are_not_loose(void **state)
{
    (void)state;
    static pbr_stretch found;
    static const struct {
        const char *text;
        bool loose;
    } cases[] = {{"a,b\nc,d\n", false},  {"a b,c\tx\n", false}, {"a ,b\n", true},
                 {"a, b\n", true},       {" a,b\n", true},      {"a,b \n", true},
                 {"a,b\nc,d\t\n", true}, {"a,b\r\n", true}};
    for (size_t shift = 0; shift < 2 * PBR_SCAN_BYTES; shift++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            char text[3 * PBR_SCAN_BYTES + 40];
            memset(text, 'x', sizeof text);
            strcpy(text + shift, shift ? ",\n" : "");
            strcpy(text + shift + (shift ? 2 : 0), cases[i].text);
            pbr_stretch_find(&found, text, text + strlen(text));
            assert_int_equal(found.loose, cases[i].loose);
        }
}

/* What is longer than a stretch is found piece by piece. */
static void a_stretch_has_its_length(void **state)
{
    (void)state;
    static pbr_stretch found;
    char *text = pbr_alloc(2 * PBR_STRETCH_BYTES + PBR_SCAN_BYTES, 1);
    memset(text, ',', 2 * PBR_STRETCH_BYTES);
    pbr_stretch_find(&found, text, text + 2 * PBR_STRETCH_BYTES);
    assert_true(found.lines == 0 && found.cells == 0);
    text[PBR_STRETCH_BYTES] = '\n';
    pbr_stretch_find(&found, text, text + 2 * PBR_STRETCH_BYTES);
    assert_true(found.lines == 0 && found.cells == 0);
    text[PBR_STRETCH_BYTES - 1] = '\n';
    pbr_stretch_find(&found, text, text + 2 * PBR_STRETCH_BYTES);
    assert_true(found.lines == 1 && found.cells == PBR_STRETCH_BYTES);
    memset(text, '\n', 2 * PBR_STRETCH_BYTES);
    pbr_stretch_find(&found, text, text + 2 * PBR_STRETCH_BYTES);
    assert_true(found.lines == PBR_STRETCH_BYTES && found.cells == PBR_STRETCH_BYTES);
    free(text);
}

static void newlines_and_quotes_are_counted(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 5000; round++) {
        size_t length = (size_t)below(&seed, 300), newlines = 0;
        char text[300 + PBR_SCAN_BYTES];
        bool quote = false, found;
        for (size_t i = 0; i < sizeof text; i++) text[i] = some_byte(&seed);
        for (size_t i = 0; i < length; i++) {
            if (text[i] == '"' && below(&seed, 20)) text[i] = 'q';
            newlines += text[i] == '\n';
            quote |= text[i] == '"';
        }
        assert_int_equal(pbr_scan_newlines(text, text + length, &found), newlines);
        assert_int_equal(found, quote);
        assert_int_equal(pbr_scan_newlines_narrow(text, text + length, &found), newlines);
        assert_int_equal(found, quote);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_see_what_bytes_are),
        cmocka_unit_test(lines_are_found_as_by_hand),
        cmocka_unit_test(bare_lines_are_not_loose),
        cmocka_unit_test(a_stretch_has_its_length),
        cmocka_unit_test(newlines_and_quotes_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
