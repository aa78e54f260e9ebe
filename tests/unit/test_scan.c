/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scanner of plain lines: its vectors against plain C, and its cells against a cut by hand. */
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
        assert_true(slow.odd == (byte == '"' || byte == 0 || byte >= 128 ? all : 0));
    }
}

/* Whether the scanner may cut a line, by what the header says that a plain line is. Where a
 * carriage return ends a block it may also leave the line to the other reader. */
static bool is_plain(const char *line, size_t length, bool *may_leave)
{
    size_t filled = 0, commas = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c == '"' || c == 0 || c >= 128 || (c == '\r' && i + 1 < length)) return false;
        *may_leave |= c == '\r';
        filled += c != ' ' && c != '\t' && c != '\r' && c != ',';
        commas += c == ',';
    }
    return filled || commas;
}

/* The cells of a line, one by one. */
static size_t cut(const char *line, size_t length, pbr_slice *cells)
{
    size_t count = 0, from = 0;
    if (length && line[length - 1] == '\r') length--;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && line[i] != ',') continue;
        size_t begin = from, end = i;
        while (begin < end && (line[begin] == ' ' || line[begin] == '\t')) begin++;
        while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) end--;
        cells[count++] = (pbr_slice){line + begin, end - begin};
        from = i + 1;
    }
    return count;
}

enum { MOST_CELLS = 200 };

/* Scans a text as csv.c does: what is not plain is passed over and the scan begun anew. */
static void check_text(const char *text, size_t length)
{
    pbr_slice cells[MOST_CELLS], wanted[MOST_CELLS];
    const char *at = text, *end = text + length;
    pbr_scan scan;
    pbr_scan_begin(&scan, at, end);
    for (const char *newline; (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
        bool may_leave = false;
        bool plain = is_plain(at, (size_t)(newline - at), &may_leave);
        size_t count = pbr_scan_line(&scan, cells, MOST_CELLS);
        assert_true(count ? plain : !plain || may_leave);
        if (!count) {
            pbr_scan_begin(&scan, newline + 1, end);
            continue;
        }
        assert_ptr_equal(scan.at, newline + 1);
        assert_int_equal(count, cut(at, (size_t)(newline - at), wanted));
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(cells[i].length, wanted[i].length);
            assert_true(cells[i].length == 0 || cells[i].text == wanted[i].text);
        }
    }
    assert_int_equal(pbr_scan_line(&scan, cells, MOST_CELLS), 0);
}

static void lines_are_cut_as_by_hand(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)below(&seed, 700);
        char *text = pbr_alloc(length + PBR_SCAN_BYTES, 1);
        bool calm = below(&seed, 2) == 0;
        for (size_t i = 0; i < length; i++) {
            char c = some_byte(&seed);
            if (calm && (c == '"' || c == '\0' || c < 0)) c = below(&seed, 30) ? 'x' : '\n';
            text[i] = c;
        }
        check_text(text, length);
        free(text);
    }
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
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_see_what_bytes_are),
        cmocka_unit_test(lines_are_cut_as_by_hand),
        cmocka_unit_test(newlines_and_quotes_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
